#include "detect/sigma/predicate.h"

#include <re2/re2.h>

#include "base/text.h"

namespace afterpatch::detect::sigma {
namespace {

struct Tester {
  std::string_view text;
  std::string_view lowered;
  MatchScratch& scratch;

  bool operator()(const PatternMatcher& matcher) const { return matcher.matches(text, lowered, scratch); }
  bool operator()(const Number& number) const {
    const auto value = parse_decimal(text);
    return value ? compare(*value, number) == 0 : equals_ignoring_case(text, number.text);
  }
  bool operator()(const Boolean& boolean) const { return lowered == (boolean.value ? "true" : "false"); }
  bool operator()(const Network& network) const {
    const auto address = parse_address(text);
    return address && network.contains(*address);
  }
  bool operator()(const Comparison& comparison) const {
    const auto value = parse_decimal(text);
    return value && holds(comparison.order, compare(*value, comparison.number));
  }
  bool operator()(const TimeComparison& comparison) const {
    const auto part = time_part(comparison.unit, text);
    return part && holds(comparison.order, compare(Number{*part, {}}, comparison.number));
  }
  // RE2 reads UTF-8; what is not UTF-8 would end a match, so an attacker could hide behind one stray byte.
  bool operator()(const Regex& regex) const {
    if (regex.compiled == nullptr) return false;
    if (is_utf8(text))
      return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *regex.compiled);
    return re2::RE2::PartialMatch(to_utf8(text), *regex.compiled);
  }
};

}  // namespace

Predicate::Predicate(const Value& value) : test_(make_test(value)) {}

Predicate::Test Predicate::make_test(const Value& value) {
  return std::visit(
      [](const auto& kind) -> Test {
        using Kind = std::remove_cvref_t<decltype(kind)>;
        if constexpr (std::is_same_v<Kind, Pattern>) {
          return PatternMatcher(kind);
        } else if constexpr (std::is_constructible_v<Test, Kind>) {
          return kind;
        } else {
          return Boolean{};  // against REQUIRES
        }
      },
      value.kind);
}

std::uint64_t Predicate::cost() const {
  constexpr std::uint64_t kRegex = 20;
  constexpr std::uint64_t kDecodedPattern = 4;
  if (std::holds_alternative<Regex>(test_)) return kRegex;
  const auto* matcher = std::get_if<PatternMatcher>(&test_);
  return matcher == nullptr || matcher->compares_bytes() ? 1 : kDecodedPattern;
}

bool Predicate::matches(const Subject& subject, MatchScratch& scratch) const {
  for (std::size_t i = 0; i < subject.texts.size(); ++i) {
    if (matches_one(subject.texts[i], subject.lowered[i], scratch)) return true;
  }
  return false;
}

bool Predicate::matches_one(std::string_view text, std::string_view lowered, MatchScratch& scratch) const {
  return std::visit(Tester{text, lowered, scratch}, test_);
}

}  // namespace afterpatch::detect::sigma
