#include "store/span_rule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace afterpatch::store {
namespace {

using std::chrono::hours;

Timestamp hour(int number) {
  return Timestamp(hours(number));
}

// The spans of one host, kept as the store keeps them.
class Timeline {
 public:
  void see(int when, std::int64_t state) {
    std::optional<Span> before;
    std::optional<Span> after;
    for (const auto& [first, span] : spans_) {
      if (first <= hour(when))
        before = span;
      else if (!after)
        after = span;
    }
    const SpanEdit edit = place_observation(before, after, hour(when), state, hours(48));
    for (const Timestamp first : edit.removed) spans_.erase(first);
    for (const Span& span : edit.written) spans_[span.first] = span;
    contradicted += edit.contradicted ? 1 : 0;
  }

  std::vector<Span> spans() const {
    std::vector<Span> out;
    for (const auto& entry : spans_) out.push_back(entry.second);
    return out;
  }

  int contradicted = 0;

 private:
  std::map<Timestamp, Span> spans_;
};

TEST(SpanRule, SeeingTheSameDayByDayStaysOneSpan) {
  Timeline timeline;
  for (int day = 0; day < 90; ++day) timeline.see(day * 24, 1);
  EXPECT_EQ(timeline.spans(), (std::vector<Span>{{hour(0), hour(89 * 24), 1}}));
}

TEST(SpanRule, AChangeBeginsASpan) {
  Timeline timeline;
  timeline.see(0, 1);
  timeline.see(24, 1);
  timeline.see(48, 2);
  EXPECT_EQ(timeline.spans(), (std::vector<Span>{{hour(0), hour(24), 1}, {hour(48), hour(48), 2}}));
}

TEST(SpanRule, OneMissedDayIsBridgedTwoAreAGap) {
  Timeline timeline;
  timeline.see(0, 1);
  timeline.see(48, 1);
  EXPECT_EQ(timeline.spans().size(), 1U);
  timeline.see(48 + 72, 1);
  EXPECT_EQ(timeline.spans(), (std::vector<Span>{{hour(0), hour(48), 1}, {hour(120), hour(120), 1}}));
}

TEST(SpanRule, SeeingAKnownMomentAgainChangesNothing) {
  Timeline timeline;
  for (const int when : {0, 24, 48}) timeline.see(when, 1);
  timeline.see(72, 2);
  const auto before = timeline.spans();
  for (const int when : {0, 24, 48}) timeline.see(when, 1);
  timeline.see(72, 2);
  EXPECT_EQ(timeline.spans(), before);
  EXPECT_EQ(timeline.contradicted, 0);
}

TEST(SpanRule, TwoAnswersAtOneMomentKeepTheFirstAndSaySo) {
  Timeline timeline;
  timeline.see(0, 1);
  timeline.see(0, 2);
  EXPECT_EQ(timeline.spans(), (std::vector<Span>{{hour(0), hour(0), 1}}));
  EXPECT_EQ(timeline.contradicted, 1);
}

TEST(SpanRule, SomethingElseInTheMidstSplitsWithoutClaimingMoreThanWasSeen) {
  Timeline timeline;
  for (int day = 0; day <= 10; ++day) timeline.see(day * 24, 1);
  timeline.see(5 * 24 + 6, 2);
  EXPECT_EQ(timeline.spans(), (std::vector<Span>{{hour(0), hour(5 * 24 + 6 - 48), 1},
                                                 {hour(5 * 24 + 6), hour(5 * 24 + 6), 2},
                                                 {hour(5 * 24 + 6 + 48), hour(240), 1}}));
}

// Days are imported in any order; what was seen in between decides, not when it was learned. Changes lie at
// known moments here, so nothing is split.
TEST(SpanRule, OrderOfImportDoesNotMatterWhereNothingIsSplit) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::pair<int, std::int64_t>> seen;
    for (int day = 0; day < 30; ++day) {
      if (random() % 4 != 0) seen.emplace_back(day * 24, day < 12 ? 1 : 2);
    }
    Timeline in_order;
    for (const auto& [when, state] : seen) in_order.see(when, state);
    std::shuffle(seen.begin(), seen.end(), random);
    Timeline shuffled;
    for (const auto& [when, state] : seen) shuffled.see(when, state);
    ASSERT_EQ(shuffled.spans(), in_order.spans()) << "round " << round;
  }
}

TEST(SpanRule, SpansNeverOverlapWhateverComes) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    Timeline timeline;
    for (int i = 0; i < 60; ++i)
      timeline.see(static_cast<int>(random() % 720), static_cast<std::int64_t>(random() % 3));
    const auto spans = timeline.spans();
    for (std::size_t i = 0; i < spans.size(); ++i) {
      ASSERT_LE(spans[i].first, spans[i].last);
      if (i > 0) {
        ASSERT_GT(spans[i].first, spans[i - 1].last);
      }
    }
  }
}

}  // namespace
}  // namespace afterpatch::store
