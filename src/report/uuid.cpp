#include "report/uuid.h"

#include "base/digits.h"
#include "base/hash.h"

namespace afterpatch::report {
namespace {

constexpr std::size_t kHexDigits = 32;

std::string bytes_of(std::string_view uuid) {
  std::string bytes;
  int high = -1;
  for (const char c : uuid) {
    const int digit = hex_digit(c);
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<char>(high * 16 + digit));
      high = -1;
    }
  }
  return bytes;
}

}  // namespace

std::string uuid_v5(std::string_view name_space, std::string_view name) {
  Hasher hasher;
  hasher.add(bytes_of(name_space));
  hasher.add(name);
  std::string hex = hasher.finish().sha1.substr(0, kHexDigits);
  constexpr std::string_view kVariant = "89ab";  // the two highest bits of that byte are 10
  hex[12] = '5';
  hex[16] = kVariant[static_cast<std::size_t>(hex_digit(hex[16])) & 3U];
  for (const std::size_t at : {20U, 16U, 12U, 8U}) hex.insert(at, 1, '-');
  return hex;
}

}  // namespace afterpatch::report
