#include "detect/files/yara_prefilter.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "base/text.h"
#include "detect/files/yara_condition.h"
#include "detect/files/yara_literals.h"
#include "detect/files/yara_pattern.h"
#include "detect/files/yara_pattern_part.h"

namespace afterpatch::detect::files {
namespace {

// Enough for every header that rules look at.
constexpr std::size_t kKnownPrefix = 64;

// Making the plan of a class takes 0.1 s, in which libyara scans about this much with all rules.
constexpr std::uint64_t kPlanPaysFrom = 1ULL << 20U;
constexpr std::uint64_t kBytesPerFile = 64ULL << 10U;  // what a file costs whatever its size

// A rule is evaluated once for each of its strings to learn which it needs: a few files pay for that.
constexpr std::uint32_t kNeedsPayFrom = 4;
constexpr std::uint32_t kMostNeeded = 32;

// Compiling the patterns of a string takes about as long as libyara takes for this much.
constexpr std::size_t kRefutingPaysFrom = 1U << 20U;

// Earlier rules of the same file are not followed here: whatever they come to is possible.
Truth any_rule(std::string_view /*name*/) {
  return Truth::unknown;
}

std::tuple<std::uint32_t, std::uint32_t, std::uint32_t> key_of(const YaraRulePlace& place) {
  return {place.source, place.piece, place.rule};
}

// By this it is chosen which bytes of literals are looked for: what is rare in such files.
std::string sample_of(std::string_view bytes) {
  constexpr std::size_t kPiece = 4U << 10U;
  constexpr std::size_t kPieces = 64;
  const std::size_t step = std::max(kPiece, bytes.size() / kPieces);
  std::string sample;
  for (std::size_t at = 0; at < bytes.size(); at += step) sample += bytes.substr(at, kPiece);
  return sample;
}

// Texts, each once, and their places in the list.
class Numbers {
 public:
  std::uint32_t of(std::string text) {
    const auto [entry, added] = numbers_.emplace(text, size());
    if (added) texts_.push_back(std::move(text));
    return entry->second;
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(texts_.size()); }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::string> texts_;
};

// What it costs to look for a pattern: gaps and choices are slow, and so is what begins with them.
std::size_t cost_of(std::string_view pattern) {
  constexpr std::size_t kOfGap = 50;
  return pattern.size() + kOfGap * static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), '{'));
}

}  // namespace

void YaraPrefilter::note_owners(std::size_t literal_count) {
  owners_.resize(literal_count);
  for (std::uint32_t r = 0; r < rules_.size(); ++r) {
    for (const Ways& ways : rules_[r].ways) {
      for (const auto& way : ways) {
        for (const std::uint32_t literal : way) {
          auto& owners = owners_[literal];
          if (owners.empty() || owners.back() != r) owners.push_back(r);
        }
      }
    }
  }
}

std::unique_ptr<YaraPrefilter> YaraPrefilter::make(const std::vector<YaraSourceFile>& sources) {
  std::unique_ptr<YaraPrefilter> filter(new YaraPrefilter());
  filter->take_rules(sources);
  Numbers literals;
  Numbers patterns;
  for (Rule& rule : filter->rules_) {
    for (const YaraStringText& string : rule.text->strings) {
      Ways& ways = rule.ways.emplace_back();
      for (const auto& together : necessary_literals(string)) {
        auto& way = ways.emplace_back();
        for (const std::string& literal : together) way.push_back(literals.of(to_lower_ascii(literal)));
      }
    }
  }
  for (Rule& rule : filter->rules_) {
    for (std::size_t s = 0; s < rule.ways.size(); ++s) {
      if (!rule.ways[s].empty()) continue;
      for (const std::string& pattern : search_patterns(rule.text->strings[s]))
        rule.ways[s].push_back({literals.size() + patterns.of(pattern)});
    }
  }
  filter->note_owners(literals.size() + patterns.size());
  filter->note_who_sees_whole();
  filter->literals_ = literals.texts();
  filter->patterns_ = patterns.texts();
  filter->note_costs();
  filter->singles_ = std::make_unique<const YaraSinglePatterns>(filter->patterns_);
  return filter;
}

