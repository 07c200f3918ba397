// Necessary literals: texts of which at least one stands in the bytes of every row that a rule matches. A
// scan for them leaves only few rows to be split and asked, and a rule without a literal in sight need not be
// asked at all.
//
// Soundness is everything here. A row's bytes are not its values: CSV doubles quotes, key=value text doubles
// apostrophes, IIS writes '+' for a space and a space between path and query where rules see '?', numbers can
// be written in several ways, letters beyond ASCII fold. So a literal is a run of characters that reach the
// value as they are in the row, or in one of two known ways; at every other character the run breaks.
//
// In the values of fields nothing is escaped, so there only letters beyond ASCII that have another case break
// a run.
//
// From a condition: of several that must all hold, the rarest one is taken; of several of which one must
// hold, all are needed; what is negated gives nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detect/sigma/log_source.h"
#include "detect/sigma/rule.h"

namespace afterpatch::detect::sigma {

struct Literal {
  std::string text;            // ASCII in lower case; to be found ignoring ASCII case
  bool space_or_plus = false;  // a space in `text` stands for ' ' or '+'
  std::string field;           // Medium::values: where it stands; empty for keywords, which stand anywhere
  // Medium::values: instead of `text`, some byte beyond ASCII. Rules against look-alike letters and emoji
  // have hundreds of such values, and ordinary events none.
  bool beyond_ascii = false;
  auto operator<=>(const Literal&) const = default;
};

// What the literals are looked for in.
enum class Medium : std::uint8_t {
  row,     // the bytes of a whole log row, escaped as its format asks
  values,  // the values of fields, one by one, as the rules see them (Windows events)
};

struct WitnessOptions {
  Medium medium = Medium::row;
  // Rows are as IIS writes them: columns stand between single spaces or line ends and hold '+' for a space,
  // and the column of the query follows that of the path. So a value too short to be told by its text is told
  // by its text and its ends: " M ", "\nM ", " M\r", " M\n" (such literals reach into the rows beside), and a
  // text over the seam of path and query by each way in which it may be written: "x?y", "x y".
  bool iis_rows = false;
  std::size_t min_length = 3;        // shorter literals hit everywhere
  std::size_t max_length = 64;       // longer ones are cut: a part of a necessary text is necessary
  std::size_t max_literals = 20000;  // of one rule
  std::vector<std::string_view>
      known_fields;               // decided before the literals are looked for: they tell nothing
  double max_share = 1.0;         // a set expected in more rows than this (literal_rarity.h) saves nothing
  double max_share_of_one = 1.0;  // and so does one with a literal that is expected in more rows than this
};

// What suits the log of a route.
WitnessOptions witness_options(const Route& route);

// What suits Windows events. Single characters are taken where they are rare; a set that is met in every
// second event saves nothing.
WitnessOptions event_witness_options();

// The set, sorted and without duplicates; nullopt when there is none, so that the rule must be asked of every
// row.
std::optional<std::vector<Literal>> witnesses_of(const Rule& rule, const WitnessOptions& options = {});

// Why a rule has no set, for people who write rules; empty when it has one.
std::string why_no_witness(const Rule& rule, const WitnessOptions& options = {});

}  // namespace afterpatch::detect::sigma
