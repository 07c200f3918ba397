// The event logs of trees, read back with evtxexport and held against the truth.
#include "range/event_logs.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "range/bulk_events.h"
#include "range/evidence.h"
#include "range/scenarios.h"
#include "tests/range/evtx_export.h"
#include "tests/range/tree_reader.h"

namespace afterpatch::range {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Calendar ten_days() {
  return {*parse_time("2021-02-26"), 10};
}

Truth settled(const std::string& scenario, std::uint64_t seed) {
  Story story = make_story(*find_scenario(scenario), seed, ten_days());
  return settle(story);
}

// The first seed whose truth is as wanted.
template <typename Wanted>
std::uint64_t seed_where(const std::string& scenario, Wanted wanted) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    if (wanted(settled(scenario, seed))) return seed;
  }
  ADD_FAILURE() << "no seed of " << scenario << " is as wanted";
  return 1;
}

std::filesystem::path log_of(const Truth& truth, std::string_view channel) {
  return truth.tree / "C/Windows/System32/winevt/Logs" / event_log_file_name(channel);
}

std::string escaped(std::string text) {
  for (const auto& [character, entity] : {std::pair{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}}) {
    for (std::size_t at = text.find(character); at != std::string::npos; at = text.find(character, at + 1))
      text.replace(at, 1, entity);
  }
  return text;
}

class EventLogsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!evtxinfo("/dev/null")) GTEST_SKIP() << "evtxexport is not installed (libevtx-utils)";
  }
  Truth make(const std::string& scenario, std::uint64_t seed) {
    return make_evidence({.scenario = scenario, .seed = seed, .folder = folder_.path()}).value();
  }
  std::string read(const Truth& truth, std::string_view channel) {
    return evtxexport_xml(log_of(truth, channel)).value_or("");
  }
  TemporaryFolder folder_{"event-logs"};
};

TEST(EventLogFileName, IsWindowsOwn) {
  EXPECT_EQ(event_log_file_name("Security"), "Security.evtx");
  EXPECT_EQ(event_log_file_name("Microsoft-Windows-Sysmon/Operational"),
            "Microsoft-Windows-Sysmon%4Operational.evtx");
}

TEST_F(EventLogsTest, EveryTreeHasTheUsualLogsAndNoneIsBroken) {
  for (const Scenario& scenario : scenarios()) {
    const Truth truth = make(std::string(scenario.name), 5);
    for (const auto* channel :
         {"Security", "System", "Application", "MSExchange Management", "Windows PowerShell"})
      EXPECT_TRUE(std::filesystem::exists(log_of(truth, channel))) << scenario.name << " " << channel;
    for (const auto& file : files_below(truth.tree / "C/Windows/System32/winevt"))
      EXPECT_THAT(evtxinfo(file).value_or(""), Not(HasSubstr("corrupted"))) << file;
  }
}

TEST_F(EventLogsTest, PlantingsStandInTheLogOfCmdlets) {
  const Truth truth = make("two-intruders", 1);
  const std::string xml = read(truth, "MSExchange Management");
  ASSERT_GE(truth.events.plantings.size(), 2U);
  for (const CmdletTruth& planting : truth.events.plantings) {
    EXPECT_THAT(planting.channels, ::testing::ElementsAre("MSExchange Management"));
    EXPECT_THAT(xml, HasSubstr(to_iso8601(planting.time).substr(0, 23)));
  }
  EXPECT_THAT(xml, HasSubstr("&lt;script"));
}

TEST_F(EventLogsTest, WhatRanUnderTheWebServerStandsWhereTheTruthSays) {
  const auto seed = seed_where("re-entered", [](const Truth& truth) {
    return truth.events.process_auditing && truth.events.sysmon && !truth.events.processes.empty();
  });
  const Truth truth = make("re-entered", seed);
  for (const ProcessTruth& process : truth.events.processes) {
    ASSERT_EQ(process.channels.size(), 2U);
    for (const std::string& channel : process.channels)
      EXPECT_THAT(read(truth, channel), HasSubstr(escaped(process.command_line))) << channel;
  }
}

