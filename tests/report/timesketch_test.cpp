#include "report/timesketch.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "base/csv.h"
#include "base/text.h"
#include "report/hostile_text.h"
#include "report/sample_report.h"

namespace afterpatch::report {
namespace {

std::vector<boost::json::object> events_of(const assess::HuntReport& hunt) {
  const std::string lines = timesketch_jsonl(hunt);
  std::vector<boost::json::object> events;
  for (const std::string_view line : split(lines, '\n')) {
    if (!line.empty()) events.push_back(boost::json::parse(line).as_object());
  }
  return events;
}

TEST(Timesketch, EventsHaveTheThreeFieldsThatItAsksFor) {
  const assess::HuntReport hunt = reentered_report();
  const auto events = events_of(hunt);
  ASSERT_EQ(events.size(), hunt.servers[0].detections.size() + hunt.servers[0].timeline.size());
  for (const auto& event : events) {
    EXPECT_FALSE(event.at("message").as_string().empty());
    EXPECT_FALSE(event.at("timestamp_desc").as_string().empty());
    const std::string datetime(event.at("datetime").as_string());
    ASSERT_TRUE(datetime.ends_with("+00:00")) << datetime;
    const auto time = parse_time(datetime);
    ASSERT_TRUE(time);
    EXPECT_EQ(event.at("timestamp").as_int64(), time->time_since_epoch().count());
  }
}

TEST(Timesketch, EventsComeInOrderOfTimeAndSayWhatIsConcluded) {
  const auto events = events_of(reentered_report());
  EXPECT_TRUE(std::ranges::is_sorted(events, {}, [](const auto& e) { return e.at("timestamp").as_int64(); }));
  EXPECT_EQ(events.front().at("timestamp_desc").as_string(), "Afterpatch: world");
}

TEST(Timesketch, LeavesOutWhatHasNoTime) {
  assess::HuntReport hunt = reentered_report();
  const std::size_t before = events_of(hunt).size();
  hunt.servers[0].detections[0].time.reset();
  EXPECT_EQ(events_of(hunt).size(), before - 1);
}

TEST(Timesketch, CsvHoldsTheSameEventsAsJsonLines) {
  const auto table =
      CsvTable::parse(timesketch_csv(reentered_report()), "csv", {"message", "datetime", "timestamp_desc"});
  ASSERT_TRUE(table) << to_string(table.error());
  const auto events = events_of(reentered_report());
  ASSERT_EQ(table->size(), events.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(table->at(i, "datetime"), std::string_view(events[i].at("datetime").as_string()));
    EXPECT_EQ(table->at(i, "line"), std::string_view(events[i].at("line").as_string()));
  }
}

TEST(Timesketch, OutputsAreHarmlessForHostileEvidence) {
  EXPECT_EQ(first_danger(timesketch_jsonl(hostile_report())), std::nullopt);
  const std::string csv = timesketch_csv(hostile_report());
  EXPECT_EQ(first_danger(csv), std::nullopt);
  const auto rows = parse_csv(csv, "csv");
  ASSERT_TRUE(rows);
  for (const auto& row : *rows) {
    ASSERT_EQ(row.fields.size(), 21U);
    for (const std::string& cell : row.fields)
      ASSERT_TRUE(cell.empty() || std::string_view("=+-@").find(cell.front()) == std::string_view::npos);
  }
}

TEST(Timesketch, OutputsAreTheSameInTwoRuns) {
  EXPECT_EQ(timesketch_csv(hostile_report()), timesketch_csv(hostile_report()));
  EXPECT_EQ(timesketch_jsonl(hostile_report()), timesketch_jsonl(hostile_report()));
}

}  // namespace
}  // namespace afterpatch::report
