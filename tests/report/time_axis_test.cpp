#include "report/page/time_axis.h"

#include <gmock/gmock.h>

namespace afterpatch::report {
namespace {

using std::chrono::days;
using std::chrono::hours;
using testing::ElementsAre;

Timestamp at(const char* text) {
  return parse_time(text).value();
}

std::vector<std::string> labels(const TimeAxis& axis, double spacing) {
  std::vector<std::string> found;
  for (const Tick& tick : axis.ticks(spacing)) found.push_back(tick.label);
  return found;
}

TEST(TimeAxis, MapsTimesLinearlyAndKeepsThemInside) {
  const TimeAxis axis({at("2021-03-01"), at("2021-03-03")}, 100, 300);
  EXPECT_DOUBLE_EQ(axis.x(at("2021-03-02")), 200);
  EXPECT_DOUBLE_EQ(axis.x(at("2020-01-01")), 100);
  EXPECT_DOUBLE_EQ(axis.x(at("2022-01-01")), 300);
}

TEST(TimeAxis, WritesHoursWithDaysAsMajorTicks) {
  const TimeAxis axis({at("2021-03-03T05:00:00Z"), at("2021-03-04T07:00:00Z")}, 0, 300);
  EXPECT_THAT(labels(axis, 50), ElementsAre("06:00", "12:00", "18:00", "4 Mar", "06:00"));
}

TEST(TimeAxis, StartsWeeksOnMondays) {
  const TimeAxis axis({at("2021-02-25"), at("2021-03-31")}, 0, 400);
  EXPECT_THAT(labels(axis, 60), ElementsAre("1 Mar", "8 Mar", "15 Mar", "22 Mar", "29 Mar"));
}

TEST(TimeAxis, WritesMonthsWithYears) {
  const TimeAxis axis({at("2020-11-15"), at("2021-03-15")}, 0, 300);
  EXPECT_THAT(labels(axis, 60), ElementsAre("Dec", "Jan 2021", "Feb", "Mar"));
}

TEST(TimeAxis, BoundsTheTicksOfAbsurdRanges) {
  const TimeAxis axis({at("1700-01-01"), at("9999-01-01")}, 0, 1000);
  EXPECT_LE(axis.ticks(50).size(), 200U);
}

TEST(TimeRange, ExtendsByKnownTimesOnly) {
  TimeRange range{};
  range.extend(Timestamp{});
  EXPECT_TRUE(range.empty());
  range.extend(at("2021-03-03"));
  range.extend(at("2021-03-01"));
  EXPECT_EQ(range.length(), days(2));
}

TEST(TimeRange, PadsByAShareButAtLeastTheLeast) {
  const TimeRange range{at("2021-03-01"), at("2021-03-11")};
  EXPECT_EQ(range.padded(0.1, hours(1)).length(), days(12));
  EXPECT_EQ(range.padded(0, hours(12)).length(), days(11));
}

}  // namespace
}  // namespace afterpatch::report
