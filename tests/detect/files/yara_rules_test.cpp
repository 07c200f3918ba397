#include "detect/files/yara_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "detect/files/fixtures.h"

namespace afterpatch::detect::files {
namespace {

using fixtures::TestFolder;
using testing::HasSubstr;
using testing::SizeIs;

YaraOutcome scan(const YaraRules& rules, std::string_view bytes,
                 std::string_view path = "C/inetpub/wwwroot/Marker.ASPX",
                 std::string_view windows_path = "\\inetpub\\wwwroot\\marker.aspx") {
  return YaraScanner::make(rules)->scan({.bytes = bytes, .path = path, .windows_path = windows_path});
}

constexpr std::string_view kMarkerRule = "rule marker { strings: $a = \"harmless-marker\" condition: $a }\n";

TEST(YaraRules, AMatchGivesPlaceAndSurroundings) {
  const TestFolder folder;
  RuleReport report;
  const auto rules = YaraRules::compile({{folder.write("a.yar", kMarkerRule), {}}}, report);
  ASSERT_TRUE(rules);
  EXPECT_EQ(report.loaded, 1U);
  const auto outcome = scan(*rules, "line one\nhere is harmless-marker in a line\nline three");
  ASSERT_THAT(outcome.claims, SizeIs(1));
  EXPECT_EQ(outcome.claims[0].rule_id, "marker");
  EXPECT_EQ(outcome.claims[0].offset, 17U);
  EXPECT_EQ(outcome.claims[0].raw, "here is harmless-marker in a line");
  EXPECT_EQ(outcome.claims[0].step, Step::context);
  EXPECT_THAT(scan(*rules, "nothing").claims, testing::IsEmpty());
}

TEST(YaraRules, AFaultyRuleIsRefusedWithItsLineAndTheOthersRun) {
  const TestFolder folder;
  folder.write("rules/a.yar", kMarkerRule);
  folder.write("rules/b.yar",
               "rule sound { condition: true }\nrule broken {\n condition: no_such_thing }\n"
               "rule needs_broken { condition: broken }\nrule sound { condition: true }\n");
  folder.write("rules/c.yara", "rule other { condition: true }\n");
  RuleReport report;
  const auto rules = YaraRules::compile({{folder.path() / "rules", {}}}, report);
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->size(), 3U);
  ASSERT_THAT(report.refused, SizeIs(3));
  EXPECT_THAT(report.refused[0].file, HasSubstr("b.yar"));
  EXPECT_EQ(report.refused[0].line, 3U);
  EXPECT_EQ(report.refused[0].rule, "broken");
  EXPECT_THAT(report.refused[0].reason, HasSubstr("no_such_thing"));
  EXPECT_THAT(report.refused[0].reason, HasSubstr("the other rules of the file run"));
  EXPECT_EQ(report.refused[1].rule, "needs_broken");
  EXPECT_EQ(report.refused[2].rule, "sound");
  EXPECT_EQ(report.refused[2].line, 5U);
  EXPECT_THAT(scan(*rules, "harmless-marker").claims, SizeIs(3));
}

TEST(YaraRules, AFileThatCantBeUnderstoodIsRefusedAsAWhole) {
  const TestFolder folder;
  folder.write("rules/a.yar", kMarkerRule);
  folder.write("rules/b.yar", "rule sound { condition: true }\nrule open { condition: \n");
  RuleReport report;
  const auto rules = YaraRules::compile({{folder.path() / "rules", {}}}, report);
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->size(), 1U);
  ASSERT_THAT(report.refused, SizeIs(1));
  EXPECT_THAT(report.refused[0].reason, HasSubstr("none of the rules of this file runs"));
}

TEST(YaraRules, FaultsAndGapsInIncludesCostOnlyThemselves) {
  const TestFolder folder;
  folder.write("part.inc", "rule part { condition: true }\nrule bad { condition: no_such_thing }\n");
  const auto main = folder.write(
      "main.yar", "include \"missing.inc\"\ninclude \"part.inc\"\nrule own { condition: part }\n");
  RuleReport report;
  const auto rules = YaraRules::compile({{main, {}}}, report);
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->size(), 2U);
  ASSERT_THAT(report.refused, SizeIs(2));
  EXPECT_EQ(report.refused[0].line, 1U);
  EXPECT_EQ(report.refused[1].rule, "bad");
  EXPECT_EQ(report.refused[1].file, "part.inc");
  EXPECT_THAT(report.refused[1].reason, HasSubstr("main.yar"));
}

TEST(YaraRules, EveryModuleOfDebiansLibyaraMayBeImported) {
  const TestFolder folder;
  std::string text;
  for (const char* module :
       {"pe", "elf", "math", "hash", "dotnet", "time", "console", "cuckoo", "magic", "dex", "macho"})
    text += std::string("import \"") + module + "\"\n";
  RuleReport report;
  const auto rules = YaraRules::compile(
      {{folder.write("a.yar", text + "rule r { condition: math.entropy(0, filesize) < 9 and "
                                     "hash.md5(0, filesize) != \"\" and time.now() > 0 }"),
        {}}},
      report);
  ASSERT_TRUE(rules);
  EXPECT_THAT(report.refused, SizeIs(0)) << report.refused[0].reason;
  EXPECT_THAT(scan(*rules, "x").claims, SizeIs(1));
}

