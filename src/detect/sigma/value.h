// One value of a detection item, with its modifiers already applied.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "detect/sigma/network.h"
#include "detect/sigma/number.h"
#include "detect/sigma/pattern.h"
#include "detect/sigma/time_part.h"

namespace re2 {
class RE2;
}

namespace afterpatch::detect::sigma {

struct Null {};  // the field is absent

struct Exists {
  bool wanted = true;
};

struct Boolean {
  bool value = false;
};

// Searched for anywhere in the value, case-sensitive unless asked otherwise; RE2 decides what is a regular
// expression.
struct Regex {
  std::string text;
  bool ignore_case = false;
  bool multiline = false;
  bool dot_all = false;
  std::shared_ptr<const re2::RE2> compiled;  // null only before compile()
};

enum class Order : std::uint8_t { equal, less, less_or_equal, greater, greater_or_equal };
bool holds(Order order, int comparison);

// A number of the field against a number of the rule.
struct Comparison {
  Order order = Order::equal;
  Number number;
};

struct TimeComparison {
  TimeUnit unit = TimeUnit::hour;
  Order order = Order::equal;
  Number number;
};

// Equal to, or with prefix/suffix/part: some value of another field of the same event. Ignores case unless
// `cased`.
struct FieldReference {
  std::string field;
  bool open_front = false;  // endswith, contains
  bool open_back = false;   // startswith, contains
  bool cased = false;
};

struct Value;

// Several ways of saying one value (base64offset, expand): one of them is enough, also under `all`.
struct AnyOf {
  std::vector<Value> values;
};

struct Value {
  std::variant<Null, Pattern, Number, Boolean, Regex, Network, Comparison, TimeComparison, FieldReference,
               Exists, AnyOf>
      kind;
};

// Equal keys mean equal values: by it predicates are shared between rules.
std::string key_of(const Value& value);

// Bounds memory of one expression's automaton; RE2 then says "pattern too large", and its lazy DFA falls back
// to its NFA.
inline constexpr std::int64_t kRegexMemory = 8 << 20;
// The answer of RE2 as text when it refuses; empty when it compiled.
std::string compile(Regex& regex);

// "contains 'x'"-like words for explanations are made from this: the value as a rule would write it.
std::string to_string(const Value& value);

}  // namespace afterpatch::detect::sigma