void YaraPrefilter::take_rules(const std::vector<YaraSourceFile>& sources) {
  for (std::uint32_t s = 0; s < sources.size(); ++s) {
    const bool divisible = sources[s].is_divisible();
    for (std::uint32_t p = 0; p < sources[s].pieces(); ++p) {
      const auto& rules = sources[s].rules(p);
      for (std::uint32_t r = 0; r < rules.size(); ++r) {
        rules_.push_back({.place = {s, p, r},
                          .text = &rules[r],
                          .condition = YaraCondition(rules[r]),
                          .divisible = divisible,
                          .whole = false,
                          .ways = {},
                          .cheapest_first = {}});
      }
    }
  }
}

YaraPrefilter::Need YaraPrefilter::need(const Rule& rule, const YaraFileClass& files) const {
  if (!rule.divisible) return Need::always;
  if (!can_match(rule.condition.evaluate(files, any_rule))) return Need::never;
  const auto unsearched = [&](std::size_t string) { return rule.ways[string].empty(); };
  return can_match(rule.condition.evaluate(files, any_rule, unsearched)) ? Need::always : Need::depends;
}

std::size_t YaraPrefilter::cost(const Ways& ways) const {
  std::size_t sum = 0;
  for (const auto& way : ways)
    sum += is_pattern(way.front()) ? cost_of(patterns_[way.front() - literals_.size()]) : 0;
  return sum;
}

void YaraPrefilter::note_costs() {
  for (Rule& rule : rules_) {
    for (std::uint32_t s = 0; s < rule.ways.size(); ++s) {
      if (cost(rule.ways[s]) > 0) rule.cheapest_first.push_back(s);
    }
    std::stable_sort(
        rule.cheapest_first.begin(), rule.cheapest_first.end(),
        [&](std::uint32_t a, std::uint32_t b) { return cost(rule.ways[a]) < cost(rule.ways[b]); });
  }
}

// Of a rule's strings without literals as few as it can't match without, the cheapest ones.
void YaraPrefilter::add_first_patterns(const Rule& rule, const YaraFileClass& files,
                                       std::vector<bool>& first) const {
  std::vector<std::pair<std::size_t, std::size_t>> strings;  // cost of patterns that are new, place
  std::vector<bool> looked_for(rule.ways.size(), true);
  for (std::size_t s = 0; s < rule.ways.size(); ++s) {
    std::size_t cost = 0;
    for (const auto& way : rule.ways[s]) {
      if (!is_pattern(way.front())) continue;
      const std::size_t pattern = way.front() - literals_.size();
      cost += first[pattern] ? 0 : cost_of(patterns_[pattern]);
    }
    if (rule.ways[s].empty()) looked_for[s] = false;
    if (cost > 0) strings.emplace_back(cost, s);
  }
  std::sort(strings.rbegin(), strings.rend());
  for (const auto& [cost, dropped] : strings) {
    looked_for[dropped] = false;
    const auto not_looked_for = [&](std::size_t string) { return !looked_for[string]; };
    if (!can_match(rule.condition.evaluate(files, any_rule, not_looked_for))) continue;
    looked_for[dropped] = true;
    for (const auto& way : rule.ways[dropped]) first[way.front() - literals_.size()] = true;
  }
}

// By their place in patterns_.
std::vector<bool> YaraPrefilter::first_patterns(const ClassPlan& plan, const YaraFileClass& files) const {
  std::vector<bool> first(patterns_.size(), false);
  for (std::uint32_t r = 0; r < rules_.size(); ++r) {
    if (plan.needs[r] == Need::depends) add_first_patterns(rules_[r], files, first);
    if (plan.needs[r] != Need::always || rules_[r].whole) continue;
    for (const Ways& ways : rules_[r].ways) {
      for (const auto& way : ways) {
        if (is_pattern(way.front())) first[way.front() - literals_.size()] = true;
      }
    }
  }
  return first;
}

