// The text of a file of YARA rules, cut into its rules without compiling it, so that single rules can be left
// out of what libyara is given: those that do not compile, and those that can't match the files at hand
// (yara_condition.h).
//
// Follows the lexer of libyara 4.2 (libyara/lexer.l): comments, "text", /regular expressions/, { hex strings
// } and what stands between them. What it does not understand makes the file `unsound`; nothing is then left
// out of it. Linear time; views point into the text, which must outlive them. Pure and thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace afterpatch::detect::files {

struct YaraToken {
  enum class Kind { word, variable, number, text, regex, hex, symbol };
  Kind kind = Kind::symbol;
  std::string_view text;  // as written: quotes, slashes and braces included; "<=" is one symbol
};

// One string of a rule: its name ("$a", or "$" without name), its value and the words behind ("wide",
// "nocase", "xor", ...).
struct YaraStringText {
  std::string_view name;
  YaraToken value;
  std::vector<std::string_view> modifiers;
  bool own_alphabet = false;  // base64("...")
};

struct YaraRuleText {
  std::string_view name;
  bool is_global = false;  // it decides on every rule of its file
  std::size_t begin = 0;   // of its first modifier or "rule"
  std::size_t end = 0;     // behind its closing brace
  std::uint64_t first_line = 0;
  std::uint64_t last_line = 0;
  std::vector<YaraStringText> strings;
  std::vector<YaraToken> condition;
};

struct YaraInclude {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint64_t line = 0;
};

struct YaraImport {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view module;  // without quotes
};

struct YaraFileText {
  std::vector<YaraRuleText> rules;  // in the order of the file
  std::vector<YaraInclude> includes;
  std::vector<YaraImport> imports;
  bool sound = true;
};

YaraFileText cut_yara_text(std::string_view text);

// Spaces in place of [begin, end), line ends kept, so that libyara still counts the same lines.
void blank_out(std::string& text, std::size_t begin, std::size_t end);

}  // namespace afterpatch::detect::files
