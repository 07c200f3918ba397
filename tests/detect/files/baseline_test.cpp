#include "detect/files/baseline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "detect/files/file_scan.h"
#include "detect/files/fixtures.h"

namespace afterpatch::detect::files {
namespace {

using namespace fixtures;
using testing::HasSubstr;

const std::string kHeader = baseline_line(
    BaselineHeader{.product = "exchange", .tool = "1", .folder = "/x", .date = "2021-01-01T00:00:00Z"});

std::string listed(const std::string& path, std::string_view content) {
  return baseline_line(BaselineFile{.path = path, .sha256 = sha256(content), .size = content.size()});
}

TEST(Baseline, KnowsFilesByPlaceAndContent) {
  Baseline baseline;
  ASSERT_TRUE(baseline.add_text(kHeader + listed("\\inetpub\\site\\a.aspx", "clean"), "b.jsonl"));
  EXPECT_EQ(baseline.answer("\\inetpub\\site\\a.aspx", sha256("clean")), BaselineAnswer::listed);
  EXPECT_EQ(baseline.answer("\\inetpub\\site\\a.aspx", sha256("other")), BaselineAnswer::other_content);
  EXPECT_EQ(baseline.answer("\\inetpub\\site\\a.aspx", ""), BaselineAnswer::other_content);
  EXPECT_EQ(baseline.answer("\\inetpub\\site\\b.aspx", sha256("clean")), BaselineAnswer::not_listed);
  EXPECT_EQ(baseline.answer("\\inetpub\\site\\deep\\er\\b.aspx", ""), BaselineAnswer::not_listed);
  EXPECT_EQ(baseline.answer("\\inetpub\\other\\a.aspx", sha256("clean")), BaselineAnswer::not_covered);
}

TEST(Baseline, AFileAtTheTopSaysNothingOfFoldersBesideIt) {
  Baseline baseline;
  ASSERT_TRUE(baseline.add_text(kHeader + listed("\\a.aspx", "clean"), "b.jsonl"));
  EXPECT_EQ(baseline.answer("\\b.aspx", ""), BaselineAnswer::not_listed);
  EXPECT_EQ(baseline.answer("\\inetpub\\wwwroot\\b.aspx", ""), BaselineAnswer::not_covered);
}

TEST(Baseline, SeveralAddUp) {
  Baseline baseline;
  ASSERT_TRUE(baseline.add_text(kHeader + listed("\\s\\a.aspx", "one"), "1"));
  ASSERT_TRUE(baseline.add_text(kHeader + listed("\\s\\a.aspx", "two"), "2"));
  EXPECT_EQ(baseline.answer("\\s\\a.aspx", sha256("one")), BaselineAnswer::listed);
  EXPECT_EQ(baseline.answer("\\s\\a.aspx", sha256("two")), BaselineAnswer::listed);
}

TEST(Baseline, WhatIsNoBaselineIsRefusedWithItsLine) {
  const auto error_of = [](const std::string& text) {
    Baseline baseline;
    const auto added = baseline.add_text(text, "b.jsonl");
    return added ? std::string() : to_string(added.error());
  };
  EXPECT_THAT(error_of(""), HasSubstr("empty"));
  EXPECT_THAT(error_of("PK\x03\x04"), HasSubstr("b.jsonl:1"));
  EXPECT_THAT(error_of(listed("\\a", "x")), HasSubstr("header"));
  EXPECT_THAT(error_of("{\"afterpatch-baseline\":2}\n"), HasSubstr("format 1"));
  EXPECT_THAT(error_of(kHeader + "{\"path\":\"a\",\"sha256\":\"00\"}\n"), HasSubstr("b.jsonl:2"));
  EXPECT_THAT(error_of(kHeader + std::string(100, '[') + "\n"), HasSubstr("b.jsonl:2"));
  EXPECT_EQ(error_of(kHeader + "\r\n\n"), "");
}

FileOutcome scan_with(const TestFolder& folder, const std::string& lines, const std::string& path,
                      std::string_view content) {
  FileScanOptions options;
  options.product = std::shared_ptr<const knowledge::Product>(std::shared_ptr<void>(), &exchange());
  options.baselines = {folder.write("baseline.jsonl", kHeader + lines)};
  RuleReport report;
  auto scan = FileScan::make(options, report);
  EXPECT_TRUE(scan) << to_string(scan.error());
  return scan->scan(artefact(folder, path, content), 0);
}

std::vector<std::string> rules_of(const FileOutcome& outcome) {
  std::vector<std::string> rules;
  for (const Detection& detection : outcome.detections) rules.push_back(detection.rule_id);
  return rules;
}

TEST(FileScanWithBaseline, WhatTheBaselineListsIsKnownGoodWhereverTheProductIsSilent) {
  const TestFolder folder;
  const std::string page = from_base64(kCommandPage);
  const auto outcome = scan_with(folder, listed("\\inetpub\\wwwroot\\admin\\tool.aspx", page),
                                 "C/inetpub/wwwroot/admin/tool.aspx", page);
  EXPECT_TRUE(outcome.known_good);
  EXPECT_THAT(rules_of(outcome), testing::IsEmpty());
  EXPECT_FALSE(outcome.web_file);
}

TEST(FileScanWithBaseline, AScriptBesideListedFilesIsAReasonByItself) {
  const TestFolder folder;
  const auto outcome = scan_with(folder, listed("\\inetpub\\intranet\\default.aspx", "clean"),
                                 "C/inetpub/intranet/new/x.aspx", "<p>no script</p>");
  ASSERT_THAT(rules_of(outcome), testing::ElementsAre("baseline-script-not-listed"));
  EXPECT_EQ(outcome.detections[0].step, Step::backdoor_file);
  EXPECT_EQ(outcome.detections[0].confidence, Confidence::possible);
}

TEST(FileScanWithBaseline, AChangedScriptIsShownAndPicturesAreNot) {
  const TestFolder folder;
  const std::string lines =
      listed("\\inetpub\\intranet\\default.aspx", "clean") + listed("\\inetpub\\intranet\\a.png", "clean");
  EXPECT_THAT(rules_of(scan_with(folder, lines, "C/inetpub/intranet/default.aspx", "changed")),
              testing::ElementsAre("baseline-other-content"));
  EXPECT_THAT(rules_of(scan_with(folder, lines, "C/inetpub/intranet/a.png", "changed")), testing::IsEmpty());
}

}  // namespace
}  // namespace afterpatch::detect::files
