// The observables of a case: each function adds what it needs to the bundle and returns the identifiers, the
// thing itself first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/stix/bundle.h"

namespace afterpatch::report::stix {

using Ids = std::vector<std::string>;

std::string add_address(Bundle& bundle, std::string_view address);

// Requests from an address; with a method and path if known.
struct Requests {
  std::string_view address;
  std::string_view method;
  std::string_view path;
  Timestamp first;
  Timestamp last;
};
Ids add_requests(Bundle& bundle, const Requests& requests);  // network-traffic, address

Ids add_file(Bundle& bundle, const SharedDoor& door);  // file, directory; empty if neither name nor digest
std::string add_url(Bundle& bundle, std::string_view host, std::string_view path);
std::string add_mailbox(Bundle& bundle, std::string_view name);

}  // namespace afterpatch::report::stix
