#include "assess/pivots.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "assess/hand_made.h"

namespace afterpatch::assess {
namespace {

using detect::Confidence;
using detect::RuleKind;
using detect::Step;
using hand_made::kDoorUrl;
using hand_made::kIntruder;
using hand_made::kSecondIntruder;
using hand_made::kSweeper;
using HandMade = hand_made::Evidence;

std::vector<Pivot> plan(const HandMade& evidence, std::uint64_t round = 1,
                        const std::vector<Pivot>& asked = {}) {
  return plan_pivots(evidence.findings, *hand_made::loaded().campaign, *hand_made::loaded().product, round,
                     asked);
}

bool has(const std::vector<Pivot>& pivots, PivotKind kind, std::string_view value) {
  return std::any_of(pivots.begin(), pivots.end(),
                     [&](const Pivot& p) { return p.kind == kind && p.value == value; });
}

TEST(Pivots, AnEmptyHuntHasNone) {
  EXPECT_TRUE(plan(HandMade()).empty());
}

TEST(Pivots, ADoorFileIsAskedForByItsUrlAndHash) {
  HandMade evidence;
  evidence.file("\\frontend\\httpproxy\\owa\\auth\\RedirSuiteServerProxy.aspx", "2021-03-03 06:50:08",
                RuleKind::web_content, Confidence::confirmed);
  const auto pivots = plan(evidence);
  EXPECT_TRUE(has(pivots, PivotKind::path, kDoorUrl));
  EXPECT_TRUE(has(pivots, PivotKind::sha256, std::string(64, 'a')));
}

TEST(Pivots, AnIntrudersAddressIsOneAndAProbersIsNot) {
  HandMade evidence;
  evidence.proxy(Step::exploit, "2021-03-03 06:00:00", kIntruder, "/mapi/emsmdb/?#");
  evidence.proxy(Step::probe, "2021-03-03 07:00:00", kSecondIntruder, "/autodiscover/autodiscover.xml?#");
  evidence.door_request("2021-03-06 17:27:45", kSweeper, "/owa/auth/foreign.aspx", 302);
  const auto pivots = plan(evidence);
  EXPECT_TRUE(has(pivots, PivotKind::client, kIntruder));
  EXPECT_FALSE(has(pivots, PivotKind::client, kSecondIntruder));
  EXPECT_FALSE(has(pivots, PivotKind::client, kSweeper));
}

TEST(Pivots, AddressesInsideAreOnlyTheLastResort) {
  HandMade evidence;
  evidence.proxy(Step::exploit, "2021-03-03 06:00:00", "10.0.0.5", "/mapi/emsmdb/?#");
  EXPECT_TRUE(has(plan(evidence), PivotKind::client, "10.0.0.5"));
  evidence.proxy(Step::exploit, "2021-03-03 07:00:00", kIntruder, "/mapi/emsmdb/?#");
  EXPECT_FALSE(has(plan(evidence), PivotKind::client, "10.0.0.5"));
}

TEST(Pivots, AShellsParameterIsOneUnlessItIsACommonWord) {
  HandMade evidence;
  evidence.ecp_write("2021-03-03 06:00:00", "xyz123456");
  evidence.ecp_write("2021-03-03 08:00:00", "cmd");
  const auto pivots = plan(evidence);
  EXPECT_TRUE(has(pivots, PivotKind::parameter, "xyz123456"));
  EXPECT_FALSE(has(pivots, PivotKind::parameter, "cmd"));
}

TEST(Pivots, NothingIsAskedTwiceAndTheRoundsEnd) {
  HandMade evidence;
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  const auto first = plan(evidence);
  EXPECT_FALSE(first.empty());
  EXPECT_TRUE(plan(evidence, 2, first).empty());
  EXPECT_TRUE(plan(evidence, kMaxPivotRounds + 1).empty());
}

TEST(Pivots, WhatAnIntruderGotAnsweredLeadsToANewDoor) {
  HandMade evidence;
  evidence.chain("2021-03-03 06:49:42", kIntruder);
  const auto first = plan(evidence);
  evidence.requests("/aspnet_client/later.aspx", kIntruder, "POST", 200, 5, "2021-03-04 01:00:00",
                    "2021-03-04 02:00:00");
  evidence.requests("/owa/auth/logon.aspx", kIntruder, "GET", 200, 5, "2021-03-04 01:00:00",
                    "2021-03-04 02:00:00");
  evidence.requests("/ews/exchange.asmx", kIntruder, "POST", 200, 5, "2021-03-04 01:00:00",
                    "2021-03-04 02:00:00");
  evidence.requests("/ecp/default.aspx", kIntruder, "GET", 200, 5, "2021-03-04 01:00:00",
                    "2021-03-04 02:00:00");
  evidence.requests("/ecp/ddi/ddiservice.svc", kIntruder, "POST", 200, 5, "2021-03-04 01:00:00",
                    "2021-03-04 02:00:00");
  const auto second = plan(evidence, 2, first);
  ASSERT_EQ(second.size(), 1U) << "pages that Exchange ships are no doors";
  EXPECT_EQ(second[0].value, "/aspnet_client/later.aspx");
}

TEST(Pivots, ASweepDoesNotUseUpTheRoomForDoors) {
  HandMade evidence;
  for (int i = 0; i < 500; ++i) {
    evidence.door_request("2021-03-06 17:27:45", kSweeper, "/owa/auth/foreign" + std::to_string(i) + ".aspx",
                          302);
  }
  const auto first = plan(evidence);
  EXPECT_LE(first.size(), kMaxPivotsOfAKind / 2);
  evidence.file("\\frontend\\httpproxy\\owa\\auth\\redirsuiteserverproxy.aspx", "2021-03-03 06:50:08",
                RuleKind::web_content, Confidence::confirmed);
  EXPECT_TRUE(has(plan(evidence, 2, first), PivotKind::path, kDoorUrl));
}

TEST(Pivots, AClientWithAShareOfAllRequestsFloods) {
  HandMade evidence;
  evidence.log("iis-w3c", "2021-03-01 00:00:00", "2021-03-31 00:00:00");  // 72,100 rows
  evidence.requests("/owa/", "10.0.0.5", "GET", 200, 5000, "2021-03-01 00:00:00", "2021-03-31 00:00:00");
  evidence.requests("/owa/", kIntruder, "GET", 200, 700, "2021-03-01 00:00:00", "2021-03-31 00:00:00");
  EXPECT_EQ(flooding_clients(evidence.findings), std::vector<std::string>{"10.0.0.5"});
}

}  // namespace
}  // namespace afterpatch::assess
