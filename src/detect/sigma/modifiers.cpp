#include "detect/sigma/modifiers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <utility>

#include "base/text.h"
#include "detect/sigma/text_transform.h"

namespace afterpatch::detect::sigma {
namespace {

// A rule can blow itself up by several placeholders in one value; this many ways of saying it are plenty.
constexpr std::size_t kMaxAlternatives = 10000;

// What the modifiers of one item are applied to, one after the other.
struct Chain {
  Item item;
  const std::vector<std::string>& texts;
  const Placeholders& placeholders;
  std::size_t applied = 0;
  bool positioned = false;  // startswith or endswith was given

  template <typename... Arguments>
  std::unexpected<RuleError> error(fmt::format_string<Arguments...> text, Arguments&&... arguments) const {
    return refuse(item.line, fmt::format(text, std::forward<Arguments>(arguments)...));
  }
};

using Change = std::function<Parsed<Value>(Value)>;

// Applies `change` to every value, and to each alternative of an AnyOf (pySigma: SigmaExpansion).
Parsed<Value> change_value(Value value, const Change& change) {
  auto* any = std::get_if<AnyOf>(&value.kind);
  if (any == nullptr) return change(std::move(value));
  for (Value& alternative : any->values) {
    auto changed = change_value(std::move(alternative), change);
    if (!changed) return changed;
    alternative = std::move(*changed);
  }
  return value;
}

Parsed<void> change_all(Chain& chain, const Change& change) {
  for (Value& value : chain.item.values) {
    auto changed = change_value(std::move(value), change);
    if (!changed) return std::unexpected(changed.error());
    value = std::move(*changed);
  }
  return {};
}

std::string_view kind_name(const Value& value) {
  constexpr std::array<std::string_view, 11> kNames = {"null",
                                                       "text",
                                                       "a number",
                                                       "true or false",
                                                       "a regex",
                                                       "a network",
                                                       "a comparison",
                                                       "a time",
                                                       "a field reference",
                                                       "an existence test",
                                                       "a list of alternatives"};
  return kNames[value.kind.index()];
}

Parsed<Pattern> as_pattern(const Chain& chain, std::string_view modifier, const Value& value) {
  if (const auto* pattern = std::get_if<Pattern>(&value.kind)) return *pattern;
  if (const auto* number = std::get_if<Number>(&value.kind)) return literal_pattern(number->text);
  return chain.error("the modifier '{}' needs text, but the value is {}", modifier, kind_name(value));
}

Parsed<std::string> as_plain_text(const Chain& chain, std::string_view modifier, const Value& value) {
  const auto pattern = as_pattern(chain, modifier, value);
  if (!pattern) return std::unexpected(pattern.error());
  if (pattern->has_wildcard()) return chain.error("the modifier '{}' does not go with wildcards", modifier);
  return pattern->text();
}

// --- where in the field ---

Parsed<void> open_ends(Chain& chain, std::string_view modifier, bool front, bool back) {
  return change_all(chain, [&](Value value) -> Parsed<Value> {
    if (std::holds_alternative<Regex>(value.kind)) return value;  // a search is already open at both ends
    if (auto* reference = std::get_if<FieldReference>(&value.kind)) {
      reference->open_front |= front;
      reference->open_back |= back;
      return value;
    }
    auto pattern = as_pattern(chain, modifier, value);
    if (!pattern) return std::unexpected(pattern.error());
    if (front) open_front(*pattern);
    if (back) open_back(*pattern);
    return Value{std::move(*pattern)};
  });
}

Parsed<void> contains(Chain& chain, std::string_view modifier) {
  return open_ends(chain, modifier, true, true);
}
Parsed<void> startswith(Chain& chain, std::string_view modifier) {
  chain.positioned = true;
  return open_ends(chain, modifier, false, true);
}
Parsed<void> endswith(Chain& chain, std::string_view modifier) {
  chain.positioned = true;
  return open_ends(chain, modifier, true, false);
}

// --- how values are linked ---

Parsed<void> all(Chain& chain, std::string_view /*modifier*/) {
  chain.item.every = true;
  return {};
}
Parsed<void> neq(Chain& chain, std::string_view /*modifier*/) {
  chain.item.negated = true;
  return {};
}

// --- what text means ---

Parsed<void> cased(Chain& chain, std::string_view modifier) {
  return change_all(chain, [&](Value value) -> Parsed<Value> {
    if (auto* reference = std::get_if<FieldReference>(&value.kind)) {
      reference->cased = true;
      return value;
    }
    auto pattern = as_pattern(chain, modifier, value);
    if (!pattern) return std::unexpected(pattern.error());
    pattern->cased = true;
    return Value{std::move(*pattern)};
  });
}

Parsed<void> windash(Chain& chain, std::string_view modifier) {
  return change_all(chain, [&](const Value& value) -> Parsed<Value> {
    const auto pattern = as_pattern(chain, modifier, value);
    if (!pattern) return std::unexpected(pattern.error());
    return Value{with_interchangeable_dashes(*pattern)};
  });
}

Parsed<void> re(Chain& chain, std::string_view modifier) {
  if (chain.applied > 0) return chain.error("the modifier '{}' must come first", modifier);
  for (std::size_t i = 0; i < chain.item.values.size(); ++i) {
    if (std::holds_alternative<Null>(chain.item.values[i].kind))
      return chain.error("the modifier 're' needs text, but the value is null");
    chain.item.values[i].kind = Regex{chain.texts[i], false, false, false, nullptr};
  }
  return {};
}

Parsed<void> regex_flag(Chain& chain, std::string_view modifier) {
  return change_all(chain, [&](Value value) -> Parsed<Value> {
    auto* regex = std::get_if<Regex>(&value.kind);
    if (regex == nullptr) return chain.error("the modifier '{}' goes with 're' only", modifier);
    if (modifier == "i" || modifier == "ignorecase") regex->ignore_case = true;
    if (modifier == "m" || modifier == "multiline") regex->multiline = true;
    if (modifier == "s" || modifier == "dotall") regex->dot_all = true;
    return value;
  });
}

Parsed<void> cidr(Chain& chain, std::string_view modifier) {
  if (chain.applied > 0) return chain.error("the modifier '{}' must come first", modifier);
  return change_all(chain, [&](const Value& value) -> Parsed<Value> {
    const auto text = as_plain_text(chain, modifier, value);
    if (!text) return std::unexpected(text.error());
    auto network = parse_network(*text);
    if (!network) return chain.error("'{}' is not a network such as 10.0.0.0/8 or 2001:db8::/32", *text);
    return Value{std::move(*network)};
  });
}

Parsed<void> fieldref(Chain& chain, std::string_view modifier) {
  return change_all(chain, [&](const Value& value) -> Parsed<Value> {
    const auto* pattern = std::get_if<Pattern>(&value.kind);
    auto text = as_plain_text(chain, modifier, value);
    if (!text) return std::unexpected(text.error());
    if (text->empty()) return chain.error("the modifier 'fieldref' needs the name of a field");
    return Value{FieldReference{std::move(*text), false, false, pattern != nullptr && pattern->cased}};
  });
}

Parsed<void> exists(Chain& chain, std::string_view modifier) {
  if (!chain.item.field) return chain.error("the modifier 'exists' needs a field");
  if (chain.applied > 0) return chain.error("the modifier '{}' must come first", modifier);
  return change_all(chain, [&](const Value& value) -> Parsed<Value> {
    const auto* wanted = std::get_if<Boolean>(&value.kind);
    if (wanted == nullptr) return chain.error("the modifier 'exists' needs true or false");
    return Value{Exists{wanted->value}};
  });
}

// --- encodings ---

Parsed<void> base64(Chain& chain, std::string_view modifier) {
  return change_all(chain, [&](const Value& value) -> Parsed<Value> {
    const auto text = as_plain_text(chain, modifier, value);
    if (!text) return std::unexpected(text.error());
    return Value{literal_pattern(to_base64(*text))};
  });
}

Parsed<void> base64offset(Chain& chain, std::string_view modifier) {
  return change_all(chain, [&](const Value& value) -> Parsed<Value> {
    const auto text = as_plain_text(chain, modifier, value);
    if (!text) return std::unexpected(text.error());
    AnyOf any;
    for (std::string& encoded : to_base64_offsets(*text)) {
      if (encoded.empty()) return chain.error("'{}' is too short for 'base64offset'", *text);
      any.values.push_back({literal_pattern(std::move(encoded))});
    }
    return Value{std::move(any)};
  });
}

std::string encode_utf16(std::string_view modifier, const std::string& text) {
  return to_utf16(text, modifier == "utf16be" ? Utf16::big : Utf16::little);
}

Parsed<void> utf16(Chain& chain, std::string_view modifier) {
  return change_all(chain, [&](const Value& value) -> Parsed<Value> {
    auto pattern = as_pattern(chain, modifier, value);
    if (!pattern) return std::unexpected(pattern.error());
    Pattern encoded;
    encoded.cased = pattern->cased;
    if (modifier == "utf16") append(encoded, {PatternPart::Kind::text, std::string(kUtf16Mark)});
    for (PatternPart& part : pattern->parts) {
      if (part.kind == PatternPart::Kind::text) part.text = encode_utf16(modifier, part.text);
      append(encoded, std::move(part));
    }
    return Value{std::move(encoded)};
  });
}

// --- numbers and times ---

std::optional<Order> parse_order(std::string_view modifier) {
  if (modifier == "gt") return Order::greater;
  if (modifier == "gte") return Order::greater_or_equal;
  if (modifier == "lt") return Order::less;
  if (modifier == "lte") return Order::less_or_equal;
  return std::nullopt;
}

Parsed<void> compare_as(Chain& chain, std::string_view modifier) {
  const Order order = parse_order(modifier).value_or(Order::equal);
  return change_all(chain, [&](Value value) -> Parsed<Value> {
    if (auto* time = std::get_if<TimeComparison>(&value.kind)) {
      time->order = order;
      return value;
    }
    const auto* number = std::get_if<Number>(&value.kind);
    if (number == nullptr)
      return chain.error("the modifier '{}' needs a number, but the value is {}", modifier, kind_name(value));
    return Value{Comparison{order, *number}};
  });
}

Parsed<void> time_unit(Chain& chain, std::string_view modifier) {
  const TimeUnit unit = parse_time_unit(modifier).value_or(TimeUnit::hour);
  return change_all(chain, [&](const Value& value) -> Parsed<Value> {
    if (const auto* comparison = std::get_if<Comparison>(&value.kind)) {
      return Value{TimeComparison{unit, comparison->order, comparison->number}};
    }
    const auto* number = std::get_if<Number>(&value.kind);
    if (number == nullptr)
      return chain.error("the modifier '{}' needs a number, but the value is {}", modifier, kind_name(value));
    return Value{TimeComparison{unit, Order::equal, *number}};
  });
}

// --- placeholders ---

// A text cut at its placeholders: texts and names alternate, the first and last being texts. "\%" is a
// percent sign.
struct Expandable {
  std::vector<std::string> texts{1};
  std::vector<std::string> names;
};

Expandable find_placeholders(std::string_view text) {
  Expandable out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\\' && at + 1 < text.size() && text[at + 1] == '%') {
      out.texts.back().push_back('%');
      at += 2;
      continue;
    }
    const std::size_t end = text[at] == '%' ? text.find('%', at + 1) : std::string_view::npos;
    if (end == std::string_view::npos || end == at + 1) {
      out.texts.back().push_back(text[at++]);
      continue;
    }
    out.names.emplace_back(text.substr(at + 1, end - at - 1));
    out.texts.emplace_back();
    at = end + 1;
  }
  return out;
}

