#include "detect/sigma/text_transform.h"

#include <algorithm>
#include <vector>

#include "detect/sigma/code_points.h"

namespace afterpatch::detect::sigma {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";  // RFC 4648

void append_unit(std::string& out, char32_t unit, Utf16 order) {
  const char low = static_cast<char>(static_cast<unsigned char>(unit & 0xFFU));
  const char high = static_cast<char>(static_cast<unsigned char>((unit >> 8U) & 0xFFU));
  out.push_back(order == Utf16::little ? low : high);
  out.push_back(order == Utf16::little ? high : low);
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string out;
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
  };
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const unsigned group = (byte(i) << 16U) | (byte(i + 1) << 8U) | byte(i + 2);
    out.push_back(kAlphabet[group >> 18U]);
    out.push_back(kAlphabet[(group >> 12U) & 63U]);
    out.push_back(i + 1 < bytes.size() ? kAlphabet[(group >> 6U) & 63U] : '=');
    out.push_back(i + 2 < bytes.size() ? kAlphabet[group & 63U] : '=');
  }
  return out;
}

std::array<std::string, 3> to_base64_offsets(std::string_view bytes) {
  // Characters that hold bits of what stands before, and (padding included) of what comes after.
  constexpr std::array<std::size_t, 3> kFront = {0, 2, 3};
  constexpr std::array<std::size_t, 3> kBack = {0, 3, 2};
  std::array<std::string, 3> out;
  for (std::size_t shift = 0; shift < 3; ++shift) {
    const std::string encoded = to_base64(std::string(shift, ' ') + std::string(bytes));
    const std::size_t end = encoded.size() - std::min(encoded.size(), kBack[(bytes.size() + shift) % 3]);
    if (end > kFront[shift]) out[shift] = encoded.substr(kFront[shift], end - kFront[shift]);
  }
  return out;
}

std::string to_utf16(std::string_view utf8, Utf16 order) {
  std::vector<char32_t> characters;
  decode(utf8, Case::as_is, characters);
  std::string out;
  for (char32_t c : characters) {
    if (c >= kIllFormedByte) c = 0xFFFD;
    if (c < 0x10000) {
      append_unit(out, c, order);
    } else {
      append_unit(out, 0xD800 + ((c - 0x10000) >> 10U), order);
      append_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FFU), order);
    }
  }
  return out;
}

}  // namespace afterpatch::detect::sigma
