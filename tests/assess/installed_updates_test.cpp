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
              HasSubstr("Yes: open until 2021-03-10 20:00, when the update was installed (event log)."));
}

TEST(InstalledUpdates, WhereTheLogsReachTheyDecide) {
  HandMade evidence;
  evidence.whole_window("2021-03-10 20:30:00");
  installed(evidence, "2021-03-10 20:00:00");
  EXPECT_EQ(evidence.report().patched_at, at("2021-03-10 20:30:00"));
}

}  // namespace
}  // namespace afterpatch::assess
