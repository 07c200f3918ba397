#include "base/time.h"

#include <gtest/gtest.h>

namespace afterpatch {
namespace {

using std::chrono::microseconds;

TEST(Time, ReadsRfc3339InUtc) {
  const auto time = parse_time("2021-03-03T06:49:46.210Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(time->time_since_epoch(), microseconds(1614754186210000));
  EXPECT_EQ(to_iso8601(*time), "2021-03-03T06:49:46.210Z");
}

TEST(Time, ReadsIisDateAndTimeWithASpace) {
  EXPECT_EQ(parse_time("2021-03-05 03:06:27"), parse_time("2021-03-05T03:06:27Z"));
}

TEST(Time, ShiftsByTheZoneThatIsGiven) {
  EXPECT_EQ(parse_time("2021-03-03T08:49:46+02:00"), parse_time("2021-03-03T06:49:46Z"));
}

TEST(Time, KeepsMicrosecondsAndCutsFinerFractions) {
  EXPECT_EQ(parse_time("2021-03-03T00:00:00.1234567Z"), parse_time("2021-03-03T00:00:00.123456Z"));
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2021", "2021-13-01", "2021-02-29", "2021-03-03T25:00:00Z", "2021-03-03T00:00:00X",
        "2021-03-03T00:00:00.Z", "0000-01-01", "2021-03-03T00:00:0"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(Time, WritesForPeople) {
  const Timestamp time = *parse_time("2021-03-03T06:49:46Z");
  EXPECT_EQ(to_minute_text(time), "2021-03-03 06:49 UTC");
  EXPECT_EQ(to_date_text(time), "2021-03-03");
  EXPECT_EQ(to_duration_text(std::chrono::hours(50)), "2 days");
  EXPECT_EQ(to_duration_text(std::chrono::minutes(125)), "2 h 5 min");
  EXPECT_EQ(to_duration_text(std::chrono::seconds(40)), "40 s");
}

TEST(Time, HoursRoundDownAlsoBeforeTheEpoch) {
  EXPECT_EQ(hour_of(*parse_time("1970-01-01T01:59:59Z")), 1);
  EXPECT_EQ(hour_of(*parse_time("1969-12-31T23:30:00Z")), -1);
}

}  // namespace
}  // namespace afterpatch
