// What the text of a web file says, without running or fully parsing it. The ideas, each with its reason:
// - A virtual directory's settings saved as a web file. CVE-2021-27065 writes a dump of an OAB (or other)
//   virtual directory to any path; a script put into ExternalUrl before makes the dump a page that runs. The
//   dump's own keywords together with a server-side script element prove it; whether the script's body works
//   is not asked. The same dump without a script is what an administrator's "reset virtual directory" leaves:
//   no door. (The rules of CISA and signature-base for CVE-2021-27065 have the same idea.)
// - What the page's own code lets a visitor do: run code, commands, files of his own (detect/scripts). That
// is
//   what a web shell is.
// - A mail store ("!BDN") or a certificate request (DER 30 82) under a script's name with script inside: the
//   file writes by New-MailboxExportRequest (CVE-2021-31207) and New-ExchangeCertificate.
//
// Works on UTF-8, any single-byte code page, and UTF-16 with a byte order mark. At most kMaxWebContentBytes
// are looked at, in linear time. Thread-safe; never throws on content.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "detect/files/claim.h"

namespace afterpatch::detect::files {

inline constexpr std::uint64_t kMaxWebContentBytes = 2ULL << 20U;

// How a server would treat the file by its name.
enum class ServedAs {
  script,     // it would be run
  put_aside,  // a script under a name that is not run any more: "x.aspx.txt"
  something,  // sent to clients as it is, or read as settings
};

struct WebContent {
  bool server_script = false;  // it has code that a server would run, were its name a script's
  bool bare_dump = false;      // a virtual directory's settings without script
  std::vector<Claim> claims;   // at most one per rule, in the order of the ideas above
};

// `extension` with its dot, in lower case; one that no server runs lets the text decide what it is.
WebContent analyse_web_content(std::string_view bytes, std::string_view extension, ServedAs served_as);

}  // namespace afterpatch::detect::files
