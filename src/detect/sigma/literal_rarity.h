// How often a literal is met in everyday web and Exchange logs, so that the literal scan looks for rare ones.
// The price of a scan is set by its hits: literals that stand in every row make it worse than useless.
#pragma once

#include <string_view>

namespace afterpatch::detect::sigma {

// Estimated share of rows, 0..1, that hold `lower_case` (ASCII lower case). A guess by length, corrected by a
// table of what is everywhere in IIS and HttpProxy logs of an Exchange server. Only ever used to choose
// between sound literals.
double share_of_rows(std::string_view lower_case);

// The same for Windows events: share of the events of a kind (say, process creations) of which a value holds
// it.
double share_of_events(std::string_view lower_case);

// Values of everyday Windows events, one behind the other: a sample for literal_scanner.h.
std::string_view everyday_event_texts();

}  // namespace afterpatch::detect::sigma
