#include "detect/scripts/keywords.h"

#include <initializer_list>
#include <unordered_map>

#include "detect/scripts/name_filter.h"

namespace afterpatch::detect::scripts {
namespace {

struct Keywords {
  std::unordered_map<std::string_view, std::uint8_t> kinds;
  NameFilter names;
};

const Keywords& keywords() {
  static const Keywords table = [] {
    Keywords built;
    const auto add = [&](KeywordKind kind, std::initializer_list<std::string_view> words) {
      for (const std::string_view word : words) {
        built.kinds[word] |= kind;
        built.names.add(word);
      }
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
  const Keywords& known = keywords();
  if (!known.names.may_hold(word)) return false;
  const auto found = known.kinds.find(word);
  return found != known.kinds.end() && (found->second & kinds) != 0;
}

}  // namespace afterpatch::detect::scripts
