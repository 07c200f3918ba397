// Fetches a domain's security.txt (RFC 9116, section 3): two places at most, a few redirects within the same
// registered domain, 64 KiB. Only when the operator asks for it: it is a visit to the victim's web server.
#pragma once

#include <string>

#include "base/error.h"
#include "constituency/domain_name.h"
#include "constituency/security_txt.h"
#include "constituency/web_fetch.h"

namespace afterpatch::constituency {

inline constexpr int kMostSecurityTxtRedirects = 3;

// Fails if there is none. `domain` as host_name() gives it; `base`, for tests, stands for "https://<domain>".
Result<SecurityTxt> fetch_security_txt(WebDoor& door, const std::string& domain,
                                       const PublicSuffixes& suffixes, Timestamp now,
                                       const std::string& base = {});

}  // namespace afterpatch::constituency
