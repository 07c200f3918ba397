// `afterpatch constituency attribute` and `assign`: whose each server of a store is.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "app/constituency_dns.h"
#include "app/constituency_registry.h"

namespace afterpatch::app {

struct ConstituencyAttribute {
  std::string store;
  std::vector<std::string> databases;  // MaxMind DB files
  DnsOptions dns;                      // reverse names of servers of which none is known
  RegistryOptions registry;            // who holds the networks of servers that nobody on the list has
  bool json = false;
};

struct ConstituencyAssign {
  std::string store;
  std::string server;        // "192.0.2.1", "[2001:db8::1]:443"
  std::string organisation;  // id; "none": nobody on the list
  std::string by;            // who decides
  std::string why;
};

// Both return the exit status.
int run_constituency_attribute(const ConstituencyAttribute& command, std::ostream& out, std::ostream& err);
int run_constituency_assign(const ConstituencyAssign& command, std::ostream& out, std::ostream& err);

}  // namespace afterpatch::app
