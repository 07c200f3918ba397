// Finds what names a victim in a report, so that files that leave the house don't: servers, hosts, domains,
// accounts, mailboxes, addresses inside.
//
// Two nets. Names that the report gives at a place where only names stand (a server's name, a mailbox, the
// account of an event, the host of a request) are looked for everywhere. And what is a name by its form - an
// e-mail address, a SID of a domain, an address of an inside network - is hidden wherever it stands, known or
// not. Words of Exchange and Windows themselves ("owa", "SYSTEM") are no names: an intruder chooses what is
// logged as a user, and must not be able to blot out his own traces by calling himself "aspx".
//
// Example:
//   const VictimNames names(hunt);
//   names.hidden("run against mail.contoso.example");  // "run against victim-host-1"
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "assess/server_report.h"

namespace afterpatch::report {

// Immutable once made, then thread-safe. The same report gives the same pseudonyms; a name is numbered by its
// first place in the report, whatever its case.
class VictimNames {
 public:
  // Of all campaigns of the hunt, so that a name has one pseudonym in all of them.
  explicit VictimNames(const assess::HuntReport& hunt);

  // Each name replaced by its pseudonym ("victim-server-1", "victim-domain-2"); one that was told by its form
  // alone becomes "victim-mailbox", "victim-sid" or "victim-address". Time grows with the text's length, not
  // with the number of names.
  std::string hidden(std::string_view text) const;

  // Whether hidden() would change the text.
  bool are_in(std::string_view text) const { return hidden(text) != text; }

  // "victim-mailbox-1" of any text at the place of a mailbox's name, even of one that is no name.
  // REQUIRES: a mailbox of the report, not "unknown".
  const std::string& mailbox(std::string_view name) const { return mailboxes_.at(std::string(name)); }

 private:
  void add_report(const assess::HuntReport& hunt);
  void index_names();
  void add_servers(const assess::HuntReport& hunt);
  void add_conclusions(const assess::ServerReport& server);
  void add_facts(const detect::Detection& detection);
  void add(std::string_view name, std::string_view kind, std::string_view pseudonym = {});
  void add_account(std::string_view name);
  void add_mailbox(std::string_view name);
  void add_host(std::string_view name);
  void add_domain(std::string_view name);
  void add_hosts_in(std::string_view text);
  std::size_t name_at(const std::string& lower, std::size_t at) const;  // its length; 0 = none

  std::map<std::string, std::string> mailboxes_;             // as the report has it -> pseudonym
  std::unordered_map<std::string, std::string> pseudonyms_;  // lower case -> pseudonym
  // Lengths of the names, longest first, by their first kShortestName bytes.
  std::unordered_map<std::string, std::vector<std::size_t>> lengths_;
  std::map<std::string, std::size_t> counts_;  // names so far, by kind
};

}  // namespace afterpatch::report