void YaraPrefilter::search_one(std::uint32_t pattern, std::string_view bytes, Scratch& scratch) const {
  const YaraPatternSet* set = singles_->of(pattern - literals_.size());
  YaraHits& hits = scratch.hits_;
  hits.note_searched(pattern);
  const auto note = [&](std::uint32_t, std::size_t end) { hits.note(pattern, end); };
  if (set == nullptr || !set->find(bytes, scratch.singles_, note)) hits.note_everywhere(pattern);
}

void YaraPrefilter::search_open(const Ways& ways, std::string_view bytes, Scratch& scratch) const {
  for (const auto& way : ways) {
    if (scratch.hits_.is_open(way.front())) search_one(way.front(), bytes, scratch);
  }
}

// Looks for what is still open, until the rule can't match any more.
bool YaraPrefilter::can_match_here(const Rule& rule, const YaraFileClass& files, std::string_view bytes,
                                   Scratch& scratch) const {
  const auto possible = [&](std::size_t string) { return is_possible(rule, string, scratch); };
  const auto can = [&] { return can_match(rule.condition.evaluate(files, any_rule, possible)); };
  if (!can()) return false;
  for (const std::uint32_t s : rule.cheapest_first) {
    if (!is_open(rule.ways[s], scratch)) continue;
    search_open(rule.ways[s], bytes, scratch);
    if (!possible(s) && !can()) return false;
  }
  const auto present = [&](std::size_t string) { return is_present(rule, string, bytes, scratch); };
  if (!can_match(rule.condition.evaluate(files, any_rule, possible, present))) return false;
  for (std::size_t s = 0; s < rule.ways.size() && bytes.size() >= kRefutingPaysFrom; ++s) {
    if (!is_everywhere(rule.ways[s], scratch) || !is_refuted(rule.text->strings[s], bytes, scratch)) continue;
    if (!can()) return false;
  }
  return true;
}

// Whether the text itself stands where a literal of it was found.
bool YaraPrefilter::is_present(const Rule& rule, std::size_t string, std::string_view bytes,
                               const Scratch& scratch) const {
  const auto text = sure_text(rule.text->strings[string]);
  if (!text) return false;
  const std::string lower = to_lower_ascii(*text);
  for (const auto& way : rule.ways[string]) {
    if (is_pattern(way.front()) || !scratch.hits_.found[way.front()]) continue;
    const std::string& literal = literals_[way.front()];
    const std::size_t offset = lower.find(literal);
    const std::size_t end = scratch.hits_.one_end[way.front()];
    if (offset == std::string::npos || end < offset + literal.size()) continue;
    if (bytes.substr(end - offset - literal.size(), text->size()) == *text) return true;
  }
  return false;
}

bool YaraPrefilter::is_everywhere(const Ways& ways, const Scratch& scratch) {
  return std::any_of(ways.begin(), ways.end(), [&](const auto& way) {
    return std::any_of(way.begin(), way.end(),
                       [&](std::uint32_t one) { return scratch.hits_.is_everywhere(one); });
  });
}

bool YaraPrefilter::is_refuted(const YaraStringText& string, std::string_view bytes, Scratch& scratch) const {
  const auto [asked, first] = scratch.refuted_.try_emplace(&string, false);
  if (!first) return asked->second;
  const YaraPatternSet* patterns = string_patterns_.of(string);
  asked->second = patterns != nullptr && !patterns->may_be_in(bytes, scratch.singles_);
  return asked->second;
}

bool YaraPrefilter::is_open(const Ways& ways, const Scratch& scratch) {
  return std::any_of(ways.begin(), ways.end(),
                     [&](const auto& way) { return scratch.hits_.is_open(way.front()); });
}

