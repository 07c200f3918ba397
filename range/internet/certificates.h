// Certificates of the range's hosts: made when one is first asked, always the same for one seed and host.
// They name the host, carry one key of a small pool, and are signed by the range's own issuer with Ed25519,
// whose signatures do not change from run to run.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "range/internet/openssl_handles.h"
#include "range/internet/population.h"

namespace afterpatch::range {

// The keys of all hosts. Thread-safe once made.
class KeyPool {
 public:
  static Result<std::shared_ptr<const KeyPool>> make(std::uint64_t seed);

  EVP_PKEY* key_of(const Host& host) const;
  EVP_PKEY* issuer() const { return issuer_.get(); }

 private:
  std::vector<KeyHandle> ec_;
  std::vector<KeyHandle> rsa_;
  KeyHandle issuer_;
};

// One per thread. Keeps the certificates of at most 10,000 hosts, and no huge one.
class Certificates {
 public:
  explicit Certificates(std::shared_ptr<const KeyPool> keys) : keys_(std::move(keys)) {}

  EVP_PKEY* key_of(const Host& host) const { return keys_->key_of(host); }
  // Null only if OpenSSL ran out of memory.
  CertificateHandle certificate_of(const Host& host);

 private:
  std::shared_ptr<const KeyPool> keys_;
  std::unordered_map<std::uint32_t, CertificateHandle> made_;
};

}  // namespace afterpatch::range
