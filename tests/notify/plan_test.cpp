#include "notify/plan.h"

#include <set>

#include <boost/json.hpp>

#include "notify/fields.h"
#include "notify/hand_made_store.h"

namespace afterpatch::notify {
namespace {

store::ServerRow server(const std::string& address,
                        store::Compromise compromise = store::Compromise::not_hunted) {
  store::ServerRow row;
  row.address = address;
  row.organisation = "de-1";
  row.exposure = "unpatched";
  row.builds = "15.1.2176.2";
  row.present = true;
  row.compromise = compromise;
  return row;
}

ContactChoice contact(const std::string& channel, const std::string& recipient, bool on_hit_domain = false) {
  ContactChoice choice;
  choice.rung = "register";
  choice.channel = channel;
  choice.recipient = recipient;
  choice.provenance = "list.csv";
  choice.on_hit_domain = on_hit_domain;
  if (on_hit_domain) choice.on_hit_reason = "same domain as mail.o1.example";
  if (channel == "letter") choice.postal = {recipient, "Hauptstr. 1", "12345 Ort"};
  return choice;
}

const std::vector<ContactChoice> kLadder = {contact("email", "it@else.example"),
                                            contact("email", "abuse@isp.example"),
                                            contact("letter", "Praxis Muster")};

class PlanTest : public CaseStore {
 protected:
  PlanTest() {
    settings_.campaign = kCampaign;
    target_.addressee = {"de-1", "Praxis Muster", "DE", "nace:Q", "", false, kLadder};
    target_.campaign = kCampaign;
    target_.servers = {server("127.0.0.1")};
  }

  PlannedCase plan(Timestamp now) {
    if (const auto known = look_up(*store_, kCase); !known->row.state.empty()) target_.known = *known;
    return plan_case(target_, kCase, settings_, now);
  }

  PlannedCase plan_and_keep(Timestamp now) {
    PlannedCase planned = plan(now);
    Plan all;
    all.cases.push_back(planned);
    const auto kept = keep_plan(*store_, all);
    EXPECT_TRUE(kept) << to_string(kept.error());
    return planned;
  }

  void send(int notice, Timestamp when) {
    say({of_notice(when, "notice-approved", "{}", notice), sending(when, 1, notice),
         tried(when, "notice-sent", 1, notice)});
  }

