// The condition of a rule as a tree, read once from its text and evaluated for many files
// (yara_condition.h tells what the parts mean).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detect/files/yara_text.h"

namespace afterpatch::detect::files {

struct YaraConditionNode {
  enum class Kind : std::uint8_t {
    unknown,    // what is not understood
    yes,        // true
    no,         // false
    rule,       // name of an earlier rule: word
    any,        // "or" over the nodes `of`
    all,        // "and" over the nodes `of`
    negation,   // of the node of[0]
    string,     // $a: of[0]
    string_at,  // $a at number, which then begins with `bytes`; with an offset that is not known: string_in
    string_in,  // $a in ..., $a at ...
    count,      // #a <word> number
    size,       // filesize <word> number
    bytes,      // `bytes` at the offset number
    set,        // at least number of the strings `of`
    undefined,  // where a string of `of`, or the header of a module, is missing; else not known
    loop,       // not true where the same is missing; else not known
  };
  Kind kind = Kind::unknown;
  bool asks_pe = false;
  bool asks_elf = false;
  std::uint64_t number = 0;
  std::string_view word;          // "<=", or a name; a view into the text of the rule
  std::string bytes;              // few
  std::vector<std::uint32_t> of;  // nodes, or strings of the rule
};

// The root comes last. Views into the text of `rule`. Empty when the condition is. Pure; linear time but for
// the depth of parentheses, which is limited.
std::vector<YaraConditionNode> read_condition(const YaraRuleText& rule);

// Whether the string holds a NUL byte in every form in which it can match.
bool needs_nul(const YaraStringText& string);

}  // namespace afterpatch::detect::files
