#include "detect/protected_pages.h"

#include <algorithm>

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace afterpatch::detect {
namespace {

std::vector<ProtectedPage> application(int pages, int folders) {
  std::vector<ProtectedPage> all;
  for (int i = 0; i < pages; ++i) {
    all.push_back({.protector = "PHPJiaMi",
                   .folder = fmt::format("\\site\\{}\\", i % folders),
                   .content = fmt::format("digest {}", i),
                   .modified = parse_time("2020-12-01")});
  }
  return all;
}

std::size_t count(const std::vector<bool>& found) {
  return static_cast<std::size_t>(std::count(found.begin(), found.end(), true));
}

TEST(ProtectedPages, FiveDifferentOnesInTwoFoldersAreAnApplication) {
  EXPECT_EQ(count(protected_together(application(5, 2))), 5U);
}

TEST(ProtectedPages, FewOnesOrOneFolderAreNot) {
  EXPECT_EQ(count(protected_together(application(4, 2))), 0U);
  EXPECT_EQ(count(protected_together(application(9, 1))), 0U);
  EXPECT_EQ(count(protected_together({})), 0U);
}

TEST(ProtectedPages, CopiesOfOnePageInManyFoldersAreNot) {
  auto pages = application(9, 9);
  for (ProtectedPage& page : pages) page.content = "the same";
  EXPECT_EQ(count(protected_together(pages)), 0U);
}

TEST(ProtectedPages, OneThatCameLaterStandsAlone) {
  auto pages = application(8, 2);
  pages[3].modified = parse_time("2021-03-03");
  const auto found = protected_together(pages);
  EXPECT_EQ(count(found), 7U);
  EXPECT_FALSE(found[3]);
}

TEST(ProtectedPages, WithoutTimesTheirNumberDecides) {
  auto pages = application(5, 2);
  for (ProtectedPage& page : pages) page.modified.reset();
  EXPECT_EQ(count(protected_together(pages)), 5U);
}

TEST(ProtectedPages, PagesWithoutProtectorDoNotCount) {
  auto pages = application(5, 2);
  pages[0].protector.clear();
  EXPECT_EQ(count(protected_together(pages)), 0U);
}

Detection detection_of(int i, std::uint32_t source) {
  Detection detection;
  detection.rule_kind = RuleKind::web_content;
  detection.rule_id = "web-content-runs-hidden-code";
  detection.step = Step::backdoor_file;
  detection.confidence = Confidence::likely;
  detection.level = "high";
  detection.place.source = source;
  detection.place.artefact = fmt::format("site/{}/{}.php", i % 2, i);
  detection.time = parse_time("2020-12-01");
  detection.fields = {{"reason", "The page decodes text"},
                      {"sha256", fmt::format("{}", i)},
                      {"windows-path", fmt::format("\\site\\{}\\{}.php", i % 2, i)},
                      {"protector", "PHPJiaMi"}};
  return detection;
}

TEST(ProtectedPages, TheirContentAloneIsNoMoreThanPossible) {
  std::vector<Detection> detections;
  for (int i = 0; i < 6; ++i) detections.push_back(detection_of(i, 0));
  weigh_protected_pages(detections);
  for (const Detection& detection : detections) {
    EXPECT_EQ(detection.confidence, Confidence::possible);
    EXPECT_NE(detection.field("reason").find("encrypted with PHPJiaMi"), std::string_view::npos);
    EXPECT_NE(detection.field("reason").find("6 different pages"), std::string_view::npos);
  }
}

TEST(ProtectedPages, PagesOfAnotherSourceAreNoSiblings) {
  std::vector<Detection> detections;
  for (int i = 0; i < 6; ++i) detections.push_back(detection_of(i, i < 3 ? 0 : 1));
  weigh_protected_pages(detections);
  for (const Detection& detection : detections) EXPECT_EQ(detection.confidence, Confidence::likely);
}

TEST(ProtectedPages, WhatIsNotProtectedStaysAsItIs) {
  std::vector<Detection> detections;
  for (int i = 0; i < 6; ++i) detections.push_back(detection_of(i, 0));
  detections[2].fields.pop_back();
  weigh_protected_pages(detections);
  EXPECT_EQ(detections[2].confidence, Confidence::likely);
  EXPECT_EQ(detections[2].field("reason"), "The page decodes text");
  EXPECT_EQ(detections[1].confidence, Confidence::possible);
}

}  // namespace
}  // namespace afterpatch::detect
