#include "detect/files/yara_condition.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

namespace afterpatch::detect::files {
namespace {

using Kind = YaraToken::Kind;
using Tokens = std::span<const YaraToken>;

constexpr int kMaxDepth = 40;

Truth negation(Truth truth) {
  if (truth == Truth::yes) return Truth::no;
  if (truth == Truth::undefined) return Truth::undefined;
  return truth == Truth::no ? Truth::yes : Truth::unknown;
}

bool is(const YaraToken& token, std::string_view text) {
  return token.text.size() == text.size() && token.text.front() == text.front() && token.text == text &&
         (token.kind == Kind::word || token.kind == Kind::symbol);
}

std::optional<std::uint64_t> number(const YaraToken& token) {
  if (token.kind != Kind::number) return std::nullopt;
  std::string_view digits = token.text;
  std::uint64_t factor = 1;
  int base = 10;
  if (digits.starts_with("0x")) {
    base = 16;
    digits.remove_prefix(2);
  } else if (digits.starts_with("0o")) {
    base = 8;
    digits.remove_prefix(2);
  } else if (digits.ends_with("KB") || digits.ends_with("MB")) {
    factor = digits.ends_with("KB") ? 1ULL << 10U : 1ULL << 20U;
    digits.remove_suffix(2);
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size() || value > (1ULL << 40U))
    return std::nullopt;
  return value * factor;
}

// "<" as seen from the other side.
std::string_view mirrored(std::string_view comparison) {
  if (comparison == "<") return ">";
  if (comparison == ">") return "<";
  if (comparison == "<=") return ">=";
  return comparison == ">=" ? "<=" : comparison;
}

// "filesize <comparison> limit" over all sizes of the class.
Truth compare_size(const YaraFileClass& files, std::string_view comparison, std::uint64_t limit) {
  const std::uint64_t low = files.min_size;
  const std::uint64_t high = files.max_size;
  const auto between = [](bool all, bool none) {
    if (all) return Truth::yes;
    return none ? Truth::no : Truth::unknown;
  };
  if (comparison == "<") return between(high < limit, low >= limit);
  if (comparison == "<=") return between(high <= limit, low > limit);
  if (comparison == ">") return between(low > limit, high <= limit);
  if (comparison == ">=") return between(low >= limit, high < limit);
  if (comparison == "==") return between(low == limit && high == limit, limit < low || limit > high);
  if (comparison == "!=") return between(limit < low || limit > high, low == limit && high == limit);
  return Truth::unknown;
}

// Whether the files have `expected` at `offset`.
Truth compare_bytes(const YaraFileClass& files, std::uint64_t offset, std::string_view expected) {
  if (expected.empty()) return Truth::unknown;
  if (offset < files.prefix.size()) {
    const std::string_view known = std::string_view(files.prefix).substr(offset);
    const std::size_t common = std::min(known.size(), expected.size());
    if (known.substr(0, common) != expected.substr(0, common))
      return common == expected.size() ? Truth::no : Truth::not_yes;
    if (common == expected.size()) return Truth::yes;
  }
  if (files.without_nul && expected.find('\0') != std::string_view::npos) return Truth::not_yes;
  const bool excluded =
      offset == 0 && std::any_of(files.not_prefixes.begin(), files.not_prefixes.end(),
                                 [&](std::string_view p) { return expected.starts_with(p); });
  return excluded ? Truth::not_yes : Truth::unknown;
}

// The bytes that "uint16be(0) == value" asks for; empty when this is none of those functions or the value
// could be a negative one.
std::string bytes_of(std::string_view function, std::uint64_t value) {
  const bool is_signed = function.starts_with("int");
  std::string_view rest = function.substr(std::min<std::size_t>(function.find("int") + 3, function.size()));
  if (!is_signed && !function.starts_with("uint")) return {};
  const bool big = rest.ends_with("be");
  if (big) rest.remove_suffix(2);
  const unsigned bits = rest == "8" ? 8U : rest == "16" ? 16U : rest == "32" ? 32U : 0U;
  if (bits == 0 || value >> (is_signed ? bits - 1 : bits) != 0) return {};
  std::string bytes;
  for (unsigned shift = 0; shift < bits; shift += 8)
    bytes.push_back(static_cast<char>(value >> shift & 0xFFU));
  if (big) std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

// The bytes that a hex string begins with, up to its first wildcard, jump or choice.
std::string head_of_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 1; i + 1 < hex.size();) {
    if (static_cast<unsigned char>(hex[i]) <= ' ') {
      ++i;
      continue;
    }
    const auto digit = [](char c) {
      if (c >= '0' && c <= '9') return c - '0';
      if (c >= 'a' && c <= 'f') return c - 'a' + 10;
      return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    };
    const int high = digit(hex[i]);
    const int low = i + 2 < hex.size() ? digit(hex[i + 1]) : -1;
    if (high < 0 || low < 0) break;
    bytes.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return bytes;
}

bool has(const YaraStringText& string, std::string_view modifier) {
  return std::find(string.modifiers.begin(), string.modifiers.end(), modifier) != string.modifiers.end();
}

bool is_changed(const YaraStringText& string) {
  return has(string, "xor") || has(string, "base64") || has(string, "base64wide");
}

// What the string begins with wherever it matches; empty if that is not one thing.
std::string head_of(const YaraStringText& string) {
  if (string.value.kind == Kind::hex) return head_of_hex(string.value.text);
  const bool plain = string.value.kind == Kind::text && !is_changed(string) && !has(string, "wide") &&
                     !has(string, "nocase") && string.value.text.find('\\') == std::string_view::npos;
  return plain && string.value.text.size() > 2
             ? std::string(string.value.text.substr(1, string.value.text.size() - 2))
             : std::string();
}

// Whether the string holds a NUL byte in every form in which it can match.
bool needs_nul(const YaraStringText& string) {
  if (is_changed(string)) return false;
  if (string.value.kind == Kind::hex) return head_of_hex(string.value.text).find('\0') != std::string::npos;
  return string.value.kind == Kind::text && string.value.text.size() > 2 && has(string, "wide") &&
         !has(string, "ascii");
}

class Evaluator {
 public:
  Evaluator(const YaraRuleText& rule, const YaraFileClass& files, const KnownRules& rules,
            const PossibleStrings& possible, const PresentStrings& present)
      : rule_(rule), files_(files), rules_(rules), possible_(possible), present_(present) {}

