// Byte transforms behind the modifiers base64, base64offset, wide, utf16le, utf16be and utf16.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace afterpatch::detect::sigma {

std::string to_base64(std::string_view bytes);

// What is common to every base64 text in which `bytes` stand at an offset of 0, 1 or 2 modulo 3. The first
// and last characters, which depend on the bytes around, are left out. Entries may be empty when `bytes` are
// very few.
std::array<std::string, 3> to_base64_offsets(std::string_view bytes);

enum class Utf16 : std::uint8_t { little, big };
std::string to_utf16(std::string_view utf8, Utf16 order);
inline constexpr std::string_view kUtf16Mark = "\xFF\xFE";  // byte order mark, little endian

}  // namespace afterpatch::detect::sigma
