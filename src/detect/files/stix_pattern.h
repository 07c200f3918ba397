// The part of the STIX 2.1 patterning language (OASIS, section 9) that names single things: comparisons with
// '=' and IN of addresses, names and digests, joined by AND and OR. Everything else is refused with its
// reason.
//
// An AND can't be asked of sets of single values, so it gives its most telling part, marked `partial`: a
// digest stands by itself; an address whose port is not compared is weak.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "detect/files/indicators.h"

namespace afterpatch::detect::files {

struct StixTerm {
  IndicatorType type = IndicatorType::sha256;
  std::string value;
  bool partial = false;  // the pattern asked for more than this
};

struct StixPattern {
  std::vector<StixTerm> terms;  // never empty
  std::string ignored;          // an object path that was compared and can't be looked for; empty if none
};

// REQUIRES nothing of the input. At most 64 KiB and 16 levels of parentheses; linear time. Error::what says
// what can't be used.
Result<StixPattern> parse_stix_pattern(std::string_view pattern);

}  // namespace afterpatch::detect::files
