#include "detect/files/yara_condition.h"

#include <algorithm>
#include <optional>

namespace afterpatch::detect::files {
namespace {

using Node = YaraConditionNode;
using Kind = Node::Kind;

Truth negation(Truth truth) {
  if (truth == Truth::yes) return Truth::no;
  if (truth == Truth::undefined) return Truth::undefined;
  return truth == Truth::no ? Truth::yes : Truth::unknown;
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

bool lacks(const YaraFileClass& files, std::string_view magic) {
  return !can_match(compare_bytes(files, 0, magic));
}

// libyara: true whenever a part is true, whatever is undefined; undefined only if nothing else is left.
Truth combine_or(Truth a, Truth b) {
  if (a == Truth::yes || b == Truth::yes) return Truth::yes;
  if (a == Truth::unknown || b == Truth::unknown) return Truth::unknown;
  return a == Truth::no && b == Truth::no ? Truth::no : Truth::not_yes;
}

Truth combine_and(Truth a, Truth b) {
  const auto decided = [](Truth truth) { return truth == Truth::yes || truth == Truth::no; };
  if (!can_match(a) || !can_match(b)) return decided(a) && decided(b) ? Truth::no : Truth::not_yes;
  return a == Truth::yes && b == Truth::yes ? Truth::yes : Truth::unknown;
}

class Evaluator {
 public:
  Evaluator(const std::vector<Node>& nodes, const std::vector<bool>& needs_nul, const YaraFileClass& files,
            const KnownRules& rules, const PossibleStrings& possible, const PresentStrings& present)
      : nodes_(nodes),
        needs_nul_(needs_nul),
        files_(files),
        rules_(rules),
        possible_(possible),
        present_(present) {}

  Truth value(const Node& node) const {
    switch (node.kind) {
      case Kind::unknown:
        return Truth::unknown;
      case Kind::yes:
        return Truth::yes;
      case Kind::no:
        return Truth::no;
      case Kind::rule:
        return rules_(node.word);
      case Kind::any:
        return over_parts(node, combine_or, [](Truth truth) { return truth == Truth::yes; });
      case Kind::all:
        return over_parts(node, combine_and, [](Truth truth) { return !can_match(truth); });
      case Kind::negation:
        return negation(value(nodes_[node.of[0]]));
      default:
        return leaf(node);
    }
  }

 private:
  Truth leaf(const Node& node) const {
    switch (node.kind) {
      case Kind::string:
        return string_anywhere(node.of[0]);
      case Kind::string_at:
        return string_at(node);
      case Kind::string_in:
        return is_impossible(node.of[0]) ? Truth::not_yes : Truth::unknown;
      case Kind::count:
        return count(node);
      case Kind::size:
        return compare_size(files_, node.word, node.number);
      case Kind::bytes: {
        const Truth truth = compare_bytes(files_, node.number, node.bytes);
        return node.word == "==" ? truth : negation(truth);
      }
      case Kind::set:
        return set(node);
      case Kind::undefined:
        return is_missing(node) ? Truth::undefined : Truth::unknown;
      case Kind::loop:
        return is_missing(node) ? Truth::not_yes : Truth::unknown;
      default:
        return Truth::unknown;
    }
  }

  // A part that decides leaves the others unread; since one of these could be undefined, what it decides is
  // then no plain "no".
  template <typename Combine, typename Decides>
  Truth over_parts(const Node& node, Combine combine, Decides decides) const {
    Truth result = value(nodes_[node.of[0]]);
    for (std::size_t i = 1; i < node.of.size(); ++i) {
      if (decides(result)) return result == Truth::yes ? Truth::yes : Truth::not_yes;
      result = combine(result, value(nodes_[node.of[i]]));
    }
    return result;
  }

  bool is_impossible(std::uint32_t string) const {
    return (files_.without_nul && needs_nul_[string]) || (possible_ && !possible_(string));
  }

  bool is_present(std::uint32_t string) const { return present_ && present_(string); }

  Truth string_anywhere(std::uint32_t string) const {
    if (is_impossible(string)) return Truth::no;
    return is_present(string) ? Truth::yes : Truth::unknown;
  }

  // Where the string stands in the file it must agree with the first bytes; that these agree proves nothing,
  // since "fullword" and the string's rest ask for more.
  Truth string_at(const Node& node) const {
    if (is_impossible(node.of[0])) return Truth::not_yes;
    return can_match(compare_bytes(files_, node.number, node.bytes)) ? Truth::unknown : Truth::not_yes;
  }

  Truth count(const Node& node) const {
    if (!is_impossible(node.of[0])) return Truth::unknown;
    static const YaraFileClass none{
        .prefix = {}, .not_prefixes = {}, .min_size = 0, .max_size = 0, .without_nul = false};
    return compare_size(none, node.word, node.number);
  }

  Truth set(const Node& node) const {
    std::uint64_t possible = 0;
    std::uint64_t present = 0;
    for (const std::uint32_t string : node.of) {
      if (is_impossible(string)) continue;
      ++possible;
      present += is_present(string) ? 1 : 0;
    }
    if (possible < node.number) return Truth::no;
    return node.number > 0 && present >= node.number ? Truth::yes : Truth::unknown;
  }

  bool is_missing(const Node& node) const {
    using std::string_view_literals::operator""sv;
    constexpr std::string_view kElf =
        "\x7f"
        "ELF"sv;
    return (node.asks_pe && lacks(files_, "MZ"sv)) || (node.asks_elf && lacks(files_, kElf)) ||
           std::any_of(node.of.begin(), node.of.end(), [&](std::uint32_t s) { return is_impossible(s); });
  }

  const std::vector<Node>& nodes_;
  const std::vector<bool>& needs_nul_;
  const YaraFileClass& files_;
  const KnownRules& rules_;
  const PossibleStrings& possible_;
  const PresentStrings& present_;
};

}  // namespace

YaraCondition::YaraCondition(const YaraRuleText& rule) : nodes_(read_condition(rule)) {
  for (const YaraStringText& string : rule.strings) needs_nul_.push_back(needs_nul(string));
}

Truth YaraCondition::evaluate(const YaraFileClass& files, const KnownRules& rules,
                              const PossibleStrings& possible, const PresentStrings& present) const {
  if (nodes_.empty()) return Truth::unknown;
  return Evaluator(nodes_, needs_nul_, files, rules, possible, present).value(nodes_.back());
}

}  // namespace afterpatch::detect::files
