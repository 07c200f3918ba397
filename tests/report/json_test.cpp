#include "report/json.h"

#include <gmock/gmock.h>

#include "base/file.h"
#include "report/hostile_text.h"
#include "report/json_schema.h"
#include "report/sample_report.h"

namespace afterpatch::report {
namespace {

using testing::IsEmpty;

boost::json::value published_schema() {
  return boost::json::parse(read_file(AFTERPATCH_SOURCE_DIR "/docs/report.schema.json").value());
}

struct Sample {
  const char* name;
  assess::HuntReport (*make)();
};

class ReportJson : public testing::TestWithParam<Sample> {};

TEST_P(ReportJson, ConformsToThePublishedSchema) {
  const auto document = boost::json::parse(report_json(GetParam().make()));
  auto violations = schema_violations(published_schema(), document);
  violations.resize(std::min<std::size_t>(violations.size(), 10));
  EXPECT_THAT(violations, IsEmpty());
}

TEST_P(ReportJson, IsTheSameInTwoRuns) {
  EXPECT_EQ(report_json(GetParam().make()), report_json(GetParam().make()));
}

TEST_P(ReportJson, HoldsNothingThatDrivesATerminal) {
  EXPECT_EQ(first_danger(report_json(GetParam().make())), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Samples, ReportJson,
                         testing::Values(Sample{"Reentered", reentered_report}, Sample{"Clean", clean_report},
                                         Sample{"Probed", probed_with_gaps_report},
                                         Sample{"Interrupted", interrupted_report},
                                         Sample{"Empty", empty_report}, Sample{"Hostile", hostile_report}),
                         [](const auto& sample) { return sample.param.name; });

// Both directions: a member that the schema requires but the sample never shows would mean that the sample is
// too poor.
TEST(ReportJsonSchema, RequiresEveryMemberOfADetectionThatIsAlwaysThere) {
  boost::json::value document = boost::json::parse(report_json(reentered_report()));
  document.at("servers").at(0).at("detections").at(0).as_object().erase("place");
  EXPECT_THAT(schema_violations(published_schema(), document),
              testing::ElementsAre("/servers/0/detections/0: 'place' is missing"));
}

TEST(ReportJsonSchema, DescribesEveryMember) {
  const boost::json::value schema = published_schema();
  for (const auto& definition : schema.at("$defs").as_object()) {
    EXPECT_TRUE(definition.value().as_object().contains("description")) << definition.key();
    const auto* properties = definition.value().as_object().if_contains("properties");
    if (!properties) continue;
    for (const auto& property : properties->as_object()) {
      const auto& object = property.value().as_object();
      EXPECT_TRUE(object.contains("description") || object.contains("$ref"))
          << definition.key() << "." << property.key();
    }
  }
}

TEST(ReportJsonInterrupted, SaysHowFarTheHuntCameAndNothingWhenItEnded) {
  const auto document = boost::json::parse(report_json(interrupted_report()));
  EXPECT_EQ(document.at("interrupted").at("stage").as_string(), "logs");
  EXPECT_EQ(document.at("interrupted").at("bytes_read").as_int64(), 1'200'000'000);
  EXPECT_TRUE(document.at("servers").at(0).at("verdict").at("partial").as_bool());
  EXPECT_TRUE(boost::json::parse(report_json(clean_report())).at("interrupted").is_null());
}

boost::json::value detection_with_raw(const std::string& raw) {
  assess::HuntReport hunt = reentered_report();
  hunt.servers[0].detections[0].raw = raw;
  return boost::json::parse(report_json(hunt)).at("servers").at(0).at("detections").at(0);
}

TEST(ReportJsonBytes, KeepsRawRowsExactly) {
  const std::string raw = "tab\tesc\x1b[2J quote\" back\\ \u202E end";
  EXPECT_EQ(detection_with_raw(raw).at("raw").as_string(), raw);
}

TEST(ReportJsonBytes, AddsBase64OnlyToBytesThatAreNotUtf8) {
  EXPECT_FALSE(detection_with_raw("caf\xc3\xa9").as_object().contains("raw_base64"));
  EXPECT_EQ(detection_with_raw("caf\xe9").at("raw_base64").as_string(), "Y2Fm6Q==");
  EXPECT_EQ(detection_with_raw("caf\xe9").at("raw").as_string(), "caf\xc3\xa9");
}

TEST(ReportJsonBytes, ResolvesThePlaceOfADetection) {
  const auto place = detection_with_raw("x").at("place");
  EXPECT_EQ(place.at("source").as_string(), "/mnt/ex01");
  EXPECT_EQ(place.at("line").as_int64(), 1742);
  EXPECT_EQ(place.at("offset").as_int64(), 1742 * 611);
}

TEST(ReportJsonBytes, WritesUnknownTimesAsNull) {
  const auto document = boost::json::parse(report_json(empty_report()));
  EXPECT_TRUE(document.at("campaign").at("window_start").is_null());
}

}  // namespace
}  // namespace afterpatch::report
