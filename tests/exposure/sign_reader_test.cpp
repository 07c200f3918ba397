#include "exposure/sign_reader.h"

#include <gtest/gtest.h>

#include "exposure/exchange_context.h"

namespace afterpatch::exposure {
namespace {

AnswerFacts read(const HttpAnswer& answer) {
  return exchange_context().signs->read("owa", answer);
}

std::string text(const std::optional<knowledge::Build>& build) {
  return build ? to_string(*build) : "none";
}

TEST(SignReader, ReadsTheVersionHeader) {
  const AnswerFacts facts = read(exchange_answer(302, "15.1.2176.2"));
  EXPECT_EQ(text(facts.build), "15.1.2176.2");
  EXPECT_TRUE(facts.in_header);
  EXPECT_TRUE(facts.self_hosted);
  ASSERT_FALSE(facts.evidence.empty());
  EXPECT_EQ(facts.evidence.front(), (Evidence{"owa", "x-owa-version: 15.1.2176.2"}));
}

TEST(SignReader, ComparesNumbersNotText) {
  EXPECT_EQ(text(read(exchange_answer(200, "15.01.2176.009")).build), "15.1.2176.9");
}

TEST(SignReader, ReadsTheUpdateFromLinks) {
  const AnswerFacts facts = read(logon_page("15.0.1395"));
  EXPECT_EQ(text(facts.update), "15.0.1395.0");
  EXPECT_FALSE(facts.build);
  EXPECT_FALSE(facts.contradicts_itself);
}

TEST(SignReader, ReadsTheWholeBuildFromLinksOfOldVersions) {
  const AnswerFacts facts =
      read(answer_with(200, {}, "<link href=\"/owa/14.3.513.0/themes/base/logon.css\">"));
  EXPECT_EQ(text(facts.build), "14.3.513.0");
  EXPECT_FALSE(facts.in_header);
}

TEST(SignReader, TakesAManifestForALowerBound) {
  const AnswerFacts facts = read(manifest("15.1.2375.7"));
  EXPECT_EQ(text(facts.at_least), "15.1.2375.7");
  EXPECT_FALSE(facts.build);
}

TEST(SignReader, TellsTheMakersServiceByItsTargets) {
  const AnswerFacts facts =
      read(answer_with(302, {{"x-owa-version", "15.20.3890.30"},
                             {"x-feserver", "GV3P280CA0090"},
                             {"x-calculatedbetarget", "GV2PR01MB0001.EURPRD01.PROD.OUTLOOK.COM"}}));
  EXPECT_TRUE(facts.online);
  EXPECT_FALSE(facts.self_hosted);
  EXPECT_FALSE(facts.build);
}

TEST(SignReader, AServerThatSendsItsUsersOnlineIsStillSomebodys) {
  HttpAnswer answer = exchange_answer(302, "15.1.2176.9");
  answer.headers.emplace_back("location", "https://outlook.office365.com/owa/?realm=example.org");
  const AnswerFacts facts = read(answer);
  EXPECT_TRUE(facts.self_hosted);
  EXPECT_TRUE(facts.sends_online);
  EXPECT_EQ(text(facts.build), "15.1.2176.9");
}

TEST(SignReader, DoubtsAnswersWithTwoBuilds) {
  EXPECT_TRUE(read(logon_page("15.0.1497", "15.1.2176.2")).contradicts_itself);
  EXPECT_FALSE(read(logon_page("15.1.2176", "15.1.2176.2")).contradicts_itself);
}

TEST(SignReader, DoubtsAnswersOfSeveralProducts) {
  const AnswerFacts facts =
      read(exchange_answer(200, "15.1.2176.2", "/wp-content/ and Apache Tomcat/9.0.30"));
  EXPECT_TRUE(facts.contradicts_itself);
  EXPECT_FALSE(read(answer_with(200, {}, "/wp-content/ Apache Tomcat/9")).contradicts_itself)
      << "no Exchange in it";
  EXPECT_FALSE(read(exchange_answer(200, "15.1.2176.2", "/wp-content/")).contradicts_itself)
      << "a portal in front";
}

TEST(SignReader, SaysNothingOfStrangers) {
  const AnswerFacts facts = read(answer_with(404, {{"server", "nginx"}}, "<h1>404 Not Found</h1>"));
  EXPECT_FALSE(facts.self_hosted);
  EXPECT_TRUE(facts.evidence.empty());
}

TEST(SignReader, IgnoresBuildsThatAreNone) {
  for (const auto* version : {"15.1", "15.1.2176", "99999999999.1.1.1", "15.1.2176.2; drop", "a.b.c.d", ""}) {
    EXPECT_FALSE(read(exchange_answer(200, version)).build) << version;
  }
}

TEST(SignReader, ShowsHostileTextHarmlessAndShort) {
  const AnswerFacts facts =
      read(answer_with(200, {{"location", "https://outlook.office.com/\x1b[2J" + std::string(9000, 'x')}}));
  for (const Evidence& entry : facts.evidence) {
    EXPECT_LT(entry.says.size(), 300U);
    EXPECT_EQ(entry.says.find('\x1b'), std::string::npos);
  }
}

TEST(SignReader, ReadsALargeBodyOfLinksInBoundedTime) {
  std::string body;
  for (int i = 0; i < 1000; ++i) body += "/owa/auth/15.1." + std::to_string(i) + "/";
  const AnswerFacts facts = read(exchange_answer(200, "", body));
  EXPECT_TRUE(facts.contradicts_itself);
  EXPECT_LE(facts.evidence.size(), 70U);
}

}  // namespace
}  // namespace afterpatch::exposure
