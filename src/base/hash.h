// Digests of evidence, in lower-case hexadecimal. By OpenSSL; MD5 and SHA-1 only because published
// indicators use them.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace afterpatch {

struct Digests {
  std::string md5;
  std::string sha1;
  std::string sha256;
};

// Feeds bytes in pieces. Not thread-safe; one per thread.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  void add(std::string_view bytes);
  Digests finish();  // REQUIRES: called once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256(std::string_view bytes);

}  // namespace afterpatch
