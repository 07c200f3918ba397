// One field against one value: the leaf of every rule.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "detect/sigma/event.h"
#include "detect/sigma/pattern_matcher.h"
#include "detect/sigma/value.h"

namespace afterpatch::detect::sigma {

// The texts that a predicate is asked of; lowered[i] is texts[i] with ASCII letters in lower case.
struct Subject {
  std::span<const std::string_view> texts;
  std::span<const std::string_view> lowered;
};

// Immutable; shared between threads. Neither Null, Exists, FieldReference nor AnyOf: those need more than
// texts, and program.h does them.
class Predicate {
 public:
  // REQUIRES: the value is a Pattern, Number, Boolean, Regex, Network, Comparison or TimeComparison.
  explicit Predicate(const Value& value);

  // How long a text takes, roughly: 1 for comparing it.
  std::uint64_t cost() const;

  // Whether one of the texts matches.
  bool matches(const Subject& subject, MatchScratch& scratch) const;

 private:
  using Test = std::variant<PatternMatcher, Number, Boolean, Regex, Network, Comparison, TimeComparison>;
  static Test make_test(const Value& value);
  bool matches_one(std::string_view text, std::string_view lowered, MatchScratch& scratch) const;

  Test test_;
};

}  // namespace afterpatch::detect::sigma
