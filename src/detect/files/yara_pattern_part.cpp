#include "detect/files/yara_pattern_part.h"

#include <algorithm>
#include <array>
#include <vector>

namespace afterpatch::detect::files {
namespace {

// Two bytes that are not common, or so.
constexpr int kRareEnough = 14;
// Five such bytes are as good as any more, and long choices only take long to compile.
constexpr int kRarest = 40;
constexpr std::size_t kLongGroup = 64;

// Behind the escape, class, group or character at `at`.
std::size_t behind_atom(std::string_view pattern, std::size_t at) {
  int open = 0;
  bool in_class = false;
  do {
    const char c = pattern[at];
    if (c == '\\') {
      at += pattern.substr(at).starts_with("\\x") ? 4 : 2;
      continue;
    }
    if (!in_class && c == '(') ++open;
    if (!in_class && c == ')') --open;
    in_class = in_class ? c != ']' : c == '[';
    ++at;
  } while (at < pattern.size() && (open > 0 || in_class));
  return std::min(at, pattern.size());
}

std::size_t behind_repetition(std::string_view pattern, std::size_t at) {
  if (at >= pattern.size()) return at;
  if (pattern[at] == '{') return std::min(pattern.find('}', at), pattern.size() - 1) + 1;
  return at + (pattern[at] == '*' || pattern[at] == '+' || pattern[at] == '?' ? 1 : 0);
}

// "{4,4}", or nothing at all.
bool is_fixed(std::string_view repetition) {
  if (repetition.empty()) return true;
  const std::size_t comma = repetition.find(',');
  return repetition.front() == '{' && comma != std::string_view::npos &&
         repetition.substr(1, comma - 1) == repetition.substr(comma + 1, repetition.size() - comma - 2);
}

// Higher for what is rarer in files.
int rarity(std::string_view atom) {
  constexpr std::array<std::string_view, 9> kCommon = {"\\x00", "\\xff", "\\x8b", "\\x89", "\\x48",
                                                       "\\xe8", "\\x90", "\\xcc", "\\x20"};
  if (atom.starts_with("\\x"))
    return std::find(kCommon.begin(), kCommon.end(), atom) == kCommon.end() ? 8 : 3;
  if (atom.starts_with("(?:\\x")) return 7;
  if (atom.starts_with("(")) return 5;
  return atom.starts_with("[") && !atom.starts_with("[^") ? 3 : 0;
}

struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
  int score = 0;
};

}  // namespace

std::string rarest_part(std::string_view pattern) {
  const std::string_view flags = pattern.starts_with("(?i)") ? pattern.substr(0, 4) : std::string_view();
  Part best;
  Part part{.begin = flags.size(), .end = flags.size(), .score = 0};
  for (std::size_t at = flags.size(); at < pattern.size();) {
    if (pattern[at] == '|') return std::string(pattern);
    const std::size_t behind = behind_atom(pattern, at);
    const std::size_t next = behind_repetition(pattern, behind);
    const int score = rarity(pattern.substr(at, behind - at));
    if (part.score >= kRarest) part.score = 0;
    if (is_fixed(pattern.substr(behind, next - behind)) && behind - at <= kLongGroup) {
      if (part.score == 0) part.begin = at;  // no use in beginning with what says nothing
      part.score += score;
      if (score > 0) part.end = next;
    } else {
      part.score = 0;
    }
    if (part.score > best.score) best = part;
    at = next;
  }
  if (best.score < kRareEnough) return std::string(pattern);
  return std::string(flags) + std::string(pattern.substr(best.begin, best.end - best.begin));
}

}  // namespace afterpatch::detect::files
