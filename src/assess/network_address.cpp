#include "assess/network_address.h"

#include <arpa/inet.h>

#include <array>
#include <cstdint>
#include <string>

namespace afterpatch::assess {
namespace {

struct Network {
  std::uint32_t address;
  int bits;
};

// RFC 1122 (this network, loopback), RFC 1918 (private), RFC 3927 (link-local), RFC 6598 (carrier's shared
// space).
constexpr std::array<Network, 7> kInsideNetworks = {{
    {0x00000000, 8},
    {0x0A000000, 8},
    {0x64400000, 10},
    {0x7F000000, 8},
    {0xA9FE0000, 16},
    {0xAC100000, 12},
    {0xC0A80000, 16},
}};

bool is_inside_v4(std::uint32_t address) {
  for (const auto& network : kInsideNetworks) {
    if ((address ^ network.address) >> (32 - network.bits) == 0) return true;
  }
  return false;
}

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U | std::uint32_t{bytes[2]} << 8U |
         bytes[3];
}

// ::, ::1, fe80::/10 (RFC 4291), fc00::/7 (RFC 4193), ::ffff:0:0/96 as the IPv4 address in it.
bool is_inside_v6(const std::array<std::uint8_t, 16>& bytes) {
  bool zeros = true;
  for (std::size_t i = 0; i < 10; ++i) zeros = zeros && bytes[i] == 0;
  if (zeros && bytes[10] == 0xFF && bytes[11] == 0xFF) return is_inside_v4(big_endian(bytes.data() + 12));
  if (zeros && bytes[10] == 0 && bytes[11] == 0 && big_endian(bytes.data() + 12) <= 1) return true;
  return (bytes[0] & 0xFEU) == 0xFC || (bytes[0] == 0xFE && (bytes[1] & 0xC0U) == 0x80);
}

bool is_own_v4(std::uint32_t address) {
  return address >> 24U == 0x7F || address >> 16U == 0xA9FE;
}

bool is_own_v6(const std::array<std::uint8_t, 16>& bytes) {
  bool zeros = true;
  for (std::size_t i = 0; i < 10; ++i) zeros = zeros && bytes[i] == 0;
  if (zeros && bytes[10] == 0xFF && bytes[11] == 0xFF) return is_own_v4(big_endian(bytes.data() + 12));
  if (zeros && bytes[10] == 0 && bytes[11] == 0 && big_endian(bytes.data() + 12) == 1) return true;
  return bytes[0] == 0xFE && (bytes[1] & 0xC0U) == 0x80;
}

}  // namespace

bool is_inside_address(std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return is_inside_v4(big_endian(bytes.data()));
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return is_inside_v6(bytes);
  return true;
}

bool is_own_address(std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));
  std::array<std::uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return is_own_v4(big_endian(bytes.data()));
  return inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1 && is_own_v6(bytes);
}

}  // namespace afterpatch::assess
