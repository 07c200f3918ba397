#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/rule_fit.h"
#include "evidence/temporary_folder.h"

namespace afterpatch::detect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string rule(const std::string& id, const std::string& source, const std::string& selection) {
  return "---\ntitle: T\nid: " + id + "\nlogsource: {product: windows, " + source + "}\ndetection:\n  s:\n" +
         selection + "  condition: s\n";
}

TEST(FitRulesToEvents, GoesByTheEventsThatReallyOccurAndTheirFields) {
  const TemporaryFolder folder;
  folder.write("export.jsonl",
               R"({"Channel":"Security","EventID":4688,"SourceName":"P","NewProcessName":"C:\\x\\cmd.exe"})"
               "\n"
               R"({"Channel":"Security","EventID":4624,"SourceName":"P","TargetUserName":"bob"})"
               "\n");
  const auto set = sigma::parse_rules(
      rule("mapped", "category: process_creation", "    Image: x\n    ParentImage: y\n") +
          rule("wrong-id", "service: security", "    EventID: 4720\n    TargetUserName: bob\n") +
          rule("other-event", "service: security", "    EventID: 4624\n    NewProcessName: x\n") +
          rule("other-channel", "service: sysmon", "    Image: x\n") +
          rule("keywords", "service: security", "    - x\n"),
      "rules.yml");
  const EvidenceFit fit = fit_rules(set, evidence::take_inventory({folder.path().string()}).value());
  EXPECT_THAT(fit.logs, ElementsAre("windows-events/Security"));
  EXPECT_EQ(fit.records, 2U);
  ASSERT_EQ(fit.rules.size(), 5U);
  EXPECT_THAT(fit.rules[0].logs, ElementsAre("windows-events/Security"));
  EXPECT_THAT(fit.rules[0].absent_fields, ElementsAre("ParentImage"));
  EXPECT_THAT(fit.rules[1].logs, IsEmpty());
  EXPECT_THAT(fit.rules[2].absent_fields, ElementsAre("NewProcessName"));
  EXPECT_THAT(fit.rules[3].logs, IsEmpty());
  EXPECT_THAT(fit.rules[4].logs, ElementsAre("windows-events/Security"));
  EXPECT_THAT(fit.rules[4].absent_fields, IsEmpty());
}

}  // namespace
}  // namespace afterpatch::detect