void YaraPrefilter::complete(std::string_view bytes, const YaraSight& sight, Scratch& scratch) const {
  for (const YaraWatch& watch : sight.watched) {
    if (scratch.hits_.is_open(watch.literal)) search_one(watch.literal, bytes, scratch);
  }
}

// Fewer literals are searched faster: only those of rules that can match in the class, and that can stand
// there.
YaraSearch::Wanted YaraPrefilter::wanted(ClassPlan& plan, const YaraFileClass& files) const {
  YaraSearch::Wanted wanted;
  const std::vector<bool> first = first_patterns(plan, files);
  const auto is_asked = [&](std::uint32_t rule) { return plan.needs[rule] != Need::never; };
  for (std::uint32_t n = 0; n < owners_.size(); ++n) {
    if (std::none_of(owners_[n].begin(), owners_[n].end(), is_asked)) continue;
    if (is_pattern(n) && !first[n - literals_.size()]) {
      plan.open.push_back(n);
    } else if (is_pattern(n)) {
      const std::string& pattern = patterns_[n - literals_.size()];
      wanted.patterns.push_back(rarest_part(pattern));
      wanted.pattern_numbers.push_back(n);
      wanted.parts.push_back(wanted.patterns.back() != pattern);
    } else if (!files.without_nul || literals_[n].find('\0') == std::string::npos) {
      wanted.literals.push_back(literals_[n]);
      wanted.literal_numbers.push_back(n);
    }
  }
  return wanted;
}

const YaraPrefilter::ClassPlan& YaraPrefilter::plan(std::size_t file_class, std::string_view sample) const {
  ClassPlan& plan = plans_[file_class];
  std::call_once(plan.made, [&] {
    const YaraFileClass files = yara_class(file_class);
    for (std::uint32_t r = 0; r < rules_.size(); ++r) {
      plan.needs.push_back(need(rules_[r], files));
      if (plan.needs.back() == Need::always) plan.always.push_back(r);
    }
    plan.search = YaraSearch::make(wanted(plan, files), sample_of(sample));
  });
  return plan;
}

bool YaraPrefilter::is_possible(const Rule& rule, std::size_t string, const Scratch& scratch) const {
  const Ways& ways = rule.ways[string];
  if (!scratch.refuted_.empty()) {
    const auto asked = scratch.refuted_.find(&rule.text->strings[string]);
    if (asked != scratch.refuted_.end() && asked->second) return false;
  }
  return ways.empty() || std::any_of(ways.begin(), ways.end(), [&](const auto& way) {
           return std::all_of(way.begin(), way.end(),
                              [&](std::uint32_t one) { return scratch.hits_.found[one]; });
         });
}

// What can't match in any file of the class can't match in this one, of which more is known.
std::vector<std::uint32_t> YaraPrefilter::needed_strings(const Rule& rule, std::size_t file_class) const {
  const YaraFileClass files = yara_class(file_class);
  std::vector<std::uint32_t> needed;
  for (std::uint32_t s = 0; s < rule.ways.size() && s < kMostNeeded; ++s) {
    const auto all_others = [&](std::size_t string) { return string != s; };
    if (!can_match(rule.condition.evaluate(files, any_rule, all_others))) needed.push_back(s);
  }
  return needed;
}

bool YaraPrefilter::has_needed_strings(std::uint32_t rule, std::size_t file_class, Scratch& scratch) const {
  Scratch::Needs& needs = scratch.needs_[static_cast<std::uint64_t>(file_class) << 32U | rule];
  if (!needs.known && ++needs.asked < kNeedsPayFrom) return true;
  if (!needs.known) {
    needs.strings = needed_strings(rules_[rule], file_class);
    needs.known = true;
  }
  return std::all_of(needs.strings.begin(), needs.strings.end(),
                     [&](std::uint32_t string) { return is_possible(rules_[rule], string, scratch); });
}

bool YaraPrefilter::pays(std::size_t file_class, std::size_t bytes) const {
  const std::uint64_t own = bytes + kBytesPerFile;
  return plans_[file_class].seen.fetch_add(own, std::memory_order_relaxed) + own >= kPlanPaysFrom;
}