Parsed<const std::vector<std::string>*> values_of(const Chain& chain, const std::string& name) {
  const auto found = chain.placeholders.find(name);
  if (found == chain.placeholders.end() || found->second.empty()) {
    return chain.error("the placeholder %{}% has no value; rules with 'expand' need values of your site",
                       name);
  }
  return &found->second;
}

// `append(alternative, text, from_placeholder)` adds one piece to one alternative. Every alternative
// continues with every value.
template <typename T, typename Append>
Parsed<std::vector<T>> expand_text(const Chain& chain, std::vector<T> alternatives, std::string_view text,
                                   const Append& append_piece) {
  const Expandable expandable = find_placeholders(text);
  for (std::size_t i = 0; i < expandable.texts.size(); ++i) {
    for (T& alternative : alternatives) append_piece(alternative, expandable.texts[i], false);
    if (i == expandable.names.size()) break;
    const auto values = values_of(chain, expandable.names[i]);
    if (!values) return std::unexpected(values.error());
    if (alternatives.size() * (*values)->size() > kMaxAlternatives)
      return chain.error("the placeholders stand for more than {} values", kMaxAlternatives);
    std::vector<T> longer;
    for (const T& alternative : alternatives) {
      for (const std::string& value : **values) append_piece(longer.emplace_back(alternative), value, true);
    }
    alternatives = std::move(longer);
  }
  return alternatives;
}

