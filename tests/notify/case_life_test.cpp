#include "notify/case_life.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "notify/said.h"

namespace afterpatch::notify {
namespace {

using Said = std::vector<store::Statement>;

store::CaseRow row_after(const Said& said) {
  return case_as_it_stands(kCase, said).row;
}
std::string state_after(const Said& said) {
  return row_after(said).state;
}

Said operator+(Said said, const store::Statement& more) {
  said.push_back(more);
  return said;
}

Said sent_at(Timestamp time) {
  return {opened(day(0)), planned(day(0)), of_notice(day(0), "notice-approved"), sending(time, 1),
          tried(time, "notice-sent", 1)};
}

TEST(CaseLife, FollowsANoticeToItsReader) {
  Said said = {opened(day(0))};
  EXPECT_EQ(state_after(said), "attributed");
  EXPECT_EQ(state_after(said + planned(day(0))), "planned");
  said = sent_at(hour(1));
  EXPECT_EQ(state_after(said), "sent");
  said.push_back(of_notice(hour(2), "notice-delivered"));
  EXPECT_EQ(state_after(said), "delivered");
  said.push_back(of_case(hour(3), "page-opened"));
  EXPECT_EQ(state_after(said), "reached");
  said.push_back(of_case(hour(4), "acknowledged"));
  const store::CaseRow row = row_after(said);
  EXPECT_EQ(row.state, "acknowledged");
  EXPECT_EQ(row.notified, hour(1));
  EXPECT_EQ(row.reached, hour(3));
  EXPECT_EQ(row.acknowledged, hour(4));
  EXPECT_EQ(row.state_since, hour(4));
  EXPECT_EQ(row.channel, "email");
  EXPECT_EQ(row.text, "unpatched");
}

TEST(CaseLife, ACaseThatNobodyOpenedIsNone) {
  EXPECT_EQ(state_after({planned(day(0)), of_case(day(1), "acknowledged")}), "");
}

TEST(CaseLife, AMachinesAnswerReachesNobody) {
  const Said said = sent_at(hour(1)) + of_case(hour(2), "answered", R"({"kind":"auto-reply"})");
  EXPECT_FALSE(row_after(said).reached);
  EXPECT_FALSE(row_after(said + of_case(hour(2), "answered", R"({"kind":"abuse-desk"})")).reached);
  EXPECT_EQ(row_after(said + of_case(hour(3), "answered", R"({"kind":"person"})")).reached, hour(3));
}

TEST(CaseLife, TheWrongContactIsNotTheVictim) {
  Said said = sent_at(hour(1)) + of_case(hour(2), "page-opened") + of_case(hour(3), "wrong-contact");
  EXPECT_EQ(state_after(said), "bounced");
  EXPECT_FALSE(row_after(said).reached);
  said.push_back(of_case(hour(4), "acknowledged"));
  said.push_back(of_case(hour(5), "wrong-contact"));
  EXPECT_EQ(state_after(said), "acknowledged");
}

TEST(CaseLife, BouncesOnlyWhenNoOtherNoticeIsOnItsWay) {
  const store::Statement bounce = of_notice(hour(9), "notice-bounced", R"({"status":"5.1.1"})");
  EXPECT_EQ(state_after(sent_at(hour(1)) + bounce), "bounced");
  EXPECT_EQ(state_after(sent_at(hour(1)) + planned(hour(2), 2, "letter") +
                        tried(hour(3), "notice-sent", 1, 2) + bounce),
            "sent");
  EXPECT_EQ(state_after(sent_at(hour(1)) + of_case(hour(3), "acknowledged") + bounce), "acknowledged");
}

TEST(CaseLife, TheNextNoticeLeadsAwayFromSilence) {
  Said said = sent_at(hour(1)) + of_case(hour(49), "went-silent");
  EXPECT_EQ(state_after(said), "silent");
  said = said + planned(hour(50), 2, "letter") + tried(hour(60), "notice-sent", 1, 2);
  EXPECT_EQ(state_after(said), "sent");
  EXPECT_EQ(row_after(said).notified, hour(1));
  EXPECT_EQ(row_after(said).channel, "letter");
  EXPECT_EQ(state_after(said + of_case(hour(200), "no-contact-left")), "unreachable");
}

TEST(CaseLife, PatchedIsWhatWasSeenNotWhatWasWritten) {
  const Said said = sent_at(hour(1)) + of_case(hour(3), "patched");
  EXPECT_EQ(state_after(said), "acknowledged");
  EXPECT_FALSE(row_after(said).patched);
  EXPECT_EQ(row_after(said + patch_seen(hour(9))).patched, hour(9));
  EXPECT_EQ(state_after(said + patch_seen(hour(9))), "patched");
}

TEST(CaseLife, IsPatchedWhenAllItsServersAre) {
  Said said = {opened(day(0), {"127.0.0.1", "127.0.0.2"}), patch_seen(day(1))};
  EXPECT_FALSE(row_after(said).patched);
  said.push_back(of_case(day(1), "gone-seen", server_json("127.0.0.2")));
  EXPECT_FALSE(row_after(said).patched);
  said.push_back(patch_seen(day(2), "127.0.0.2"));
  EXPECT_EQ(row_after(said).patched, day(2));
  said.push_back(of_case(day(3), "server-added", server_json("127.0.0.3")));
  EXPECT_FALSE(row_after(said).patched);
  EXPECT_EQ(state_after(said), "attributed");
}

TEST(CaseLife, IsCleanWhenItWasClosedAndSomebodyLooked) {
  const Said patched = sent_at(hour(1)) + patch_seen(day(2));
  EXPECT_FALSE(row_after(patched).clean);
  const Said looked = patched + hunt(day(3), false);
  EXPECT_EQ(state_after(looked), "clean");
  EXPECT_EQ(row_after(looked).clean, day(3));
  EXPECT_EQ(row_after(looked).hunted, day(3));
  EXPECT_EQ(row_after(looked).recheck_due, day(33));
  EXPECT_EQ(state_after(patched + of_case(day(3), "clean-said")), "clean");
}

TEST(CaseLife, AHuntBeforeThePatchIsNoProof) {
  EXPECT_EQ(state_after(sent_at(hour(1)) + hunt(day(1), false)), "hunted");
  EXPECT_EQ(state_after(sent_at(hour(1)) + hunt(day(1), false) + patch_seen(day(2))), "clean");  // seen late
  EXPECT_EQ(state_after(sent_at(hour(1)) + hunt(day(1), false) + patch_seen(day(9))), "hunted");
  EXPECT_EQ(state_after(sent_at(hour(1)) + hunt(day(5), false, R"("2021-03-06T00:00:00Z")")), "clean");
}

TEST(CaseLife, AVictimsWordDoesNotRemoveABackDoorThatAHuntFound) {
  const Said said =
      sent_at(hour(1)) + patch_seen(day(1)) + hunt(day(2), true) + of_case(day(3), "clean-said");
  EXPECT_EQ(state_after(said), "cleaning");
  EXPECT_EQ(row_after(said).reason, "backdoored");
  EXPECT_EQ(state_after(said + hunt(day(4), false)), "clean");
}

TEST(CaseLife, ABackDoorThatNoLongerAnswersOutsideIsNotClean) {
  const Said said = sent_at(hour(1)) + patch_seen(day(1)) +
                    of_server(day(2), "door-seen", R"({"campaign":"","door_present":true})") +
                    of_server(day(3), "door-seen", R"({"campaign":"","door_present":false})") +
                    of_case(day(4), "clean-said");
  EXPECT_FALSE(row_after(said).clean);
}

TEST(CaseLife, OpensAgainWhenALaterHuntOrSightOrRecheckFindsADoor) {
  const Said clean = sent_at(hour(1)) + patch_seen(day(1)) + hunt(day(2), false);
  for (const store::Statement& found :
       {hunt(day(20), true), of_server(day(20), "door-seen", R"({"door_present":true})"),
        of_case(day(20), "rechecked", R"({"result":"not-clean"})")}) {
    const store::CaseRow row = row_after(clean + found);
    EXPECT_EQ(row.state, "reopened") << found.kind;
    EXPECT_FALSE(row.clean) << found.kind;
    EXPECT_FALSE(row.recheck_due) << found.kind;
    EXPECT_EQ(row_after(clean + of_case(day(10), "case-closed") + found).state, "reopened") << found.kind;
  }
  EXPECT_EQ(state_after(clean + hunt(day(20), true) + hunt(day(22), false)), "clean");
  EXPECT_EQ(state_after(clean + of_case(day(32), "rechecked", R"({"result":"clean"})")), "rechecked");
}

TEST(CaseLife, AServerThatIsAddedLaterIsNotCleanWithTheOthers) {
  const Said said = sent_at(hour(1)) + patch_seen(day(1)) + hunt(day(2), false) +
                    of_case(day(5), "server-added", server_json("127.0.0.2"));
  EXPECT_EQ(state_after(said), "reopened");
  EXPECT_EQ(case_as_it_stands(kCase, said).servers.size(), 2U);
}

TEST(CaseLife, HuntsForAnotherCampaignOrServerSayNothing) {
  const Said said = sent_at(hour(1)) + patch_seen(day(1)) + hunt(day(2), false);
  EXPECT_EQ(state_after(said + hunt(day(3), true, "null", "127.0.0.9")), "clean");
  EXPECT_EQ(state_after(said + hunt(day(3), true, "null", "127.0.0.1", "exchange-2021-proxyshell")), "clean");
}

TEST(CaseLife, ReasonIsTheWorstEverSaid) {
  EXPECT_EQ(row_after({opened(day(0)), hunt(day(-1), true)}).reason, "backdoored");
  EXPECT_EQ(row_after({opened(day(0), {"127.0.0.1"}, "reentered"), hunt(day(3), false)}).reason, "reentered");
}

// A history of random statements, moments and numbers.
Said random_history(std::mt19937& random) {
  const auto up_to = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
  Said said = {opened(hour(up_to(24)), {"127.0.0.1", "127.0.0.2"})};
  const std::vector<std::string> kinds = {
      "page-opened",     "acknowledged", "patched",   "clean-said", "wrong-contact", "went-silent",
      "no-contact-left", "case-closed",  "step-done", "need-help",  "uploaded",      "case-reopened"};
  for (int i = 0; i < 20; ++i) {
    const Timestamp time = hour(up_to(200));
    const std::string address = fmt::format("127.0.0.{}", 1 + up_to(2));
    const int notice = 1 + up_to(3);
    switch (up_to(6)) {
      case 0:
        said.push_back(of_case(time, kinds.at(static_cast<std::size_t>(up_to(12)))));
        break;
      case 1:
        said.push_back(hunt(time, up_to(2) == 0, "null", address));
        break;
      case 2:
        said.push_back(patch_seen(time, address));
        break;
      case 3:
        said.push_back(planned(time, notice));
        break;
      case 4:
        said.push_back(tried(time, up_to(2) == 0 ? "notice-sent" : "notice-failed", 1 + up_to(3), notice));
        break;
      default:
        said.push_back(of_case(time, "rechecked",
                               up_to(2) == 0 ? R"({"result":"clean"})" : R"({"result":"not-clean"})"));
    }
  }
  return said;
}

std::string written(const CasePicture& picture) {
  const auto time = [](const std::optional<Timestamp>& moment) { return moment ? to_iso8601(*moment) : "-"; };
  const store::CaseRow& row = picture.row;
  std::string out = fmt::format(
      "{} {} {} {} {} {} {} {} {} {} {} {} {}", row.state, to_iso8601(row.state_since), row.reason,
      time(row.notified), time(row.reached), time(row.acknowledged), time(row.patched), time(row.hunted),
      time(row.clean), time(row.recheck_due), row.channel, row.text, picture.servers.size());
  for (const store::NoticeRow& notice : picture.notices)
    out += fmt::format("\n{} {} {} {}", notice.id, notice.state, time(notice.sent), notice.attempts);
  return out;
}

TEST(CaseLifeProperty, TheOrderOfArrivalDoesNotMatter) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    Said said = random_history(random);
    const std::string expected = written(case_as_it_stands(kCase, said));
    for (int i = 0; i < 5; ++i) {
      std::ranges::shuffle(said, random);
      ASSERT_EQ(written(case_as_it_stands(kCase, said)), expected);
    }
    said.push_back(said.front());  // and twice is once
    ASSERT_EQ(written(case_as_it_stands(kCase, said)), expected);
  }
}

