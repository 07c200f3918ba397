// All targets of a scan, each once, as numbers 0 .. size-1. Ranges stay ranges: the whole of IPv4 costs no
// more than one address.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "exposure/address.h"
#include "exposure/target.h"

namespace afterpatch::exposure {

// Largest number of IPv6 addresses in one range: a /96 has as many addresses as IPv4, and nobody probes a /64
// one by one.
inline constexpr unsigned kWidestV6Bits = 32;

// Filled, then sealed, then thread-safe.
class TargetSet {
 public:
  // Inside networks that the operator names and wants scanned though special_ranges() holds them.
  void allow_special(const AddressRange& range) { allowed_.push_back(range); }

  // Special ranges are left out and counted, except allowed ones and a range that lies wholly in loopback.
  // Fails on an IPv6 range that is wider than kWidestV6Bits.
  Result<void> add(const AddressRange& range);
  void add(Target target);  // an address with a name, or a name

  // Once, when all is added.
  void seal();

  std::uint64_t size() const;
  // REQUIRES: sealed, index < size().
  Target at(std::uint64_t index) const;

  // Whether something may be sent there at all: asked again for every address that a name gave.
  bool may_send_to(const Address& address) const;
  bool only_loopback() const;
  bool has_names() const { return !named_.empty(); }
  std::uint64_t left_out() const { return left_out_; }  // special addresses that were asked for

  // Names the set: two sets with the same digest give the same targets at the same numbers.
  std::string digest() const;

 private:
  struct V4Range {
    std::uint32_t first;
    std::uint32_t last;
    auto operator<=>(const V4Range&) const = default;
  };
  void add_allowed(const AddressRange& range);
  void seal_v4();
  void seal_v6();
  Address v4_at(std::uint64_t index) const;
  Address v6_at(std::uint64_t index) const;

  std::vector<AddressRange> allowed_;
  std::vector<V4Range> v4_;
  std::vector<std::uint64_t> v4_before_;  // addresses before every 64th range: a sixteenth of the memory
  std::uint64_t v4_count_ = 0;
  std::vector<AddressRange> v6_;
  std::vector<std::uint64_t> v6_before_;
  std::uint64_t v6_count_ = 0;
  std::vector<Target> named_;
  AddressSet allowed_set_;
  AddressSet loopback_asked_;
  std::vector<AddressRange> loopback_ranges_;
  std::uint64_t left_out_ = 0;
};

}  // namespace afterpatch::exposure
