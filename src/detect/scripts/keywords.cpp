#include "detect/scripts/keywords.h"

#include <initializer_list>
#include <unordered_map>

namespace afterpatch::detect::scripts {
namespace {

const std::unordered_map<std::string_view, std::uint8_t>& keywords() {
  static const std::unordered_map<std::string_view, std::uint8_t> table = [] {
    std::unordered_map<std::string_view, std::uint8_t> built;
    const auto add = [&](KeywordKind kind, std::initializer_list<std::string_view> words) {
      for (const std::string_view word : words) built[word] |= kind;
    };
    add(kModifier,
        {"public",   "private",        "protected",    "static",      "final",     "abstract", "readonly",
         "internal", "override",       "virtual",      "sealed",      "async",     "unsafe",   "extern",
         "volatile", "synchronized",   "transient",    "overridable", "overrides", "shared",   "friend",
         "shadows",  "notoverridable", "mustoverride", "partial",     "const"});
    add(kCondition,
        {"if", "elseif", "while", "for", "foreach", "switch", "using", "lock", "catch", "with", "fixed"});
    add(kPlain,
        {"else", "do", "try", "finally", "default", "echo", "print", "return", "throw", "yield", "await",
         "case", "endif", "endforeach", "endwhile", "endfor", "endswitch", "break", "continue"});
    add(kType, {"class", "interface", "trait", "struct", "namespace", "enum"});
    add(kAlone, {"then", "else", "loop", "wend", "next", "do", "try", "finally", "exit", "call", "set", "let",
                 "option", "on", "goto", "resume", "randomize"});
    return built;
  }();
  return table;
}

}  // namespace

bool is_keyword(std::uint8_t kinds, std::string_view word) {
  const auto found = keywords().find(word);
  return found != keywords().end() && (found->second & kinds) != 0;
}

}  // namespace afterpatch::detect::scripts
