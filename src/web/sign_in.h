// Who asks: sessions of accounts and tokens of victims.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "web/context.h"

namespace afterpatch::web {

inline constexpr const char* kSessionCookie = "afterpatch_session";

// The account whose session the request's cookie names. nullopt: none, ended, idle for too long, or the
// account was disabled. Notes, once a minute, that the session is used.
Result<std::optional<Caller>> caller_of_session(const Request& request, store::Store& store,
                                                const Settings& settings, Timestamp now);

// The case of the token in `Authorization: Bearer`. nullopt for one that is unknown, revoked, expired or
// no token at all: nobody is told which.
Result<std::optional<Caller>> caller_of_token(const Request& request, store::Store& store, Timestamp now);

// Begins a session of a new id, whatever id the client came with (no session fixation), and ends the one it
// came with. The Set-Cookie header and the session's answer.
Response begin_session(Context& context, const store::Account& account);

// POST, GET and DELETE /api/v1/session.
Response post_session(Context& context);
Response get_session(Context& context);
Response delete_session(Context& context);

}  // namespace afterpatch::web
