#include "exposure/target_order.h"

#include <charconv>

namespace afterpatch::exposure {
namespace {

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0;
  for (const char c : text) hash = mix(hash ^ static_cast<unsigned char>(c));
  return hash;
}

bool parse_number(std::string_view text, std::uint32_t& number) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && number > 0;
}

}  // namespace

Result<Shard> parse_shard(std::string_view text) {
  const auto slash = text.find('/');
  Shard shard;
  const bool read = slash != std::string_view::npos && parse_number(text.substr(0, slash), shard.number) &&
                    parse_number(text.substr(slash + 1), shard.count);
  if (!read || shard.number > shard.count)
    return fail("no shard: '" + std::string(text) + "'", "", "expected i/n with 1 <= i <= n, such as 2/5");
  return shard;
}

TargetOrder::TargetOrder(const TargetSet& targets, std::uint64_t seed, Shard shard)
    : targets_(targets), permutation_(targets.size(), seed), shard_(shard) {}

bool TargetOrder::is_ours(const Target& target) const {
  if (shard_.count == 1) return true;
  std::uint64_t key = hash_of(target.name);
  if (target.address) {
    const Address network = neighbourhood(*target.address);
    key = mix(network.high) ^ mix(network.low + (network.v6 ? 1 : 0));
  }
  return mix(key) % shard_.count == shard_.number - 1;
}

}  // namespace afterpatch::exposure
