// What was looked up about whom to tell, in the form in which a store's statements keep it (docs/store.md):
// what registries and security.txt said, and where the mail of a domain goes. Pure.
//
// Example:
//   const std::string content = to_json(found_in(*security_txt));
//   const auto again = read_found_contacts(content, suffixes, "statement 17");
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "constituency/domain_name.h"
#include "constituency/organisation.h"
#include "constituency/security_txt.h"

namespace afterpatch::constituency {

// One answer of one place about one organisation. The next answer of the same place replaces it.
struct FoundContacts {
  std::string from;  // "RDAP 192.0.2.0/24", "RDAP AS64500", "security.txt of praxis.example"
  std::vector<Contact> contacts;
  std::optional<Timestamp> expires;  // as a security.txt says
  bool signature_seen = false;       // around a security.txt; not checked
  std::string failed;                // why there was no answer: then an older answer stays

  bool operator==(const FoundContacts&) const = default;
};

FoundContacts found_in(const SecurityTxt& file);
// As contact_ladder() takes it. REQUIRES: made by found_in().
SecurityTxt security_txt_of(const FoundContacts& found);
bool is_security_txt(const FoundContacts& found);

std::string to_json(const FoundContacts& found);  // one object on one line
// What to_json() wrote. Fails on anything else; `where` stands in the error.
Result<FoundContacts> read_found_contacts(std::string_view json, const PublicSuffixes& suffixes,
                                          const std::string& where);

// Where the mail of a domain goes (RFC 5321, section 5.1): names and their addresses. A domain without MX
// record that has an address is its own exchanger.
struct MailExchangers {
  std::string domain;
  std::map<std::string, std::vector<Address>> exchangers;  // all with at least one address

  bool operator==(const MailExchangers&) const = default;
};
std::string to_json(const MailExchangers& mail);
Result<MailExchangers> read_mail_exchangers(std::string_view json, const std::string& where);

}  // namespace afterpatch::constituency
