#include "assess/agents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assess/hand_made.h"
#include "assess/pivots.h"

namespace afterpatch::assess {
namespace {

using detect::Step;
using hand_made::kIntruder;
using hand_made::kSecondIntruder;
using hand_made::kSweeper;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using HandMade = hand_made::Evidence;

constexpr std::string_view kRare = "antSword/v2.1";

void use_flaw(HandMade& evidence, std::string_view client, std::string_view agent) {
  auto& d = evidence.proxy(Step::exploit, "2021-03-03 06:00:00", client, "/mapi/emsmdb/?#");
  for (auto& [name, value] : d.fields)
    if (name == "user-agent") value = agent;
}

void sent(HandMade& evidence, std::string_view client, std::string_view agent) {
  evidence.requests("/owa/", client, "GET", 200, 7, "2021-03-05 10:00:00", "2021-03-05 10:30:00").user_agent =
      agent;
}

ServerReport report_with_pivots(const HandMade& evidence) {
  std::vector<PivotStep> steps;
  for (const Pivot& pivot :
       plan_pivots(evidence.findings, *hand_made::loaded().campaign, *hand_made::loaded().product, 1, {}))
    steps.push_back({1, std::string(to_string(pivot.kind)), pivot.value, pivot.because, 0});
  return assess(evidence.findings, *hand_made::loaded().campaign, *hand_made::loaded().product, steps);
}

TEST(Agents, WhatEverybodySendsIsNotRare) {
  for (const auto* agent : {"python-requests/2.25.1", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/88",
                            "curl/7.68.0", "ExchangeServicesClient/0.0.0.0", "", "x"})
    EXPECT_TRUE(is_common_agent(agent)) << agent;
  EXPECT_FALSE(is_common_agent(kRare));
}

TEST(Agents, ARareOneOfAnIntruderIsLookedForAndLeadsToWhoElseSentIt) {
  HandMade evidence;
  use_flaw(evidence, kIntruder, kRare);
  sent(evidence, kSecondIntruder, kRare);
  const ServerReport report = report_with_pivots(evidence);
  EXPECT_THAT(report.notes, Contains(HasSubstr("198.51.100.77 sent the rare user agent of an intruder")));
  EXPECT_EQ(report.runs.size(), 1U) << "a lead is no run";
}

TEST(Agents, ASharedCommonOneTiesNobodyToTheIntruder) {
  HandMade evidence;
  use_flaw(evidence, kIntruder, "python-requests/2.25.1");
  sent(evidence, kSecondIntruder, "python-requests/2.25.1");
  const ServerReport report = report_with_pivots(evidence);
  EXPECT_THAT(report.pivots, Not(Contains(testing::Field(&PivotStep::kind, "user-agent"))));
  EXPECT_THAT(report.notes, Not(Contains(HasSubstr("user agent of an intruder"))));
}

TEST(Agents, OneThatManyClientsOfThisServerSendLeadsNowhere) {
  HandMade evidence;
  use_flaw(evidence, kIntruder, kRare);
  for (const auto* client : {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"})
    sent(evidence, client, kRare);
  EXPECT_THAT(report_with_pivots(evidence).notes, Not(Contains(HasSubstr("user agent of an intruder"))));
}

TEST(Agents, AProbersAgentIsNotLookedFor) {
  HandMade evidence;
  auto& d = evidence.proxy(Step::probe, "2021-03-03 06:00:00", kSweeper, "/autodiscover/autodiscover.xml?#");
  for (auto& [name, value] : d.fields)
    if (name == "user-agent") value = kRare;
  EXPECT_THAT(report_with_pivots(evidence).pivots,
              Not(Contains(testing::Field(&PivotStep::kind, "user-agent"))));
}

}  // namespace
}  // namespace afterpatch::assess
