// What several tests of this room need.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "constituency/domain_name.h"
#include "constituency/organisation.h"

namespace afterpatch::constituency {

inline const PublicSuffixes& suffixes() {
  static const PublicSuffixes kSuffixes = *PublicSuffixes::load();
  return kSuffixes;
}

inline Address address(const char* text) {
  return parse_address(text).value();
}

inline Organisation organisation(std::string id, std::vector<std::string> domains,
                                 const std::vector<const char*>& networks = {}) {
  Organisation made;
  made.name = "Organisation " + id;
  made.id = std::move(id);
  made.domains = std::move(domains);
  for (const char* network : networks) made.networks.push_back(parse_network(network).value());
  return made;
}

inline Timestamp day(const char* text) {
  return parse_time(text).value();
}

}  // namespace afterpatch::constituency
