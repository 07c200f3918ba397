#include "assess/attribution.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "assess/hand_made.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;
using detect::Step;
using hand_made::Evidence;
using hand_made::kIntruder;

constexpr const char* kLogon = "exchange-2021-proxylogon";
constexpr const char* kShell = "exchange-2021-proxyshell";
constexpr const char* kNotShell = "exchange-2022-proxynotshell";

const knowledge::LoadedCampaigns& all() {
  static const knowledge::LoadedCampaigns loaded =
      knowledge::load_campaigns(AFTERPATCH_SOURCE_DIR "/knowledge", {kLogon, kShell, kNotShell}).value();
  return loaded;
}

// Rules of the product are marked with its id until they are attributed.
Detection& of_product(Detection& detection) {
  detection.campaign = all().product->id;
  return detection;
}

std::vector<std::string> attributed(Evidence& evidence) {
  attribute(evidence.findings, all().campaigns, *all().product);
  std::vector<std::string> owners;
  for (const Detection& d : evidence.findings.detections) owners.push_back(d.campaign);
  return owners;
}

using Owners = std::vector<std::string>;

TEST(Attribution, WithoutProofTheDaysDecide) {
  Evidence evidence;
  of_product(evidence.door_request("2021-03-05 10:00:00", kIntruder, "/owa/auth/a.aspx", 200));
  of_product(evidence.door_request("2021-08-25 10:00:00", kIntruder, "/owa/auth/b.aspx", 200));
  of_product(evidence.door_request("2022-10-05 10:00:00", kIntruder, "/owa/auth/c.aspx", 200));
  EXPECT_EQ(attributed(evidence), (Owners{kLogon, kShell, kNotShell}));
}

TEST(Attribution, OutsideAllDaysTheLastCampaignThatHadBegunIsMeant) {
  Evidence evidence;
  of_product(evidence.door_request("2022-03-05 10:00:00", kIntruder, "/owa/auth/a.aspx", 200));
  of_product(evidence.door_request("2020-01-05 10:00:00", kIntruder, "/owa/auth/b.aspx", 200));
  EXPECT_EQ(attributed(evidence), (Owners{kShell, kLogon}));
}

TEST(Attribution, TheFlawThatWasLastUsedBeforeDecides) {
  Evidence evidence;
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  of_product(evidence.door_request("2021-08-25 10:00:00", kIntruder, "/owa/auth/a.aspx", 200));
  EXPECT_EQ(attributed(evidence).back(), kLogon) << "no use of ProxyShell is logged on this server";
  evidence.proxy(Step::session, "2021-08-24 10:00:00", kIntruder, "/powershell").campaign = kShell;
  of_product(evidence.door_request("2021-08-25 10:00:00", kIntruder, "/owa/auth/b.aspx", 200));
  EXPECT_EQ(attributed(evidence).back(), kShell);
}

TEST(Attribution, AProbeIsNoProof) {
  Evidence evidence;
  evidence.proxy(Step::probe, "2021-03-03 06:49:42", kIntruder, "/autodiscover/autodiscover.xml");
  of_product(evidence.door_request("2021-08-25 10:00:00", kIntruder, "/owa/auth/a.aspx", 200));
  EXPECT_EQ(attributed(evidence).back(), kShell);
}

// A shell of March that is asked for in August is still the shell of March.
TEST(Attribution, AllThatSpeaksOfOneDoorStaysTogether) {
  Evidence evidence;
  of_product(evidence.door_request("2021-03-05 10:00:00", kIntruder, "/owa/auth/a.aspx", 200));
  of_product(evidence.door_request("2021-08-25 10:00:00", kIntruder, "/owa/auth/A.aspx", 200));
  of_product(evidence.file(
      "\\program files\\microsoft\\exchange server\\v15\\frontend\\httpproxy\\owa\\auth\\a.aspx",
      "2022-10-05 10:00:00", detect::RuleKind::web_content, detect::Confidence::confirmed));
  EXPECT_EQ(attributed(evidence), (Owners{kLogon, kLogon, kLogon}));
}

TEST(Attribution, ARuleOfACampaignThatSpeaksOfTheDoorDecidesForAll) {
  Evidence evidence;
  of_product(evidence.door_request("2021-08-25 10:00:00", kIntruder, "/owa/auth/a.aspx", 200));
  evidence.file("\\program files\\microsoft\\exchange server\\v15\\frontend\\httpproxy\\owa\\auth\\a.aspx",
                "2021-08-20 10:00:00", detect::RuleKind::yara, detect::Confidence::confirmed);
  EXPECT_EQ(attributed(evidence), (Owners{kLogon, kLogon}));
}

TEST(Attribution, ARuleThatOnlyTakesOffenceAtTheVisitorsToolDoesNot) {
  Evidence evidence;
  of_product(evidence.door_request("2021-08-25 10:00:00", kIntruder, "/ecp/auth/a.aspx", 200));
  evidence.row("iis-w3c", Step::probe, "2021-08-25 10:00:00", kIntruder,
               {{"path", "/ecp/auth/a.aspx"}, {"status", "200"}}, detect::Confidence::possible);
  EXPECT_EQ(attributed(evidence).front(), kShell);
}

TEST(Attribution, WhatACampaignOrTheUserSaysIsLeftAlone) {
  Evidence evidence;
  evidence.door_request("2021-08-25 10:00:00", kIntruder, "/owa/auth/a.aspx", 200).campaign.clear();
  evidence.chain("2021-03-03 06:49:42", kIntruder, false);
  const Owners owners = attributed(evidence);
  EXPECT_EQ(owners.front(), "");
  EXPECT_EQ(owners.back(), kLogon);
}

}  // namespace
}  // namespace afterpatch::assess