  Truth any(Tokens tokens, int depth) const {
    const auto decides = [](Truth truth) { return truth == Truth::yes; };
    return over_parts(tokens, "or", [&](Tokens part) { return all(part, depth); }, combine_or, decides);
  }

 private:
  Truth all(Tokens tokens, int depth) const {
    const auto decides = [](Truth truth) { return !can_match(truth); };
    return over_parts(tokens, "and", [&](Tokens part) { return one(part, depth + 1); }, combine_and, decides);
  }

  // libyara: true whenever a part is true, whatever is undefined; undefined only if nothing else is left.
  static Truth combine_or(Truth a, Truth b) {
    if (a == Truth::yes || b == Truth::yes) return Truth::yes;
    if (a == Truth::unknown || b == Truth::unknown) return Truth::unknown;
    return a == Truth::no && b == Truth::no ? Truth::no : Truth::not_yes;
  }

  static Truth combine_and(Truth a, Truth b) {
    const auto decided = [](Truth truth) { return truth == Truth::yes || truth == Truth::no; };
    if (!can_match(a) || !can_match(b)) return decided(a) && decided(b) ? Truth::no : Truth::not_yes;
    return a == Truth::yes && b == Truth::yes ? Truth::yes : Truth::unknown;
  }

  // Parts between `word` outside of parentheses, joined by `combine`. A part that decides leaves the others
  // unread; since one of these could be undefined, what it decides is then no plain "no".
  template <typename Part, typename Combine, typename Decides>
  static Truth over_parts(Tokens tokens, std::string_view word, Part part, Combine combine, Decides decides) {
    std::optional<Truth> result;
    std::size_t begin = 0;
    int open = 0;
    for (std::size_t i = 0; i <= tokens.size(); ++i) {
      const bool end = i == tokens.size();
      if (!end && (is(tokens[i], "(") || is(tokens[i], "["))) ++open;
      if (!end && (is(tokens[i], ")") || is(tokens[i], "]"))) --open;
      if (!end && (open != 0 || !is(tokens[i], word))) continue;
      const Truth value = part(tokens.subspan(begin, i - begin));
      result = result ? combine(*result, value) : value;
      if (!end && decides(*result)) return *result == Truth::yes ? Truth::yes : Truth::not_yes;
      begin = i + 1;
    }
    return result.value_or(Truth::unknown);
  }

