// A random order over 0 .. size-1 that needs no memory, so that a country is scanned in an order in which no
// network is hit twice in a row, and a scan that was stopped goes on at a number.
//
// A Feistel network permutes the numbers of an even count of bits; numbers behind `size` are sent through
// again until they fall inside (cycle walking; Black and Rogaway, "Ciphers with Arbitrary Finite Domains",
// 2002). The numbers of an even count of bits are at most four times as many as asked for, so that takes at
// most four rounds on average.
#pragma once

#include <cstdint>

namespace afterpatch::exposure {

// Thread-safe. Not a cipher: whoever knows the seed knows the order.
class Permutation {
 public:
  Permutation(std::uint64_t size, std::uint64_t seed);

  std::uint64_t size() const { return size_; }
  // Each number below size exactly once as `position` goes from 0 to size-1. REQUIRES: position < size.
  std::uint64_t at(std::uint64_t position) const;

 private:
  std::uint64_t once(std::uint64_t number) const;

  std::uint64_t size_;
  std::uint64_t seed_;
  unsigned half_bits_;
};

// A well-mixed 64-bit hash of one number (finaliser of SplitMix64; Steele, Lea and Flood, 2014).
constexpr std::uint64_t mix(std::uint64_t number) {
  number += 0x9E3779B97F4A7C15ULL;
  number = (number ^ number >> 30U) * 0xBF58476D1CE4E5B9ULL;
  number = (number ^ number >> 27U) * 0x94D049BB133111EBULL;
  return number ^ number >> 31U;
}

}  // namespace afterpatch::exposure
