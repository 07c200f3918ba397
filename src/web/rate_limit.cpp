#include "web/rate_limit.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/hex.h"

namespace afterpatch::web {

RateLimit::RateLimit(double burst, std::chrono::milliseconds refill, std::size_t most_keys)
    : burst_(burst), refill_seconds_(std::chrono::duration<double>(refill).count()), most_keys_(most_keys) {}

RateLimit::Bucket& RateLimit::bucket_of(const std::string& key, Clock::time_point now) {
  const auto known = by_key_.find(key);
  if (known != by_key_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, known->second);
  } else {
    buckets_.push_front({key, burst_, now});
    by_key_[key] = buckets_.begin();
  }
  if (buckets_.size() > most_keys_) {
    by_key_.erase(buckets_.back().key);
    buckets_.pop_back();
  }
  Bucket& bucket = buckets_.front();
  const double waited = std::chrono::duration<double>(now - bucket.at).count();
  bucket.left = std::min(burst_, bucket.left + waited / refill_seconds_);
  bucket.at = now;
  return bucket;
}

bool RateLimit::take(const std::string& key, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  Bucket& bucket = bucket_of(key, now);
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

bool RateLimit::has(const std::string& key, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  return bucket_of(key, now).left >= 1;
}

std::size_t RateLimit::keys() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

std::string client_key(const std::string& address) {
  std::array<char, sizeof(in6_addr)> bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return address;
  return to_hex(std::string_view(bytes.data(), 8)) + "/64";
}

}  // namespace afterpatch::web
