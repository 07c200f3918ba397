// A drawing of lanes over time, as inline SVG. Marks that lie too close to be told apart become one mark with
// a count; labels never overlap: each goes to a row with room, and a mark whose label finds none is drawn
// without it (its words stay in its tooltip and in the table beside the drawing).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/page/markup.h"
#include "report/page/parts.h"
#include "report/page/time_axis.h"

namespace afterpatch::report {

enum class Shape {
  bar,       // a stretch of time, its label inside if there is room
  open_bar,  // one whose end is not known
  point,     // a moment
  hollow,    // a moment that had no effect
};

struct Mark {
  Timestamp first;
  Timestamp last;
  std::string label;   // short
  std::string detail;  // tooltip
  Tone tone = Tone::none;
  Shape shape = Shape::bar;
};

struct Lane {
  std::string name;
  std::string items = "events";  // what marks are when they are counted together: "12 runs"
  std::vector<Mark> marks;
  bool merge = true;  // whether close marks may become one
};

// A date that matters to everybody: a line through all lanes.
struct DateLine {
  Timestamp time;
  std::string label;
};

struct Plot {
  std::string id;
  std::string title;
  std::string description;
  TimeRange range;
  std::vector<DateLine> dates;
  std::vector<Lane> lanes;  // empty ones are drawn as an empty lane: nothing there is a statement too
};

// REQUIRES: !plot.range.empty(). Marks outside the range are left out.
Html draw(const Plot& plot);

}  // namespace afterpatch::report
