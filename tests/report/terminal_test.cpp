#include "report/terminal.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "base/text.h"
#include "report/columns.h"
#include "report/hostile_text.h"
#include "report/sample_report.h"

namespace afterpatch::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string_view> lines_of(const std::string& text) {
  std::vector<std::string_view> lines = split(text, '\n');
  lines.pop_back();  // every line ends in a line feed
  return lines;
}

TEST(TerminalText, FitsAScreenForEverySample) {
  for (const auto make : {reentered_report, clean_report, probed_with_gaps_report, interrupted_report,
                          empty_report, hostile_report}) {
    const std::string text = terminal_text(make(), {.width = 100, .report_path = "out/report.html"});
    EXPECT_LE(lines_of(text).size(), kTerminalLines);
    for (const std::string_view line : lines_of(text)) EXPECT_LE(columns_of(line), 100U) << line;
  }
}

TEST(TerminalText, FitsNarrowAndWideScreens) {
  for (const std::size_t width : {0U, 60U, 80U, 132U, 1000U}) {
    const std::string text = terminal_text(hostile_report(), {.width = width});
    const std::size_t most = std::clamp<std::size_t>(width, 60, 160);
    EXPECT_LE(lines_of(text).size(), kTerminalLines);
    for (const std::string_view line : lines_of(text)) EXPECT_LE(columns_of(line), most) << line;
  }
}

TEST(TerminalText, PassesOnNothingThatDrivesATerminal) {
  EXPECT_EQ(first_danger(terminal_text(hostile_report(), {.report_path = "x\x1b[2J"})), std::nullopt);
}

TEST(TerminalText, UsesColourOnlyWhenAsked) {
  EXPECT_THAT(terminal_text(reentered_report(), {}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(terminal_text(reentered_report(), {.colour = true}), HasSubstr("\x1b[1;31m"));
}

TEST(TerminalText, ColoursOnlyWithItsOwnCodes) {
  std::string text = terminal_text(hostile_report(), {.colour = true});
  for (const std::string code : {"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[1;32m"}) {
    for (std::size_t at = text.find(code); at != std::string::npos; at = text.find(code))
      text.erase(at, code.size());
  }
  EXPECT_EQ(first_danger(text), std::nullopt);
}

TEST(TerminalText, SaysBothAxesTheAnswersAndWhatToDoNow) {
  const assess::HuntReport hunt = reentered_report();
  const std::string text = terminal_text(hunt, {.report_path = "out/report.html"});
  EXPECT_THAT(text, HasSubstr("someone came back through the back door"));
  EXPECT_THAT(text, HasSubstr("re-entered (confirmed)"));
  EXPECT_THAT(text, HasSubstr("patched: fixed build first seen 2021-03-05 09:12 UTC"));
  for (const auto& answer : hunt.servers[0].answers) EXPECT_THAT(text, HasSubstr(answer.title));
  EXPECT_THAT(text, HasSubstr("u_ex210303.log, line 20,114"));
  EXPECT_THAT(text, HasSubstr("1. Take the server off the internet"));
  EXPECT_THAT(text, HasSubstr("3. Remove the back doors"));
  EXPECT_THAT(text, Not(HasSubstr("Plan to rebuild")));
  EXPECT_THAT(text, HasSubstr("3 files or folders not read in full; 1 rule can't run here"));
  EXPECT_THAT(text, HasSubstr("out/report.html"));
}

TEST(TerminalText, SaysThatNothingCanBeToldFromNothing) {
  const std::string text = terminal_text(empty_report(), {});
  EXPECT_THAT(text, HasSubstr("Can't tell"));
  EXPECT_THAT(text, HasSubstr("none of the logs that decide was found"));
  EXPECT_THAT(text, Not(HasSubstr("no evidence")));
}

TEST(TerminalText, SaysThatAnInterruptedHuntIsOnlyPartAndRulesNothingOut) {
  const std::string text = terminal_text(interrupted_report(), {});
  EXPECT_THAT(text, HasSubstr("interrupted: 1.2 GB of 9.0 GB read of the logs"));
  EXPECT_THAT(text, HasSubstr("only part"));
  EXPECT_THAT(text, HasSubstr("Can't tell"));
  EXPECT_THAT(text, Not(HasSubstr("no evidence")));
  EXPECT_THAT(text, Not(HasSubstr("cover all")));
  EXPECT_THAT(terminal_text(clean_report(), {}), Not(HasSubstr("interrupted")));
}

TEST(TerminalText, ShowsTheServerHitWorstAndCountsTheOthers) {
  assess::HuntReport hunt = clean_report();
  hunt.servers.push_back(reentered_report().servers[0]);
  const std::string text = terminal_text(hunt, {});
  EXPECT_THAT(text, HasSubstr("EX01 (and 1 more, see the report)"));
}

// Which server it is about must not fall victim to a campaign's long title.
TEST(TerminalText, NamesTheServerHoweverLongTheCampaignsTitleIs) {
  assess::HuntReport hunt = reentered_report();
  hunt.campaign_title = std::string(200, 'x');
  hunt.servers[0].names = {"MAIL01"};
  const std::string text = terminal_text(hunt, {});
  const std::string title = text.substr(0, text.find('\n'));
  EXPECT_THAT(title, testing::EndsWith(": MAIL01"));
  EXPECT_LE(columns_of(title), TerminalOptions().width);
}

TEST(TerminalText, IgnoresEvidenceThatPointsNowhere) {
  assess::HuntReport hunt = reentered_report();
  hunt.servers[0].answers[1].evidence = {99999};
  EXPECT_THAT(terminal_text(hunt, {}), HasSubstr("Was it exploited?"));
}

}  // namespace
}  // namespace afterpatch::report
