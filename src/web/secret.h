// Random secrets, their digests, and passwords. By libsodium.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace afterpatch::web {

// 256 random bits in URL-safe base64 without padding (RFC 4648, section 5): 43 characters. Thread-safe, as
// everything here.
std::string new_token();
inline constexpr std::size_t kTokenCharacters = 43;

// Whether it has the shape of a token: everything else is refused before any look-up.
bool looks_like_token(std::string_view text);

// What a store keeps of a token: SHA-256 in hexadecimal. 256 random bits need no salt and no slow hash.
std::string digest_of(std::string_view token);

// In a time that depends on the lengths only.
bool equal_secrets(std::string_view a, std::string_view b);

// The CSRF token of a session: HMAC-SHA-256 of a fixed text under the session's own token. So it needs no
// store, changes with the session, and doesn't give the session's token away.
std::string csrf_token(std::string_view session_token);

// Argon2id (RFC 9106) with 32 MiB and 3 passes, above OWASP's least of 19 MiB and 2 passes (Password Storage
// Cheat Sheet, 2024). One at a time in the whole process, so that many sign-ins can't fill the memory.
Result<std::string> hash_password(const std::string& password);

// `hash` empty, for an account that is not there, costs the same time and gives false.
bool check_password(const std::string& password, const std::string& hash);

inline constexpr std::size_t kLeastPasswordBytes = 12;
inline constexpr std::size_t kMostPasswordBytes = 1024;

}  // namespace afterpatch::web
