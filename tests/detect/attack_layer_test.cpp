#include "detect/attack_layer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <array>

namespace afterpatch::detect {
namespace {

namespace json = boost::json;

std::string rule(const std::string& id, const std::string& tags) {
  return "---\ntitle: Title of " + id + "\nid: " + id + "\ntags: [" + tags +
         "]\nlogsource: {category: webserver}\ndetection:\n  s: {a: x}\n  condition: s\n";
}

json::object layer_of(const sigma::RuleSet& one, const sigma::RuleSet& two = {}) {
  const std::array sets = {&one, &two};
  return json::parse(attack_layer(sets, "A name")).as_object();
}

// What LAYERFORMATv4_5.md asks for: name, domain, versions.layer "4.5", versions.navigator of at least 4.9.0,
// a gradient whose maxValue is above its minValue.
TEST(AttackLayer, IsOfFormat45) {
  const json::object layer = layer_of({});
  EXPECT_EQ(layer.at("name"), "A name");
  EXPECT_EQ(layer.at("domain"), "enterprise-attack");
  EXPECT_EQ(layer.at("versions").at("layer"), "4.5");
  EXPECT_EQ(layer.at("versions").at("navigator"), "4.9.0");
  EXPECT_GT(layer.at("gradient").at("maxValue").to_number<int>(),
            layer.at("gradient").at("minValue").to_number<int>());
  EXPECT_GE(layer.at("gradient").at("colors").as_array().size(), 2U);
  EXPECT_TRUE(layer.at("techniques").as_array().empty());
}

TEST(AttackLayer, ScoresTechniquesByTheNumberOfTheirRules) {
  const auto one =
      sigma::parse_rules(rule("a", "attack.t1505.003, attack.t1190") + rule("b", "attack.t1190") +
                             "---\ntitle: C\nid: c\ntags: [attack.t1190]\ncorrelation:\n  type: "
                             "temporal\n  rules: [a, b]\n  timespan: 1h\n",
                         "x");
  const auto two = sigma::parse_rules(rule("d", "attack.T1190, attack.t1190, attack.persistence"), "x");
  const json::object layer = layer_of(one, two);
  const json::array& techniques = layer.at("techniques").as_array();
  ASSERT_EQ(techniques.size(), 2U);
  EXPECT_EQ(techniques[0].at("techniqueID"), "T1190");
  EXPECT_EQ(techniques[0].at("score").to_number<int>(), 4);
  EXPECT_EQ(techniques[0].at("comment"), "Title of a\nTitle of b\nC\nTitle of d");
  EXPECT_EQ(techniques[1].at("techniqueID"), "T1505.003");
  EXPECT_EQ(techniques[1].at("score").to_number<int>(), 1);
  EXPECT_EQ(layer.at("gradient").at("maxValue").to_number<int>(), 4);
}

TEST(AttackLayer, NamesOnlyTheFirstRulesOfATechnique) {
  std::string text;
  for (int i = 0; i < 30; ++i) text += rule(fmt::format("r{}", i), "attack.t1190");
  const json::object layer = layer_of(sigma::parse_rules(text, "x"));
  const json::value& technique = layer.at("techniques").as_array()[0];
  EXPECT_EQ(technique.at("score").to_number<int>(), 30);
  EXPECT_TRUE(std::string_view(technique.at("comment").as_string()).ends_with("Title of r19\nand 10 more"));
}

}  // namespace
}  // namespace afterpatch::detect
