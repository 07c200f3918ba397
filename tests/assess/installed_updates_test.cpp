#include "assess/installed_updates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assess/hand_made.h"

namespace afterpatch::assess {
namespace {

using hand_made::at;
using HandMade = hand_made::Evidence;
using testing::HasSubstr;

constexpr std::string_view kInstalled =
    "<Data>Microsoft Exchange Server</Data><Data>15.1.2176.2</Data><Data>1033</Data>"
    "<Data>Security Update for Exchange Server 2016 Cumulative Update 19 (KB5000871)</Data><Data>0</Data>"
    "<Data>Microsoft Corporation</Data>";

std::optional<InstalledUpdate> read(std::string text) {
  return read_update(text, at("2021-03-10 20:00:00"), *hand_made::loaded().product);
}

std::string with(std::string_view old, std::string_view now) {
  std::string text(kInstalled);
  text.replace(text.find(old), old.size(), now);
  return text;
}

detect::Detection& installed(HandMade& evidence, std::string_view time) {
  detect::Detection& d = evidence.row("windows-events", detect::Step::context, time, "",
                                      {{"provider", "MsiInstaller"}, {"event-id", "1036"}});
  d.raw = kInstalled;
  return d;
}

TEST(InstalledUpdates, AnArticleAndItsCumulativeUpdateNameABuild) {
  const auto update = read(std::string(kInstalled));
  ASSERT_TRUE(update);
  EXPECT_EQ(update->kb, "KB5000871");
  EXPECT_EQ(update->build, "15.1.2176.9");
}

TEST(InstalledUpdates, TheVersionNamesTheCumulativeUpdateWhereTheNameDoesNot) {
  const auto update = read(with("Security Update for Exchange Server 2016 Cumulative Update 19 ", ""));
  ASSERT_TRUE(update);
  EXPECT_EQ(update->build, "15.1.2176.9");
}

TEST(InstalledUpdates, CumulativeUpdate1IsNotCumulativeUpdate19) {
  const auto update = read("Exchange Server 2016 Cumulative Update 18 (KB5000871)");
  ASSERT_TRUE(update);
  EXPECT_EQ(update->build, "15.1.2106.13");
}

TEST(InstalledUpdates, AFailedOneIsNone) {
  EXPECT_FALSE(read(with("<Data>0</Data>", "<Data>1603</Data>")));
}

TEST(InstalledUpdates, AnArticleOfAllCumulativeUpdatesAloneTellsNothing) {
  EXPECT_FALSE(read("Exchange Server: exchange-KB5000871-x64-en.msp"));
  EXPECT_FALSE(read("Exchange Server 2016 Cumulative Update 19 without an article"));
}

TEST(InstalledUpdates, TheEventTellsWhenTheServerWasPatchedWhereNoLogReaches) {
  HandMade evidence;
  evidence.logs("2021-03-20 00:00:00", "2021-05-10 00:00:00", hand_made::kPatched);
  installed(evidence, "2021-03-10 20:00:00");
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.patched_at, at("2021-03-10 20:00:00"));
  EXPECT_EQ(report.verdict.exposure, Exposure::patched);
  EXPECT_THAT(hand_made::answer(report, "exposed").text,
              HasSubstr("Yes: open until 2021-03-10 20:00 UTC, when the update was installed (event log)."));
}

TEST(InstalledUpdates, WhereTheLogsReachTheyDecide) {
  HandMade evidence;
  evidence.whole_window("2021-03-10 20:30:00");
  installed(evidence, "2021-03-10 20:00:00");
  EXPECT_EQ(evidence.report().patched_at, at("2021-03-10 20:30:00"));
}

constexpr std::string_view kUpdateName =
    "Security Update for Exchange Server 2016 Cumulative Update 19 (KB5000871)";

detect::InstalledProgram registered(std::string_view written, std::string_view day,
                                    std::string_view name = kUpdateName, std::string_view version = "") {
  detect::InstalledProgram program;
  program.name = name;
  program.version = version;
  program.day = day;
  if (!written.empty()) program.written = at(written);
  return program;
}

std::optional<InstalledUpdate> read(const detect::InstalledProgram& program) {
  return read_registered(program, *hand_made::loaded().product);
}

TEST(RegisteredUpdates, TheKeysOwnTimeIsBelievedOnTheDayThatTheInstallerNames) {
  for (const char* written : {"2021-03-09 11:00:00", "2021-03-10 20:00:00", "2021-03-11 11:00:00"}) {
    const auto update = read(registered(written, "20210310"));
    ASSERT_TRUE(update);
    EXPECT_EQ(update->time, at(written)) << "a local day reaches from one UTC day into another";
    EXPECT_FALSE(update->day_only);
    EXPECT_EQ(update->build, "15.1.2176.9");
  }
}

TEST(RegisteredUpdates, AKeyThatWasChangedLaterLeavesOnlyTheDay) {
  const auto update = read(registered("2021-06-01 00:00:00", "20210310"));
  ASSERT_TRUE(update);
  EXPECT_TRUE(update->day_only);
  EXPECT_EQ(update->time, at("2021-03-10 23:59:59"));
}

TEST(RegisteredUpdates, WithoutAReadableDayTheKeysTimeIsTaken) {
  EXPECT_EQ(read(registered("2021-03-10 20:00:00", "3/10/2021"))->time, at("2021-03-10 20:00:00"));
  EXPECT_EQ(read(registered("2021-03-10 20:00:00", "20211399"))->time, at("2021-03-10 20:00:00"));
  EXPECT_FALSE(read(registered("", "")));
}

TEST(RegisteredUpdates, ACumulativeUpdateIsToldWithoutAFourthNumber) {
  const auto update =
      read(registered("", "20210201", "Microsoft Exchange Server 2016 Cumulative Update 19", "15.1.2176.2"));
  ASSERT_TRUE(update);
  EXPECT_EQ(update->build, "15.1.2176");
  EXPECT_TRUE(update->kb.empty());
  EXPECT_FALSE(
      read(registered("", "20210201", "Microsoft Exchange Server 2016 Cumulative Update 19", "15.1.2106.2")))
      << "name and version differ";
  EXPECT_FALSE(read(registered("", "20210201", "Another program", "15.1.2176.2")));
}

TEST(RegisteredUpdates, TheyTellWhenTheServerWasPatchedWhereNoLogReaches) {
  HandMade evidence;
  evidence.logs("2021-03-20 00:00:00", "2021-05-10 00:00:00", hand_made::kPatched);
  evidence.findings.installed_programs = {registered("2021-03-10 20:00:00", "20210310")};
  const ServerReport report = evidence.report();
  EXPECT_EQ(report.patched_at, at("2021-03-10 20:00:00"));
  EXPECT_THAT(hand_made::answer(report, "exposed").text,
              HasSubstr("Yes: open until 2021-03-10 20:00 UTC, when the update was installed (registry)."));
}

TEST(RegisteredUpdates, ADayAloneIsSaid) {
  HandMade evidence;
  evidence.logs("2021-03-20 00:00:00", "2021-05-10 00:00:00", hand_made::kPatched);
  evidence.findings.installed_programs = {registered("2021-06-01 00:00:00", "20210310")};
  EXPECT_THAT(evidence.report().notes,
              testing::Contains(HasSubstr("names only the day on which build 15.1.2176.9 was installed, "
                                          "2021-03-10")));
}

// Windows takes superseded updates off the list: the update of May does not tell that March's was missing.
TEST(RegisteredUpdates, ALaterUpdateDoesNotTellThatTheServerWasOpenUntilThen) {
  HandMade evidence;
  evidence.logs("2021-05-20 00:00:00", "2021-06-10 00:00:00", "15.1.2176.14");
  evidence.findings.installed_programs = {
      registered("2021-05-12 20:00:00", "20210512",
                 "Security Update for Exchange Server 2016 Cumulative Update 19 (KB5003435)")};
  const ServerReport report = evidence.report();
  EXPECT_FALSE(report.patched_at);
  EXPECT_EQ(report.verdict.exposure, Exposure::patched);
  EXPECT_THAT(hand_made::answer(report, "exposed").text, HasSubstr("Before that: can't tell."));
}

TEST(RegisteredUpdates, AnEventBeforeTheRegistryAndASecurityUpdateBeforeItsCumulativeOne) {
  HandMade evidence;
  installed(evidence, "2021-03-10 20:00:00");
  evidence.findings.installed_programs = {
      registered("2021-03-10 20:00:07", "20210310"),
      registered("2021-02-01 08:00:00", "20210201", "Microsoft Exchange Server 2016 Cumulative Update 19",
                 "15.1.2176.2")};
  const auto updates = installed_updates(evidence.findings, *hand_made::loaded().product);
  ASSERT_EQ(updates.size(), 1U);
  EXPECT_EQ(updates[0].record, UpdateRecord::event_log);
  EXPECT_EQ(updates[0].time, at("2021-03-10 20:00:00"));
}

}  // namespace
}  // namespace afterpatch::assess
