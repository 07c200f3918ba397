#include "detect/correlator.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/block_search.h"
#include "detect/findings_builder.h"
#include "detect/sigma_search.h"

namespace afterpatch::detect {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

const std::string kRules = R"(
title: A refused request
id: refused
logsource: {category: webserver}
detection:
  s: {sc-status: 401, cs-uri-stem|contains: /ews/}
  condition: s
---
title: An answered request
id: answered
logsource: {category: webserver}
detection:
  s: {sc-status: 200, cs-uri-stem|contains: /ews/}
  condition: s
)";

const std::string kGuessed = R"(---
title: Many refusals, then an answer
id: guessed
level: high
tags: [attack.t1110]
correlation:
  type: temporal_ordered
  rules: [burst, answered]
  group-by: [c-ip]
  timespan: 1m
---
title: Many refusals
id: burst
correlation:
  type: event_count
  rules: [refused]
  group-by: [c-ip]
  timespan: 1m
  condition: {gte: 3}
)";

const std::string kHeader = "#Fields: date time cs-uri-stem c-ip sc-status\n";

std::string row(const std::string& time, const std::string& client, int status) {
  return fmt::format("2021-03-05 {} /ews/x {} {}\n", time, client, status);
}

LogBlock block_of(const std::string& text) {
  records::HeaderTracker tracker;
  tracker.feed(text);
  LogBlock block;
  block.bytes = text;
  block.headers = tracker.spans();
  block.lines = records::LineIndex(text);
  return block;
}

// Searches the texts one after the other as files a.log, b.log, ...
Findings searched(const std::string& rules, const std::vector<std::string>& files, bool of_campaign = false) {
  SigmaRules sets{std::make_shared<sigma::RuleSet>(), std::make_shared<sigma::RuleSet>()};
  const auto loaded = std::make_shared<sigma::RuleSet>(sigma::parse_rules(rules, "rules.yml"));
  if (of_campaign)
    for (sigma::Correlation& correlation : loaded->correlations) correlation.campaign = "wave";
  EXPECT_THAT(loaded->refused, SizeIs(0));
  (of_campaign ? sets.campaign : sets.user) = loaded;
  const auto plan = LogPlan::make("iis-w3c", {make_sigma_search(sets, "iis-w3c")});
  EXPECT_TRUE(plan);
  Findings findings;
  Correlator correlator(sets);
  FindingsBuilder builder(findings, &correlator);
  BlockSearch search(*plan);
  evidence::Artefact artefact;
  artefact.kind = evidence::Kind::iis_w3c;
  for (std::size_t i = 0; i < files.size(); ++i) {
    artefact.path = std::string(1, static_cast<char>('a' + i)) + ".log";
    BlockOutcome outcome;
    search.run(block_of(files[i]), artefact, {}, outcome);
    builder.begin_artefact(artefact);
    builder.add_block(std::move(outcome), artefact);
  }
  correlator.finish(builder);
  builder.finish();
  return findings;
}

TEST(Correlator, MakesOneDetectionOfAChainAcrossFiles) {
  const Findings findings = searched(
      kRules + kGuessed, {kHeader + row("10:00:20", "192.0.2.1", 200) + row("10:00:21", "192.0.2.2", 200),
                          kHeader + row("10:00:01", "192.0.2.1", 401) + row("10:00:02", "192.0.2.1", 401) +
                              row("10:00:03", "192.0.2.1", 401)});
  ASSERT_THAT(findings.detections, SizeIs(1));
  const Detection& detection = findings.detections[0];
  EXPECT_EQ(detection.rule_id, "guessed");
  EXPECT_EQ(detection.title, "Many refusals, then an answer");
  EXPECT_EQ(detection.level, "high");
  EXPECT_THAT(detection.techniques, testing::ElementsAre("T1110"));
  EXPECT_EQ(detection.log, "iis-w3c");
  EXPECT_EQ(detection.place.artefact, "b.log");
  EXPECT_EQ(detection.place.line, 4U);
  EXPECT_EQ(detection.raw, "2021-03-05 10:00:03 /ews/x 192.0.2.1 401");
  EXPECT_EQ(to_iso8601(*detection.time), "2021-03-05T10:00:03Z");
  EXPECT_EQ(detection.field("c-ip"), "192.0.2.1");
  EXPECT_EQ(detection.field("count"), "2");
  EXPECT_EQ(detection.field("last"), "2021-03-05T10:00:20Z");
  EXPECT_EQ(detection.field("rows"), "b.log:4, a.log:2");
}

TEST(Correlator, ShowsBaseRulesOnlyWhenTheCorrelationGeneratesThem) {
  const std::string rows = kHeader + row("10:00:01", "192.0.2.1", 401) + row("10:00:02", "192.0.2.1", 401);
  const std::string pair =
      "---\ntitle: Two\nid: two\ncorrelation:\n  type: event_count\n  rules: [refused]\n  timespan: 1m\n"
      "  condition: {gte: 2}\n";
  EXPECT_THAT(searched(kRules + pair, {rows}).detections, SizeIs(1));
  EXPECT_THAT(searched(kRules + pair + "  generate: true\n", {rows}).detections, SizeIs(3));
}

TEST(Correlator, ACampaignsCorrelationDecidesAndAUsersIsContext) {
  const std::string rows = kHeader + row("10:00:01", "192.0.2.1", 401);
  const std::string one =
      "---\ntitle: One\nid: one\nafterpatch: {step: probe, confidence: likely}\ncorrelation:\n  type: "
      "event_count\n  rules: [refused]\n  timespan: 1m\n  condition: {gte: 1}\n";
  const Findings campaign = searched(kRules + one, {rows}, true);
  ASSERT_THAT(campaign.detections, SizeIs(1));
  EXPECT_EQ(campaign.detections[0].campaign, "wave");
  EXPECT_EQ(campaign.detections[0].step, Step::probe);
  const Findings user = searched(kRules + one, {rows});
  ASSERT_THAT(user.detections, SizeIs(1));
  EXPECT_EQ(user.detections[0].step, Step::context);
}

TEST(Correlator, ARowThatTwoRulesMatchedIsOneEvent) {
  const std::string again =
      "---\ntitle: Again\nid: again\nlogsource: {category: webserver}\ndetection:\n  s: {sc-status: 401}\n"
      "  condition: s\n---\ntitle: Two\nid: two\ncorrelation:\n  type: event_count\n  rules: [refused, "
      "again]\n"
      "  timespan: 1m\n  condition: {gte: 2}\n";
  EXPECT_THAT(searched(kRules + again, {kHeader + row("10:00:01", "192.0.2.1", 401)}).detections, SizeIs(0));
}

TEST(Correlator, NamesRowsThatItCouldNotUse) {
  const std::string two =
      "---\ntitle: Two\nid: two\ncorrelation:\n  type: event_count\n  rules: [refused]\n  group-by: [c-ip]\n"
      "  timespan: 1m\n  condition: {gte: 2}\n";
  const Findings findings = searched(
      kRules + two,
      {kHeader + row("10:00:01", "-", 401), "#Fields: cs-uri-stem c-ip sc-status\n/ews/x 192.0.2.1 401\n"});
  EXPECT_THAT(findings.detections, SizeIs(0));
  std::string problems;
  for (const auto& problem : findings.problems) problems += problem.what + "\n";
  EXPECT_THAT(problems, HasSubstr("correlation 'two': 1 matches were left out, since they lack a field"));
  EXPECT_THAT(problems, HasSubstr("1 matches of rules that correlations name have no time"));
}

}  // namespace
}  // namespace afterpatch::detect
