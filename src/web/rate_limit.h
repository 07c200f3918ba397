// Token buckets by key (an address, an account), with a bound on how many keys are remembered.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

namespace afterpatch::web {

// Thread-safe.
class RateLimit {
 public:
  using Clock = std::chrono::steady_clock;

  // At most `burst` at once and one more every `refill`. Of more than `most_keys` keys the one used longest
  // ago is forgotten.
  RateLimit(double burst, std::chrono::milliseconds refill, std::size_t most_keys = 65536);

  // Takes one; false if there is none. `now` must not go backwards.
  bool take(const std::string& key, Clock::time_point now = Clock::now());
  // Whether take() would succeed.
  bool has(const std::string& key, Clock::time_point now = Clock::now());

  std::size_t keys() const;

 private:
  struct Bucket {
    std::string key;
    double left = 0;
    Clock::time_point at;
  };
  Bucket& bucket_of(const std::string& key, Clock::time_point now);

  double burst_;
  double refill_seconds_;
  std::size_t most_keys_;
  mutable std::mutex mutex_;
  std::list<Bucket> buckets_;  // used last first
  std::unordered_map<std::string, std::list<Bucket>::iterator> by_key_;
};

// The part of an address that one client has to itself: all of an IPv4 address, the /64 of an IPv6 one.
std::string client_key(const std::string& address);

}  // namespace afterpatch::web
