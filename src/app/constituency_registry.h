// How the commands reach registries: bootstrap lists, cache, rate; only where the operator asks for it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "constituency/rdap_client.h"

namespace afterpatch::app {

struct RegistryOptions {
  bool ask = false;                    // send questions at all
  bool visit = false;                  // fetch pages of organisations' own web servers
  std::string cache;                   // file of answers; read even if nothing is asked; empty: none
  std::vector<std::string> bootstrap;  // IANA's lists as files; empty: fetched
  std::string contact;                 // of the operator, in the User-Agent: needed to ask or visit
  std::string proxy;
  std::string ca_file;          // certificates to trust (PEM); empty: the system's
  double per_second = 1;        // questions to one server
  std::uint64_t limit = 1000;   // questions of one run
  bool allow_internal = false;  // servers on loopback, by http: for tests
};

// What the options come to. Not thread-safe.
class Registry {
 public:
  // Fails if the cache or a list can't be read, or nobody says who asks.
  static Result<std::unique_ptr<Registry>> open(const RegistryOptions& options,
                                                const constituency::PublicSuffixes& suffixes);

  // The holder of the block; null if it is not known and must not be asked.
  Result<const constituency::RdapEntry*> network_of(const Address& address);
  Result<const constituency::RdapEntry*> as_of(std::uint32_t number);  // the same of an AS
  constituency::WebDoor& web() { return *door_; }
  const constituency::RdapCounts& counts() const { return client_->counts(); }

 private:
  Registry() = default;
  Result<void> load_bootstrap(const RegistryOptions& options);

  RegistryOptions options_;
  std::unique_ptr<constituency::WebDoor> door_;
  constituency::RdapBootstrap bootstrap_;
  constituency::RdapCache cache_;
  constituency::Clock clock_;
  std::unique_ptr<constituency::RdapClient> client_;
};

}  // namespace afterpatch::app
