#include "report/navigator.h"

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include "report/hostile_text.h"
#include "report/sample_report.h"

namespace afterpatch::report {
namespace {

using testing::HasSubstr;

boost::json::object layer_of(const assess::HuntReport& hunt) {
  return boost::json::parse(navigator_layer(hunt)).as_object();
}

TEST(NavigatorLayer, ScoresATechniqueByItsDetections) {
  assess::HuntReport hunt = reentered_report();
  const boost::json::object layer = layer_of(hunt);
  EXPECT_EQ(layer.at("versions").at("layer").as_string(), "4.5");
  EXPECT_EQ(layer.at("domain").as_string(), "enterprise-attack");
  const auto& techniques = layer.at("techniques").as_array();
  ASSERT_EQ(techniques.size(), 3U);  // T1003.001, T1190, T1505.003
  EXPECT_EQ(techniques[1].at("techniqueID").as_string(), "T1190");
  EXPECT_EQ(techniques[1].at("score").as_int64(), 2);
  EXPECT_EQ(layer.at("gradient").at("maxValue").as_int64(), 2);
  EXPECT_THAT(std::string(techniques[1].at("comment").as_string()),
              HasSubstr("Request forged to the back end through the front end: 1 match, confirmed, first "
                        "2021-03-03 06:49:46 UTC"));
}

TEST(NavigatorLayer, HasNoTechniqueOfTheUsersRulesNorOneThatIsNone) {
  assess::HuntReport hunt = reentered_report();
  hunt.servers[0].detections = {hunt.servers[0].detections[0], hunt.servers[0].detections[0]};
  hunt.servers[0].detections[0].campaign.clear();
  hunt.servers[0].detections[1].techniques = {"T1190<script>"};
  EXPECT_TRUE(layer_of(hunt).at("techniques").as_array().empty());
}

TEST(NavigatorLayer, IsHarmlessAndTheSameInTwoRuns) {
  assess::HuntReport hunt = hostile_report();
  for (auto& detection : hunt.servers[0].detections) detection.techniques = {"T1190"};
  EXPECT_EQ(first_danger(navigator_layer(hunt)), std::nullopt);
  EXPECT_EQ(navigator_layer(hunt), navigator_layer(hunt));
  EXPECT_EQ(layer_of(hunt).at("techniques").as_array().size(), 1U);
}

TEST(NavigatorLayer, OfNothingIsALayerWithoutTechniques) {
  EXPECT_TRUE(layer_of(empty_report()).at("techniques").as_array().empty());
}

}  // namespace
}  // namespace afterpatch::report
