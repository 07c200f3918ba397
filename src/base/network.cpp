#include "base/network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch {
namespace {

std::uint64_t big_endian(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number = number << 8U | bytes[i];
  return number;
}

void store_big_endian(std::uint64_t number, std::uint8_t* bytes, std::size_t count) {
  for (std::size_t i = count; i-- > 0; number >>= 8U) bytes[i] = static_cast<std::uint8_t>(number);
}

Address from_v6(const std::array<std::uint8_t, 16>& bytes) {
  const std::uint64_t high = big_endian(bytes.data(), 8);
  const std::uint64_t low = big_endian(bytes.data() + 8, 8);
  if (high == 0 && low >> 32U == 0xFFFF) return {false, 0, low & 0xFFFFFFFFU};
  return {true, high, low};
}

// `bits` ones from the lowest up.
constexpr std::uint64_t ones(unsigned bits) {
  return bits == 0 ? 0 : bits >= 64 ? ~0ULL : (1ULL << bits) - 1;
}

constexpr unsigned bits_of(const Address& address) {
  return address.v6 ? 128U : 32U;
}

Address last_of(const Network& network) {
  const unsigned free_bits = bits_of(network.first) - network.length;
  Address last = network.first;
  last.low |= ones(free_bits);
  if (free_bits > 64) last.high |= ones(free_bits - 64);
  return last;
}

bool increment(Address& address) {  // false when it was the last of its family
  if (!address.v6) return ++address.low <= 0xFFFFFFFFU;
  if (++address.low != 0) return true;
  return ++address.high != 0;
}

std::optional<unsigned> parse_length(std::string_view text, unsigned most) {
  unsigned length = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), length);
  const bool whole = !text.empty() && parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole && length <= most ? std::optional(length) : std::nullopt;
}

// The largest network that begins at `first` and does not reach beyond `last`.
Network largest_at(const Address& first, const Address& last) {
  Network network{first, bits_of(first)};
  while (network.length > 0) {
    const Network wider{masked(first, network.length - 1), network.length - 1};
    if (wider.first != first || last_of(wider) > last) break;
    network = wider;
  }
  return network;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data()) == 1)
    return Address{false, 0, big_endian(bytes.data(), 4)};
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return from_v6(bytes);
  return std::nullopt;
}

std::string to_string(const Address& address) {
  std::array<std::uint8_t, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.v6) {
    store_big_endian(address.high, bytes.data(), 8);
    store_big_endian(address.low, bytes.data() + 8, 8);
  } else {
    store_big_endian(address.low, bytes.data(), 4);
  }
  inet_ntop(address.v6 ? AF_INET6 : AF_INET, bytes.data(), text.data(), text.size());
  return text.data();
}

Address masked(const Address& address, unsigned length) {
  const unsigned free_bits = bits_of(address) - length;
  Address result = address;
  result.low &= ~ones(free_bits);
  if (free_bits > 64) result.high &= ~ones(free_bits - 64);
  return result;
}

std::optional<Network> parse_network(std::string_view text) {
  text = trim(text);
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Network{*address, bits_of(*address)};
  const auto length = parse_length(text.substr(slash + 1), bits_of(*address));
  if (!length || masked(*address, *length) != *address) return std::nullopt;
  return Network{*address, *length};
}

std::string to_string(const Network& network) {
  return fmt::format("{}/{}", to_string(network.first), network.length);
}

std::vector<Network> networks_between(const Address& first, const Address& last) {
  std::vector<Network> networks;
  if (first.v6 != last.v6) return networks;
  for (Address at = first; at <= last;) {
    networks.push_back(largest_at(at, last));
    at = last_of(networks.back());
    if (!increment(at)) break;
  }
  return networks;
}

bool is_internal(const Address& address) {
  static const std::vector<Network> kInternal = [] {
    std::vector<Network> networks;
    for (const char* text : {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
                             "172.16.0.0/12", "192.168.0.0/16", "::/128", "::1/128", "fc00::/7", "fe80::/10"})
      networks.push_back(*parse_network(text));
    return networks;
  }();
  return std::ranges::any_of(kInternal, [&](const Network& network) { return network.contains(address); });
}

}  // namespace afterpatch