TEST_F(EventLogsTest, AClearedLogBeginsWithTheRecordOfItsClearing) {
  const auto seed = seed_where("credential-dump", [](const Truth& truth) {
    return truth.events.process_auditing && truth.events.cleared.size() == 2;
  });
  const Truth truth = make("credential-dump", seed);
  const std::string security = read(truth, "Security");
  EXPECT_LT(security.find("<EventID>1102</EventID>"), security.find("</Event>"));
  EXPECT_THAT(read(truth, "MSExchange Management"), Not(HasSubstr("script")));
  EXPECT_THAT(read(truth, "System"), HasSubstr("<Channel>MSExchange Management</Channel>"));
  for (const CmdletTruth& planting : truth.events.plantings) EXPECT_TRUE(planting.channels.empty());
}

TEST_F(EventLogsTest, LogsThatWereOverwrittenBeginLater) {
  const Truth truth = make("log-gap", 2);
  ASSERT_TRUE(truth.events.begin.has_value());
  for (const auto* channel : {"Security", "MSExchange Management"}) {
    const std::string xml = read(truth, channel);
    for (std::size_t at = xml.find("SystemTime=\""); at != std::string::npos;
         at = xml.find("SystemTime=\"", at + 1))
      EXPECT_GE(*parse_time(xml.substr(at + 12, 26) + "Z"), *truth.events.begin);
  }
}

TEST_F(EventLogsTest, TheScannersLogNamesTheDoorThatItTookAway) {
  const auto seed = seed_where(
      "backdoored-deleted", [](const Truth& truth) { return truth.doors.front().removed_by == "defender"; });
  const Truth truth = make("backdoored-deleted", seed);
  EXPECT_THAT(read(truth, "Microsoft-Windows-Windows Defender/Operational"),
              HasSubstr(truth.doors.front().path));
}

TEST(EventTruth, DeedsVaryFromSeedToSeed) {
  std::set<bool> audited;
  std::set<std::size_t> cleared;
  std::set<std::size_t> accounts;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Truth truth = settled("credential-dump", seed);
    audited.insert(truth.events.process_auditing);
    cleared.insert(truth.events.cleared.size());
    accounts.insert(truth.events.accounts.size());
    EXPECT_LE(truth.events.dumps.size(), 1U);
  }
  EXPECT_EQ(audited.size(), 2U);
  EXPECT_EQ(cleared, (std::set<std::size_t>{0, 1, 2}));
  EXPECT_EQ(accounts.size(), 2U);
}

TEST(EventTruth, NothingIsDoneOnServersThatNobodyBrokeInto) {
  for (const auto* scenario : {"clean", "probed", "patched-before"}) {
    const EventTruth events = settled(scenario, 3).events;
    EXPECT_TRUE(events.plantings.empty() && events.processes.empty() && events.dumps.empty() &&
                events.cleared.empty());
  }
}

TEST(BulkEvents, HasTheSizeAndTheAttacksThatWereAskedFor) {
  const TemporaryFolder folder("bulk-events");
  const auto file = folder.path() / "big.evtx";
  const auto report = write_bulk_events({.bytes = 3U << 20U, .file = file, .attack_events = 3}).value();
  EXPECT_EQ(report.attack_events, 3U);
  EXPECT_EQ(report.bytes, std::filesystem::file_size(file));
  EXPECT_GE(report.bytes, 3U << 20U);
  const auto xml = evtxexport_xml(file);
  if (!xml) GTEST_SKIP() << "evtxexport is not installed (libevtx-utils)";
  std::size_t events = 0;
  for (std::size_t at = xml->find("<Event "); at != std::string::npos; at = xml->find("<Event ", at + 1))
    ++events;
  EXPECT_EQ(events, report.events);
}

}  // namespace
}  // namespace afterpatch::range
