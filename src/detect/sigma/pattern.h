// A Sigma string: literal text with wildcards. `*` stands for any run of characters, also none and also line
// breaks;
// `?` for exactly one character. A backslash makes a following `*`, `?` or `\` literal and is itself literal
// before anything else, also at the end (Sigma specification 2.1, "Escaping"; the same steps as pySigma's
// SigmaString).
//
// A value is parsed before modifiers add their wildcards, so that `C:\Windows\` with `contains` does not
// become an escaped `*`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace afterpatch::detect::sigma {

struct PatternPart {
  enum class Kind : std::uint8_t {
    text,
    any_run,   // *
    any_one,   // ?
    any_dash,  // one of - / U+2013 U+2014 U+2015: a dash that the windash modifier made interchangeable
  };
  Kind kind = Kind::text;
  std::string text;  // for Kind::text: not empty; any bytes
  bool operator==(const PatternPart&) const = default;
};

// Matches a whole value (anchored at both ends).
struct Pattern {
  std::vector<PatternPart>
      parts;  // no two texts and no two any_run beside each other; empty matches the empty value
  bool cased = false;

  bool has_wildcard() const;
  bool matches_everything() const;  // "*"
  std::string text() const;         // REQUIRES: !has_wildcard()
  bool operator==(const Pattern&) const = default;
};

Pattern parse_pattern(std::string_view text);
Pattern literal_pattern(std::string text);

void append(Pattern& pattern, PatternPart part);

// What the modifiers startswith, endswith and contains add. A wildcard that is already there is not added
// again.
void open_front(Pattern& pattern);
void open_back(Pattern& pattern);

// The windash modifier: '-' and '/' that begin a word become any_dash (pySigma: \B[-/]\b, each literal part
// by itself).
Pattern with_interchangeable_dashes(const Pattern& pattern);

// As one would write it in a rule, for messages.
std::string to_string(const Pattern& pattern);

}  // namespace afterpatch::detect::sigma
