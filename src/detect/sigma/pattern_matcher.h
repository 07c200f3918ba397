// A Pattern made ready for matching: its literal runs, to be found in this order. Most patterns (all of ASCII
// without
// `?`) are compared as bytes of the lower-cased value; the rest as code points.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detect/sigma/pattern.h"

namespace afterpatch::detect::sigma {

// Room for decoded values, kept between calls so that matching does not allocate.
struct MatchScratch {
  std::vector<char32_t> characters;
};

// Immutable; shared between threads.
class PatternMatcher {
 public:
  explicit PatternMatcher(const Pattern& pattern);

  // `lowered` is `value` with ASCII letters in lower case. Linear in the value for byte patterns; at most
  // value x pattern for those with `?`.
  bool matches(std::string_view value, std::string_view lowered, MatchScratch& scratch) const;

  bool compares_bytes() const { return as_bytes_; }

 private:
  using Run = std::vector<char32_t>;
  bool matches_bytes(std::string_view value) const;
  bool matches_characters(const std::vector<char32_t>& value) const;

  bool cased_;
  bool as_bytes_;
  bool open_front_ = false;  // begins with *
  bool open_back_ = false;   // ends with *
  bool has_star_ = false;
  std::vector<std::string> byte_runs_;
  std::vector<Run> character_runs_;
  // For code points: its longest ASCII text, which stands in every value that matches, as bytes.
  std::string necessary_;
};

// For single comparisons; PatternMatcher is for many.
bool matches(const Pattern& pattern, std::string_view value);

}  // namespace afterpatch::detect::sigma
