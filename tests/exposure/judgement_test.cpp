#include "exposure/judgement.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "exposure/exchange_context.h"

namespace afterpatch::exposure {
namespace {

HostRecord judged(const std::vector<HttpAnswer>& answers, const char* day = "2021-03-10") {
  std::vector<AnswerFacts> facts;
  for (const HttpAnswer& answer : answers) facts.push_back(exchange_context().signs->read("owa", answer));
  HostRecord record;
  record.time = *parse_time(day);
  record.reached = true;
  judge(facts, *exchange_context().product, exchange_context().cves, record);
  return record;
}

bool says(const HostRecord& record, std::string_view text) {
  return std::ranges::any_of(
      record.evidence, [&](const Evidence& entry) { return entry.says.find(text) != std::string::npos; });
}

TEST(Judgement, ComparesAWholeBuildWithTheFixes) {
  const HostRecord open = judged({exchange_answer(302, "15.1.2176.2")});
  EXPECT_EQ(open.exposure, BuildStatus::unpatched);
  EXPECT_EQ(open.status.at("CVE-2021-26855"), BuildStatus::unpatched);
  EXPECT_EQ(open.confidence, ScanConfidence::confirmed);
  EXPECT_EQ(open.product, ProductKind::exchange_self_hosted);
  EXPECT_TRUE(says(open, "15.1.2176.2 is Exchange 2016 CU19"));
  EXPECT_EQ(judged({exchange_answer(302, "15.1.2176.9")}).exposure, BuildStatus::patched);
  EXPECT_EQ(judged({exchange_answer(302, "15.1.2176.10")}).exposure, BuildStatus::patched)
      << "10 is more than 9";
  EXPECT_EQ(judged({exchange_answer(302, "15.2.858.2")}).exposure, BuildStatus::patched)
      << "came out with the fix in it";
}

TEST(Judgement, CallsAnUpdateThatNeverGotAFixUnsupported) {
  const HostRecord record = judged({exchange_answer(302, "15.1.1261.35")});
  EXPECT_EQ(record.exposure, BuildStatus::unsupported);
  EXPECT_EQ(judged({logon_page("15.1.1261")}).exposure, BuildStatus::unsupported);
  EXPECT_EQ(judged({logon_page("15.1.1261")}).confidence, ScanConfidence::likely);
}

TEST(Judgement, AnUpdateAloneIsAmbiguousWhereItsBuildsDiffer) {
  const HostRecord record = judged({logon_page("15.1.2176")});
  EXPECT_EQ(record.exposure, BuildStatus::build_ambiguous);
  EXPECT_EQ(record.builds, (std::vector<std::string>{"15.1.2176"}));
  EXPECT_EQ(record.confidence, ScanConfidence::likely);
  EXPECT_EQ(judged({logon_page("15.1.2242")}).exposure, BuildStatus::patched) << "CU20 came with the fix";
}

TEST(Judgement, AManifestTellsTheBuildUnlessItIsTheUpdatesOwn) {
  EXPECT_EQ(judged({logon_page("15.1.2176"), manifest("15.1.2176.9")}).exposure, BuildStatus::patched);
  EXPECT_EQ(judged({logon_page("15.1.2176"), manifest("15.1.2176.9")}).builds,
            (std::vector<std::string>{"15.1.2176.9"}));
  EXPECT_EQ(judged({logon_page("15.1.2176"), manifest("15.1.2176.2")}).exposure,
            BuildStatus::build_ambiguous);
}

TEST(Judgement, OfSeveralServersTheWorstDecidesAndAllAreKept) {
  const HostRecord record =
      judged({exchange_answer(302, "15.1.2176.14"), exchange_answer(302, "15.1.2106.2")});
  EXPECT_EQ(record.exposure, BuildStatus::unpatched);
  EXPECT_EQ(record.builds, (std::vector<std::string>{"15.1.2106.2", "15.1.2176.14"}));
}

TEST(Judgement, AnAnswerWithoutTheHeaderComesFromAnotherServer) {
  const HostRecord record = judged({logon_page("15.1.2176", "15.1.2176.14"), logon_page("15.1.2176")});
  EXPECT_EQ(record.exposure, BuildStatus::build_ambiguous);
  EXPECT_EQ(record.builds, (std::vector<std::string>{"15.1.2176", "15.1.2176.14"}));
}

TEST(Judgement, ManifestsThatDifferComeFromDifferentServers) {
  EXPECT_EQ(judged({logon_page("15.1.2176"), manifest("15.1.2176.9"), manifest("15.1.2176.2")}).exposure,
            BuildStatus::build_ambiguous);
}

TEST(Judgement, TellsHybridOnlineAndStrangersApart) {
  HttpAnswer away = exchange_answer(302, "15.1.2176.9");
  away.headers.emplace_back("location", "https://outlook.office365.com/owa/");
  EXPECT_EQ(judged({away}).product, ProductKind::exchange_hybrid);
  EXPECT_EQ(judged({away}).exposure, BuildStatus::patched);
  const HostRecord online =
      judged({answer_with(200, {{"x-calculatedfetarget", "GV3.internal.outlook.com"}})});
  EXPECT_EQ(online.product, ProductKind::exchange_online);
  EXPECT_EQ(online.exposure, BuildStatus::not_affected);
  EXPECT_TRUE(online.status.empty());
  EXPECT_EQ(judged({answer_with(404, {})}).product, ProductKind::not_exchange);
  EXPECT_EQ(judged({}).product, ProductKind::unknown);
  EXPECT_EQ(judged({}).exposure, BuildStatus::unknown);
}

TEST(Judgement, SaysNotExchangeOnlyWhenEverythingWasAnswered) {
  HostRecord record;
  record.reached = true;
  record.errors = {{"autodiscover", "timeout"}};
  judge({exchange_context().signs->read("owa", answer_with(404, {}))}, *exchange_context().product,
        exchange_context().cves, record);
  EXPECT_EQ(record.product, ProductKind::unknown);
  EXPECT_EQ(record.exposure, BuildStatus::unknown);
}

TEST(Judgement, DoesNotBelieveAServerThatContradictsItself) {
  const HostRecord record = judged({logon_page("15.0.1497", "15.1.2176.2")});
  EXPECT_EQ(record.exposure, BuildStatus::unknown);
  EXPECT_EQ(record.confidence, ScanConfidence::possible);
  EXPECT_EQ(record.builds, (std::vector<std::string>{"15.1.2176.2"}));
  EXPECT_TRUE(says(record, "honeypot"));
}

TEST(Judgement, ExchangeWithoutABuildIsUnknownNotAbsent) {
  const HostRecord record = judged({exchange_answer(401)});
  EXPECT_EQ(record.product, ProductKind::exchange_self_hosted);
  EXPECT_EQ(record.exposure, BuildStatus::unknown);
  EXPECT_EQ(record.confidence, ScanConfidence::possible);
}

TEST(Judgement, Exchange2010IsAffectedByOneFlawOnly) {
  const HostRecord record = judged({answer_with(200, {}, "/owa/14.3.496.0/themes")});
  EXPECT_EQ(record.status.at("CVE-2021-26855"), BuildStatus::not_affected);
  EXPECT_EQ(record.status.at("CVE-2021-26857"), BuildStatus::unpatched);
  EXPECT_EQ(record.exposure, BuildStatus::unpatched) << "the worst of the campaign's flaws";
}

TEST(Judgement, SaysWhenSupportHasEnded) {
  EXPECT_TRUE(
      says(judged({exchange_answer(200, "15.0.1497.48")}, "2023-05-01"), "ended support on 2023-04-11"));
  EXPECT_FALSE(says(judged({exchange_answer(200, "15.0.1497.48")}, "2023-04-01"), "ended support"));
}

TEST(Judgement, BuildsOfUnknownBranchesAreUnknown) {
  EXPECT_EQ(judged({exchange_answer(200, "99.1.2.3")}).exposure, BuildStatus::unknown);
}

}  // namespace
}  // namespace afterpatch::exposure