  Truth one(Tokens tokens, int depth) const {
    if (tokens.empty() || depth > kMaxDepth) return Truth::unknown;
    if (is(tokens.front(), "not")) return negation(one(tokens.subspan(1), depth + 1));
    if (is_wrapped(tokens)) return any(tokens.subspan(1, tokens.size() - 2), depth + 1);
    return leaf(tokens);
  }

  // Whether the first "(" closes at the last token.
  static bool is_wrapped(Tokens tokens) {
    if (tokens.size() < 2 || !is(tokens.front(), "(") || !is(tokens.back(), ")")) return false;
    int open = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (is(tokens[i], "(")) ++open;
      if (is(tokens[i], ")") && --open == 0) return i + 1 == tokens.size();
    }
    return false;
  }

  Truth leaf(Tokens tokens) const {
    if (tokens.size() == 1) return single(tokens[0]);
    if (tokens[0].kind == Kind::variable) return string_leaf(tokens);
    if (const auto size = size_leaf(tokens)) return *size;
    if (const auto bytes = bytes_leaf(tokens)) return *bytes;
    if (const auto set = set_leaf(tokens)) return *set;
    if (is(tokens[0], "for")) return loops_over_undefined(tokens) ? Truth::not_yes : Truth::unknown;
    return is_undefined(tokens) ? Truth::undefined : Truth::unknown;
  }

  Truth single(const YaraToken& token) const {
    if (is(token, "true")) return Truth::yes;
    if (is(token, "false")) return Truth::no;
    if (token.kind == Kind::variable) return string_anywhere(token.text);
    return token.kind == Kind::word ? rules_(token.text) : Truth::unknown;
  }

  const YaraStringText* string(std::string_view name) const {
    if (name.size() < 2 || name.front() != '$') return nullptr;
    const auto found = std::find_if(rule_.strings.begin(), rule_.strings.end(),
                                    [&](const YaraStringText& string) { return string.name == name; });
    return found == rule_.strings.end() ? nullptr : &*found;
  }

  bool is_impossible(const YaraStringText& string) const {
    if (files_.without_nul && needs_nul(string)) return true;
    return possible_ && !possible_(static_cast<std::size_t>(&string - rule_.strings.data()));
  }

  bool is_present(const YaraStringText& string) const {
    return present_ && present_(static_cast<std::size_t>(&string - rule_.strings.data()));
  }

  Truth string_anywhere(std::string_view name) const {
    const YaraStringText* found = string(name);
    if (found == nullptr) return Truth::unknown;
    if (is_impossible(*found)) return Truth::no;
    return is_present(*found) ? Truth::yes : Truth::unknown;
  }

