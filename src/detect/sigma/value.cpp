#include "detect/sigma/value.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <string_view>

namespace afterpatch::detect::sigma {
namespace {

std::string_view symbol(Order order) {
  switch (order) {
    case Order::equal:
      return "=";
    case Order::less:
      return "<";
    case Order::less_or_equal:
      return "<=";
    case Order::greater:
      return ">";
    case Order::greater_or_equal:
      return ">=";
  }
  return "";
}

// Lengths stand before texts, so that no two different values share a key.
std::string sized(std::string_view text) {
  return fmt::format("{}:{}", text.size(), text);
}

struct KeyOf {
  std::string operator()(const Null&) const { return "null"; }
  std::string operator()(const Exists& v) const { return v.wanted ? "exists" : "absent"; }
  std::string operator()(const Boolean& v) const { return v.value ? "true" : "false"; }
  std::string operator()(const Number& v) const { return "number" + sized(v.text); }
  std::string operator()(const Network& v) const { return "network" + sized(v.text); }
  std::string operator()(const Comparison& v) const {
    return fmt::format("compare{}{}", symbol(v.order), v.number.text);
  }
  std::string operator()(const TimeComparison& v) const {
    return fmt::format("time{}{}{}", static_cast<int>(v.unit), symbol(v.order), v.number.text);
  }
  std::string operator()(const Regex& v) const {
    return fmt::format("regex{:d}{:d}{:d}{}", v.ignore_case, v.multiline, v.dot_all, sized(v.text));
  }
  std::string operator()(const FieldReference& v) const {
    return fmt::format("field{:d}{:d}{:d}{}", v.open_front, v.open_back, v.cased, sized(v.field));
  }
  std::string operator()(const Pattern& v) const {
    std::string key = v.cased ? "cased" : "text";
    for (const PatternPart& part : v.parts)
      key += fmt::format("{}{}", static_cast<int>(part.kind), sized(part.text));
    return key;
  }
  std::string operator()(const AnyOf& v) const {
    std::string key = fmt::format("any{}", v.values.size());
    for (const Value& value : v.values) key += sized(key_of(value));
    return key;
  }
};

struct TextOf {
  std::string operator()(const Null&) const { return "null"; }
  std::string operator()(const Exists& v) const { return v.wanted ? "exists" : "does not exist"; }
  std::string operator()(const Boolean& v) const { return v.value ? "true" : "false"; }
  std::string operator()(const Number& v) const { return v.text; }
  std::string operator()(const Network& v) const { return v.text; }
  std::string operator()(const Comparison& v) const {
    return fmt::format("{} {}", symbol(v.order), v.number.text);
  }
  std::string operator()(const TimeComparison& v) const {
    return fmt::format("{} {}", symbol(v.order), v.number.text);
  }
  std::string operator()(const Regex& v) const {
    return fmt::format("/{}/{}", v.text, v.ignore_case ? "i" : "");
  }
  std::string operator()(const FieldReference& v) const { return fmt::format("field {}", v.field); }
  std::string operator()(const Pattern& v) const { return to_string(v); }
  std::string operator()(const AnyOf& v) const {
    std::string text;
    for (const Value& value : v.values) text += (text.empty() ? "" : " | ") + to_string(value);
    return text;
  }
};

}  // namespace

bool holds(Order order, int comparison) {
  switch (order) {
    case Order::equal:
      return comparison == 0;
    case Order::less:
      return comparison < 0;
    case Order::less_or_equal:
      return comparison <= 0;
    case Order::greater:
      return comparison > 0;
    case Order::greater_or_equal:
      return comparison >= 0;
  }
  return false;
}

std::string key_of(const Value& value) {
  return std::visit(KeyOf{}, value.kind);
}

std::string to_string(const Value& value) {
  return std::visit(TextOf{}, value.kind);
}

std::string compile(Regex& regex) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexMemory);
  options.set_case_sensitive(!regex.ignore_case);
  options.set_dot_nl(regex.dot_all);
  // RE2 knows the multi-line flag inside the expression only.
  auto compiled = std::make_shared<re2::RE2>(regex.multiline ? "(?m)" + regex.text : regex.text, options);
  if (!compiled->ok()) return compiled->error();
  regex.compiled = std::move(compiled);
  return {};
}

}  // namespace afterpatch::detect::sigma
