#include "detect/sigma/condition_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace afterpatch::detect::sigma {
namespace {

const std::vector<Selection> kSelections = {{"a", {}, 1},     {"b", {}, 2},       {"sel_x", {}, 3},
                                            {"sel_y", {}, 4}, {"_hidden", {}, 5}, {"not-a", {}, 6}};

std::string text_of(const Condition& condition) {
  if (condition.kind == Condition::Kind::selection) return kSelections[condition.selection].name;
  std::string text = condition.kind == Condition::Kind::negation ? "not"
                     : condition.kind == Condition::Kind::all_of ? "and"
                                                                 : "or";
  text += "(";
  for (const Condition& part : condition.parts) text += (text.back() == '(' ? "" : " ") + text_of(part);
  return text + ")";
}

std::string parsed(std::string_view text) {
  const auto condition = parse_condition(text, kSelections, 7);
  return condition ? text_of(*condition)
                   : "line " + std::to_string(condition.error().line) + ": " + condition.error().reason;
}

TEST(ConditionParser, NotBindsStrongestThenAndThenOr) {
  EXPECT_EQ(parsed("a or b and not sel_x"), "or(a and(b not(sel_x)))");
  EXPECT_EQ(parsed("not a and b"), "and(not(a) b)");
  EXPECT_EQ(parsed("(a or b) and not (sel_x or sel_y)"), "and(or(a b) not(or(sel_x sel_y)))");
  EXPECT_EQ(parsed("not not a"), "not(not(a))");
}

TEST(ConditionParser, KeywordsMayBeWrittenInAnyCase) {
  EXPECT_EQ(parsed("a AND NOT b Or sel_x"), "or(and(a not(b)) sel_x)");
}

TEST(ConditionParser, ResolvesOf) {
  EXPECT_EQ(parsed("1 of sel_*"), "or(sel_x sel_y)");
  EXPECT_EQ(parsed("any of sel*"), "or(sel_x sel_y)");
  EXPECT_EQ(parsed("all of *_x"), "and(sel_x)");
  EXPECT_EQ(parsed("not 1 of sel_*"), "not(or(sel_x sel_y))");
}

TEST(ConditionParser, ThemAndPatternsLeaveOutNamesWithAnUnderscoreInFront) {
  EXPECT_EQ(parsed("1 of them"), "or(a b sel_x sel_y not-a)");
  EXPECT_EQ(parsed("1 of *hidden"), "line 7: no selection of the rule fits '*hidden'");
  EXPECT_EQ(parsed("1 of _hid*"), "or(_hidden)");
}

TEST(ConditionParser, NamesMayHoldKeywordsAndDashes) {
  EXPECT_EQ(parsed("not not-a"), "not(not-a)");
}

TEST(ConditionParser, SaysWhatIsWrong) {
  EXPECT_EQ(parsed(""), "line 7: the condition is empty");
  EXPECT_EQ(parsed("a and"), "line 7: the condition ends too early");
  EXPECT_EQ(parsed("a b"), "line 7: the condition has an unexpected 'b'");
  EXPECT_EQ(parsed("(a"), "line 7: a ')' is missing in the condition");
  EXPECT_EQ(parsed("missing"), "line 7: the condition names 'missing', but the rule has no such selection");
  EXPECT_EQ(parsed("2 of sel*"), "line 7: '2 of' is not known; expected '1 of', 'any of' or 'all of'");
  EXPECT_EQ(parsed("a | count() > 5"),
            "line 7: aggregations after '|' were removed from Sigma 2; a correlation rule takes their place");
}

TEST(ConditionParser, BoundsDepth) {
  EXPECT_EQ(parsed(std::string(40, '(') + "a" + std::string(40, ')')), "a");
  EXPECT_EQ(parsed(std::string(200, '(') + "a" + std::string(200, ')')),
            "line 7: the condition is nested deeper than 50 levels");
}

}  // namespace
}  // namespace afterpatch::detect::sigma
