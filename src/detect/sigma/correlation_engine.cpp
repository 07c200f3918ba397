#include "detect/sigma/correlation_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <tuple>
#include <variant>

#include "base/text.h"
#include "detect/sigma/number.h"

namespace afterpatch::detect::sigma {
namespace {

constexpr std::int64_t kMicroseconds = 1'000'000;
// What a text costs beside its bytes, roughly.
constexpr std::size_t kBytesPerText = 96;
// Stands for a value for which there was no room. No number of a text, since those have 32 bits; the numeric
// types never ask.
constexpr std::uint64_t kNoRoom = static_cast<std::uint64_t>(-1);

bool names_rule(const CorrelationBase& base, std::size_t rule) {
  return !base.is_correlation && base.index == rule;
}

void add_new(std::vector<std::string>& fields, const std::vector<std::string>& more) {
  for (const std::string& field : more) {
    if (std::ranges::find(fields, field) == fields.end()) fields.push_back(field);
  }
}

std::vector<std::size_t> places_of(const std::vector<std::string>& fields,
                                   const std::vector<std::string>& given) {
  std::vector<std::size_t> places;
  for (const std::string& field : fields)
    places.push_back(static_cast<std::size_t>(std::ranges::find(given, field) - given.begin()));
  return places;
}

std::optional<double> finite_number(std::string_view text) {
  const auto number = parse_decimal(text);
  if (!number) return std::nullopt;
  const double value = std::visit([](auto v) { return static_cast<double>(v); }, number->value);
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<std::vector<std::string>> correlation_fields(std::span<const Correlation> correlations,
                                                           std::size_t rule) {
  std::optional<std::vector<std::string>> fields;
  for (const Correlation& correlation : correlations) {
    for (const CorrelationBase& base : correlation.bases) {
      if (!names_rule(base, rule)) continue;
      if (!fields) fields.emplace();
      add_new(*fields, base.group_by);
      add_new(*fields, base.fields);
    }
  }
  return fields;
}

CorrelationEngine::CorrelationEngine(std::span<const Correlation> correlations,
                                     const CorrelationLimits& limits)
    : correlations_(correlations),
      limits_(limits),
      parents_(correlations.size()),
      matches_(correlations.size()),
      counts_(correlations.size()) {
  std::unordered_map<std::size_t, std::vector<std::string>> given;
  for (std::size_t i = 0; i < correlations.size(); ++i) {
    for (std::size_t b = 0; b < correlations[i].bases.size(); ++b) {
      const CorrelationBase& base = correlations[i].bases[b];
      if (base.is_correlation) {
        parents_[base.index].push_back(make_use(i, b, base, correlations[base.index].group_by));
        continue;
      }
      const auto [fields, added] = given.try_emplace(base.index);
      if (added) fields->second = *correlation_fields(correlations, base.index);
      uses_[base.index].push_back(make_use(i, b, base, fields->second));
    }
  }
}

CorrelationEngine::Use CorrelationEngine::make_use(std::size_t correlation, std::size_t base,
                                                   const CorrelationBase& of,
                                                   const std::vector<std::string>& given) {
  return {correlation, base, places_of(of.group_by, given), places_of(of.fields, given)};
}

// --- taking matches in ---

bool CorrelationEngine::add(std::size_t rule, Timestamp time, std::uint64_t reference, Values values) {
  const auto uses = uses_.find(rule);
  if (uses == uses_.end()) return false;
  bool kept = false;
  for (const Use& use : uses->second) kept = store(use, time, reference, values) || kept;
  return kept;
}

bool CorrelationEngine::store(const Use& use, Timestamp time, std::uint64_t reference, Values values) {
  const Correlation& correlation = correlations_[use.correlation];
  CorrelationCounts& counts = counts_[use.correlation];
  if (matches_[use.correlation].size() >= limits_.matches) {
    ++counts.over_limit;
    return false;
  }
  auto joined = join(use.group_by, values);
  if (!joined) {
    ++counts.without_group;
    return false;
  }
  const auto value = value_of(correlation, use, values);
  if (!value) {
    ++counts.without_value;
    return false;
  }
  const auto group = number_of(std::move(*joined));
  if (!group || (correlation.type == CorrelationType::value_count && *value == kNoRoom)) {
    ++counts.over_limit;
    return false;
  }
  matches_[use.correlation].push_back(
      {time.time_since_epoch().count(), reference, *value, *group, static_cast<std::uint16_t>(use.base)});
  return true;
}

std::optional<std::uint64_t> CorrelationEngine::value_of(const Correlation& correlation, const Use& use,
                                                         Values values) {
  if (!needs_values(correlation.type)) return 0;
  if (correlation.type != CorrelationType::value_count) {
    const auto& text = values[use.fields[0]];
    const auto number = text ? finite_number(*text) : std::nullopt;
    if (!number) return std::nullopt;
    return std::bit_cast<std::uint64_t>(*number);
  }
  auto joined = join(use.fields, values);
  if (!joined) return std::nullopt;
  const auto number = number_of(std::move(*joined));
  return number ? folded(*number) : kNoRoom;
}

// Each text behind its length, so that ("ab", "c") is not ("a", "bc").
std::optional<std::string> CorrelationEngine::join(const std::vector<std::size_t>& places,
                                                   Values values) const {
  std::string joined;
  for (const std::size_t place : places) {
    if (!values[place]) return std::nullopt;
    const std::string_view text = values[place]->substr(0, kMaxGroupValueBytes);
    joined += fmt::format("{}:", text.size());
    joined += text;
  }
  return joined;
}

// nullopt when there is no room for another text.
std::optional<std::uint32_t> CorrelationEngine::number_of(std::string text) {
  const auto known = numbers_.find(text);
  if (known != numbers_.end()) return known->second;
  if (value_bytes_ + 2 * (text.size() + kBytesPerText) > limits_.value_bytes) return std::nullopt;
  std::string lowered = to_lower_ascii(text);
  if (lowered == text) return insert(std::move(text));
  const std::uint32_t number = insert(std::move(text));
  const auto lower = numbers_.find(lowered);
  const std::uint32_t fold = lower != numbers_.end() ? lower->second : insert(std::move(lowered));
  folded_[number] = fold;
  return number;
}

std::uint32_t CorrelationEngine::insert(std::string text) {
  value_bytes_ += text.size() + kBytesPerText;
  const auto number = static_cast<std::uint32_t>(texts_.size());
  texts_.push_back(&numbers_.emplace(std::move(text), number).first->first);
  folded_.push_back(number);
  return number;
}

// --- sliding ---

void CorrelationEngine::evaluate(const std::function<void(CorrelationMatch&&)>& give) {
  for (std::size_t i = 0; i < correlations_.size(); ++i) {
    sort(i);
    std::vector<Stretch> stretches = find_stretches(i);
    if (correlations_[i].shown_alone) give_all(i, std::move(stretches), give);
    std::vector<StoredMatch>().swap(matches_[i]);
  }
}

// By group, time, reference. Where events are counted, one that several rules matched counts once.
void CorrelationEngine::sort(std::size_t correlation) {
  std::vector<StoredMatch>& matches = matches_[correlation];
  std::ranges::sort(matches, {}, [this](const StoredMatch& match) {
    return std::tuple(folded(match.group), match.time, match.reference, match.base);
  });
  if (is_temporal(correlations_[correlation].type)) return;
  const auto& bases = correlations_[correlation].bases;
  const auto same_event = [&](const StoredMatch& a, const StoredMatch& b) {
    return folded(a.group) == folded(b.group) && a.time == b.time && a.reference == b.reference &&
           !bases[a.base].is_correlation && !bases[b.base].is_correlation;
  };
  matches.erase(std::ranges::unique(matches, same_event).begin(), matches.end());
}

std::vector<CorrelationEngine::Stretch> CorrelationEngine::find_stretches(std::size_t correlation) {
  const std::vector<StoredMatch>& matches = matches_[correlation];
  std::vector<Stretch> stretches;
  for (std::size_t begin = 0; begin < matches.size();) {
    std::size_t end = begin + 1;
    while (end < matches.size() && folded(matches[end].group) == folded(matches[begin].group)) ++end;
    slide(correlation, begin, end, stretches);
    begin = end;
  }
  return stretches;
}

// Over one group.
void CorrelationEngine::slide(std::size_t correlation, std::size_t begin, std::size_t end,
                              std::vector<Stretch>& stretches) {
  const std::span<const StoredMatch> matches = matches_[correlation];
  const std::int64_t timespan = correlations_[correlation].timespan_seconds * kMicroseconds;
  const auto window = make_window(correlations_[correlation], matches.subspan(begin, end - begin));
  const std::size_t earlier = stretches.size();
  for (std::size_t oldest = begin, next = begin; next < end;) {
    const std::int64_t now = matches[next].time;
    while (next < end && matches[next].time == now) window->enter(matches[next++]);
    while (now - matches[oldest].time > timespan) window->leave(matches[oldest++]);
    const auto value = window->satisfied();
    if (!value) continue;
    const bool is_new = stretches.size() == earlier || stretches.back().end <= oldest;
    if (is_new) stretches.push_back({oldest, next, next - 1, *value});
    stretches.back().end = next;
    tell(correlation, matches[next - 1], is_new);
  }
}

// A temporal correlation hears of every satisfied window, so that what happens in the midst of a long stretch
// is still "after" and "near" it. One that counts hears of each stretch once.
void CorrelationEngine::tell(std::size_t correlation, const StoredMatch& match, bool begins_stretch) {
  if (parents_[correlation].empty()) return;
  const auto texts = texts_of(match.group);
  const std::vector<std::optional<std::string_view>> values(texts.begin(), texts.end());
  for (const Use& use : parents_[correlation]) {
    if (begins_stretch || is_temporal(correlations_[use.correlation].type))
      store(use, Timestamp(std::chrono::microseconds(match.time)), match.reference, values);
  }
}

// --- handing out ---

void CorrelationEngine::give_all(std::size_t correlation, std::vector<Stretch> stretches,
                                 const std::function<void(CorrelationMatch&&)>& give) const {
  const std::vector<StoredMatch>& matches = matches_[correlation];
  // The last two only where one event is in several groups, which the same rules can't tell apart otherwise.
  std::ranges::sort(stretches, {}, [&](const Stretch& stretch) {
    const StoredMatch& first = matches[stretch.begin];
    const StoredMatch& last = matches[stretch.end - 1];
    return std::tuple(first.time, first.reference, last.time, last.reference, first.base,
                      std::string_view(*texts_[first.group]));
  });
  for (const Stretch& stretch : stretches) give(make_match(correlation, stretch));
}

CorrelationMatch CorrelationEngine::make_match(std::size_t correlation, const Stretch& stretch) const {
  const auto& matches = matches_[correlation];
  const auto time_of = [&](std::size_t at) { return Timestamp(std::chrono::microseconds(matches[at].time)); };
  CorrelationMatch match;
  match.correlation = correlation;
  match.first = time_of(stretch.begin);
  match.last = time_of(stretch.end - 1);
  match.count = stretch.end - stretch.begin;
  match.value = stretch.value;
  const auto texts = texts_of(matches[stretch.begin].group);
  for (std::size_t i = 0; i < texts.size(); ++i)
    match.group.emplace_back(correlations_[correlation].group_by[i], std::string(texts[i]));
  for (std::size_t i = stretch.begin; i < stretch.end; ++i) {
    if (match.references.size() == kMaxCorrelationReferences) break;
    if (match.references.empty() || match.references.back() != matches[i].reference)
      match.references.push_back(matches[i].reference);
  }
  return match;
}

std::vector<std::string_view> CorrelationEngine::texts_of(std::uint32_t group) const {
  std::vector<std::string_view> texts;
  std::string_view rest = *texts_[group];
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    std::size_t size = 0;
    std::from_chars(rest.data(), rest.data() + colon, size);
    texts.push_back(rest.substr(colon + 1, size));
    rest.remove_prefix(colon + 1 + size);
  }
  return texts;
}

}  // namespace afterpatch::detect::sigma
