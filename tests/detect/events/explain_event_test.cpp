#include "detect/events/explain_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/sigma/rule_set.h"
#include "evidence/temporary_folder.h"

namespace afterpatch::detect::events {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

sigma::Rule parse(const std::string& source, const std::string& selection) {
  const auto set = sigma::parse_rules("title: T\nid: t\nlogsource: {product: windows, " + source +
                                          "}\ndetection:\n  s:\n    " + selection + "\n  condition: s\n",
                                      "r.yml");
  EXPECT_EQ(set.rules.size(), 1U);
  return set.rules.at(0);
}

class ExplainEvent : public testing::Test {
 protected:
  evidence::Artefact write(const std::string& text) {
    folder_.write("export.txt", text);
    return evidence::take_inventory({folder_.path().string()}).value().artefacts.at(0);
  }
  TemporaryFolder folder_;
};

const std::string k4688 = R"({"Event":{"System":{"Channel":"Security","EventID":4688,"EventRecordID":70},)"
                          R"("EventData":{"NewProcessName":"C:\\x\\cmd.exe"}}})";
const std::string k4624 = R"({"Event":{"System":{"Channel":"Security","EventID":4624,"EventRecordID":71},)"
                          R"("EventData":{"TargetUserName":"bob"}}})";
const std::string kWithoutId = R"({"Channel":"Security","EventID":4720,"TargetUserName":"eve"})";

TEST_F(ExplainEvent, AsksTheEventWithThatRecordId) {
  const auto artefact = write(k4624 + "\n" + k4688 + "\n");
  const auto explained =
      explain_record(parse("category: process_creation", "Image|endswith: cmd.exe"), artefact, 70);
  ASSERT_TRUE(explained) << explained.error().what;
  EXPECT_TRUE(explained->why.result);
  EXPECT_TRUE(explained->for_this_log);
  EXPECT_EQ(explained->event, "Security 4688");
  EXPECT_EQ(explained->log, "windows-events");
  EXPECT_EQ(explained->record_id, 70U);
  EXPECT_EQ(explained->line, 2U);
  EXPECT_EQ(explained->raw, k4688);
}

TEST_F(ExplainEvent, WithoutAnIdItIsTheFirstEvent) {
  const auto explained = explain_record(parse("service: security", "TargetUserName: eve"), write(k4624), {});
  ASSERT_TRUE(explained);
  EXPECT_FALSE(explained->why.result);
  EXPECT_EQ(explained->record_id, 71U);
}

TEST_F(ExplainEvent, AnEventWithoutRecordIdGoesByItsLine) {
  const auto artefact = write(k4624 + "\n" + kWithoutId);
  const auto explained = explain_record(parse("service: security", "TargetUserName: eve"), artefact, 2);
  ASSERT_TRUE(explained);
  EXPECT_TRUE(explained->why.result);
  EXPECT_FALSE(explained->record_id);
}

TEST_F(ExplainEvent, SaysWhenAHuntWouldNotAskTheRule) {
  const auto artefact = write(R"({"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":12,)"
                              R"("EventType":"DeleteKey","TargetObject":"HKLM\\x"})");
  const auto asked = [&](const std::string& source) {
    return explain_record(parse(source, "TargetObject|contains: x"), artefact, {})->for_this_log;
  };
  EXPECT_TRUE(asked("category: registry_delete"));
  EXPECT_FALSE(asked("category: registry_add"));
  EXPECT_FALSE(asked("service: security"));
}

TEST_F(ExplainEvent, AMissingEventIsAnError) {
  const auto explained = explain_record(parse("service: security", "a: b"), write(k4624), 5);
  ASSERT_FALSE(explained);
  EXPECT_THAT(explained.error().what, HasSubstr("no event with this record id"));
}

}  // namespace
}  // namespace afterpatch::detect::events
