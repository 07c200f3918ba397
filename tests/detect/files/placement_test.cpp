#include "detect/files/placement.h"

#include <gtest/gtest.h>

#include "detect/files/fixtures.h"
#include "detect/files/known_good.h"

namespace afterpatch::detect::files {
namespace {

using fixtures::exchange;
using knowledge::KnownGoodAnswer;

constexpr std::string_view kErrorPage =
    "\\program files\\microsoft\\exchange server\\v15\\frontend\\httpproxy\\owa\\auth\\errorfe.aspx";
// Of that page in Exchange 2016 CU2 to 2019 CU9, by the table.
constexpr const char* kErrorPageDigest = "04be76217500275335e82eb4c2c1588478f7a171efd7a0d9bdc6bbe83e315589";

std::optional<Claim> judge(std::string_view path, bool script = true,
                           KnownGoodAnswer known = KnownGoodAnswer::unknown_path) {
  return judge_placement(exchange(),
                         {.windows_path = path, .size = 100, .known = known, .server_script = script});
}

TEST(Placement, AScriptInAspnetClientIsLikelyADoor) {
  const auto claim = judge("\\inetpub\\wwwroot\\aspnet_client\\system_web\\x.aspx", /*script=*/false);
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->step, Step::backdoor_file);
  EXPECT_EQ(claim->confidence, Confidence::likely);
  EXPECT_EQ(claim->kind, RuleKind::placement);
}

TEST(Placement, AnEmptyFileOrABareDumpThereDoesNothing) {
  const PlacedFile empty{.windows_path = "\\inetpub\\wwwroot\\aspnet_client\\x.aspx", .size = 0};
  EXPECT_EQ(judge_placement(exchange(), empty)->step, Step::context);
  const PlacedFile dump{
      .windows_path = "\\inetpub\\wwwroot\\aspnet_client\\x.aspx", .size = 900, .bare_dump = true};
  EXPECT_EQ(judge_placement(exchange(), dump)->step, Step::context);
}

TEST(Placement, ALookAlikeInOwaAuthIsLikelyWithScriptAndPossibleWithout) {
  constexpr std::string_view path = "\\x\\frontend\\httpproxy\\owa\\auth\\redirsuiteserverproxy.aspx";
  EXPECT_EQ(judge(path, true)->confidence, Confidence::likely);
  EXPECT_EQ(judge(path, false)->confidence, Confidence::possible);
  EXPECT_EQ(judge(path, false)->step, Step::backdoor_file);
}

TEST(Placement, AShippedNameWithOtherContentDecidesNothing) {
  const auto claim = judge(kErrorPage, true, KnownGoodAnswer::known_path_unknown_hash);
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->step, Step::context);
  EXPECT_EQ(claim->kind, RuleKind::known_good);
}

TEST(Placement, AShippedFileIsFine) {
  EXPECT_FALSE(judge(kErrorPage, true, KnownGoodAnswer::known_file));
}

TEST(Placement, APageOfAnotherApplicationIsNotAccused) {
  const auto claim = judge("\\inetpub\\wwwroot\\shop\\default.aspx", false);
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->step, Step::context);
}

TEST(Placement, ACertificateInTheRootIsNoScript) {
  EXPECT_FALSE(judge("\\inetpub\\wwwroot\\certenroll\\root.cer", /*script=*/false));
  EXPECT_TRUE(judge("\\inetpub\\wwwroot\\certenroll\\root.cer", /*script=*/true));
}

TEST(Placement, FilesThatAreNoScriptsOrOutsideWebFoldersAreNotJudged) {
  EXPECT_FALSE(judge("\\inetpub\\wwwroot\\aspnet_client\\web.config"));
  EXPECT_FALSE(
      judge("\\windows\\microsoft.net\\framework64\\v4.0.30319\\asp.netwebadminfiles\\default.aspx"));
}

TEST(Placement, PlainIisFilesAreOrdinary) {
  EXPECT_TRUE(is_ordinary_web_file("\\inetpub\\wwwroot\\iisstart.htm"));
  EXPECT_TRUE(is_ordinary_web_file("\\inetpub\\wwwroot\\aspnet_client\\system_web\\web.config"));
  EXPECT_TRUE(is_ordinary_web_file("\\x\\clientaccess\\owa\\prem\\version\\scripts\\a.strings.localized.js"));
  EXPECT_FALSE(is_ordinary_web_file("\\inetpub\\wwwroot\\aspnet_client\\iisstart.htm"));
}

evidence::Artefact file_at(std::string path) {
  evidence::Artefact artefact;
  artefact.windows_path = std::move(path);
  artefact.size = 100;
  return artefact;
}

TEST(KnownGood, AShippedFileIsNotListed) {
  const auto comparison =
      compare_with_known_good(exchange(), file_at(std::string(kErrorPage)), kErrorPageDigest);
  EXPECT_EQ(comparison.answer, KnownGoodAnswer::known_file);
  EXPECT_FALSE(comparison.web_file);
}

TEST(KnownGood, AShippedNameWithOtherContentIsListed) {
  const auto comparison =
      compare_with_known_good(exchange(), file_at(std::string(kErrorPage)), std::string(64, 'a'));
  ASSERT_TRUE(comparison.web_file);
  EXPECT_TRUE(comparison.web_file->known_path);
  EXPECT_EQ(comparison.web_file->url, "/owa/auth/errorfe.aspx");
}

TEST(KnownGood, AnUnknownPageIsListedWithItsUrl) {
  const auto comparison = compare_with_known_good(
      exchange(), file_at("\\inetpub\\wwwroot\\aspnet_client\\x.aspx"), std::string(64, 'a'));
  ASSERT_TRUE(comparison.web_file);
  EXPECT_FALSE(comparison.web_file->known_path);
  EXPECT_EQ(comparison.web_file->url, "/aspnet_client/x.aspx");
}

TEST(KnownGood, StaticFilesOfALaterBuildDoNotFloodTheList) {
  const std::string folder = "\\x\\frontend\\httpproxy\\owa\\auth\\15.1.2507.6\\themes\\resources\\";
  EXPECT_FALSE(
      compare_with_known_good(exchange(), file_at(folder + "new.png"), std::string(64, 'a')).web_file);
  EXPECT_TRUE(
      compare_with_known_good(exchange(), file_at(folder + "new.aspx"), std::string(64, 'a')).web_file);
}

}  // namespace
}  // namespace afterpatch::detect::files
