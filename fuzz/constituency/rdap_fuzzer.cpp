// Answers of registries: bounded, about what was asked, and fit for the cache.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "constituency/organisation_json.h"
#include "constituency/rdap_answer.h"
#include "constituency/rdap_bootstrap.h"

using namespace afterpatch::constituency;
using afterpatch::Address;
using afterpatch::Network;
using afterpatch::parse_address;

namespace {

void check(const Organisation& holder) {
  static const PublicSuffixes kSuffixes = *PublicSuffixes::load();
  if (holder.contacts.size() > kMostRdapContacts || holder.networks.size() > 254) std::abort();
  const auto again = read_organisation(to_json(holder), kSuffixes, "cache");
  if (!again || to_json(*again) != to_json(holder)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Address asked = *parse_address("192.0.2.7");
  if (const auto holder = read_rdap_network(text, asked, "fuzz", {})) {
    check(*holder);
    bool holds = false;
    for (const Network& network : holder->networks) holds = holds || network.contains(asked);
    if (!holds) std::abort();
  }
  if (const auto holder = read_rdap_autnum(text, 64500, "fuzz", {})) check(*holder);
  RdapBootstrap bootstrap;
  if (bootstrap.add(text, "fuzz")) {
    const std::string server = bootstrap.server_of(asked);
    if (!server.empty() && (!place_of(server) || !server.ends_with('/'))) std::abort();
  }
  return 0;
}
