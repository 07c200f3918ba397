#include "assess/visits.h"

#include <gtest/gtest.h>

#include "assess/hand_made.h"
#include "assess/mail.h"
#include "assess/url_path.h"
#include "assess/wording.h"

namespace afterpatch::assess {
namespace {

using detect::Step;
using hand_made::at;
using hand_made::kDoorUrl;
using hand_made::kIntruder;
using hand_made::kSweeper;
using HandMade = hand_made::Evidence;

std::vector<DoorVisitor> visitors(const HandMade& evidence) {
  const Incident incident(evidence.findings, *hand_made::loaded().campaign, *hand_made::loaded().product);
  return visitors_of(VisitIndex(incident).to(std::string(kDoorUrl)));
}

TEST(Visits, TheSameRequestsInTwoLogsAreNotAddedUp) {
  HandMade evidence;
  evidence.requests(kDoorUrl, kIntruder, "POST", 200, 7, "2021-03-05 01:00:00", "2021-03-05 02:00:00");
  evidence.requests(kDoorUrl, kIntruder, "POST", 200, 9, "2021-03-05 01:00:00", "2021-03-05 03:00:00").log =
      "http-proxy";
  const auto found = visitors(evidence);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].requests, 9U);
  EXPECT_EQ(found[0].by_status.at(200), 9U);
  EXPECT_EQ(found[0].last, at("2021-03-05 03:00:00"));
}

TEST(Visits, ABalancersViewOfTheSameRequestsIsNoVisitor) {
  HandMade evidence;
  evidence.requests(kDoorUrl, "10.0.0.5", "POST", 200, 7, "2021-03-05 01:00:01", "2021-03-05 02:00:00");
  evidence.requests(kDoorUrl, kIntruder, "POST", 200, 7, "2021-03-05 01:00:00", "2021-03-05 02:00:00").log =
      "http-proxy";
  const auto found = visitors(evidence);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].client, kIntruder);
}

TEST(Visits, AVisitorInsideWhomNoOtherLogExplainsStays) {
  HandMade evidence;
  evidence.requests(kDoorUrl, "10.0.0.5", "POST", 200, 7, "2021-03-09 01:00:00", "2021-03-09 02:00:00");
  evidence.requests(kDoorUrl, kIntruder, "POST", 200, 7, "2021-03-05 01:00:00", "2021-03-05 02:00:00").log =
      "http-proxy";
  EXPECT_EQ(visitors(evidence).size(), 2U);
}

TEST(Visits, ADetectionOfARowThatAPivotCountedIsNotCountedAgain) {
  HandMade evidence;
  evidence.door_request("2021-03-05 01:00:00", kSweeper, kDoorUrl, 200);
  evidence.requests(kDoorUrl, kSweeper, "GET", 200, 3, "2021-03-05 01:00:00", "2021-03-05 02:00:00");
  EXPECT_EQ(visitors(evidence).at(0).requests, 3U);
}

TEST(Visits, RequestsThatTwoPivotsFoundCountOnce) {
  HandMade evidence;
  evidence.requests(kDoorUrl, kIntruder, "POST", 200, 7, "2021-03-05 01:00:00", "2021-03-05 02:00:00");
  evidence.requests(kDoorUrl, kIntruder, "POST", 200, 7, "2021-03-05 01:00:00", "2021-03-05 02:00:00");
  EXPECT_EQ(visitors(evidence).at(0).requests, 7U);
}

TEST(Visits, AreOrderedByFirstRequest) {
  HandMade evidence;
  evidence.requests(kDoorUrl, kIntruder, "POST", 200, 7, "2021-03-06 01:00:00", "2021-03-06 02:00:00");
  evidence.requests(kDoorUrl, kSweeper, "GET", 302, 7, "2021-03-05 01:00:00", "2021-03-05 02:00:00");
  const auto found = visitors(evidence);
  EXPECT_EQ(found.at(0).client, kSweeper);
  EXPECT_EQ(found.at(0).answered, 0U);
}

TEST(NormalUrl, SpellsOnePageOneWay) {
  EXPECT_EQ(normal_url("/OWA/auth/X.aspx?a=b"), "/owa/auth/x.aspx");
  EXPECT_EQ(normal_url("/owa//auth/%58.aspx"), "/owa/auth/x.aspx");
  EXPECT_EQ(normal_url("\\owa\\auth\\x.aspx"), "/owa/auth/x.aspx");
}

TEST(MailboxOf, ReadsAddressesAndSidsButNotTheForgedPrefix) {
  detect::Detection d;
  d.fields = {{"anchor", "ServerInfo~a]@mail01.example.org:444/EWS/Exchange.asmx"}};
  EXPECT_EQ(mailbox_of(d), "unknown");
  d.fields = {{"anchor", "SMTP:user@example.org;x"}};
  EXPECT_EQ(mailbox_of(d), "user@example.org");
  d.fields = {{"anchor", "Sid~S-1-5-21-1-2-3-500"}};
  EXPECT_EQ(mailbox_of(d), "S-1-5-21-1-2-3-500");
  d.fields = {{"query", "mailbox=S-1-5-21-1-2-3-501&x"}};
  EXPECT_EQ(mailbox_of(d), "S-1-5-21-1-2-3-501");
}

TEST(Shorten, KeepsTheEndAndWholeCharacters) {
  EXPECT_EQ(shorten("short", 10), "short");
  const std::string cut = shorten("/owa/auth/" + std::string(50, 'x') + "/last.aspx", 30);
  EXPECT_LE(cut.size(), 30U);
  EXPECT_TRUE(cut.ends_with("/last.aspx"));
  std::string umlauts;
  for (int i = 0; i < 50; ++i) umlauts += "ü";
  for (std::size_t limit = 4; limit < 40; ++limit) {
    const std::string some = shorten(umlauts, limit);
    EXPECT_LE(some.size(), limit);
    EXPECT_EQ((some.size() - 3) % 2, 0U);
  }
}

TEST(Sentences, LeaveOutWhatNoLongerFits) {
  Sentences text;
  text.add(std::string(150, 'a'));
  text.add(std::string(60, 'b'));
  text.add("short.");
  EXPECT_EQ(text.text(), std::string(150, 'a') + " short.");
}

}  // namespace
}  // namespace afterpatch::assess