TEST(YaraRules, MissingPathsAndFoldersWithoutRulesAreNamed) {
  const TestFolder folder;
  RuleReport report;
  ASSERT_TRUE(YaraRules::compile({{folder.path(), {}}, {folder.path() / "missing.yar", {}}}, report));
  EXPECT_THAT(report.refused, SizeIs(2));
}

TEST(YaraRules, IncludesAreFoundBesideTheFile) {
  const TestFolder folder;
  folder.write("parts/part.inc", "include \"deeper/deep.inc\"\nrule part { condition: true }\n");
  folder.write("parts/deeper/deep.inc", "rule deep { condition: true }\n");
  RuleReport report;
  const auto rules =
      YaraRules::compile({{folder.write("main.yar", "include \"parts/part.inc\"\n"), {}}}, report);
  ASSERT_TRUE(rules);
  EXPECT_THAT(report.refused, SizeIs(0)) << report.refused[0].reason;
  EXPECT_EQ(rules->size(), 2U);
}

TEST(YaraRules, TwoFilesMayUseOneName) {
  const TestFolder folder;
  folder.write("a.yar", kMarkerRule);
  folder.write("b.yar", kMarkerRule);
  RuleReport report;
  const auto rules = YaraRules::compile({{folder.path(), {}}}, report);
  EXPECT_THAT(report.refused, SizeIs(0));
  EXPECT_THAT(scan(*rules, "harmless-marker").claims, SizeIs(2));
}

TEST(YaraRules, ExternalVariablesAreThoseOfOtherScanners) {
  const TestFolder folder;
  RuleReport report;
  const auto rules = YaraRules::compile(
      {{folder.write("a.yar",
                     "rule every_variable { condition: filename == \"Marker.ASPX\" and filepath == "
                     "\"C:\\\\inetpub\\\\wwwroot\" and "
                     "extension == \".aspx\" and filetype == \"ASPX\" and owner == \"\" and md5 == \"\" }\n"),
        {}}},
      report);
  ASSERT_TRUE(rules);
  EXPECT_THAT(report.refused, SizeIs(0)) << report.refused[0].reason;
  EXPECT_THAT(scan(*rules, "<%").claims, SizeIs(1));
  EXPECT_THAT(scan(*rules, "MZ").claims, SizeIs(0));
}

constexpr std::string_view kSpeakingRule =
    "rule speaking { meta: title = \"A title\" step = \"backdoor-file\" confidence = \"likely\" cves = "
    "\"CVE-2021-27065, CVE-2021-26855\" "
    "level = \"high\" condition: true }\n";

TEST(YaraRules, OnlyRulesOfACampaignSpeakThroughMeta) {
  const TestFolder folder;
  const auto file = folder.write("a.yar", kSpeakingRule);
  RuleReport report;
  const auto ours = scan(*YaraRules::compile({{file, "a campaign"}}, report), "x");
  ASSERT_THAT(ours.claims, SizeIs(1));
  EXPECT_EQ(ours.claims[0].step, Step::backdoor_file);
  EXPECT_EQ(ours.claims[0].confidence, Confidence::likely);
  EXPECT_EQ(ours.claims[0].title, "A title");
  EXPECT_THAT(ours.claims[0].cves, testing::ElementsAre("CVE-2021-27065", "CVE-2021-26855"));
  EXPECT_EQ(ours.campaigns[0], "a campaign");
  const auto theirs = scan(*YaraRules::compile({{file, {}}}, report), "x");
  ASSERT_THAT(theirs.claims, SizeIs(1));
  EXPECT_EQ(theirs.claims[0].step, Step::context);
  EXPECT_EQ(theirs.claims[0].confidence, Confidence::possible);
}

TEST(YaraRules, ASlowRuleEndsAtItsTimeLimit) {
  const TestFolder folder;
  RuleReport report;
  const auto rules =
      YaraRules::compile({{folder.write("slow.yar",
                                        "rule slow { condition: for any i in (0..filesize) : ( for any j in "
                                        "(0..filesize) : ( uint8(i) + uint8(j) == 1000 ) ) }\n"),
                           {}}},
                         report);
  ASSERT_TRUE(rules);
  auto scanner = YaraScanner::make(*rules, {.seconds_per_file = 1});
  const std::string bytes(200'000, 'a');
  const auto outcome = scanner->scan({.bytes = bytes, .path = "x", .windows_path = "\\x"});
  ASSERT_THAT(outcome.problems, SizeIs(1));
  EXPECT_THAT(outcome.problems[0], HasSubstr("ran out of time after 1 s"));
}

TEST(YaraRules, NoRulesMatchNothing) {
  EXPECT_THAT(scan(YaraRules(), "x").claims, SizeIs(0));
}

TEST(YaraRules, OneScannerAThreadGivesTheSameEverywhere) {
  const TestFolder folder;
  RuleReport report;
  const auto rules = YaraRules::compile({{folder.write("a.yar", kMarkerRule), {}}}, report);
  std::vector<std::size_t> counts(4);
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    threads.emplace_back([&, i] {
      auto scanner = YaraScanner::make(*rules);
      for (int round = 0; round < 200; ++round) {
        counts[i] +=
            scanner
                ->scan(
                    {.bytes = round % 2 == 0 ? "harmless-marker" : "no", .path = "x", .windows_path = "\\x"})
                .claims.size();
      }
    });
  }
  threads.clear();
  EXPECT_THAT(counts, testing::Each(100U));
}

}  // namespace
}  // namespace afterpatch::detect::files
