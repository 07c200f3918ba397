#include "assess/runs.h"

#include <gtest/gtest.h>

#include "assess/attack_requests.h"
#include "assess/hand_made.h"

namespace afterpatch::assess {
namespace {

using detect::Confidence;
using detect::Step;
using hand_made::at;
using hand_made::kIntruder;
using hand_made::kSecondIntruder;
using HandMade = hand_made::Evidence;

std::vector<Run> runs_of(const HandMade& evidence) {
  const Incident incident(evidence.findings, *hand_made::loaded().campaign, *hand_made::loaded().product);
  return find_runs(incident).runs;
}

TEST(Runs, RowsOfOneClientWithinAMinuteAreOneRun) {
  HandMade evidence;
  evidence.proxy(Step::exploit, "2021-03-03 06:00:00", kIntruder, "/a");
  evidence.proxy(Step::exploit, "2021-03-03 06:01:00", kIntruder, "/b");
  evidence.proxy(Step::exploit, "2021-03-03 06:02:01", kIntruder, "/c");
  const auto runs = runs_of(evidence);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].requests, 2U);
  EXPECT_EQ(runs[0].end, at("2021-03-03 06:01:00"));
}

TEST(Runs, ClientsAreKeptApartHoweverTheirRowsInterleave) {
  HandMade evidence;
  evidence.proxy(Step::exploit, "2021-03-03 06:00:00", kIntruder, "/a");
  evidence.proxy(Step::probe, "2021-03-03 06:00:01", kSecondIntruder, "/a");
  evidence.proxy(Step::exploit, "2021-03-03 06:00:02", kIntruder, "/b");
  const auto runs = runs_of(evidence);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].outcome, RunOutcome::exploited);
  EXPECT_EQ(runs[1].outcome, RunOutcome::probe);
}

TEST(Runs, TheSameRequestInTwoLogsCountsOnceByItsId) {
  HandMade evidence;
  evidence.proxy(Step::exploit, "2021-03-03 06:00:00.900", kIntruder, "/a")
      .fields.emplace_back("request-id", "id-1");
  evidence.row("iis-w3c", Step::exploit, "2021-03-03 06:00:01", "10.0.0.5",
               {{"method", "POST"}, {"path", "/ecp/y.js"}, {"request-id", "ID-1"}});
  const auto runs = runs_of(evidence);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].requests, 1U);
  EXPECT_EQ(runs[0].client, kIntruder) << "the balancer's address must give way to the true one";
}

TEST(Runs, WithoutIdsTheSameSecondPathAndClientInTwoLogsIsOneRequest) {
  HandMade evidence;
  evidence.proxy(Step::exploit, "2021-03-03 06:00:00.900", kIntruder, "/a");
  evidence.row("iis-w3c", Step::exploit, "2021-03-03 06:00:00", kIntruder,
               {{"method", "POST"}, {"path", "/ECP/y.js"}});
  EXPECT_EQ(runs_of(evidence).at(0).requests, 1U);
}

TEST(Runs, TwoRowsOfOneLogInOneSecondAreTwoRequests) {
  HandMade evidence;
  evidence.proxy(Step::exploit, "2021-03-03 06:00:00.100", kIntruder, "/a");
  evidence.proxy(Step::exploit, "2021-03-03 06:00:00.900", kIntruder, "/a");
  EXPECT_EQ(runs_of(evidence).at(0).requests, 2U);
}

TEST(Runs, ARowThatTwoRulesMatchedIsOneRequest) {
  HandMade evidence;
  const auto place = evidence.proxy(Step::probe, "2021-03-03 06:00:00", kIntruder, "/a").place;
  evidence.proxy(Step::exploit, "2021-03-03 06:00:00", kIntruder, "/a").place = place;
  const auto runs = runs_of(evidence);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].requests, 1U);
  EXPECT_EQ(runs[0].evidence.size(), 2U);
}

TEST(Runs, TheEcpLogsProofJoinsTheRunItOverlaps) {
  HandMade evidence;
  evidence.proxy(Step::session, "2021-03-03 06:00:00", kIntruder, "/ecp/proxyLogon.ecp?#", "241");
  evidence.ecp_write("2021-03-03 06:00:25");
  const auto runs = runs_of(evidence);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].outcome, RunOutcome::write_proven);
  EXPECT_EQ(runs[0].written, at("2021-03-03 06:00:25"));
  EXPECT_EQ(runs[0].confidence, Confidence::confirmed);
}

TEST(Runs, AProofTooFarFromAnyRunHasNoClient) {
  HandMade evidence;
  evidence.proxy(Step::session, "2021-03-03 06:00:00", kIntruder, "/ecp/proxyLogon.ecp?#", "241");
  evidence.ecp_write("2021-03-03 06:00:31");
  const auto runs = runs_of(evidence);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[1].client, "");
  EXPECT_EQ(runs[1].outcome, RunOutcome::write_proven);
}

