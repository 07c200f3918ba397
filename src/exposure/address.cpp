#include "exposure/address.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::exposure {
namespace {

// `bits` ones from the lowest up.
std::uint64_t ones(unsigned bits) {
  return bits == 0 ? 0 : bits >= 64 ? ~0ULL : (1ULL << bits) - 1;
}

// The range of all addresses that share the first `prefix` bits. REQUIRES: prefix fits the family.
AddressRange network(const Address& address, unsigned prefix) {
  AddressRange range{address, address};
  const unsigned free_bits = (address.v6 ? 128U : 32U) - prefix;
  const std::uint64_t low_free = ones(free_bits);
  const std::uint64_t high_free = free_bits > 64 ? ones(free_bits - 64) : 0;
  range.first.low &= ~low_free;
  range.last.low |= low_free;
  range.first.high &= ~high_free;
  range.last.high |= high_free;
  return range;
}

std::optional<unsigned> parse_prefix(std::string_view text, unsigned most) {
  unsigned prefix = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), prefix);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole && !text.empty() && prefix <= most ? std::optional(prefix) : std::nullopt;
}

std::optional<AddressRange> parse_network(std::string_view text, std::size_t slash) {
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const auto prefix = parse_prefix(text.substr(slash + 1), address->v6 ? 128 : 32);
  return prefix ? std::optional(network(*address, *prefix)) : std::nullopt;
}

// How many bits all addresses of the range share if it is a network; nullopt if it is none.
std::optional<unsigned> prefix_of(const AddressRange& range) {
  const std::uint64_t high = range.first.high ^ range.last.high;
  const std::uint64_t low = range.first.low ^ range.last.low;
  const unsigned free_bits = high != 0 ? 64U + static_cast<unsigned>(std::bit_width(high))
                                       : static_cast<unsigned>(std::bit_width(low));
  const unsigned prefix = (range.first.v6 ? 128U : 32U) - free_bits;
  return network(range.first, prefix) == range ? std::optional(prefix) : std::nullopt;
}

Address before(Address address) {
  if (address.low-- == 0) --address.high;
  return address;
}

}  // namespace

Address next(const Address& address) {
  Address following = address;
  if (++following.low == 0 && address.v6) ++following.high;
  return following;
}

bool is_loopback(const Address& address) {
  return address.v6 ? address.high == 0 && address.low == 1 : address.low >> 24U == 127;
}

Address neighbourhood(const Address& address) {
  return network(address, address.v6 ? 48 : 24).first;
}

std::optional<AddressRange> parse_range(std::string_view text) {
  text = trim(text);
  if (const auto slash = text.find('/'); slash != std::string_view::npos) return parse_network(text, slash);
  const auto dash = text.find('-');
  const auto first = parse_address(trim(text.substr(0, dash)));
  if (!first || dash == std::string_view::npos)
    return first ? std::optional(AddressRange{*first, *first}) : std::nullopt;
  const auto last = parse_address(trim(text.substr(dash + 1)));
  if (!last || last->v6 != first->v6 || *last < *first) return std::nullopt;
  return AddressRange{*first, *last};
}

std::string to_string(const AddressRange& range) {
  if (range.first == range.last) return to_string(range.first);
  if (const auto prefix = prefix_of(range)) return fmt::format("{}/{}", to_string(range.first), *prefix);
  return to_string(range.first) + "-" + to_string(range.last);
}

AddressSet::AddressSet(std::vector<AddressRange> ranges) {
  std::ranges::sort(ranges, {}, &AddressRange::first);
  for (const AddressRange& range : ranges) {
    const bool joins = !ranges_.empty() && ranges_.back().last.v6 == range.first.v6 &&
                       (range.first <= ranges_.back().last || range.first == next(ranges_.back().last));
    if (!joins) {
      ranges_.push_back(range);
    } else {
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    }
  }
}

bool AddressSet::contains(const Address& address) const {
  const auto behind = std::ranges::upper_bound(ranges_, address, {}, &AddressRange::first);
  return behind != ranges_.begin() && (behind - 1)->contains(address);
}

std::vector<AddressRange> subtract(const AddressRange& range, const AddressSet& taken) {
  std::vector<AddressRange> left;
  Address from = range.first;
  for (const AddressRange& hole : taken.ranges()) {
    if (hole.last < from || hole.first.v6 != range.first.v6) continue;
    if (hole.first > range.last) break;
    if (hole.first > from) left.push_back({from, before(hole.first)});
    if (hole.last >= range.last) return left;
    from = next(hole.last);
  }
  left.push_back({from, range.last});
  return left;
}

}  // namespace afterpatch::exposure