  // "$a at 0", "$a in (0..filesize)", "#a >= 3".
  Truth string_leaf(Tokens tokens) const {
    const std::string_view name = tokens[0].text;
    if (is(tokens[1], "at") && tokens.size() == 3) return string_at(name, number(tokens[2]));
    if (is(tokens[1], "at") || is(tokens[1], "in"))
      return string_anywhere(name) == Truth::no ? Truth::not_yes : Truth::unknown;
    if (name.front() != '#') return is_undefined(tokens) ? Truth::undefined : Truth::unknown;
    if (tokens.size() != 3) return Truth::unknown;
    const YaraStringText* counted = string("$" + std::string(name.substr(1)));
    const auto limit = number(tokens[2]);
    if (counted == nullptr || !limit || !is_impossible(*counted)) return Truth::unknown;
    return compare_size(
        {.prefix = {}, .not_prefixes = {}, .min_size = 0, .max_size = 0, .without_nul = false},
        tokens[1].text, *limit);
  }

  // Where the string stands in the file it must agree with the first bytes; that these agree proves nothing,
  // since "fullword" and the string's rest ask for more.
  Truth string_at(std::string_view name, std::optional<std::uint64_t> offset) const {
    const YaraStringText* found = string(name);
    if (found == nullptr || !offset) return Truth::unknown;
    if (is_impossible(*found)) return Truth::not_yes;
    return can_match(compare_bytes(files_, *offset, head_of(*found))) ? Truth::unknown : Truth::not_yes;
  }

  std::optional<Truth> size_leaf(Tokens tokens) const {
    if (tokens.size() != 3) return std::nullopt;
    const bool left = is(tokens[0], "filesize");
    if (!left && !is(tokens[2], "filesize")) return std::nullopt;
    const auto limit = number(tokens[left ? 2 : 0]);
    if (!limit) return std::nullopt;
    return compare_size(files_, left ? tokens[1].text : mirrored(tokens[1].text), *limit);
  }

  // uint16 ( 0 ) == 0x5A4D, or the other way round.
  std::optional<Truth> bytes_leaf(Tokens tokens) const {
    const auto equal_at = [&](std::size_t comparison, Tokens call,
                              const YaraToken& value) -> std::optional<Truth> {
      const bool equal = is(tokens[comparison], "==");
      if ((!equal && !is_not_equal(tokens[comparison])) || !is(call[1], "(") || !is(call[3], ")"))
        return std::nullopt;
      const auto offset = number(call[2]);
      const auto wanted = number(value);
      if (!offset || !wanted) return std::nullopt;
      const Truth truth = compare_bytes(files_, *offset, bytes_of(call[0].text, *wanted));
      return equal ? truth : negation(truth);
    };
    if (tokens.size() != 6) return std::nullopt;
    if (const auto truth = equal_at(4, tokens.subspan(0, 4), tokens[5])) return truth;
    return equal_at(1, tokens.subspan(2, 4), tokens[0]);
  }

  static bool is_not_equal(const YaraToken& token) { return is(token, "!="); }

  // "all of them", "2 of ($a*, $b)": by how many of the strings can be in the file at all.
  std::optional<Truth> set_leaf(Tokens tokens) const {
    if (tokens.size() < 3 || !is(tokens[1], "of")) return std::nullopt;
    const auto set = strings_of(tokens.subspan(2));
    if (!set) return std::nullopt;
    const auto possible = static_cast<std::uint64_t>(
        std::count_if(set->begin(), set->end(), [&](const auto* one) { return !is_impossible(*one); }));
    std::uint64_t wanted = 1;
    if (is(tokens[0], "all")) {
      wanted = set->size();
    } else if (const auto count = number(tokens[0]);
               count && tokens[0].text.find_first_of("%.") == std::string_view::npos) {
      wanted = *count;
    } else if (!is(tokens[0], "any")) {
      return std::nullopt;
    }
    if (possible < wanted) return Truth::no;
    const auto present = static_cast<std::uint64_t>(
        std::count_if(set->begin(), set->end(), [&](const auto* one) { return is_present(*one); }));
    return wanted > 0 && present >= wanted ? Truth::yes : Truth::unknown;
  }

