#include "report/page/plot.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/escape.h"
#include "report/columns.h"

namespace afterpatch::report {
namespace {

constexpr double kWidth = 1120;
constexpr double kGutter = 96;  // names of lanes, at least
constexpr double kWidestGutter = 270;
constexpr double kRight = kWidth - 12;
constexpr double kRow = 22;  // height of a row of marks
constexpr double kBar = 15;  // height of a bar
constexpr double kLanePad = 6;
constexpr double kDateRow = 16;
constexpr double kAxis = 26;
constexpr double kColumn = 6.7;  // a generous width of one character at the drawing's font size
constexpr double kBold = 1.3;    // names of lanes are that much wider: measured, DejaVu Sans Bold
constexpr double kPoint = 9;     // a moment is drawn this wide
constexpr double kLabelGap = 8;  // between a label and its neighbour
constexpr std::size_t kRows = 6;
constexpr std::size_t kLabelColumns = 52;

double label_width(std::string_view label) {
  return static_cast<double>(columns_of(label)) * kColumn;
}
std::string short_label(std::string_view label) {
  return fit(escape_terminal(label), kLabelColumns);
}

// Rows that fill from the top: each remembers how far right it is taken.
class Rows {
 public:
  explicit Rows(std::size_t most) : most_(most) {}

  // The first row that is free from `left` on, taken up to `right`; nullopt if all `most` are busy there.
  std::optional<std::size_t> take(double left, double right) {
    for (double& end : ends_) {
      if (end > left) continue;
      end = right;
      return static_cast<std::size_t>(&end - ends_.data());
    }
    if (ends_.size() == most_) return std::nullopt;
    ends_.push_back(right);
    return ends_.size() - 1;
  }
  std::size_t count() const { return ends_.size(); }

