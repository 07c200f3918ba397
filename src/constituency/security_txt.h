// security.txt (RFC 9116): where a domain says whom to tell.
//
// Of the top million domains 0.7 % have one, and a fifth of those is valid: a bonus, not the plan. So what is
// wrong with one is said, not punished.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "constituency/organisation.h"

namespace afterpatch::constituency {

inline constexpr std::size_t kMostSecurityTxtBytes = 64U << 10U;
inline constexpr std::size_t kMostSecurityTxtContacts = 16;

struct SecurityTxt {
  std::string domain;
  std::vector<Contact> contacts;  // in the file's order of preference; rung security_txt
  std::optional<Timestamp> expires;
  std::vector<std::string> encryption;  // where keys are: URLs, "openpgp4fpr:...", as written
  std::vector<std::string> languages;   // BCP 47
  bool signature_seen = false;          // an OpenPGP cleartext signature stands around it; not checked
  std::vector<std::string> faults;      // "line 4: no contact that we can use", "no Expires"
};

// `fetched`: when; the contacts' age counts from it. Fails if there is no contact in it at all, or it is
// longer than kMostSecurityTxtBytes. Never throws. Thread-safe.
Result<SecurityTxt> read_security_txt(std::string_view text, const std::string& domain, Timestamp fetched);

}  // namespace afterpatch::constituency
