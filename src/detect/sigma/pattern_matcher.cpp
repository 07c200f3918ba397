#include "detect/sigma/pattern_matcher.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "base/text.h"
#include "detect/sigma/code_points.h"

namespace afterpatch::detect::sigma {
namespace {

using Kind = PatternPart::Kind;

// Stand for wildcards inside a run of characters; above every character and ill-formed byte.
constexpr char32_t kAnyOne = 0x120000;
constexpr char32_t kAnyDash = 0x120001;

bool is_dash(char32_t c) {
  return c == '-' || c == '/' || c == 0x2013 || c == 0x2014 || c == 0x2015;
}

bool is_same(char32_t wanted, char32_t c) {
  if (wanted == kAnyOne) return true;
  return wanted == kAnyDash ? is_dash(c) : wanted == c;
}

bool fits_at(std::span<const char32_t> value, std::size_t at, std::span<const char32_t> run) {
  return std::ranges::equal(run, value.subspan(at, run.size()), is_same);
}

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

std::size_t find(std::span<const char32_t> value, std::size_t from, std::span<const char32_t> run) {
  for (std::size_t at = from; at + run.size() <= value.size(); ++at) {
    if (fits_at(value, at, run)) return at;
  }
  return kNowhere;
}

// memmem is linear and vectorised in glibc, unlike string_view::find.
std::size_t find(std::string_view value, std::size_t from, std::string_view run) {
  const void* hit = memmem(value.data() + from, value.size() - from, run.data(), run.size());
  return hit == nullptr ? kNowhere : static_cast<std::size_t>(static_cast<const char*>(hit) - value.data());
}

bool fits_at(std::string_view value, std::size_t at, std::string_view run) {
  return value.compare(at, run.size(), run) == 0;
}

// Runs have a fixed length, so taking each at its first place after the one before is enough: what fits a
// later place leaves less for the rest. The first run is tied to the front and the last to the end, unless
// `*` stands there.
template <typename Text, typename Runs>
bool matches_runs(const Text& value, const Runs& runs, bool open_front, bool open_back) {
  std::size_t at = 0;
  std::size_t end = value.size();
  std::size_t first = 0;
  std::size_t last = runs.size();
  if (!open_front) {
    const auto& run = runs[first++];
    if (run.size() > end || !fits_at(value, 0, run)) return false;
    at = run.size();
  }
  if (!open_back) {
    const auto& run = runs[--last];
    if (run.size() > end - at || !fits_at(value, end - run.size(), run)) return false;
    end -= run.size();
  }
  for (; first < last; ++first) {
    const std::size_t hit = find(value, at, runs[first]);
    if (hit == kNowhere || hit + runs[first].size() > end) return false;
    at = hit + runs[first].size();
  }
  return true;
}

// Whether comparing lower-cased bytes says the same as comparing folded characters.
bool bytes_suffice(const PatternPart& part, bool cased) {
  if (part.kind == Kind::any_run) return true;
  if (part.kind != Kind::text) return false;
  if (is_ascii(part.text)) return true;
  std::vector<char32_t> characters;
  decode(part.text, Case::as_is, characters);
  return std::ranges::none_of(characters, [cased](char32_t c) {
    return c >= kIllFormedByte || (c >= 0x80 && !cased && has_case(c));
  });
}

void append_characters(const PatternPart& part, bool cased, std::vector<char32_t>& run) {
  if (part.kind == Kind::any_one) return run.push_back(kAnyOne);
  if (part.kind == Kind::any_dash) return run.push_back(kAnyDash);
  std::vector<char32_t> characters;
  decode(part.text, cased ? Case::as_is : Case::folded, characters);
  run.insert(run.end(), characters.begin(), characters.end());
}

}  // namespace

PatternMatcher::PatternMatcher(const Pattern& pattern) : cased_(pattern.cased) {
  const auto& parts = pattern.parts;
  as_bytes_ =
      std::ranges::all_of(parts, [&](const PatternPart& part) { return bytes_suffice(part, cased_); });
  open_front_ = !parts.empty() && parts.front().kind == Kind::any_run;
  open_back_ = !parts.empty() && parts.back().kind == Kind::any_run;
  bool inside = false;
  for (const PatternPart& part : parts) {
    if (part.kind == Kind::any_run) {
      has_star_ = true;
      inside = false;
      continue;
    }
    if (as_bytes_) {
      byte_runs_.push_back(cased_ ? part.text : to_lower_ascii(part.text));
    } else {
      if (!inside) character_runs_.emplace_back();
      append_characters(part, cased_, character_runs_.back());
      if (part.kind == Kind::text && is_ascii(part.text) && part.text.size() > necessary_.size())
        necessary_ = cased_ ? part.text : to_lower_ascii(part.text);
    }
    inside = true;
  }
}

bool PatternMatcher::matches(std::string_view value, std::string_view lowered, MatchScratch& scratch) const {
  const std::string_view bytes = cased_ ? value : lowered;
  if (as_bytes_) return matches_bytes(bytes);
  if (find(bytes, 0, necessary_) == kNowhere) return false;
  decode(value, cased_ ? Case::as_is : Case::folded, scratch.characters);
  return matches_characters(scratch.characters);
}

bool PatternMatcher::matches_bytes(std::string_view value) const {
  if (has_star_) return matches_runs(value, byte_runs_, open_front_, open_back_);
  return byte_runs_.empty() ? value.empty() : value == byte_runs_[0];
}

bool PatternMatcher::matches_characters(const std::vector<char32_t>& value) const {
  const std::span<const char32_t> characters(value);
  if (has_star_) return matches_runs(characters, character_runs_, open_front_, open_back_);
  return characters.size() == character_runs_[0].size() && fits_at(characters, 0, character_runs_[0]);
}

bool matches(const Pattern& pattern, std::string_view value) {
  MatchScratch scratch;
  return PatternMatcher(pattern).matches(value, to_lower_ascii(value), scratch);
}

}  // namespace afterpatch::detect::sigma
