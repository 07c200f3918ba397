#include "detect/rule_fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "detect/explain_record.h"

namespace afterpatch::detect {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kIis =
    "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2021-03-03 00:00:00\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
    "sc-status\n"
    "2021-03-03 06:49:46 10.0.0.1 GET /owa/auth/logon.aspx - 443 - 192.0.2.1 Mozilla/5.0 200\n"
    "2021-03-03 06:49:47 10.0.0.1 POST /owa/auth/x.aspx - 443 - 192.0.2.2 curl 200\n";

std::string rule(const std::string& id, const std::string& source, const std::string& selection) {
  return "---\ntitle: T\nid: " + id + "\nlogsource: {" + source + "}\ndetection:\n  s:\n" + selection +
         "  condition: s\n";
}

class LogFolder : public testing::Test {
 protected:
  LogFolder()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("afterpatch_fit_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "u_ex210303.log") << kIis;
  }
  ~LogFolder() override { std::filesystem::remove_all(folder_); }
  evidence::Inventory inventory() const { return evidence::take_inventory({folder_.string()}).value(); }
  std::filesystem::path folder_;
};

using FitRules = LogFolder;

TEST_F(FitRules, SaysWhichRulesHaveTheirLogAndWhichFieldsNeverHaveAValue) {
  const auto set = sigma::parse_rules(
      rule("web", "category: webserver", "    cs-method: POST\n    cs-referer: x\n    cs-username: bob\n") +
          rule("full", "category: webserver", "    cs-method: POST\n    c-ip|fieldref: s-ip\n") +
          rule("other", "product: exchange, service: ecp-server", "    EventData: x\n"),
      "rules.yml");
  const EvidenceFit fit = fit_rules(set, inventory());
  EXPECT_THAT(fit.logs, ElementsAre("iis-w3c"));
  ASSERT_EQ(fit.rules.size(), 3U);
  EXPECT_THAT(fit.rules[0].logs, ElementsAre("iis-w3c"));
  EXPECT_THAT(fit.rules[0].absent_fields, ElementsAre("cs-referer", "cs-username"));
  EXPECT_THAT(fit.rules[1].absent_fields, IsEmpty());
  EXPECT_THAT(fit.rules[2].logs, IsEmpty());
  EXPECT_THAT(fit.rules[2].absent_fields, IsEmpty());
}

TEST_F(FitRules, AsksForTheFieldsOfCorrelationsToo) {
  const auto set =
      sigma::parse_rules(rule("web", "category: webserver", "    cs-method: POST\n") +
                             "---\ntitle: C\nid: c\ncorrelation:\n  type: event_count\n  rules: [web]\n"
                             "  group-by: [c-ip, cs-host]\n  timespan: 1m\n  condition: {gte: 3}\n",
                         "rules.yml");
  EXPECT_THAT(fit_rules(set, inventory()).rules.at(0).absent_fields, ElementsAre("cs-host"));
}

using ExplainRecord = LogFolder;

TEST_F(ExplainRecord, FindsTheRowOfALine) {
  const auto set = sigma::parse_rules(rule("web", "category: webserver", "    cs-method: POST\n"), "x");
  const auto explanation = explain_record(set.rules.at(0), inventory().artefacts.at(0), 6);
  ASSERT_TRUE(explanation) << to_string(explanation.error());
  EXPECT_EQ(explanation->log, "iis-w3c");
  EXPECT_EQ(explanation->line, 6U);
  EXPECT_TRUE(explanation->for_this_log);
  EXPECT_TRUE(explanation->why.result);
  EXPECT_THAT(explanation->raw, HasSubstr("/owa/auth/x.aspx"));
}

TEST_F(ExplainRecord, TakesTheFirstRowWithoutALine) {
  const auto set = sigma::parse_rules(rule("web", "category: webserver", "    cs-method: POST\n"), "x");
  const auto explanation = explain_record(set.rules.at(0), inventory().artefacts.at(0), std::nullopt);
  ASSERT_TRUE(explanation) << to_string(explanation.error());
  EXPECT_EQ(explanation->line, 5U);
  EXPECT_FALSE(explanation->why.result);
}

TEST_F(ExplainRecord, SaysThatAHuntWouldNotAskTheRule) {
  const auto set =
      sigma::parse_rules(rule("ecp", "product: exchange, service: ecp-server", "    cs-method: POST\n"), "x");
  const auto explanation = explain_record(set.rules.at(0), inventory().artefacts.at(0), 6);
  ASSERT_TRUE(explanation);
  EXPECT_FALSE(explanation->for_this_log);
}

TEST_F(ExplainRecord, RefusesLinesThatAreNoRow) {
  const auto set = sigma::parse_rules(rule("web", "category: webserver", "    cs-method: POST\n"), "x");
  for (const std::uint64_t line : {std::uint64_t{1}, std::uint64_t{4}, std::uint64_t{700}}) {
    const auto explanation = explain_record(set.rules.at(0), inventory().artefacts.at(0), line);
    ASSERT_FALSE(explanation) << line;
    EXPECT_THAT(to_string(explanation.error()), HasSubstr("there is no row on this line"));
  }
}

TEST_F(ExplainRecord, RefusesFilesThatAreNoLog) {
  std::ofstream(folder_ / "u_ex210303.log") << "just a note\n";
  const auto set = sigma::parse_rules(rule("web", "category: webserver", "    cs-method: POST\n"), "x");
  EXPECT_FALSE(explain_record(set.rules.at(0), inventory().artefacts.at(0), 1));
}

}  // namespace
}  // namespace afterpatch::detect
