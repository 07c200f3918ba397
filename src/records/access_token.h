// Exchange's common access token as it stands in an address (X-Rps-CAT): who a request claims to be. The
// front end makes it for PowerShell behind it; in an address from outside it was forged, and then the name is
// the intruder's pick and the SID is the account that he acts as.
//
// Layout, as in public rows of ProxyShell (samples of DebugPrivilege, InsightEngineering) and in the
// description of the chain by its finders: base64 of 'V' 01 00, then fields of a letter and a value: 'T'
// type, 'C' compression (a byte), 'A' authentication, 'L' logon name, 'U' SID, 'G' groups (32-bit count; each
// 32-bit attributes and a SID), 'E' extensions. Texts are counted by .NET's 7-bit encoded lengths.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace afterpatch::records {

struct AccessToken {
  std::string type;  // "Windows"
  std::string logon_name;
  std::string sid;
};

// The token in a query: the value behind "X-Rps-CAT=", percent-encoded or not. Null when there is none or it
// can't be read (compressed, cut off). Pure; reads at most 16 KiB.
std::optional<AccessToken> access_token_in(std::string_view query);

}  // namespace afterpatch::records
