#include "detect/files/yara_condition_tree.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>

namespace afterpatch::detect::files {
namespace {

using Kind = YaraToken::Kind;
using Tokens = std::span<const YaraToken>;
using Node = YaraConditionNode;

constexpr int kMaxDepth = 40;

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

// Whether the first "(" closes at the last token.
bool is_wrapped(Tokens tokens) {
  if (tokens.size() < 2 || !is(tokens.front(), "(") || !is(tokens.back(), ")")) return false;
  int open = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (is(tokens[i], "(")) ++open;
    if (is(tokens[i], ")") && --open == 0) return i + 1 == tokens.size();
  }
  return false;
}

class Reader {
 public:
  explicit Reader(const YaraRuleText& rule) : rule_(rule) {}

  std::vector<Node> read() {
    if (!rule_.condition.empty()) any(rule_.condition, 0);
    return std::move(nodes_);
  }

 private:
  std::uint32_t add(Node node) {
    nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }

  std::uint32_t any(Tokens tokens, int depth) {
    return parts(tokens, "or", Node::Kind::any, [&](Tokens part) { return all(part, depth); });
  }

  std::uint32_t all(Tokens tokens, int depth) {
    return parts(tokens, "and", Node::Kind::all, [&](Tokens part) { return one(part, depth + 1); });
  }

  // Parts between `word` outside of parentheses.
  template <typename Part>
  std::uint32_t parts(Tokens tokens, std::string_view word, Node::Kind kind, Part part) {
    std::vector<std::uint32_t> of;
    std::size_t begin = 0;
    int open = 0;
    for (std::size_t i = 0; i <= tokens.size(); ++i) {
      const bool end = i == tokens.size();
      if (!end && (is(tokens[i], "(") || is(tokens[i], "["))) ++open;
      if (!end && (is(tokens[i], ")") || is(tokens[i], "]"))) --open;
      if (!end && (open != 0 || !is(tokens[i], word))) continue;
      of.push_back(part(tokens.subspan(begin, i - begin)));
      begin = i + 1;
    }
    if (of.size() == 1) return of[0];
    Node node;
    node.kind = kind;
    node.of = std::move(of);
    return add(std::move(node));
  }

  std::uint32_t one(Tokens tokens, int depth) {
    if (tokens.empty() || depth > kMaxDepth) return add({});
    if (is(tokens.front(), "not")) {
      Node node;
      node.kind = Node::Kind::negation;
      node.of = {one(tokens.subspan(1), depth + 1)};
      return add(std::move(node));
    }
    if (is_wrapped(tokens)) return any(tokens.subspan(1, tokens.size() - 2), depth + 1);
    return add(leaf(tokens));
  }

  Node leaf(Tokens tokens) const {
    if (tokens.size() == 1) return single(tokens[0]);
    if (tokens[0].kind == Kind::variable) return string_leaf(tokens);
    if (auto size = size_leaf(tokens)) return std::move(*size);
    if (auto bytes = bytes_leaf(tokens)) return std::move(*bytes);
    if (auto set = set_leaf(tokens)) return std::move(*set);
    return is(tokens[0], "for") ? loop_leaf(tokens) : undefined_leaf(tokens, Node::Kind::undefined);
  }

  Node single(const YaraToken& token) const {
    Node node;
    if (is(token, "true")) {
      node.kind = Node::Kind::yes;
    } else if (is(token, "false")) {
      node.kind = Node::Kind::no;
    } else if (token.kind == Kind::variable) {
      return of_string(Node::Kind::string, token.text);
    } else if (token.kind == Kind::word) {
      node.kind = Node::Kind::rule;
      node.word = token.text;
    }
    return node;
  }

  std::optional<std::uint32_t> string(std::string_view name) const {
    if (name.size() < 2 || name.front() != '$') return std::nullopt;
    const auto found = std::find_if(rule_.strings.begin(), rule_.strings.end(),
                                    [&](const YaraStringText& one) { return one.name == name; });
    if (found == rule_.strings.end()) return std::nullopt;
    return static_cast<std::uint32_t>(found - rule_.strings.begin());
  }

  // Not known if there is no such string.
  Node of_string(Node::Kind kind, std::string_view name) const {
    Node node;
    const auto found = string(name);
    if (!found) return node;
    node.kind = kind;
    node.of = {*found};
    return node;
  }

  // "$a at 0", "$a in (0..filesize)", "#a >= 3".
  Node string_leaf(Tokens tokens) const {
    const std::string_view name = tokens[0].text;
    if (is(tokens[1], "at") || is(tokens[1], "in")) return string_at(name, tokens);
    if (name.front() != '#') return undefined_leaf(tokens, Node::Kind::undefined);
    if (tokens.size() != 3) return {};
    const auto limit = number(tokens[2]);
    if (!limit) return {};
    Node node = of_string(Node::Kind::count, "$" + std::string(name.substr(1)));
    node.word = tokens[1].text;
    node.number = *limit;
    return node;
  }

  Node string_at(std::string_view name, Tokens tokens) const {
    Node node = of_string(Node::Kind::string_in, name);
    const auto offset = is(tokens[1], "at") && tokens.size() == 3 ? number(tokens[2]) : std::nullopt;
    if (!offset || node.kind == Node::Kind::unknown) return node;
    node.kind = Node::Kind::string_at;
    node.number = *offset;
    node.bytes = head_of(rule_.strings[node.of[0]]);
    return node;
  }

  static std::optional<Node> size_leaf(Tokens tokens) {
    if (tokens.size() != 3) return std::nullopt;
    const bool left = is(tokens[0], "filesize");
    if (!left && !is(tokens[2], "filesize")) return std::nullopt;
    const auto limit = number(tokens[left ? 2 : 0]);
    if (!limit) return std::nullopt;
    Node node;
    node.kind = Node::Kind::size;
    node.word = left ? tokens[1].text : mirrored(tokens[1].text);
    node.number = *limit;
    return node;
  }