Parsed<std::vector<Value>> expand_pattern(const Chain& chain, const Pattern& pattern) {
  std::vector<Pattern> alternatives(1);
  alternatives[0].cased = pattern.cased;
  const auto append_piece = [](Pattern& to, const std::string& text, bool from_placeholder) {
    const Pattern piece = from_placeholder ? parse_pattern(text) : literal_pattern(text);
    for (const PatternPart& part : piece.parts) append(to, part);
  };
  for (const PatternPart& part : pattern.parts) {
    if (part.kind != PatternPart::Kind::text) {
      for (Pattern& alternative : alternatives) append(alternative, part);
      continue;
    }
    auto longer = expand_text(chain, std::move(alternatives), part.text, append_piece);
    if (!longer) return std::unexpected(longer.error());
    alternatives = std::move(*longer);
  }
  std::vector<Value> values;
  for (Pattern& alternative : alternatives) values.push_back({std::move(alternative)});
  return values;
}

Parsed<std::vector<Value>> expand_regex(const Chain& chain, const Regex& regex) {
  const auto append_piece = [](std::string& to, const std::string& text, bool) { to += text; };
  const auto texts = expand_text(chain, std::vector<std::string>(1), regex.text, append_piece);
  if (!texts) return std::unexpected(texts.error());
  std::vector<Value> values;
  for (const std::string& text : *texts) {
    Regex expanded = regex;
    expanded.text = text;
    values.push_back({std::move(expanded)});
  }
  return values;
}

