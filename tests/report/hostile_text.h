// What no output may hold, whatever the evidence held.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::report {

// The first byte or character that could drive a terminal or reorder text, described; nullopt if there is
// none. Line feeds are allowed: they are the outputs' own line ends, and evidence never brings one (each test
// that needs it counts lines).
inline std::optional<std::string> first_danger(std::string_view text) {
  if (!is_utf8(text)) return "ill-formed UTF-8";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\n') || byte == 0x7F)
      return fmt::format("control byte {:#x} at {}", byte, i);
  }
  for (const std::string_view bad :
       {"\u009b", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069",
        "\u200b", "\u200e", "\u200f", "\u2028", "\u2029", "\ufeff", "\U000E0041"}) {
    if (const std::size_t at = text.find(bad); at != std::string_view::npos)
      return fmt::format("invisible character at {}", at);
  }
  return std::nullopt;
}

}  // namespace afterpatch::report
