// The order in which a scan goes through its targets, and which of them are this shard's.
//
// Every position of the scan stands for one target, the same in every run with the same targets and seed. A
// shard takes whole neighbourhoods (/24, /48), so two machines never meet at one network and the limits of
// each hold for all together. Which shard a network belongs to does not depend on the seed.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "exposure/permutation.h"
#include "exposure/target_set.h"

namespace afterpatch::exposure {

struct Shard {
  std::uint32_t number = 1;  // 1 .. count
  std::uint32_t count = 1;
};

// "2/5".
Result<Shard> parse_shard(std::string_view text);

// Thread-safe. `targets` must be sealed and outlive it.
class TargetOrder {
 public:
  TargetOrder(const TargetSet& targets, std::uint64_t seed, Shard shard);

  std::uint64_t size() const { return permutation_.size(); }  // of all shards together
  Target at(std::uint64_t position) const { return targets_.at(permutation_.at(position)); }
  // A name without an address belongs to a shard by its text: its addresses are known only later.
  bool is_ours(const Target& target) const;

 private:
  const TargetSet& targets_;
  Permutation permutation_;
  Shard shard_;
};

}  // namespace afterpatch::exposure
