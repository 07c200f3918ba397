// The sections of the page, in reading order; html.cpp puts them together. Each gives a whole <section>, also
// when there is nothing to show: an empty section says why it is empty.
#pragma once

#include "report/page/context.h"
#include "report/page/markup.h"

namespace afterpatch::report {

Html verdict_section(const PageContext& page);   // headline, both axes, coverage, the things to do now
Html answers_section(const PageContext& page);   // the six answers, each opening to its evidence
Html timeline_section(const PageContext& page);  // drawings, and the same as a table
Html waves_section(const PageContext& page);     // the verdict for each other campaign
Html exposure_section(const PageContext& page);
Html runs_section(const PageContext& page);
Html doors_section(const PageContext& page);
Html mailboxes_section(const PageContext& page);
Html server_events_section(const PageContext& page);
Html coverage_section(const PageContext& page);
Html guide_section(const PageContext& page);     // a check list
Html findings_section(const PageContext& page);  // detections by question
Html pivots_section(const PageContext& page);
Html notes_section(const PageContext& page);

// About the hunt, not a server.
Html rules_section(const PageContext& page);
Html problems_section(const PageContext& page);
Html sources_section(const PageContext& page);
Html reading_section(const PageContext& page);  // what the words mean

}  // namespace afterpatch::report
