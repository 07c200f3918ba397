// Asks registries who holds a network block or an AS (RFC 9082), politely: one question a block, never one an
// address; a rate for each server that holds exactly; a server that says "later" (429, 503 with Retry-After)
// is left alone until then; answers are kept (rdap_cache.h).
//
// Example:
//   RdapClient client(*door, bootstrap, cache, clock, {});
//   const auto holder = client.network_of(*parse_address("192.0.2.7"));
//   if (holder && (*holder)->holder) contacts = (*holder)->holder->contacts;
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/error.h"
#include "constituency/rdap_bootstrap.h"
#include "constituency/rdap_cache.h"
#include "constituency/token_bucket.h"
#include "constituency/web_fetch.h"

namespace afterpatch::constituency {

// Time, so that tests need not wait.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::steady_clock::time_point now();
  virtual Timestamp wall();
  virtual void sleep_until(std::chrono::steady_clock::time_point moment);
};

struct RdapSettings {
  std::chrono::milliseconds interval{1000};  // between two questions to one server
  int burst = 1;
  std::chrono::seconds longest_wait{60};  // for a server that says "later"; beyond that the question fails
  std::chrono::days keep_for{90};         // an older answer is asked again
  int most_redirects = 3;
  int most_retries = 2;
};

struct RdapCounts {
  std::uint64_t asked = 0;  // requests sent, redirects and retries with them
  std::uint64_t from_cache = 0;
  std::uint64_t failed = 0;
};

// All but the settings must outlive it. Not thread-safe.
class RdapClient {
 public:
  RdapClient(WebDoor& door, const RdapBootstrap& bootstrap, RdapCache& cache, Clock& clock,
             RdapSettings settings);

  // Valid until the next call. Fails if nobody answers rightly; an old answer is given rather than none.
  Result<const RdapEntry*> network_of(const Address& address);
  Result<const RdapEntry*> as_of(std::uint32_t number);

  const RdapCounts& counts() const { return counts_; }

 private:
  struct Server {
    TokenBucket bucket;
    std::chrono::steady_clock::time_point silent_until{};
  };
  Server& server_of(const WebPlace& place);
  bool is_fresh(const RdapEntry& entry);
  Result<WebAnswer> ask(const std::string& url);
  Result<WebAnswer> ask_server(const std::string& url, const WebPlace& place);
  Result<void> wait_for(Server& server, const std::string& url);
  void note_later(Server& server, const WebAnswer& answer);
  Result<const RdapEntry*> learn_network(const Address& address);
  Result<const RdapEntry*> learn_as(std::uint32_t number);
  Result<const RdapEntry*> or_old(Result<const RdapEntry*> learnt, const RdapEntry* old);

  WebDoor& door_;
  const RdapBootstrap& bootstrap_;
  RdapCache& cache_;
  Clock& clock_;
  RdapSettings settings_;
  RdapCounts counts_;
  std::map<std::string, Server> servers_;  // by host and port
};

}  // namespace afterpatch::constituency
