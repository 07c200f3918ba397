#include "detect/sigma/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/sigma/map_event.h"
#include "detect/sigma/random_rules.h"

namespace afterpatch::detect::sigma {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Explanation explained(const RuleSet& set, const Fields& fields, const std::string& line = {}) {
  const Explainer explainer(set.rules.at(0));
  return explainer.explain(MapEvent(fields, explainer.field_names(), line));
}

TEST(Explanation, ShowsEachItemWithWhatItSaw) {
  const RuleSet set =
      load_detection("  sel:\n    method: POST\n    path|endswith: [.aspx, .ashx]\n  condition: sel\n");
  const Explanation why = explained(set, {{"method", {"GET"}}, {"path", {"/x.ashx"}}});
  EXPECT_FALSE(why.result);
  EXPECT_EQ(why.kind, Explanation::Kind::selection);
  EXPECT_EQ(why.text, "sel");
  ASSERT_THAT(why.parts, SizeIs(1));
  ASSERT_THAT(why.parts[0].parts, SizeIs(2));
  const Explanation& method = why.parts[0].parts[0];
  EXPECT_FALSE(method.result);
  EXPECT_EQ(method.text, "method");
  EXPECT_EQ(method.line, 7U);
  EXPECT_THAT(method.seen, ElementsAre("GET"));
  const Explanation& path = why.parts[0].parts[1];
  EXPECT_TRUE(path.result);
  ASSERT_THAT(path.parts, SizeIs(2));
  EXPECT_FALSE(path.parts[0].result);
  EXPECT_TRUE(path.parts[1].result);
  EXPECT_EQ(path.parts[1].text, "*.ashx");
}

TEST(Explanation, ShowsWhichSideOfANegationFailed) {
  const RuleSet set =
      load_detection("  sel:\n    a: x\n  filter:\n    b: y\n  condition: sel and not filter\n");
  const Explanation why = explained(set, {{"a", {"x"}}, {"b", {"y"}}});
  EXPECT_FALSE(why.result);
  ASSERT_THAT(why.parts, SizeIs(2));
  EXPECT_TRUE(why.parts[0].result);
  EXPECT_EQ(why.parts[1].kind, Explanation::Kind::negation);
  EXPECT_FALSE(why.parts[1].result);
  EXPECT_TRUE(why.parts[1].parts[0].result);
}

TEST(Explanation, AnAbsentFieldHasSeenNothing) {
  const RuleSet set = load_detection("  sel:\n    a: null\n  condition: sel\n");
  const Explanation why = explained(set, {});
  EXPECT_TRUE(why.result);
  EXPECT_THAT(why.parts[0].seen, IsEmpty());
}

TEST(Explanation, ShowsTheOtherSideOfAFieldReference) {
  const RuleSet set = load_detection("  sel:\n    a|fieldref: b\n  condition: sel\n");
  const Explanation why = explained(set, {{"a", {"x"}}, {"b", {"y"}}});
  EXPECT_FALSE(why.result);
  EXPECT_THAT(why.parts[0].seen, ElementsAre("x"));
  EXPECT_THAT(why.parts[0].parts[0].seen, ElementsAre("y"));
}

// An explanation that says something else than the search would be worse than none.
TEST(Explanation, AlwaysSaysWhatTheSearchSays) {
  const std::vector<std::string> names = {"a", "b", "c"};
  std::size_t matches = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    RandomRules random(seed, names, {"x", "Y", "xy", "-z", "1", "0"});
    const RuleSet set = parse_rules(random.rule(), "random");
    ASSERT_THAT(set.rules, SizeIs(1));
    for (int record = 0; record < 20; ++record) {
      Fields fields;
      for (const std::string& name : names) {
        if (random.chance(75))
          fields[name].push_back(random.word() + (random.chance(30) ? random.word() : ""));
      }
      const std::string line = random.word();
      const bool expected = rule_matches(set.rules[0], fields, line);
      ASSERT_EQ(explained(set, fields, line).result, expected) << "seed " << seed;
      matches += expected ? 1U : 0U;
    }
  }
  EXPECT_GT(matches, 100U);
}

}  // namespace
}  // namespace afterpatch::detect::sigma
