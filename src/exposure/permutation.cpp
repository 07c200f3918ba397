#include "exposure/permutation.h"

#include <algorithm>
#include <bit>

namespace afterpatch::exposure {
namespace {

// Four rounds make a pseudo-random permutation of a pseudo-random function (Luby and Rackoff, 1988); two more
// because small halves mix badly.
constexpr std::uint64_t kRounds = 6;

}  // namespace

Permutation::Permutation(std::uint64_t size, std::uint64_t seed) : size_(size), seed_(seed) {
  const auto bits = static_cast<unsigned>(std::bit_width(size == 0 ? 0 : size - 1));
  half_bits_ = std::max(1U, (bits + 1) / 2);
}

std::uint64_t Permutation::once(std::uint64_t number) const {
  const std::uint64_t mask = (1ULL << half_bits_) - 1;
  std::uint64_t left = number >> half_bits_;
  std::uint64_t right = number & mask;
  for (std::uint64_t round = 0; round < kRounds; ++round) {
    const std::uint64_t mixed = left ^ (mix(right ^ mix(seed_ + round)) & mask);
    left = right;
    right = mixed;
  }
  return left << half_bits_ | right;
}

std::uint64_t Permutation::at(std::uint64_t position) const {
  std::uint64_t number = once(position);
  while (number >= size_) number = once(number);
  return number;
}

}  // namespace afterpatch::exposure
