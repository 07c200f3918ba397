#include "knowledge/build.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"

namespace afterpatch::knowledge {
namespace {

// Takes digits off the front; nine of them always fit. nullopt when there are none or more.
std::optional<std::uint32_t> take_number(std::string_view& text) {
  std::uint32_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto digits = static_cast<std::size_t>(parsed.ptr - text.data());
  if (parsed.ec != std::errc() || digits > 9) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, std::string_view expected) {
  if (!starts_with_ignoring_case(text, expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

// Four numbers with these texts before, between and after them.
std::optional<Build> parse_form(std::string_view text, const std::array<std::string_view, 5>& around) {
  Build build;
  for (std::size_t i = 0; i < 4; ++i) {
    if (!take(text, around[i])) return std::nullopt;
    const auto number = take_number(text);
    if (!number) return std::nullopt;
    build.parts[i] = *number;
  }
  return text == around[4] ? std::optional(build) : std::nullopt;
}

}  // namespace

std::optional<Build> parse_build(std::string_view text) {
  text = trim(text);
  if (const auto build = parse_form(text, {"", ".", ".", ".", ""})) return build;
  return parse_form(text, {"Version ", ".", " (Build ", ".", ")"});
}

std::string to_string(const Build& build) {
  return fmt::format("{}.{}.{}.{}", build.parts[0], build.parts[1], build.parts[2], build.parts[3]);
}

}  // namespace afterpatch::knowledge
