#include "detect/sigma/program.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "detect/sigma/map_event.h"
#include "detect/sigma/random_rules.h"
#include "detect/sigma/reference_evaluator.h"

namespace afterpatch::detect::sigma {
namespace {

const std::vector<std::string> kFields = {"a", "b", "c"};
const std::vector<std::string> kWords = {"x", "Y", "xy", "-z", "\xC3\xA9", "\xC3\x89x", "1", "0", "YWJjZGVm"};

Fields random_fields(RandomRules& random) {
  Fields fields;
  for (const std::string& name : kFields) {
    if (random.chance(25)) continue;
    for (std::size_t i = 0, n = random.chance(20) ? 2 : 1; i < n; ++i) {
      std::string value;
      for (std::size_t words = random.below(4); words > 0; --words)
        value += random.word() + (random.chance(20) ? " " : "");
      if (random.chance(5)) value += "\xFF";
      fields[name].push_back(value);
    }
  }
  return fields;
}

// Many rules run together in one program, with one memory over many records, must say what each says alone.
TEST(Program, AgreesWithThePlainEvaluatorOnRandomRules) {
  std::size_t hits = 0;
  std::size_t asked = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    RandomRules random(seed, kFields, kWords);
    std::string text;
    for (int i = 0; i < 40; ++i) text += "---\n" + random.rule();
    const RuleSet set = parse_rules(text, "random");
    ASSERT_TRUE(set.refused.empty()) << set.refused[0].reason << " at " << set.refused[0].line << "\n"
                                     << text;
    std::vector<const Rule*> rules;
    for (const Rule& rule : set.rules) rules.push_back(&rule);
    const Program program(rules);
    Memo memo(program);
    for (int record = 0; record < 60; ++record) {
      const Fields fields = random_fields(random);
      const std::string line = random.chance(50) ? random.word() + " " + random.word() : "";
      const MapEvent event(fields, program.field_names(), line);
      memo.start_record();
      for (std::size_t i = 0; i < rules.size(); ++i) {
        const bool expected = reference_matches(*rules[i], fields, line);
        ASSERT_EQ(program.matches(i, event, memo), expected)
            << fmt::format("seed {} rule {} record {}", seed, i, record);
        hits += expected ? 1U : 0U;
        ++asked;
      }
    }
  }
  EXPECT_GT(hits, asked / 10);  // the test must be able to fail both ways
  EXPECT_LT(hits, asked * 9 / 10);
}

TEST(Program, SharesEqualTestsBetweenRules) {
  const RuleSet set = parse_rules(
      "title: A\nlogsource: {category: x}\ndetection: {s: {m: POST, u: a}, condition: s}\n---\n"
      "title: B\nlogsource: {category: x}\ndetection: {s: {m: POST, u: b}, condition: s}\n",
      "x");
  const Rule* rules[] = {&set.rules.at(0), &set.rules.at(1)};
  const Program program(rules);
  EXPECT_EQ(program.predicate_count(), 3U);
  EXPECT_EQ(program.field_names(), (std::vector<std::string>{"m", "u"}));
}

TEST(Program, TellsWhichSelectionMatched) {
  const RuleSet set = load_detection("  s:\n    a: x\n  t:\n    a: y\n  condition: s or t\n");
  const Rule* rules[] = {&set.rules.at(0)};
  const Program program(rules);
  Memo memo(program);
  const Fields fields = {{"a", {"y"}}};
  const MapEvent event(fields, program.field_names());
  memo.start_record();
  EXPECT_TRUE(program.matches(0, event, memo));
  EXPECT_FALSE(program.selection_matches(0, 0, event, memo));
  EXPECT_TRUE(program.selection_matches(0, 1, event, memo));
}

}  // namespace
}  // namespace afterpatch::detect::sigma
