#include "knowledge/yaml_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::knowledge {
namespace {

using testing::HasSubstr;

TEST(ParseYaml, KeepsLinesOrderAndDoubleKeys) {
  const auto yaml = parse_yaml("a: 1\nb:\n  - x\n  - ~\na: two words\n", "f.yaml");
  ASSERT_TRUE(yaml) << to_string(yaml.error());
  ASSERT_EQ(yaml->entries.size(), 3U);
  EXPECT_EQ(yaml->entries[0].value.text, "1");
  EXPECT_EQ(yaml->entries[1].value.items[0].line, 3U);
  EXPECT_EQ(yaml->entries[1].value.items[1].kind, YamlValue::Kind::null);
  EXPECT_EQ(yaml->entries[2].key, "a");
  EXPECT_EQ(yaml->entries[2].line, 5U);
}

TEST(ParseYaml, GivesANullForAnEmptyFile) {
  const auto yaml = parse_yaml("# nothing\n", "f.yaml");
  ASSERT_TRUE(yaml);
  EXPECT_EQ(yaml->kind, YamlValue::Kind::null);
}

TEST(ParseYaml, TellsAQuotedWordFromANull) {
  const auto yaml = parse_yaml("a: ''\nb: \"~\"\nc: ~\n", "f.yaml");
  ASSERT_TRUE(yaml);
  EXPECT_EQ(yaml->entries[0].value.kind, YamlValue::Kind::scalar);
  EXPECT_EQ(yaml->entries[1].value.text, "~");
  EXPECT_EQ(yaml->entries[2].value.kind, YamlValue::Kind::null);
}

struct Refusal {
  const char* text;
  const char* what;
  const char* where;
};

class ParseYamlRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(ParseYamlRefuses, WithFileAndLine) {
  const auto yaml = parse_yaml(GetParam().text, "f.yaml");
  ASSERT_FALSE(yaml);
  EXPECT_THAT(yaml.error().what, HasSubstr(GetParam().what));
  EXPECT_EQ(yaml.error().where, GetParam().where);
}

INSTANTIATE_TEST_SUITE_P(Everything, ParseYamlRefuses,
                         testing::Values(Refusal{"a: 1\nb: [1\n", "not valid YAML", "f.yaml:3"},
                                         Refusal{"a: &x 1\nb: 2\n", "anchor", "f.yaml:1"},
                                         Refusal{"a: 1\nb: *x\n", "", "f.yaml:2"},
                                         Refusal{"a: 1\n---\nb: 1\n", "second YAML document", "f.yaml:2"},
                                         Refusal{"a: 1\n? [b, c]\n: 1\n", "key", "f.yaml:2"},
                                         Refusal{"a: b: c\n", "not valid YAML", "f.yaml:1"}));

TEST(ParseYaml, RefusesDeepNestingAndLargeFiles) {
  EXPECT_FALSE(parse_yaml(std::string(1000, '['), "f.yaml"));
  EXPECT_FALSE(parse_yaml(std::string(40, '[') + std::string(40, ']'), "f.yaml"));
  EXPECT_FALSE(parse_yaml(std::string(kMaxYamlBytes + 1, ' '), "f.yaml"));
}

}  // namespace
}  // namespace afterpatch::knowledge