  // Nullopt when this is not plainly a set of strings with nothing behind it.
  std::optional<std::vector<const YaraStringText*>> strings_of(Tokens tokens) const {
    std::vector<const YaraStringText*> set;
    if (tokens.size() == 1 && is(tokens[0], "them")) {
      for (const YaraStringText& string : rule_.strings) set.push_back(&string);
      return set;
    }
    if (!is_wrapped(tokens)) return std::nullopt;
    for (const YaraToken& token : tokens.subspan(1, tokens.size() - 2)) {
      if (is(token, ",") || is(token, "*")) continue;
      if (token.kind != Kind::variable) return std::nullopt;
      const bool wild = &token < &tokens[tokens.size() - 2] && is(*(&token + 1), "*");
      for (const YaraStringText& string : rule_.strings) {
        if (wild ? string.name.starts_with(token.text) : string.name == token.text) set.push_back(&string);
      }
    }
    return set;
  }

  // A comparison with, or a call of, something undefined in these files makes the whole leaf undefined. Loops
  // and counts over sets have rules of their own and are left alone, and so are constants of a module
  // (pe.DLL), which are always defined.
  bool is_undefined(Tokens tokens) const {
    bool asks = false;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      for (const std::string_view word : {"for", "of", "defined", "in", "any", "all", "none"}) {
        if (is(tokens[i], word)) return false;
      }
      asks = asks || is_place_of_missing(tokens[i]);
      if (i + 2 >= tokens.size() || !is(tokens[i + 1], ".")) continue;
      if (i > 0 && is(tokens[i - 1], ".")) continue;
      const std::string_view field = tokens[i + 2].text;
      const bool constant = field.empty() || field.front() < 'a' || field.front() > 'z';
      asks = asks || (!constant && field != "is_pe" && is_missing_module(tokens[i].text));
    }
    return asks;
  }

  // "for any i in (0..pe.number_of_sections) : (...)": a loop without range, or over nothing, is false.
  bool loops_over_undefined(Tokens tokens) const {
    const auto begin =
        std::find_if(tokens.begin(), tokens.end(), [](const YaraToken& t) { return is(t, "in"); });
    const auto end = std::find_if(begin, tokens.end(), [](const YaraToken& t) { return is(t, ":"); });
    if (begin == tokens.end() || end == tokens.end()) return false;
    const bool one_range = std::none_of(begin, end, [](const YaraToken& t) { return is(t, ","); });
    return one_range && is_undefined(Tokens(begin + 1, end));
  }

  // "@a" and "!a" are undefined where $a is not in the file.
  bool is_place_of_missing(const YaraToken& token) const {
    if (token.kind != Kind::variable || (token.text.front() != '@' && token.text.front() != '!'))
      return false;
    const YaraStringText* found = string("$" + std::string(token.text.substr(1)));
    return found != nullptr && is_impossible(*found);
  }

  bool is_missing_module(std::string_view module) const {
    using std::string_view_literals::operator""sv;
    std::string_view magic;
    if (module == "pe" || module == "dotnet") magic = "MZ"sv;
    if (module == "elf")
      magic =
          "\x7f"
          "ELF"sv;
    return !magic.empty() && !can_match(compare_bytes(files_, 0, magic));
  }

  const YaraRuleText& rule_;
  const YaraFileClass& files_;
  const KnownRules& rules_;
  const PossibleStrings& possible_;
  const PresentStrings& present_;
};

}  // namespace

Truth evaluate(const YaraRuleText& rule, const YaraFileClass& files, const KnownRules& rules,
               const PossibleStrings& possible, const PresentStrings& present) {
  if (rule.condition.empty()) return Truth::unknown;
  return Evaluator(rule, files, rules, possible, present).any(rule.condition, 0);
}

}  // namespace afterpatch::detect::files