TEST(Runs, AProofGoesToWhoGotInsideAndNotToANearerProber) {
  HandMade evidence;
  evidence.proxy(Step::session, "2021-03-03 06:00:00", kIntruder, "/ecp/proxyLogon.ecp?#", "241");
  evidence.proxy(Step::probe, "2021-03-03 06:00:10", kSecondIntruder, "/autodiscover/autodiscover.xml?#");
  evidence.ecp_write("2021-03-03 06:00:10");
  for (const assess::Run& run : runs_of(evidence))
    EXPECT_EQ(run.outcome == RunOutcome::write_proven, run.client == kIntruder);
}

TEST(Runs, AProofThatFitsTwoIntrudersEquallyIsNobodys) {
  HandMade evidence;
  for (const auto client : {kIntruder, kSecondIntruder}) {
    evidence.proxy(Step::session, "2021-03-03 06:00:00", client, "/ecp/proxyLogon.ecp?#", "241");
    evidence.proxy(Step::exploit, "2021-03-03 06:00:20", client, "/ecp/DDI/DDIService.svc/GetObject");
  }
  evidence.ecp_write("2021-03-03 06:00:10");
  const auto runs = runs_of(evidence);
  ASSERT_EQ(runs.size(), 3U);
  for (const assess::Run& run : runs) EXPECT_EQ(run.outcome == RunOutcome::write_proven, run.client.empty());
}

// The back end's log (W3SVC2) shows the inner half of a forged request, coming from the server itself.
TEST(Runs, WhatTheBackEndShowsOfARunJoinsIt) {
  HandMade evidence;
  evidence.proxy(Step::session, "2021-03-03 06:00:00", kIntruder, "/ecp/proxyLogon.ecp?#", "241");
  evidence.row("iis-w3c", Step::write, "2021-03-03 06:00:05", "fe80::1%12",
               {{"method", "POST"}, {"path", "/ecp/DDI/DDIService.svc/SetObject"}});
  evidence.ecp_write("2021-03-03 06:00:06");
  const auto runs = runs_of(evidence);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].client, kIntruder);
  EXPECT_EQ(runs[0].requests, 1U);
  EXPECT_EQ(runs[0].outcome, RunOutcome::write_proven);
}

TEST(Runs, WhatNoOutsideClientExplainsIsARunOfTheAddressInside) {
  HandMade evidence;
  evidence.row("iis-w3c", Step::write, "2021-03-03 06:00:05", "fe80::1%12",
               {{"method", "POST"}, {"path", "/ecp/DDI/DDIService.svc/SetObject"}});
  const auto runs = runs_of(evidence);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].client, "fe80::1%12");
  EXPECT_EQ(runs[0].confidence, Confidence::likely);
}

TEST(Runs, MailReadByTheServerItselfMakesNoRun) {
  HandMade evidence;
  evidence.row("ews", Step::mail_access, "2021-03-03 06:00:05", "", {{"action", "GetItem"}},
               Confidence::possible);
  EXPECT_TRUE(runs_of(evidence).empty());
  evidence.proxy(Step::exploit, "2021-03-03 06:00:00", kIntruder, "/EWS/Exchange.asmx");
  EXPECT_EQ(runs_of(evidence).at(0).evidence.size(), 2U);
}

TEST(Runs, TwoWeakRulesOnOneRowProveNothingAndTwoLogsDo) {
  HandMade evidence;
  const auto row = [&](std::string_view log) -> detect::Detection& {
    return evidence.row(log, Step::exploit, "2021-03-03 06:00:05", kIntruder,
                        {{"method", "POST"}, {"path", "/owa/auth/current/x.css"}}, Confidence::possible);
  };
  const auto place = row("iis-w3c").place;
  auto& second = row("iis-w3c");
  second.rule_id = "another";
  second.place = place;
  const auto proves = [&] {
    const Incident incident(evidence.findings, *hand_made::loaded().campaign, *hand_made::loaded().product);
    return proves_exploitation(find_runs(incident).runs.at(0), incident);
  };
  EXPECT_FALSE(proves());
  row("http-proxy");
  EXPECT_TRUE(proves());
}

TEST(Runs, KnowWhetherTheyCameBeforeThePatch) {
  HandMade evidence;
  evidence.proxy(Step::exploit, "2021-02-28 06:00:00", kIntruder, "/a");
  evidence.proxy(Step::exploit, "2021-03-03 06:00:00", kIntruder, "/a");
  const auto runs = runs_of(evidence);
  EXPECT_TRUE(runs.at(0).before_patch_released);
  EXPECT_FALSE(runs.at(1).before_patch_released);
}

TEST(Runs, ASessionAloneIsLikelyAndWithObjectCallsConfirmed) {
  HandMade evidence;
  evidence.proxy(Step::session, "2021-03-03 06:00:00", kIntruder, "/ecp/proxyLogon.ecp?#", "241").confidence =
      Confidence::confirmed;
  EXPECT_EQ(runs_of(evidence).at(0).confidence, Confidence::likely);
  evidence.proxy(Step::exploit, "2021-03-03 06:00:05", kIntruder,
                 "/ecp/DDI/DDIService.svc/GetObject?schema=OABVirtualDirectory#");
  EXPECT_EQ(runs_of(evidence).at(0).confidence, Confidence::confirmed);
}

}  // namespace
}  // namespace afterpatch::assess
