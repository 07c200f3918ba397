#include "notify/effect.h"

#include <gtest/gtest.h>

#include <random>

#include "notify/hand_made_store.h"

namespace afterpatch::notify {
namespace {

EffectCase told(Timestamp notified, std::optional<Timestamp> patched, const std::string& channel = "email") {
  EffectCase one;
  one.row.opened = day(0);
  one.row.notified = notified;
  one.row.patched = patched;
  one.row.channel = channel;
  return one;
}

// Figures of Newcombe's papers, Statistics in Medicine 17 (1998), 857-872 and 873-890.
TEST(Proportion, IsWilsonsInterval) {
  const Proportion part = proportion(81, 263);
  EXPECT_NEAR(part.share, 0.3080, 5e-5);
  EXPECT_NEAR(part.low, 0.2553, 5e-5);
  EXPECT_NEAR(part.high, 0.3662, 5e-5);
  EXPECT_NEAR(proportion(0, 20).high, 0.1611, 5e-5);
  EXPECT_DOUBLE_EQ(proportion(0, 20).low, 0);
  EXPECT_NEAR(proportion(1, 29).low, 0.0061, 5e-5);
}

TEST(Proportion, OfNothingSaysNothing) {
  const Proportion part = proportion(0, 0);
  EXPECT_DOUBLE_EQ(part.low, 0);
  EXPECT_DOUBLE_EQ(part.high, 1);
  EXPECT_DOUBLE_EQ(difference(part, proportion(1, 2)).low, -1);
}

TEST(Proportion, DifferenceIsNewcombesInterval) {
  const Difference apart = difference(proportion(56, 70), proportion(48, 80));
  EXPECT_NEAR(apart.share, 0.2, 1e-9);
  EXPECT_NEAR(apart.low, 0.0524, 5e-5);
  EXPECT_NEAR(apart.high, 0.3339, 5e-5);
}

TEST(Effect, CountsWhatFollowedTheNoticeOfThoseWhoGotOne) {
  std::vector<EffectCase> cases = {told(day(1), day(3)), told(day(1), std::nullopt), told(day(5), day(2)),
                                   told(day(1), day(4), "letter")};
  cases.emplace_back();
  cases.back().row.opened = day(0);
  cases[3].row.reached = day(2);
  const Effect effect = effect_of(cases, day(30));
  EXPECT_EQ(effect.all.cases, 5U);
  EXPECT_EQ(effect.all.notified.with, 4U);
  EXPECT_EQ(effect.all.notified.of, 5U);
  EXPECT_EQ(effect.all.patched.of, 4U);
  EXPECT_EQ(effect.all.patched.with, 2U);  // one was patched before it was told
  ASSERT_EQ(effect.by_channel.size(), 3U);
  EXPECT_EQ(effect.by_channel[2].name, "letter");
  EXPECT_EQ(effect.by_channel[2].reached.with, 1U);
  ASSERT_FALSE(effect.all.open.empty());
  EXPECT_DOUBLE_EQ(effect.all.open[0].days, 2);
  EXPECT_NEAR(effect.all.open[0].open, 2.0 / 3, 1e-9);
}

TEST(Effect, KnowsNothingOfTheFuture) {
  const Effect effect = effect_of({told(day(1), day(9))}, day(5));
  EXPECT_EQ(effect.all.patched.with, 0U);
  EXPECT_EQ(effect_of({told(day(1), day(9))}, day(0)).all.notified.with, 0U);
}

// Everybody patches at one rate while held and at another once told.
std::vector<EffectCase> simulated(std::mt19937& random, int count, double held_rate, double told_rate) {
  std::uniform_real_distribution<double> uniform(1e-9, 1);
  std::vector<EffectCase> cases;
  for (int i = 0; i < count; ++i) {
    EffectCase one;
    one.row.opened = day(0);
    one.longest_hold = std::chrono::hours(24);
    const double told_at = uniform(random);
    double patched_at = -std::log(uniform(random)) / held_rate;
    if (patched_at > told_at) patched_at = told_at - std::log(uniform(random)) / told_rate;
    const auto after = [](double days) {
      return day(0) + std::chrono::microseconds(static_cast<std::int64_t>(days * 86400e6));
    };
    one.row.held_until = after(told_at);
    one.row.patched = after(patched_at);
    cases.push_back(one);
  }
  return cases;
}

TEST(HoldBackEffect, FindsAnEffectThatIsThere) {
  std::mt19937 random(3);
  const HoldBackEffect effect = hold_back_effect(simulated(random, 1000, 0.1, 1.0), day(30));
  EXPECT_EQ(effect.cases, 1000U);
  EXPECT_LT(effect.p_value, 1e-6);
  EXPECT_GT(static_cast<double>(effect.patched_told), effect.expected_told);
  EXPECT_GT(effect.early_minus_late.low, 0);
}

TEST(HoldBackEffect, FindsNoneWhereThereIsNoneBeyondItsErrorRate) {
  std::mt19937 random(5);
  int found = 0;
  for (int round = 0; round < 200; ++round)
    found += hold_back_effect(simulated(random, 150, 0.5, 0.5), day(30)).p_value < 0.05 ? 1 : 0;
  EXPECT_LE(found, 20);  // 10 are expected; more than 20 has a chance of one in a thousand
  EXPECT_GE(found, 2);
}

TEST(HoldBackEffect, ComparesWithinEachText) {
  std::mt19937 random(3);
  std::vector<EffectCase> cases = simulated(random, 600, 0.1, 1.0);
  for (EffectCase& one : cases) one.template_id = "c/unpatched/de";
  for (EffectCase one : simulated(random, 600, 0.5, 0.5)) {
    one.template_id = "c/unpatched/en";
    cases.push_back(one);
  }
  cases.push_back(told(day(1), day(2)));  // of no lot
  cases.back().template_id = "c/unpatched/fr";
  const Effect effect = effect_of(cases, day(30));
  ASSERT_EQ(effect.hold_back_by_text.size(), 2U);
  EXPECT_EQ(effect.hold_back_by_text[0].text, "c/unpatched/de");
  EXPECT_EQ(effect.hold_back_by_text[0].effect.cases, 600U);
  EXPECT_LT(effect.hold_back_by_text[0].effect.p_value, 1e-6);
  EXPECT_GT(effect.hold_back_by_text[0].effect.early_minus_late.low, 0);
  EXPECT_GT(effect.hold_back_by_text[1].effect.p_value, 1e-3);
  EXPECT_EQ(effect.hold_back.cases, 1200U);
}

class EffectOfStore : public CaseStore {};

TEST_F(EffectOfStore, NamesTheTextOfTheFirstNoticeThatWasSent) {
  say({opened(day(0)), planned(day(0), 1), planned(day(1), 2, "letter"),
       of_notice(day(1), "notice-approved", "{}", 2), sending(day(1), 1, 2),
       tried(day(1), "notice-sent", 1, 2)});
  const auto cases = read_effect_cases(*store_);
  ASSERT_TRUE(cases) << to_string(cases.error());
  ASSERT_EQ(cases->size(), 1U);
  EXPECT_EQ((*cases)[0].template_id, kCampaign + "/unpatched/de");
  const Effect effect = effect_of(*cases, day(2));
  ASSERT_EQ(effect.by_text.size(), 1U);
  EXPECT_EQ(effect.by_text[0].name, kCampaign + "/unpatched/de");
  EXPECT_EQ(effect.by_text[0].notified.with, 1U);
}

TEST(HoldBackEffect, LeavesOutWhatWasNotDrawn) {
  EXPECT_EQ(hold_back_effect({told(day(1), day(2))}, day(30)).cases, 0U);
}

}  // namespace
}  // namespace afterpatch::notify