bool YaraPrefilter::candidates(std::string_view bytes, std::size_t file_class, Scratch& scratch,
                               std::vector<std::uint32_t>& rules) const {
  rules.clear();
  const ClassPlan& own = plan(file_class, bytes);
  if (!own.search || bytes.size() > UINT32_MAX) return false;
  scratch.touched_.assign(rules_.size(), false);
  scratch.refuted_.clear();
  scratch.hits_.start(owners_.size());
  for (const std::uint32_t pattern : own.open) scratch.hits_.note_open(pattern);
  own.search->search(bytes, scratch.searches_[file_class], scratch.hits_);
  YaraFileClass files = yara_class(file_class);  // and of this one file more is known
  files.prefix = bytes.substr(0, kKnownPrefix);
  files.min_size = files.max_size = bytes.size();
  const std::vector<std::uint32_t> found = scratch.hits_.literals;
  for (const std::uint32_t literal : found) {
    for (const std::uint32_t r : owners_[literal]) {
      if (scratch.touched_[r] || own.needs[r] != Need::depends) continue;
      scratch.touched_[r] = true;
      if (!has_needed_strings(r, file_class, scratch)) continue;
      if (can_match_here(rules_[r], files, bytes, scratch)) rules.push_back(r);
    }
  }
  std::sort(rules.begin(), rules.end());
  return true;
}

// False when the rule has to see whole files.
bool YaraPrefilter::add_sight(const Rule& rule, std::vector<YaraWatch>& watched) const {
  const auto& condition = rule.text->condition;
  const bool asks_for_more =
      condition.empty() || std::any_of(condition.begin(), condition.end(),
                                       [](const YaraToken& token) { return token.text == "entrypoint"; });
  if (asks_for_more) return false;
  for (std::size_t s = 0; s < rule.ways.size(); ++s) {
    const auto reach = reach_of(rule.text->strings[s]);
    if (rule.ways[s].empty() || !reach) return false;
    for (const auto& way : rule.ways[s]) watched.push_back({.literal = way.front(), .reach = *reach});
  }
  return true;
}

// A rule names earlier ones of its file only.
void YaraPrefilter::note_who_sees_whole() {
  std::size_t begin = 0;  // of its file
  std::vector<YaraWatch> unused;
  for (std::size_t r = 0; r < rules_.size(); ++r) {
    Rule& rule = rules_[r];
    if (rule.place.source != rules_[begin].place.source) begin = r;
    YaraMentions mentions;
    mentions.add(*rule.text);
    unused.clear();
    rule.whole = !add_sight(rule, unused) ||
                 std::any_of(rules_.begin() + static_cast<std::ptrdiff_t>(begin),
                             rules_.begin() + static_cast<std::ptrdiff_t>(r), [&](const Rule& other) {
                               return other.whole && mentions.has(other.text->name);
                             });
  }
}

YaraSight YaraPrefilter::sight(const std::vector<YaraRulePlace>& rules) const {
  YaraSight sight{.whole = false, .watched = {}};
  for (const YaraRulePlace& place : rules) {
    const auto rule =
        std::lower_bound(rules_.begin(), rules_.end(), place,
                         [](const Rule& a, const YaraRulePlace& b) { return key_of(a.place) < key_of(b); });
    if (rule == rules_.end() || key_of(rule->place) != key_of(place) || !add_sight(*rule, sight.watched))
      return {};
  }
  std::sort(sight.watched.begin(), sight.watched.end(), [](const YaraWatch& a, const YaraWatch& b) {
    return std::tie(a.literal, b.reach) < std::tie(b.literal, a.reach);  // the farthest first
  });
  const auto same = [](const YaraWatch& a, const YaraWatch& b) { return a.literal == b.literal; };
  sight.watched.erase(std::unique(sight.watched.begin(), sight.watched.end(), same), sight.watched.end());
  return sight;
}

}  // namespace afterpatch::detect::files
