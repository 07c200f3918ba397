#include "detect/findings_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::detect {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// A block in which the rule matched `matches` times, read when the builder knew `full`.
BlockOutcome block(const std::string& rule, std::size_t matches, std::shared_ptr<const FullRules> full) {
  BlockOutcome outcome;
  outcome.full_rules = std::move(full);
  for (std::size_t i = 0; i < matches; ++i) {
    if (!outcome.count_match(rule)) continue;
    Detection detection;
    detection.rule_id = rule;
    outcome.detections.push_back(detection);
  }
  return outcome;
}

TEST(FindingsBuilder, DetectionsThatWouldNotBeKeptAreNotMadeAndStillCounted) {
  Findings findings;
  FindingsBuilder builder(findings);
  EXPECT_THAT(*builder.full_rules(), IsEmpty());
  builder.add_block(block("often", kMaxKeptPerRule + 5, builder.full_rules()), {});
  builder.add_block(block("seldom", 3, builder.full_rules()), {});
  EXPECT_THAT(*builder.full_rules(), Contains("often"));
  EXPECT_THAT(*builder.full_rules(), Not(Contains("seldom")));

  BlockOutcome later = block("often", 10, builder.full_rules());
  EXPECT_THAT(later.detections, IsEmpty());
  builder.add_block(std::move(later), {});
  builder.finish();
  ASSERT_THAT(findings.rule_counts, SizeIs(2));
  EXPECT_EQ(findings.rule_counts[0].matches, kMaxKeptPerRule + 15);
  EXPECT_EQ(findings.rule_counts[0].kept, kMaxKeptPerRule);
  EXPECT_EQ(findings.rule_counts[1].kept, 3U);
}

}  // namespace
}  // namespace afterpatch::detect
