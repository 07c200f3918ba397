// Exchange build numbers: four integers, compared one by one, never as text or decimals ("1913.10" is not
// 1913.1).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace afterpatch::knowledge {

struct Build {
  std::array<std::uint32_t, 4> parts{};

  auto operator<=>(const Build&) const = default;
  // Same cumulative update: fixes are only comparable inside one.
  bool same_branch(const Build& other) const {
    return parts[0] == other.parts[0] && parts[1] == other.parts[1] && parts[2] == other.parts[2];
  }
};

// "15.1.2176.2", "15.01.2176.002", "Version 15.1 (Build 2176.2)"; nullopt for anything else.
std::optional<Build> parse_build(std::string_view text);
std::string to_string(const Build& build);  // "15.1.2176.2"

}  // namespace afterpatch::knowledge
