#include "range/random.h"

#include <bit>

namespace afterpatch::range {
namespace {

std::uint64_t split_mix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

// FNV-1a, so that streams of different names differ.
std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return hash;
}

}  // namespace

Random::Random(std::uint64_t seed) : seed_(seed), state_() {
  for (auto& word : state_) word = split_mix(seed);
}

Random Random::fork(std::string_view name, std::uint64_t number) const {
  std::uint64_t mixed = seed_ ^ hash_of(name);
  mixed = split_mix(mixed) ^ (number * 0xd1342543de82ef95ULL);
  return Random(split_mix(mixed));
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

// The high half of a product (Lemire): its bias is below bound/2^64, far too small to matter here.
std::uint64_t Random::below(std::uint64_t bound) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64U);
}

std::int64_t Random::between(std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
}

std::string Random::text(std::string_view alphabet, std::size_t length) {
  std::string out(length, ' ');
  for (char& c : out) c = alphabet[static_cast<std::size_t>(below(alphabet.size()))];
  return out;
}

std::string Random::guid() {
  std::string out = hex(36);
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) out[dash] = '-';
  out[14] = '4';
  out[19] = text("89ab", 1)[0];
  return out;
}

}  // namespace afterpatch::range
