// Whose mail was asked for by way of the flaw, and how much came back.
#pragma once

#include <string_view>
#include <vector>

#include "assess/incident.h"

namespace afterpatch::assess {

inline constexpr std::string_view kUnknownMailbox = "unknown";                   // MailboxAccess::mailbox
inline constexpr std::string_view kForgedRule = "inbox rule by forged request";  // MailboxAccess::how

// One entry per mailbox, way and client, ordered by first request. Requests that were refused (status other
// than 2xx) are no access. The same request in two logs counts once.
std::vector<MailboxAccess> mailbox_accesses(const Incident& incident);

// The mailbox a request names: field "mailbox" or "impersonated", else an SMTP address or SID in the anchor
// or query; "unknown" if none. The text before '@' in a forged anchor ("ServerInfo~a]@mail:444/...") is no
// mailbox.
std::string mailbox_of(const detect::Detection& detection);

}  // namespace afterpatch::assess