TEST(CaseLifeProperty, NeverCleanUnlessSomebodyLookedAndTheFlawIsClosed) {
  std::mt19937 random(11);
  int clean = 0;
  for (int round = 0; round < 2000; ++round) {
    const Said said = random_history(random);
    const store::CaseRow row = row_after(said);
    if (!row.clean) continue;
    ++clean;
    EXPECT_TRUE(row.patched);
    EXPECT_EQ(row.recheck_due, *row.clean + kRecheckAfter);
    EXPECT_TRUE(std::ranges::any_of(said, [](const store::Statement& one) {
      return one.kind == "hunted" || one.kind == "clean-said" || one.kind == "rechecked";
    }));
  }
  EXPECT_GT(clean, 20);
}

TEST(CaseLifeProperty, WithoutALookNothingElseMakesItClean) {
  std::mt19937 random(13);
  for (int round = 0; round < 1000; ++round) {
    Said said = random_history(random);
    std::erase_if(said, [](const store::Statement& one) {
      return one.kind == "hunted" || one.kind == "clean-said" || one.kind == "rechecked";
    });
    const store::CaseRow row = row_after(said);
    ASSERT_FALSE(row.clean);
    ASSERT_TRUE(row.state != "clean" && row.state != "rechecked" && row.state != "hunted") << row.state;
  }
}

TEST(CaseLifeProperty, ADoorFoundLastIsNeverClean) {
  std::mt19937 random(17);
  for (int round = 0; round < 1000; ++round) {
    const Said said = random_history(random) + hunt(hour(500), true);
    ASSERT_FALSE(row_after(said).clean);
    ASSERT_NE(state_after(said), "closed");
  }
}

}  // namespace
}  // namespace afterpatch::notify