 private:
  std::size_t most_;
  std::vector<double> ends_;
};

// over: a wide mark leaves no room on either side; it is drawn as a bar, whose tint letters can be read on.
enum class LabelSide { none, inside, right, left, over };

// A mark with its place on the drawing.
struct Placed {
  const Mark* mark = nullptr;
  double left = 0;
  double right = 0;
  std::string label;
  LabelSide side = LabelSide::none;
  std::size_t row = 0;
};

bool is_point(const Mark& mark) {
  return mark.shape == Shape::point || mark.shape == Shape::hollow;
}

struct Extent {
  double left;
  double right;
};

Extent mark_extent(const TimeAxis& axis, const Mark& mark) {
  const double left = axis.x(mark.first);
  const double right = axis.x(std::max(mark.first, mark.last));
  if (right - left >= kPoint) return {left, right};
  const double middle = std::clamp((left + right) / 2, axis.left() + kPoint / 2, axis.right() - kPoint / 2);
  return {middle - kPoint / 2, middle + kPoint / 2};
}

LabelSide side_for(const TimeAxis& axis, const Mark& mark, const Extent& extent, double width) {
  if (width == 0) return LabelSide::none;
  if (!is_point(mark) && extent.right - extent.left >= width + 10) return LabelSide::inside;
  if (extent.right + 5 + width <= axis.right()) return LabelSide::right;
  return extent.left - 5 - width >= axis.left() ? LabelSide::left : LabelSide::over;
}

// What mark and label take together.
Extent taken(const Extent& mark, LabelSide side, double width) {
  switch (side) {
    case LabelSide::right:
      return {mark.left, mark.right + 5 + width + kLabelGap};
    case LabelSide::left:
      return {mark.left - 5 - width - kLabelGap, mark.right};
    case LabelSide::over:
      return {mark.left, std::max(mark.right, mark.left + 5 + width + kLabelGap)};
    default:
      return mark;
  }
}

Placed place_mark(const TimeAxis& axis, const Mark& mark, Rows& rows, bool& crowded) {
  const Extent extent = mark_extent(axis, mark);
  Placed placed{&mark, extent.left, extent.right, short_label(mark.label), LabelSide::none, 0};
  const double width = label_width(placed.label);
  placed.side = side_for(axis, mark, extent, width);
  const Extent with_label = taken(extent, placed.side, width);
  if (const auto row = rows.take(with_label.left, with_label.right)) {
    placed.row = *row;
    return placed;
  }
  crowded = true;
  placed.side = LabelSide::none;
  placed.row = kRows;  // the row below all others, where marks may touch but no text is
  return placed;
}

bool inside(const TimeRange& range, const Mark& mark) {
  return is_set(mark.first) && mark.first <= range.last && std::max(mark.first, mark.last) >= range.first;
}

// The worst of the group speaks for all: "write-proven by 203.0.113.45, 3 more".
Mark merged(const Lane& lane, const std::vector<Mark>& group) {
  Mark mark = *std::ranges::min_element(group, {}, &Mark::tone);
  mark.label = fmt::format("{}, {} more", short_label(mark.label), group.size() - 1);
  for (const Mark& other : group) {
    mark.first = std::min(mark.first, other.first);
    mark.last = std::max({mark.last, other.first, other.last});
    if (other.shape != Shape::hollow) mark.shape = Shape::point;
  }
  mark.detail = fmt::format("{} {} from {}", group.size(), lane.items, span_text(mark.first, mark.last));
  return mark;
}

// Marks that would touch each other become one that counts them.
std::vector<Mark> merge_close(const TimeAxis& axis, const Lane& lane, const std::vector<Mark>& marks) {
  std::vector<Mark> result;
  std::vector<Mark> group;
  double end = 0;
  const auto finish = [&] {
    if (group.size() == 1) result.push_back(group.front());
    if (group.size() > 1) result.push_back(merged(lane, group));
    group.clear();
  };
  for (const Mark& mark : marks) {
    const Extent extent = mark_extent(axis, mark);
    if (extent.left > end) finish();
    end = group.empty() ? extent.right : std::max(end, extent.right);
    group.push_back(mark);
  }
  finish();
  return result;
}

std::vector<Mark> marks_to_draw(const TimeAxis& axis, const Lane& lane) {
  std::vector<Mark> marks;
  std::ranges::copy_if(lane.marks, std::back_inserter(marks),
                       [&](const Mark& m) { return inside(axis.range(), m); });
  std::ranges::stable_sort(marks, {}, &Mark::first);
  return lane.merge ? merge_close(axis, lane, marks) : marks;
}

Literal shape_class(Shape shape) {
  switch (shape) {
    case Shape::bar:
      return "bar";
    case Shape::open_bar:
      return "bar open";
    case Shape::point:
      return "point";
    case Shape::hollow:
      break;
  }
  return "point hollow";
}

Html shape_of(const Placed& placed, double y) {
  const bool round = is_point(*placed.mark) && placed.side != LabelSide::over;
  const Shape shape = placed.side == LabelSide::over ? Shape::bar : placed.mark->shape;
  const Attribute style{
      "class", fmt::format("{} {}", shape_class(shape).view(), tone_class(placed.mark->tone).view())};
  const double top = y + (kRow - kBar) / 2;
  return void_element("rect", {style,
                               {"x", placed.left},
                               {"y", round ? y + (kRow - kPoint) / 2 : top},
                               {"width", placed.right - placed.left},
                               {"height", round ? kPoint : kBar},
                               {"rx", round ? kPoint / 2 : 2}});
}

Html label_of(const Placed& placed, double y) {
  if (placed.side == LabelSide::none) return {};
  const double base = y + kRow / 2 + 4;
  if (placed.side == LabelSide::left) {
    return element("text", {{"x", placed.left - 5}, {"y", base}, {"class", "beside end"}}, placed.label);
  }
  if (placed.side == LabelSide::inside || placed.side == LabelSide::over) {
    return element("text", {{"x", placed.left + 5}, {"y", base}}, placed.label);
  }
  return element("text", {{"x", placed.right + 5}, {"y", base}, {"class", "beside"}}, placed.label);
}

Html draw_mark(const Placed& placed, double lane_top) {
  const double y = lane_top + kLanePad + static_cast<double>(placed.row) * kRow;
  return element("g", {element("title", placed.mark->detail), shape_of(placed, y), label_of(placed, y)});
}

struct DrawnLane {
  Html ground;
  Html marks;
  double height = 0;
};

DrawnLane draw_lane(const TimeAxis& axis, const Lane& lane, double top, bool shaded) {
  Rows rows(kRows);
  bool crowded = false;
  Html marks;
  const std::vector<Mark> to_draw = marks_to_draw(axis, lane);
  for (const Mark& mark : to_draw) marks += draw_mark(place_mark(axis, mark, rows, crowded), top);
  const auto count = static_cast<double>(std::max<std::size_t>(crowded ? kRows + 1 : rows.count(), 1));
  const double height = count * kRow + 2 * kLanePad;
  const Html ground = void_element("rect", {{"class", shaded ? "lane shaded" : "lane"},
                                            {"x", 0.0},
                                            {"y", top},
                                            {"width", kWidth},
                                            {"height", height}});
  const Html name =
      element("text", {{"class", "lane-name"}, {"x", 8.0}, {"y", top + kLanePad + kRow / 2 + 4}}, lane.name);
  return {ground + name, marks, height};
}

// Labels of dates stand above the lanes, each right of its line (left at the right edge), in rows with room.
struct DateLabels {
  Html lines;
  Html labels;
  double height = 0;
};

std::vector<DateLine> joined_dates(const TimeAxis& axis, std::vector<DateLine> dates) {
  std::erase_if(
      dates, [&](const DateLine& date) { return !is_set(date.time) || !axis.range().contains(date.time); });
  std::ranges::stable_sort(dates, {}, &DateLine::time);
  std::vector<DateLine> joined;
  for (const DateLine& date : dates) {
    if (!joined.empty() && axis.x(date.time) - axis.x(joined.back().time) < 4) {
      joined.back().label += ", " + date.label;
    } else {
      joined.push_back(date);
    }
  }
  return joined;
}

DateLabels draw_dates(const TimeAxis& axis, const std::vector<DateLine>& dates, double bottom) {
  DateLabels drawn;
  Rows rows(8);
  for (const DateLine& date : joined_dates(axis, dates)) {
    const double x = axis.x(date.time);
    const double width = label_width(date.label);
    const bool right = x + 5 + width <= axis.right();
    const auto row =
        static_cast<double>(rows.take(right ? x : x - 5 - width, right ? x + width + 16 : x + 4).value_or(7));
    const double base = row * kDateRow + 12;
    drawn.lines +=
        void_element("line", {{"class", "date"}, {"x1", x}, {"x2", x}, {"y1", base - 9}, {"y2", bottom}});
    drawn.labels += element(
        "text",
        {{"class", right ? "date-label" : "date-label end"}, {"x", right ? x + 4 : x - 4}, {"y", base}},
        date.label);
  }
  drawn.height = static_cast<double>(rows.count()) * kDateRow + 6;
  return drawn;
}

double date_rows_height(const TimeAxis& axis, const Plot& plot) {
  return draw_dates(axis, plot.dates, 0).height;
}

Html draw_ticks(const TimeAxis& axis, double top, double bottom) {
  Html html;
  double free_from = 0;
  for (const Tick& tick : axis.ticks(58)) {
    const double x = axis.x(tick.time);
    html += void_element(
        "line",
        {{"class", tick.major ? "tick major" : "tick"}, {"x1", x}, {"x2", x}, {"y1", top}, {"y2", bottom}});
    const double half = label_width(tick.label) / 2;
    if (x - half < free_from || x + half > kWidth) continue;
    free_from = x + half + 6;
    html += element("text",
                    {{"class", tick.major ? "tick-label major" : "tick-label"}, {"x", x}, {"y", bottom + 17}},
                    tick.label);
  }
  return html;
}

Html draw_frame(const Plot& plot, double height, const Html& content) {
  const std::string title = plot.id + "-title";
  const std::string description = plot.id + "-desc";
  return element("svg",
                 {{"class", "plot"},
                  {"viewBox", fmt::format("0 0 {:.0f} {:.0f}", kWidth, height)},
                  {"role", "img"},
                  {"aria-labelledby", title + " " + description}},
                 {element("title", {{"id", title}}, plot.title),
                  element("desc", {{"id", description}}, plot.description), content});
}

// No name of a lane may run into its marks.
double gutter_of(const Plot& plot) {
  double gutter = kGutter;
  for (const Lane& lane : plot.lanes)
    gutter = std::max(gutter, 8 + kBold * label_width(lane.name) + kLabelGap);
  return std::min(gutter, kWidestGutter);
}

}  // namespace

Html draw(const Plot& plot) {
  const TimeAxis axis(plot.range, gutter_of(plot), kRight);
  const double top = date_rows_height(axis, plot);
  double bottom = top;
  Html grounds;
  Html marks;
  for (std::size_t i = 0; i < plot.lanes.size(); ++i) {
    const DrawnLane drawn = draw_lane(axis, plot.lanes[i], bottom, i % 2 == 0);
    grounds += drawn.ground;
    marks += drawn.marks;
    bottom += drawn.height;
  }
  const DateLabels dates = draw_dates(axis, plot.dates, bottom);
  const Html lines = draw_ticks(axis, top, bottom) + dates.lines;
  return scroll_frame(plot.title, draw_frame(plot, bottom + kAxis, {grounds, lines, marks, dates.labels}));
}

}  // namespace afterpatch::report
