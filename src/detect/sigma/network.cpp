#include "detect/sigma/network.h"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>

namespace afterpatch::detect::sigma {
namespace {

constexpr unsigned kBits = 128;
constexpr unsigned kIpv4Bits = 32;
constexpr std::size_t kIpv4Start = 12;  // of the 16 bytes, RFC 4291 section 2.5.5.2

std::optional<unsigned> parse_prefix(std::string_view text, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value > most) return std::nullopt;
  return value;
}

bool bit_of(const Address& address, unsigned bit) {
  return ((address[bit / 8] >> (7U - bit % 8U)) & 1U) != 0;
}

bool has_bits_beyond(const Address& address, unsigned prefix) {
  for (unsigned bit = prefix; bit < kBits; ++bit) {
    if (bit_of(address, bit)) return true;
  }
  return false;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  text = text.substr(0, text.find('%'));
  if (text.empty() || text.size() >= terminated.size() || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::memcpy(terminated.data(), text.data(), text.size());
  Address address{};
  if (inet_pton(AF_INET6, terminated.data(), address.data()) == 1) return address;
  if (inet_pton(AF_INET, terminated.data(), address.data() + kIpv4Start) != 1) return std::nullopt;
  address[10] = address[11] = 0xFF;
  return address;
}

bool Network::contains(const Address& other) const {
  const std::size_t whole = prefix / 8;
  if (std::memcmp(address.data(), other.data(), whole) != 0) return false;
  const unsigned rest = prefix % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFFU << (8 - rest));
  return (address[whole] & mask) == (other[whole] & mask);
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  const auto address = parse_address(host);
  if (!address || host.find('%') != std::string_view::npos) return std::nullopt;
  const unsigned shift = host.find(':') == std::string_view::npos ? kBits - kIpv4Bits : 0;
  Network network{*address, kBits, std::string(text)};
  if (slash != std::string_view::npos) {
    const auto prefix = parse_prefix(text.substr(slash + 1), kBits - shift);
    if (!prefix) return std::nullopt;
    network.prefix = shift + *prefix;
  }
  if (has_bits_beyond(network.address, network.prefix)) return std::nullopt;
  return network;
}

}  // namespace afterpatch::detect::sigma
