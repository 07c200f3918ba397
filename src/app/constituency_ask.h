// `afterpatch constituency contacts`: looks up whom to tell about the servers that somebody must hear of, and
// keeps the answers as statements, by which `lookup` and `notify plan` go.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "app/constituency_dns.h"
#include "app/constituency_registry.h"

namespace afterpatch::app {

struct ConstituencyContacts {
  std::string store;
  RegistryOptions registry;  // visit: fetch security.txt from organisations' first domains
  DnsOptions dns;            // mail exchangers of the domains of all mail contacts
  unsigned fresh_days = 30;  // an answer that is younger is not asked for again
  bool json = false;
};

// Returns the exit status. A place that does not answer is counted and shown, and the rest goes on.
int run_constituency_contacts(const ConstituencyContacts& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app
