// Finishes a detection of a log row: its place, time, raw text and facts.
#pragma once

#include "detect/row_search.h"

namespace afterpatch::detect {

// `detection` brings what is the rule's: kind, id, title, meaning, and fields of its own, which come first.
// REQUIRES: outcome.count_match() said that it is kept.
void add_row_detection(Detection&& detection, const Candidate& candidate, BlockOutcome& outcome);

}  // namespace afterpatch::detect
