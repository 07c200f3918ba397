#include "report/json_schema.h"

#include <gmock/gmock.h>

namespace afterpatch::report {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> violations(const char* schema, const char* document) {
  return schema_violations(boost::json::parse(schema), boost::json::parse(document));
}

TEST(JsonSchema, AcceptsWhatConforms) {
  EXPECT_THAT(
      violations(
          R"({"type":"object","additionalProperties":false,"required":["a"],"properties":{"a":{"type":["integer","null"]}}})",
          R"({"a":null})"),
      IsEmpty());
}

TEST(JsonSchema, NamesAnUnknownMember) {
  EXPECT_THAT(violations(R"({"type":"object","additionalProperties":false,"properties":{}})", R"({"b":1})"),
              ElementsAre(": unknown member 'b'"));
}

TEST(JsonSchema, NamesAMissingMember) {
  EXPECT_THAT(
      violations(R"({"type":"object","additionalProperties":false,"required":["a"],"properties":{}})", "{}"),
      ElementsAre(": 'a' is missing"));
}

TEST(JsonSchema, NamesTheItemOfTheWrongType) {
  EXPECT_THAT(violations(R"({"type":"array","items":{"type":"string"}})", R"(["a",1])"),
              ElementsAre(R"(/1: is 1, not of type "string")"));
}

TEST(JsonSchema, FollowsReferencesAndChecksWordsAndRanges) {
  constexpr const char* kSchema =
      R"({"type":"array","items":{"$ref":"#/$defs/w"},"$defs":{"w":{"type":["string","number"],"enum":["x",5,-1],"minimum":0}}})";
  EXPECT_THAT(violations(kSchema, R"(["x",5])"), IsEmpty());
  EXPECT_THAT(violations(kSchema, R"(["y"])"), ElementsAre(R"(/0: "y" is not one of ["x",5,-1])"));
  EXPECT_THAT(violations(kSchema, R"([-1])"), ElementsAre("/0: is below the minimum"));
}

TEST(JsonSchema, RefusesAKeywordThatItDoesNotCheck) {
  EXPECT_EQ(violations(R"({"type":"string","minLength":3})", R"("x")").size(), 1U);
}

}  // namespace
}  // namespace afterpatch::report
