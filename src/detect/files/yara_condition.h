// What a rule's condition comes to for every file of one class, as far as that can be said before its strings
// are looked for. A rule that can't be true for a class needs not be run over its files.
//
// The condition is read as "or", "and", "not" and parentheses over leaves (their precedence: libyara 4.2,
// grammar.y). A leaf is decided where it only asks what the class knows; every other leaf is `unknown`:
// - filesize < N, <=, >, >=, ==, !=, either way round
// - uint8, uint16, uint32, int* and *be at a fixed offset, == or != a number
// - "$a at N" where $a is a plain text or a hex string without wildcards at its head
// - $a, "$a at ...", "$a in ...", "#a > N", "all of them", "any of ($a*)", "3 of them", where it is known
// that
//   some of the strings are, or are not, in the file: one that holds a NUL byte in every form it can match is
//   in no file without NUL bytes, and what else is known the caller says
// - "@a" and "!a" of such a string, which are undefined
// - functions and fields of pe, elf and dotnet, which are undefined in a file without that header
// - the name of an earlier rule of the same file
// - true, false
//
// Why this is safe: libyara evaluates the same operators, so a condition whose value follows from decided
// leaves has that value there too. What may be "undefined" for libyara is never taken for false: its negation
// is unknown here, or undefined where it is that for sure. The values and the operators below hold for every
// completion of the unknown leaves. A differential test compares with unrouted scans.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "detect/files/yara_condition_tree.h"
#include "detect/files/yara_text.h"

namespace afterpatch::detect::files {

// Everything that all files of the class have in common.
struct YaraFileClass {
  std::string prefix;                          // their first bytes; may be empty
  std::vector<std::string_view> not_prefixes;  // none of them begins so
  std::uint64_t min_size = 0;
  std::uint64_t max_size = UINT64_MAX;  // inclusive
  bool without_nul = false;             // no byte of them is 0
};

enum class Truth {
  yes,
  no,
  not_yes,    // false or undefined: the rule does not match, but its negation may
  undefined,  // neither it nor its negation is true (libyara 4.2: NOT of undefined is undefined)
  unknown,
};

// How an earlier rule of the same file came out; `unknown` if there is none of that name.
using KnownRules = std::function<Truth(std::string_view name)>;

// False when the rule's string of that place is surely not in the file.
using PossibleStrings = std::function<bool(std::size_t string)>;

// True when it surely is.
using PresentStrings = std::function<bool(std::size_t string)>;

// The condition of a rule, read once. Views into the text of the rule. Immutable and thread-safe.
class YaraCondition {
 public:
  explicit YaraCondition(const YaraRuleText& rule);

  Truth evaluate(const YaraFileClass& files, const KnownRules& rules, const PossibleStrings& possible = {},
                 const PresentStrings& present = {}) const;

 private:
  std::vector<YaraConditionNode> nodes_;
  std::vector<bool> needs_nul_;  // by string
};

inline bool can_match(Truth truth) {
  return truth == Truth::yes || truth == Truth::unknown;
}

}  // namespace afterpatch::detect::files
