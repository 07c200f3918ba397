#include "report/page/plot.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "report/columns.h"
#include "report/html_reader.h"

namespace afterpatch::report {
namespace {

using testing::HasSubstr;
using testing::Not;

Timestamp at(const char* text) {
  return parse_time(text).value();
}

Plot plot_of(std::vector<Lane> lanes) {
  return {.id = "p",
          .title = "t",
          .description = "d",
          .range = {at("2021-03-01"), at("2021-03-31")},
          .dates = {},
          .lanes = std::move(lanes)};
}

struct Box {
  double left, right, baseline;
  std::string text;
};

// Where labels of marks lie; the width is the same estimate that the drawing uses, so this tests packing,
// not the font.
std::vector<Box> label_boxes(const PageReading& reading) {
  std::vector<Box> boxes;
  for (const PageElement& element : reading.elements) {
    if (element.tag != "text" || element.ancestors.back() != "g") continue;
    const double x = std::strtod(element.attributes.at("x").c_str(), nullptr);
    const double y = std::strtod(element.attributes.at("y").c_str(), nullptr);
    const double width = static_cast<double>(columns_of(element.text)) * 6.7;
    const auto style = element.attributes.find("class");
    const bool end = style != element.attributes.end() && style->second.find("end") != std::string::npos;
    boxes.push_back({end ? x - width : x, end ? x : x + width, y, element.text});
  }
  return boxes;
}

PageReading read_drawing(const Plot& plot) {
  return read_page("<!DOCTYPE html>" + draw(plot).markup());
}

TEST(Plot, NeverLetsLabelsOverlap) {
  Lane lane{"attack", "runs", {}, true};
  for (int i = 0; i < 60; ++i) {
    const Timestamp time = at("2021-03-01T06:00:00Z") + std::chrono::hours(i * 11);
    lane.marks.push_back({time, time, fmt::format("probe by 203.0.113.{}", i), "", Tone::info, Shape::point});
  }
  const PageReading reading = read_drawing(plot_of({lane}));
  ASSERT_EQ(reading.error, "");
  const std::vector<Box> boxes = label_boxes(reading);
  ASSERT_GT(boxes.size(), 5U);
  for (const Box& a : boxes) {
    for (const Box& b : boxes) {
      if (&a == &b || a.baseline != b.baseline) continue;
      EXPECT_TRUE(a.right <= b.left + 0.2 || b.right <= a.left + 0.2) << a.text << " | " << b.text;
    }
  }
}

TEST(Plot, KeepsLabelsInsideTheDrawing) {
  Lane lane{"mail",
            "accesses",
            {{at("2021-03-30T23:00:00Z"), at("2021-03-30T23:00:00Z"), "somebody@contoso.example", "",
              Tone::bad, Shape::point},
             {at("2021-03-01"), at("2021-03-01"), "first", "", Tone::bad, Shape::point}},
            true};
  for (const Box& box : label_boxes(read_drawing(plot_of({lane})))) {
    EXPECT_GE(box.left, 96.0);
    EXPECT_LE(box.right, 1120.0);
  }
}

// From the second day to the last but one: no room for the label on either side.
TEST(Plot, ALongVisitsLabelStaysClearOfTheLanesName) {
  Lane lane{
      "visitors",
      "visitors",
      {{at("2021-03-02"), at("2021-03-30"), "2001:db8:aaaa:bbbb::1 (planter)", "", Tone::bad, Shape::point}},
      true};
  const std::vector<Box> boxes = label_boxes(read_drawing(plot_of({lane})));
  ASSERT_FALSE(boxes.empty());
  for (const Box& box : boxes) {
    EXPECT_GE(box.left, 96.0) << box.text;
    EXPECT_LE(box.right, 1120.0) << box.text;
  }
}

TEST(Plot, MarksBeginRightOfTheLongestName) {
  const std::string name = "event-powershell-operational";
  Lane lane{name, "spans", {{at("2021-03-01"), at("2021-03-31"), "gap", "", Tone::warn, Shape::bar}}, false};
  for (const Box& box : label_boxes(read_drawing(plot_of({lane}))))
    EXPECT_GE(box.left, 8 + 6.7 * static_cast<double>(name.size())) << box.text;
}

TEST(Plot, CountsMarksThatLieTooCloseAndLetsTheWorstSpeak) {
  const Timestamp time = at("2021-03-03T06:00:00Z");
  Lane lane{"attack",
            "runs",
            {{time, time, "probe", "", Tone::info, Shape::hollow},
             {time, time, "write", "", Tone::bad, Shape::point},
             {time, time, "probe", "", Tone::info, Shape::hollow}},
            true};
  EXPECT_THAT(draw(plot_of({lane})).markup(), HasSubstr(">write, 2 more<"));
}

TEST(Plot, LeavesOutWhatLiesOutsideOfItsRange) {
  Lane lane{"attack",
            "runs",
            {{at("2020-01-01"), at("2020-01-01"), "long ago", "", Tone::info, Shape::point},
             {Timestamp{}, Timestamp{}, "unknown", "", Tone::info, Shape::point}},
            true};
  const std::string markup = draw(plot_of({lane})).markup();
  EXPECT_THAT(markup, Not(HasSubstr("long ago")));
  EXPECT_THAT(markup, Not(HasSubstr("unknown")));
}

TEST(Plot, JoinsDatesThatFallTogether) {
  Plot plot = plot_of({});
  plot.dates = {{at("2021-03-02T18:00:00Z"), "patch released"}, {at("2021-03-02T18:00:00Z"), "disclosed"}};
  EXPECT_THAT(draw(plot).markup(), HasSubstr("patch released, disclosed"));
}

TEST(Plot, DrawsAnEmptyLane) {
  EXPECT_THAT(draw(plot_of({{"mail", "accesses", {}, true}})).markup(), HasSubstr(">mail<"));
}

}  // namespace
}  // namespace afterpatch::report