  // uint16 ( 0 ) == 0x5A4D, or the other way round.
  static std::optional<Node> bytes_leaf(Tokens tokens) {
    if (tokens.size() != 6) return std::nullopt;
    if (auto node = equal_at(tokens[4], tokens.subspan(0, 4), tokens[5])) return node;
    return equal_at(tokens[1], tokens.subspan(2, 4), tokens[0]);
  }

  static std::optional<Node> equal_at(const YaraToken& comparison, Tokens call, const YaraToken& value) {
    if ((!is(comparison, "==") && !is(comparison, "!=")) || !is(call[1], "(") || !is(call[3], ")"))
      return std::nullopt;
    const auto offset = number(call[2]);
    const auto wanted = number(value);
    if (!offset || !wanted) return std::nullopt;
    Node node;
    node.kind = Node::Kind::bytes;
    node.number = *offset;
    node.word = comparison.text;
    node.bytes = bytes_of(call[0].text, *wanted);
    return node;
  }

  // "all of them", "2 of ($a*, $b)".
  std::optional<Node> set_leaf(Tokens tokens) const {
    if (tokens.size() < 3 || !is(tokens[1], "of")) return std::nullopt;
    auto set = strings_of(tokens.subspan(2));
    if (!set) return std::nullopt;
    Node node;
    node.kind = Node::Kind::set;
    node.number = 1;
    if (is(tokens[0], "all")) {
      node.number = set->size();
    } else if (const auto count = number(tokens[0]);
               count && tokens[0].text.find_first_of("%.") == std::string_view::npos) {
      node.number = *count;
    } else if (!is(tokens[0], "any")) {
      return std::nullopt;
    }
    node.of = std::move(*set);
    return node;
  }

  // Nullopt when this is not plainly a set of strings with nothing behind it.
  std::optional<std::vector<std::uint32_t>> strings_of(Tokens tokens) const {
    std::vector<std::uint32_t> set;
    const bool all = tokens.size() == 1 && is(tokens[0], "them");
    if (all) add_named("$", true, set);
    if (all) return set;
    if (!is_wrapped(tokens)) return std::nullopt;
    for (const YaraToken& token : tokens.subspan(1, tokens.size() - 2)) {
      if (is(token, ",") || is(token, "*")) continue;
      if (token.kind != Kind::variable) return std::nullopt;
      const bool wild = &token < &tokens[tokens.size() - 2] && is(*(&token + 1), "*");
      add_named(token.text, wild, set);
    }
    return set;
  }

  void add_named(std::string_view name, bool wild, std::vector<std::uint32_t>& set) const {
    for (std::uint32_t s = 0; s < rule_.strings.size(); ++s) {
      const std::string_view own = rule_.strings[s].name;
      if (wild ? own.starts_with(name) : own == name) set.push_back(s);
    }
  }

  // A comparison with, or a call of, something undefined in these files makes the whole leaf undefined. Loops
  // and counts over sets have rules of their own and are left alone, and so are constants of a module
  // (pe.DLL), which are always defined.
  Node undefined_leaf(Tokens tokens, Node::Kind kind) const {
    Node node;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      for (const std::string_view word : {"for", "of", "defined", "in", "any", "all", "none"}) {
        if (is(tokens[i], word)) return {};
      }
      note_place(tokens[i], node);
      if (i + 2 >= tokens.size() || !is(tokens[i + 1], ".")) continue;
      if (i > 0 && is(tokens[i - 1], ".")) continue;
      const std::string_view field = tokens[i + 2].text;
      const bool constant = field.empty() || field.front() < 'a' || field.front() > 'z';
      if (constant || field == "is_pe") continue;
      node.asks_pe = node.asks_pe || tokens[i].text == "pe" || tokens[i].text == "dotnet";
      node.asks_elf = node.asks_elf || tokens[i].text == "elf";
    }
    if (node.asks_pe || node.asks_elf || !node.of.empty()) node.kind = kind;
    return node;
  }

  // "@a" and "!a" are undefined where $a is not in the file.
  void note_place(const YaraToken& token, Node& node) const {
    if (token.kind != Kind::variable || (token.text.front() != '@' && token.text.front() != '!')) return;
    const auto found = string("$" + std::string(token.text.substr(1)));
    if (found) node.of.push_back(*found);
  }

  // "for any i in (0..pe.number_of_sections) : (...)": a loop without range, or over nothing, is false.
  Node loop_leaf(Tokens tokens) const {
    const auto begin =
        std::find_if(tokens.begin(), tokens.end(), [](const YaraToken& t) { return is(t, "in"); });
    const auto end = std::find_if(begin, tokens.end(), [](const YaraToken& t) { return is(t, ":"); });
    if (begin == tokens.end() || end == tokens.end()) return {};
    const bool one_range = std::none_of(begin, end, [](const YaraToken& t) { return is(t, ","); });
    return one_range ? undefined_leaf(Tokens(begin + 1, end), Node::Kind::loop) : Node();
  }

  const YaraRuleText& rule_;
  std::vector<Node> nodes_;
};

}  // namespace

bool needs_nul(const YaraStringText& string) {
  if (is_changed(string)) return false;
  if (string.value.kind == Kind::hex) return head_of_hex(string.value.text).find('\0') != std::string::npos;
  return string.value.kind == Kind::text && string.value.text.size() > 2 && has(string, "wide") &&
         !has(string, "ascii");
}

std::vector<YaraConditionNode> read_condition(const YaraRuleText& rule) {
  return Reader(rule).read();
}

}  // namespace afterpatch::detect::files
