#include "detect/sigma/random_rules.h"

#include <fmt/format.h>

#include <array>

namespace afterpatch::detect::sigma {

std::string RandomRules::quoted(const std::string& text) const {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

std::string RandomRules::text() {
  std::string text;
  for (std::size_t i = 0, n = 1 + below(3); i < n; ++i) {
    text += word();
    if (chance(20)) text += "*";
    if (chance(10)) text += "?";
    if (chance(5)) text += "\\";
    if (chance(15)) text += " ";
  }
  return text;
}

std::string RandomRules::values(bool regex) {
  const auto one = [&] {
    if (!regex) return quoted(text());
    constexpr std::array<const char*, 6> kShapes = {"{}", "^{}", "{}.*{}", "({}|{})", "{}+[a-z]?", "(?i){}"};
    return quoted(fmt::format(fmt::runtime(kShapes[below(kShapes.size())]), word(), word()));
  };
  std::string list = "[" + one();
  for (std::size_t i = below(3); i > 0; --i) list += ", " + one();
  return list + "]";
}

std::string RandomRules::item(const std::string& indent) {
  constexpr std::array<const char*, 13> kText = {"",
                                                 "|contains",
                                                 "|startswith",
                                                 "|endswith",
                                                 "|contains|all",
                                                 "|cased",
                                                 "|contains|cased",
                                                 "|neq",
                                                 "|contains|neq",
                                                 "|windash|contains",
                                                 "|base64offset|contains",
                                                 "|all",
                                                 "|contains|windash|all"};
  std::string key = field();
  switch (below(12)) {
    case 0:
      return fmt::format("{}{}: null\n", indent, key);
    case 1:
      return fmt::format("{}{}|exists: {}\n", indent, key, chance(50));
    case 2:
      return fmt::format("{}{}: {}\n", indent, key, below(3));
    case 3:
      return fmt::format("{}{}|gte: {}\n", indent, key, below(3));
    case 4:
      return fmt::format("{}{}|fieldref{}: {}\n", indent, key, chance(50) ? "|contains" : "", field());
    case 5:
      return fmt::format("{}{}|re{}: {}\n", indent, key, chance(30) ? "|i" : "", values(true));
    case 6:
      return fmt::format("{}'|contains{}': {}\n", indent, chance(50) ? "|all" : "", values(false));
    default:
      break;
  }
  const std::string modifiers = kText[below(kText.size())];
  if (modifiers.starts_with("|base64"))
    return fmt::format("{}{}{}: {}\n", indent, key, modifiers, quoted("abcdef"));
  return fmt::format("{}{}{}: {}\n", indent, key, modifiers, values(false));
}

std::string RandomRules::selection() {
  if (chance(20)) return "    - " + quoted(text()) + "\n    - " + quoted(text()) + "\n";
  if (chance(30)) return "    -" + item(" ") + "    -" + item(" ");
  return item("    ");
}

std::string RandomRules::condition(std::size_t selections, int depth) {
  const std::string name = fmt::format("s{}", below(selections));
  if (depth == 0 || chance(30)) return name;
  switch (below(5)) {
    case 0:
      return "not (" + condition(selections, depth - 1) + ")";
    case 1:
      return chance(50) ? "1 of s*" : "all of s*";
    case 2:
      return "(" + condition(selections, depth - 1) + " or " + condition(selections, depth - 1) + ")";
    default:
      return "(" + condition(selections, depth - 1) + " and " + condition(selections, depth - 1) + ")";
  }
}

std::string RandomRules::rule() {
  std::string text = "title: Random\nlogsource:\n  category: webserver\ndetection:\n";
  const std::size_t selections = 1 + below(3);
  for (std::size_t i = 0; i < selections; ++i) text += fmt::format("  s{}:\n{}", i, selection());
  return text + "  condition: " + condition(selections, 3) + "\n";
}

}  // namespace afterpatch::detect::sigma