Parsed<void> expand(Chain& chain, std::string_view modifier) {
  return change_all(chain, [&](const Value& value) -> Parsed<Value> {
    const auto* regex = std::get_if<Regex>(&value.kind);
    auto pattern = regex == nullptr ? as_pattern(chain, modifier, value) : Pattern{};
    if (!pattern) return std::unexpected(pattern.error());
    auto values = regex == nullptr ? expand_pattern(chain, *pattern) : expand_regex(chain, *regex);
    if (!values) return std::unexpected(values.error());
    if (values->size() == 1) return std::move(values->front());
    return Value{AnyOf{std::move(*values)}};
  });
}

// --- the chain ---

struct Modifier {
  std::string_view name;
  Parsed<void> (*apply)(Chain&, std::string_view modifier);
};

constexpr auto kModifiers = std::to_array<Modifier>({
    {"all", all},
    {"base64", base64},
    {"base64offset", base64offset},
    {"cased", cased},
    {"cidr", cidr},
    {"contains", contains},
    {"day", time_unit},
    {"dotall", regex_flag},
    {"endswith", endswith},
    {"exists", exists},
    {"expand", expand},
    {"fieldref", fieldref},
    {"gt", compare_as},
    {"gte", compare_as},
    {"hour", time_unit},
    {"i", regex_flag},
    {"ignorecase", regex_flag},
    {"lt", compare_as},
    {"lte", compare_as},
    {"m", regex_flag},
    {"minute", time_unit},
    {"month", time_unit},
    {"multiline", regex_flag},
    {"neq", neq},
    {"re", re},
    {"s", regex_flag},
    {"startswith", startswith},
    {"utf16", utf16},
    {"utf16be", utf16},
    {"utf16le", utf16},
    {"week", time_unit},
    {"wide", utf16},
    {"windash", windash},
    {"year", time_unit},
});

Parsed<void> apply_modifier(Chain& chain, std::string_view name) {
  const auto* modifier = std::ranges::find(kModifiers, name, &Modifier::name);
  if (modifier == kModifiers.end()) return chain.error("unknown modifier '{}'", name);
  auto applied = modifier->apply(chain, name);
  ++chain.applied;
  return applied;
}

// Keywords are looked for anywhere in a text, unless the rule says where.
Parsed<void> finish_keywords(Chain& chain) {
  return change_all(chain, [&](Value value) -> Parsed<Value> {
    if (std::holds_alternative<Null>(value.kind)) return chain.error("null needs a field");
    if (std::holds_alternative<Regex>(value.kind) || std::holds_alternative<Network>(value.kind))
      return value;
    if (const auto* boolean = std::get_if<Boolean>(&value.kind))
      value.kind = literal_pattern(boolean->value ? "true" : "false");
    auto pattern = as_pattern(chain, "keyword", value);
    if (!pattern) return chain.error("a keyword can't be {}", kind_name(value));
    if (!chain.positioned) {
      open_front(*pattern);
      open_back(*pattern);
    }
    return Value{std::move(*pattern)};
  });
}

Parsed<void> compile_regexes(Chain& chain) {
  return change_all(chain, [&](Value value) -> Parsed<Value> {
    auto* regex = std::get_if<Regex>(&value.kind);
    if (regex == nullptr) return value;
    const std::string error = compile(*regex);
    if (!error.empty())
      return chain.error("'{}' is not a regular expression that RE2 can run: {}", regex->text, error);
    return value;
  });
}

}  // namespace

Parsed<Item> make_item(std::string_view key, std::vector<Value> values, const std::vector<std::string>& texts,
                       const Placeholders& placeholders, std::uint64_t line) {
  const std::vector<std::string_view> words = split(key, '|');
  Chain chain{{std::nullopt, std::move(values), false, false, line}, texts, placeholders, 0, false};
  if (!words[0].empty()) chain.item.field = std::string(words[0]);
  if (chain.item.values.empty()) chain.item.values.push_back({Null{}});
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (auto applied = apply_modifier(chain, words[i]); !applied) return std::unexpected(applied.error());
  }
  auto finished = chain.item.field ? Parsed<void>() : finish_keywords(chain);
  if (finished) finished = compile_regexes(chain);
  if (!finished) return std::unexpected(finished.error());
  return std::move(chain.item);
}

}  // namespace afterpatch::detect::sigma