  PlanSettings settings_;
  Target target_;
};

TEST_F(PlanTest, TellsTheFirstContactOfTheLadderAndSendsNothing) {
  const PlannedCase planned = plan_and_keep(day(0));
  EXPECT_EQ(planned.step, PlanStep::first);
  ASSERT_TRUE(planned.notice);
  EXPECT_EQ(planned.notice->id, kCase + ".1");
  EXPECT_EQ(planned.notice->channel, "email");
  EXPECT_EQ(planned.notice->recipient, "it@else.example");
  EXPECT_EQ(planned.notice->language, "de");
  EXPECT_EQ(planned.notice->text, "unpatched");
  EXPECT_EQ(planned.notice->state, "planned");
  EXPECT_EQ((*store_->cases().victim_case(kCase))->state, "planned");
}

TEST_F(PlanTest, NobodyIsToldTwiceTheSame) {
  plan_and_keep(day(0));
  EXPECT_EQ(plan_and_keep(day(0)).step, PlanStep::none);  // planned already
  send(1, day(0));
  EXPECT_EQ(plan_and_keep(day(1)).step, PlanStep::none);  // sent, time to react
  say({of_case(day(1), "page-opened")});
  EXPECT_EQ(plan_and_keep(day(90)).step, PlanStep::none);  // reached
  EXPECT_EQ(store_->cases().notices_of(kCase)->size(), 1U);
}

TEST_F(PlanTest, NeverWritesToTheHitDomainIfThereIsAnotherWayAndSaysWhy) {
  target_.addressee.contacts = {contact("email", "it@o1.example", true),
                                contact("email", "abuse@isp.example")};
  const PlannedCase planned = plan(day(0));
  EXPECT_EQ(planned.notice->recipient, "abuse@isp.example");
  EXPECT_NE(planned.why.find("it@o1.example, whose mail may lie on the hit server"), std::string::npos);
  settings_.allow_hit_domain = true;
  EXPECT_EQ(plan(day(0)).notice->recipient, "it@o1.example");
}

TEST_F(PlanTest, WritesToTheHitDomainWithoutEvidenceIfThereIsNoOtherWay) {
  target_.addressee.contacts = {contact("email", "it@o1.example", true)};
  const PlannedCase planned = plan(day(0));
  ASSERT_TRUE(planned.notice);
  EXPECT_TRUE(flag_of(read_object(planned.notice->content), "to_hit_domain"));
  settings_.allow_hit_domain = true;
  EXPECT_FALSE(flag_of(read_object(plan(day(0)).notice->content), "to_hit_domain"));
}

TEST_F(PlanTest, ALetterMayGoWhereTheMailMayNot) {
  ContactChoice letter = contact("letter", "Praxis Muster", true);
  target_.addressee.contacts = {contact("email", "it@o1.example", true), letter};
  const PlannedCase planned = plan(day(0));
  EXPECT_EQ(planned.notice->channel, "letter");
  EXPECT_FALSE(flag_of(read_object(planned.notice->content), "to_hit_domain"));
}

TEST_F(PlanTest, TakesTheNextContactAtOnceWhenTheFirstBounces) {
  plan_and_keep(day(0));
  send(1, day(0));
  say({of_notice(hour(1), "notice-bounced", R"({"status":"5.1.1"})")});
  const PlannedCase planned = plan_and_keep(hour(2));
  EXPECT_EQ(planned.step, PlanStep::bounced);
  EXPECT_EQ(planned.notice->id, kCase + ".2");
  EXPECT_EQ(planned.notice->recipient, "abuse@isp.example");
}

TEST_F(PlanTest, TakesAnotherChannelAfterSilenceNotTheSameMail) {
  plan_and_keep(day(0));
  send(1, day(0));
  EXPECT_EQ(plan(hour(47)).step, PlanStep::none);
  const PlannedCase planned = plan_and_keep(hour(48));
  EXPECT_EQ(planned.step, PlanStep::silent);
  EXPECT_EQ(planned.notice->channel, "letter");
  send(2, day(3));
  EXPECT_EQ(plan(day(6)).step, PlanStep::none);  // paper takes days
  EXPECT_EQ(plan_and_keep(day(10)).notice->recipient, "abuse@isp.example");
  send(3, day(10));
  const PlannedCase last = plan_and_keep(day(20));
  EXPECT_EQ(last.step, PlanStep::no_contact);
  EXPECT_EQ((*store_->cases().victim_case(kCase))->state, "unreachable");
  EXPECT_TRUE(plan(day(21)).statements.size() <= 1);
  EXPECT_EQ(store_->cases().notices_of(kCase)->size(), 3U);
}

TEST_F(PlanTest, TheWrongContactLeadsToTheNext) {
  plan_and_keep(day(0));
  send(1, day(0));
  say({of_case(hour(1), "wrong-contact")});
  EXPECT_EQ(plan(hour(2)).step, PlanStep::bounced);
}

TEST_F(PlanTest, SomethingWorseIsNewsForTheSameContact) {
  plan_and_keep(day(0));
  send(1, day(0));
  say({of_case(hour(1), "acknowledged")});
  target_.servers = {server("127.0.0.1", store::Compromise::backdoored), server("127.0.0.2")};
  const PlannedCase planned = plan_and_keep(day(5));
  EXPECT_EQ(planned.step, PlanStep::news);
  EXPECT_EQ(planned.notice->recipient, "it@else.example");
  EXPECT_EQ(planned.notice->text, "backdoored");
  EXPECT_EQ(store_->cases().servers_of(kCase)->size(), 2U);
  EXPECT_EQ(plan(day(5)).step, PlanStep::none);
}

TEST_F(PlanTest, ACleanCaseIsLeftAlone) {
  target_.servers = {server("127.0.0.1", store::Compromise::backdoored)};
  plan_and_keep(day(0));
  send(1, day(0));
  say({hunt(day(1), false, R"("2021-03-05T12:00:00Z")")});
  EXPECT_EQ((*store_->cases().victim_case(kCase))->state, "clean");
  EXPECT_EQ(plan(day(30)).step, PlanStep::none);
}

TEST_F(PlanTest, WhoPatchedWithoutAWordIsNotAskedFurtherUnlessThereMayBeADoor) {
  plan_and_keep(day(0));
  send(1, day(0));
  say({patch_seen(day(1))});
  target_.servers[0].exposure = "patched";
  EXPECT_EQ(plan(day(9)).step, PlanStep::none);
  say({hunt(day(2), true)});
  target_.servers[0].compromise = store::Compromise::backdoored;
  EXPECT_EQ(plan(day(9)).step, PlanStep::news);
}

TEST_F(PlanTest, AProviderGetsOneNoticeWithAList) {
  target_.addressee.provider = true;
  for (int i = 2; i <= 200; ++i) target_.servers.push_back(server(fmt::format("127.0.1.{}", i)));
  const PlannedCase planned = plan(day(0));
  EXPECT_EQ(planned.notice->channel, "provider");
  EXPECT_EQ(planned.notice->text, "provider");
  EXPECT_EQ(read_object(planned.notice->content)["servers"].as_array().size(), 200U);
}

TEST_F(PlanTest, NobodyToTellIsSaid) {
  target_.addressee.contacts = {contact("web-form", "https://o1.example/contact")};
  const PlannedCase planned = plan_and_keep(day(0));
  EXPECT_EQ(planned.step, PlanStep::no_contact);
  EXPECT_FALSE(planned.notice);
  EXPECT_EQ((*store_->cases().victim_case(kCase))->state, "unreachable");
}

TEST_F(PlanTest, HoldsBackByChanceButTheSameForTheSameSeed) {
  settings_.hold_to = std::chrono::hours(24);
  settings_.seed = 4;
  const PlannedCase planned = plan_and_keep(day(0));
  ASSERT_TRUE(planned.held_until);
  EXPECT_EQ(planned.notice->not_before, planned.held_until);
  EXPECT_EQ((*store_->cases().victim_case(kCase))->held_until, planned.held_until);
  std::set<std::chrono::minutes> held;
  std::chrono::minutes sum{0};
  for (int i = 0; i < 1000; ++i) {
    const auto minutes = hold_back(settings_, fmt::format("de-{}", i), kCampaign);
    EXPECT_EQ(minutes, hold_back(settings_, fmt::format("de-{}", i), kCampaign));
    EXPECT_LT(minutes, settings_.hold_to);
    EXPECT_GE(minutes, settings_.hold_from);
    held.insert(minutes);
    sum += minutes;
  }
  EXPECT_GT(held.size(), 400U);
  EXPECT_NEAR(static_cast<double>(sum.count()) / 1000, 720, 60);
}

TEST_F(PlanTest, SpeaksTheLanguageOfTheContactThenOfTheCountry) {
  EXPECT_EQ(plan(day(0)).notice->language, "de");
  target_.addressee.contacts[0].language = "fr-CH";
  EXPECT_EQ(plan(day(0)).notice->language, "fr");
  target_.addressee.contacts[0].language = "tlh";
  target_.addressee.country = "IS";
  EXPECT_EQ(plan(day(0)).notice->language, "en");
}

TEST(PlanConcern, IsWhatIsOpenOrWasBrokenInto) {
  store::ServerRow row = server("127.0.0.1");
  EXPECT_TRUE(is_of_concern(row));
  row.present = false;
  EXPECT_FALSE(is_of_concern(row));
  row.door_present = true;
  EXPECT_TRUE(is_of_concern(row));
  EXPECT_EQ(reason_of(row), "backdoored");
  row = server("127.0.0.1", store::Compromise::probed);
  row.exposure = "patched";
  EXPECT_FALSE(is_of_concern(row));
  row.compromise = store::Compromise::exploited;
  EXPECT_TRUE(is_of_concern(row));
}

TEST_F(PlanTest, WritesToANetworksAbuseDeskAsToAProviderAndDoesNotNameTheVictim) {
  ContactChoice desk = contact("email", "abuse@isp.example");
  desk.rung = "network";
  desk.person = "ISP Example";
  target_.addressee.contacts = {desk};
  const PlannedCase planned = plan_and_keep(day(0));
  ASSERT_TRUE(planned.notice);
  EXPECT_EQ(planned.notice->channel, "provider");
  EXPECT_EQ(planned.notice->text, "provider");
  const auto content = read_object(planned.notice->content);
  EXPECT_EQ(text_of(content, "organisation"), "ISP Example");
  EXPECT_FALSE(planned.notice->content.contains("Praxis Muster"));
}

}  // namespace
}  // namespace afterpatch::notify
