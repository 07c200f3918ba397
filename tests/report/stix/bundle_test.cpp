#include "report/stix/bundle.h"

#include <gtest/gtest.h>

namespace afterpatch::report::stix {
namespace {

Timestamp at(const char* text) {
  return parse_time(text).value();
}

TEST(StixTimestamp, HasMilliseconds) {
  EXPECT_EQ(timestamp(at("2021-03-03T06:49:46Z")), "2021-03-03T06:49:46.000Z");
  EXPECT_EQ(timestamp(at("2021-03-03T06:49:46.21Z")), "2021-03-03T06:49:46.210Z");
}

TEST(StixConfidence, IsOnTheScaleOfTheStandard) {
  EXPECT_EQ(confidence_number(detect::Confidence::possible), 15);
  EXPECT_EQ(confidence_number(detect::Confidence::likely), 50);
  EXPECT_EQ(confidence_number(detect::Confidence::confirmed), 85);
}

TEST(StixBundleBuilder, KeepsEachObjectOnce) {
  const SharedFindings findings;
  Bundle bundle(findings);
  const std::string one = bundle.add_observable("ipv4-addr", {{"value", "203.0.113.9"}});
  EXPECT_EQ(bundle.add_observable("ipv4-addr", {{"value", "203.0.113.9"}}), one);
  EXPECT_EQ(bundle.ids().size(), 2U);  // the tool's identity, and this
}

TEST(StixBundleBuilder, TellsCasesApartButNotWhatIsTrueForAll) {
  SharedFindings one;
  SharedFindings other;
  other.case_id = "b";
  Bundle first(one);
  Bundle second(other);
  EXPECT_NE(first.add("grouping", {"x"}, {}), second.add("grouping", {"x"}, {}));
  EXPECT_EQ(first.add_public("vulnerability", "x", {}, {}), second.add_public("vulnerability", "x", {}, {}));
}

TEST(StixText, IsAlwaysUtf8) {
  EXPECT_EQ(text("a\xff"), "a\u00ff");
}

}  // namespace
}  // namespace afterpatch::report::stix
