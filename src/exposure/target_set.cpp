#include "exposure/target_set.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "exposure/special_ranges.h"

namespace afterpatch::exposure {
namespace {

constexpr std::size_t kStride = 64;

// Addresses in a range; saturates, which only special IPv6 ranges reach.
std::uint64_t count(const AddressRange& range) {
  if (range.last.high != range.first.high) return UINT64_MAX;
  const std::uint64_t span = range.last.low - range.first.low;
  return span == UINT64_MAX ? span : span + 1;
}

std::uint64_t add_saturating(std::uint64_t a, std::uint64_t b) {
  return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

bool lies_in_loopback(const AddressRange& range) {
  return is_loopback(range.first) && is_loopback(range.last);
}

bool is_label(std::string_view label) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !label.empty() && label.size() <= 63 && label.front() != '-' && std::ranges::all_of(label, fits);
}

}  // namespace

std::optional<std::string> host_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 253) return std::nullopt;
  std::string name = to_lower_ascii(text);
  const auto labels = split(name, '.');
  const bool ends_in_letters =
      std::ranges::any_of(labels.back(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (labels.size() < 2 || !ends_in_letters || !std::ranges::all_of(labels, is_label)) return std::nullopt;
  return name;
}

Result<void> TargetSet::add(const AddressRange& range) {
  if (lies_in_loopback(range)) {
    loopback_ranges_.push_back(range);
    add_allowed(range);
    return {};
  }
  const AddressSet allowed(allowed_);
  std::vector<AddressRange> parts = subtract(range, special_ranges());
  for (const AddressRange& named : allowed.ranges()) {
    if (named.first.v6 != range.first.v6 || named.last < range.first || named.first > range.last) continue;
    parts.push_back({std::max(named.first, range.first), std::min(named.last, range.last)});
  }
  std::uint64_t kept = 0;
  const AddressSet kept_parts(std::move(parts));
  for (const AddressRange& part : kept_parts.ranges()) {
    if (count(part) > 1ULL << kWidestV6Bits) {
      return fail("an IPv6 range of more than 4 billion addresses can't be probed one by one",
                  to_string(range), "give a list of addresses or names");
    }
    kept += count(part);
    add_allowed(part);
  }
  left_out_ = add_saturating(left_out_, count(range) - std::min(kept, count(range)));
  return {};
}

void TargetSet::add_allowed(const AddressRange& range) {
  if (range.first.v6) {
    v6_.push_back(range);
  } else {
    v4_.push_back({static_cast<std::uint32_t>(range.first.low), static_cast<std::uint32_t>(range.last.low)});
  }
}

void TargetSet::add(Target target) {
  if (target.address && is_loopback(*target.address))
    loopback_ranges_.push_back({*target.address, *target.address});
  named_.push_back(std::move(target));
}

void TargetSet::seal() {
  allowed_set_ = AddressSet(allowed_);
  loopback_asked_ = AddressSet(loopback_ranges_);
  std::ranges::sort(named_);
  named_.erase(std::unique(named_.begin(), named_.end()), named_.end());
  const auto refused = std::erase_if(
      named_, [this](const Target& target) { return target.address && !may_send_to(*target.address); });
  left_out_ = add_saturating(left_out_, refused);
  seal_v4();
  seal_v6();
}

void TargetSet::seal_v4() {
  std::ranges::sort(v4_);
  std::size_t kept = 0;
  for (const V4Range range : v4_) {
    if (kept > 0 && range.first <= std::uint64_t{v4_[kept - 1].last} + 1) {
      v4_[kept - 1].last = std::max(v4_[kept - 1].last, range.last);
    } else {
      v4_[kept++] = range;
    }
  }
  v4_.resize(kept);
  v4_.shrink_to_fit();
  for (std::size_t i = 0; i < v4_.size(); ++i) {
    if (i % kStride == 0) v4_before_.push_back(v4_count_);
    v4_count_ += std::uint64_t{v4_[i].last} - v4_[i].first + 1;
  }
}

void TargetSet::seal_v6() {
  const AddressSet joined(std::move(v6_));
  v6_ = joined.ranges();
  for (const AddressRange& range : v6_) {
    v6_before_.push_back(v6_count_);
    v6_count_ += count(range);
  }
}

std::uint64_t TargetSet::size() const {
  return v4_count_ + v6_count_ + named_.size();
}

Target TargetSet::at(std::uint64_t index) const {
  if (index < v4_count_) return {v4_at(index), {}};
  index -= v4_count_;
  return index < v6_count_ ? Target{v6_at(index), {}} : named_[index - v6_count_];
}

Address TargetSet::v4_at(std::uint64_t index) const {
  const auto stride = std::ranges::upper_bound(v4_before_, index) - v4_before_.begin() - 1;
  index -= v4_before_[static_cast<std::size_t>(stride)];
  std::size_t i = static_cast<std::size_t>(stride) * kStride;
  for (; index > v4_[i].last - v4_[i].first; ++i) index -= std::uint64_t{v4_[i].last} - v4_[i].first + 1;
  return {false, 0, v4_[i].first + index};
}

Address TargetSet::v6_at(std::uint64_t index) const {
  const auto at = std::ranges::upper_bound(v6_before_, index) - v6_before_.begin() - 1;
  const auto i = static_cast<std::size_t>(at);
  Address address = v6_[i].first;
  const std::uint64_t behind = index - v6_before_[i];
  address.low += behind;
  if (address.low < behind) ++address.high;
  return address;
}

bool TargetSet::may_send_to(const Address& address) const {
  return !special_ranges().contains(address) || allowed_set_.contains(address) ||
         loopback_asked_.contains(address);
}

bool TargetSet::only_loopback() const {
  const auto v4_loops = [](const V4Range& range) {
    return range.first >> 24U == 127 && range.last >> 24U == 127;
  };
  const auto named_loops = [](const Target& target) {
    return target.address && is_loopback(*target.address);
  };
  return std::ranges::all_of(v4_, v4_loops) && std::ranges::all_of(v6_, lies_in_loopback) &&
         std::ranges::all_of(named_, named_loops);
}

std::string TargetSet::digest() const {
  Hasher hasher;
  for (const V4Range& range : v4_) hasher.add(fmt::format("{:08x}-{:08x}\n", range.first, range.last));
  for (const AddressRange& range : v6_) hasher.add(to_string(range) + "\n");
  for (const Target& target : named_) {
    hasher.add(fmt::format("{} {}\n", target.address ? to_string(*target.address) : "-", target.name));
  }
  return hasher.finish().sha256;
}

}  // namespace afterpatch::exposure
