// Chance that repeats: the same seed gives the same numbers on every machine and compiler, which the standard
// library's distributions do not promise. xoshiro256** (Blackman and Vigna, https://prng.di.unimi.it/),
// seeded by SplitMix64.
//
// Example:
//   const Random world(seed);
//   Random traffic = world.fork("traffic", 17);   // its own stream: drawing from it never disturbs another
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace afterpatch::range {

class Random {
 public:
  explicit Random(std::uint64_t seed);

  // An independent stream named after its use. Depends on the seed, not on what was drawn so far.
  Random fork(std::string_view name, std::uint64_t number = 0) const;

  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound);                   // 0 .. bound-1; 0 when bound is 0
  std::int64_t between(std::int64_t low, std::int64_t high);  // both ends included
  bool chance(unsigned percent) { return below(100) < percent; }

  template <typename Container>
  const auto& pick(const Container& choices) {
    return choices[static_cast<std::size_t>(below(choices.size()))];
  }

  std::string text(std::string_view alphabet, std::size_t length);
  std::string hex(std::size_t digits) { return text("0123456789abcdef", digits); }
  std::string guid();  // "61d2c86f-f9bb-456d-88c0-3529172510ac" (RFC 4122, version 4)

 private:
  std::uint64_t seed_;
  std::array<std::uint64_t, 4> state_;
};

}  // namespace afterpatch::range
