#include "records/log_summary.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "log_maker.h"
#include "records/key_value.h"
#include "records/record.h"

namespace afterpatch::records {
namespace {

std::string plain_build(const Record& record) {
  std::string build;
  for (const char* name : {"MajorVersion", "MinorVersion", "BuildVersion", "RevisionVersion"}) {
    const auto part = record.value(name).value_or("");
    if (part.empty())
      return std::string(find_value(record.value("EventData").value_or(""), "BLD").value_or(""));
    build += (build.empty() ? "" : ".") + std::string(part);
  }
  return build;
}

// The same facts by the plain way: every row read in full.
LogSummary summarise_plainly(std::string_view block) {
  LogSummary summary;
  RecordReader reader(block, nullptr, 0);
  while (reader.next()) {
    const Record& record = reader.record();
    const auto time = time_of(record, reader.date());
    if (!time) continue;
    ++summary.rows_by_hour[hour_of(*time)];
    summary.first = std::min(summary.first.value_or(*time), *time);
    summary.last = std::max(summary.last.value_or(*time), *time);
    if (summary.last_row && *time < *summary.last_row - std::chrono::hours(1)) ++summary.time_backwards;
    summary.last_row = time;
    if (record.damaged) continue;
    const auto server = record.value("ServerHostName").value_or(record.value("ServerName").value_or(""));
    if (const std::string build = plain_build(record); !build.empty()) {
      if (summary.builds.empty() || summary.builds.back().build != build)
        summary.builds.push_back({build, *time, *time, 0});
      BuildSighting& sighting = summary.builds.back();
      sighting.first = std::min(sighting.first, *time);
      sighting.last = std::max(sighting.last, *time);
      ++sighting.rows;
    }
    if (!server.empty()) ++summary.servers[std::string(server)];
  }
  summary.counts = reader.counts();
  return summary;
}

std::string describe(const LogSummary& summary) {
  std::string out;
  for (const auto& [hour, rows] : summary.rows_by_hour)
    out += std::to_string(hour) + ":" + std::to_string(rows) + " ";
  for (const auto& [server, rows] : summary.servers) out += server + ":" + std::to_string(rows) + " ";
  for (const auto time : {summary.first, summary.last, summary.last_row})
    out += time ? to_iso8601(*time) + " " : "none ";
  for (const std::uint64_t count :
       {summary.time_backwards, summary.counts.records, summary.counts.damaged, summary.counts.without_header,
        summary.counts.header_lines, summary.counts.lines, summary.counts.other_lines}) {
    out += std::to_string(count) + " ";
  }
  return out;
}

std::string describe_builds(const LogSummary& summary) {
  std::string out;
  for (const auto& sighting : summary.builds) {
    out += sighting.build + " " + to_iso8601(sighting.first) + " " + to_iso8601(sighting.last) + " " +
           std::to_string(sighting.rows) + "\n";
  }
  return out;
}

class SummaryProperty : public testing::TestWithParam<unsigned> {};

TEST_P(SummaryProperty, SkippingRowsGivesWhatReadingThemGives) {
  LogMaker maker(GetParam());
  const std::string text = maker.text(200, GetParam() % 2 == 0, GetParam() % 4 < 2);
  EXPECT_EQ(describe(summarise(text, nullptr, 0)), describe(summarise_plainly(text))) << text;
  EXPECT_EQ(describe_builds(summarise(text, nullptr, 0)), describe_builds(summarise_plainly(text))) << text;
}

TEST_P(SummaryProperty, BlocksMergeToTheSummaryOfTheWhole) {
  LogMaker maker(GetParam());
  const std::string text = maker.text(100, GetParam() % 2 == 0, GetParam() % 4 < 2);
  LogSummary merged;
  HeaderTracker tracker;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    for (std::size_t wanted = 700; size == 0; wanted *= 2) {
      size =
          find_block_end(std::string_view(text).substr(at, wanted), Dialect::csv, wanted >= text.size() - at);
    }
    const std::string_view block = std::string_view(text).substr(at, size);
    merged.merge(summarise(block, tracker.current(), at, tracker.date()));
    tracker.feed(block);
    at += size;
  }
  const LogSummary whole = summarise(text, nullptr, 0);
  EXPECT_EQ(describe(merged), describe(whole)) << text;
  EXPECT_EQ(describe_builds(merged), describe_builds(whole)) << text;
}

INSTANTIATE_TEST_SUITE_P(Seeds, SummaryProperty, testing::Range(0U, 300U));

constexpr const char* kHeader =
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ServerHostName,GenericInfo\n";

std::string row(const std::string& time, const std::string& build, const std::string& server = "EX1") {
  return "2021-03-05T" + time + "Z,id," + build + "," + server + ",x\n";
}

TEST(Summarise, BuildsAreStretchesInFileOrder) {
  const std::string text = kHeader + row("01:00:00.000", "15,1,2176,2") + row("01:00:05.500", "15,1,2176,2") +
                           row("01:00:04.000", "15,1,2176,2") + row("02:00:00.000", ",,,") +
                           row("03:00:00.000", "15,1,2242,4") + row("04:00:00.000", "15,1,2242,4");
  EXPECT_EQ(describe_builds(summarise(text, nullptr, 0)),
            "15.1.2176.2 2021-03-05T01:00:00Z 2021-03-05T01:00:05.500Z 3\n"
            "15.1.2242.4 2021-03-05T03:00:00Z 2021-03-05T04:00:00Z 2\n");
}

TEST(Summarise, EcpLogsNameTheirBuildInEventData) {
  const std::string text =
      "TimeStamp,ServerName,EventId,EventData\n2021-03-05T01:00:00.000Z,EX1,ECP.Request,S:TIME=1;S:BLD=15.1."
      "2375.7;S:TNAME=\n"
      "2021-03-05T01:00:01.000Z,EX1,Request,S:URL=x;S:Bld=15.1.2375.7\n2021-03-05T01:00:01.000Z,EX1,Request,"
      "S:Bld=no\n";
  const LogSummary summary = summarise(text, nullptr, 0);
  ASSERT_EQ(summary.builds.size(), 1U);
  EXPECT_EQ(summary.builds[0].build, "15.1.2375.7");
  EXPECT_EQ(summary.builds[0].rows, 2U);
  EXPECT_EQ(summary.servers.at("EX1"), 3U);
}

TEST(Summarise, DamagedRowsCountForTheirHourButNameNoBuild) {
  const LogSummary summary =
      summarise(kHeader + std::string("2021-03-05T01:00:00.000Z,id,15,1,2176,2,EX1\n"), nullptr, 0);
  EXPECT_EQ(summary.rows_by_hour.size(), 1U);
  EXPECT_TRUE(summary.builds.empty());
  EXPECT_TRUE(summary.servers.empty());
}

TEST(Summarise, TimeRunningBackwardsByMoreThanAnHourIsCounted) {
  const std::string text =
      kHeader + row("05:00:00.000", ",,,") + row("04:30:00.000", ",,,") + row("01:00:00.000", ",,,");
  EXPECT_EQ(summarise(text, nullptr, 0).time_backwards, 1U);
}

TEST(Summarise, TimeIsNotComparedBetweenFiles) {
  LogSummary first = summarise(kHeader + row("05:00:00.000", ",,,"), nullptr, 0);
  first.merge(summarise(kHeader + row("01:00:00.000", ",,,"), nullptr, 0));
  EXPECT_EQ(first.time_backwards, 0U);
  EXPECT_EQ(first.counts.records, 2U);
}

TEST(Summarise, AtMost64Servers) {
  std::string text = kHeader;
  for (int i = 0; i < 100; ++i) text += row("01:00:00.000", ",,,", "EX" + std::to_string(i));
  EXPECT_EQ(summarise(text, nullptr, 0).servers.size(), kMaxServers);
}

TEST(Summarise, GuessedLayoutsAreMarked) {
  LogMaker maker(1);
  EXPECT_TRUE(summarise(maker.iis_row() + "\n", nullptr, 0).guessed_header);
  EXPECT_FALSE(summarise(std::string(kIisFields) + "\n" + maker.iis_row() + "\n", nullptr, 0).guessed_header);
}

}  // namespace
}  // namespace afterpatch::records
