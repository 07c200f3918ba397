#include "detect/sigma/placeholder_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::detect::sigma {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string fault(const std::string& text) {
  const auto parsed = parse_placeholders(text, "site.yml");
  return parsed ? "no fault" : to_string(parsed.error());
}

TEST(PlaceholderFile, TakesOneValueOrAList) {
  const auto parsed = parse_placeholders("DomainControllers: [DC01, DC02]\nPort: 443\n", "site.yml");
  ASSERT_TRUE(parsed) << to_string(parsed.error());
  EXPECT_THAT(parsed->at("DomainControllers"), ElementsAre("DC01", "DC02"));
  EXPECT_THAT(parsed->at("Port"), ElementsAre("443"));
}

TEST(PlaceholderFile, NamesFaultsByFileAndLine) {
  EXPECT_THAT(fault("a: x\nb:\n  c: y\n"), HasSubstr("site.yml:3: the placeholder 'b' needs a value"));
  EXPECT_THAT(fault("a: x\nb: []\n"), HasSubstr("site.yml:2: the placeholder 'b' needs a value"));
  EXPECT_THAT(fault("a: x\n'%b%': y\n"), HasSubstr("site.yml:2: '%b%' is no name"));
  EXPECT_THAT(fault("- a\n"), HasSubstr("site.yml:1: placeholders must be a map"));
  EXPECT_THAT(fault("a: x\na: y\n"), HasSubstr("site.yml:2: "));
  EXPECT_THAT(fault("a: x\n---\nb: y\n"), HasSubstr("more than one document"));
  EXPECT_THAT(fault(""), HasSubstr("holds no placeholders"));
}

TEST(PlaceholderFile, AMissingFileIsNamed) {
  const auto loaded = load_placeholders("/no/such/site.yml");
  ASSERT_FALSE(loaded);
  EXPECT_THAT(to_string(loaded.error()), HasSubstr("/no/such/site.yml"));
}

}  // namespace
}  // namespace afterpatch::detect::sigma
