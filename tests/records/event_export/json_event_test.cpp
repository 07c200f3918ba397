#include "records/event_export/json_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace afterpatch::records::event_export {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

std::string shown(const Leaf& leaf) {
  const char* part = leaf.part == Part::system ? "system " : leaf.part == Part::data ? "data " : "rendering ";
  return part + std::string(leaf.name) + "=" + std::string(leaf.text);
}

std::vector<std::string> leaves_of(const std::string& json) {
  Event event;
  EXPECT_EQ(read_json_event(json, event), JsonReading::event) << json;
  std::vector<std::string> leaves;
  for (const Leaf& leaf : event.leaves()) leaves.push_back(shown(leaf));
  return leaves;
}

JsonReading reading_of(const std::string& json) {
  Event event;
  return read_json_event(json, event);
}

TEST(JsonEvent, ReadsEvtxDump) {
  EXPECT_THAT(
      leaves_of(R"({"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"P"}},
          "EventID":{"#attributes":{"Qualifiers":4},"#text":7045},"Channel":"System","Correlation":null,
          "Keywords":"0x80"},"EventData":{"#attributes":{"Name":"N"},"ServiceName":"x","Empty":"","None":null,
          "On":true,"Data":{"#text":["a","b"]},"Data_1":"c"}}})"),
      ElementsAre("system Provider_Name=P", "system EventID_Qualifiers=4", "system EventID=7045",
                  "system Channel=System", "system Keywords=0x80", "data EventData_Name=N",
                  "data ServiceName=x", "data Empty=", "data On=true", "data Data=a", "data Data=b",
                  "data Data=c"));
}

TEST(JsonEvent, ReadsEvtxDumpWithSeparateAttributes) {
  EXPECT_THAT(
      leaves_of(R"({"Event_attributes":{"xmlns":"x"},"Event":{"System":{"Provider_attributes":{"Name":"P"},
      "EventID":1102},"UserData":{"LogFileCleared_attributes":{"xmlns":"y"},
      "LogFileCleared":{"SubjectUserName":"bob"}}}})"),
      ElementsAre("system Provider_Name=P", "system EventID=1102", "data SubjectUserName=bob"));
}

TEST(JsonEvent, ReadsWinlogbeatNestedAndWithDots) {
  const auto wanted =
      UnorderedElementsAre("system Channel=Security", "system Provider_Name=P", "system EventID=4624",
                           "system Computer=ex01", "system EventRecordID=7", "data TargetUserName=bob",
                           "system TimeCreated_SystemTime=2021-03-03T06:49:46.210Z",
                           "rendering RenderingInfo_Message=An account", "data Logon.Type=3");
  EXPECT_THAT(leaves_of(R"({"@timestamp":"2021-03-03T06:49:46.210Z","message":"An account","winlog":{
      "channel":"Security","provider_name":"P","event_id":"4624","computer_name":"ex01","record_id":7,
      "event_data":{"TargetUserName":"bob","Logon.Type":"3"}}})"),
              wanted);
  EXPECT_THAT(
      leaves_of(R"({"_index":"i","_source":{"@timestamp":"2021-03-03T06:49:46.210Z","message":"An account",
      "winlog.channel":"Security","winlog.provider_name":"P","winlog.event_id":4624,"winlog.record_id":7,
      "winlog.computer_name":"ex01","winlog.event_data.TargetUserName":"bob",
      "winlog.event_data.Logon.Type":"3"}})"),
      wanted);
}

TEST(JsonEvent, WhatACollectorAddsIsNoValueOfTheEvent) {
  EXPECT_THAT(leaves_of(R"({"winlog":{"channel":"C","event_id":1,"task":"t"},"host":{"name":"h"},
      "file":{"Image":"x"}})"),
              UnorderedElementsAre("system Channel=C", "system EventID=1", "data winlog.task=t",
                                   "data host.name=h", "data file.Image=x"));
}

TEST(JsonEvent, WinlogbeatsParametersMayBeNamelessData) {
  EXPECT_THAT(leaves_of(R"({"log_name":"MSExchange Management","event_id":1,"source_name":"P",
      "event_data":{"param1":"Set-X"}})"),
              UnorderedElementsAre("system Channel=MSExchange Management", "system EventID=1",
                                   "system Provider_Name=P", "data param1=Set-X", "data Data=Set-X"));
}

TEST(JsonEvent, ReadsFlatObjects) {
  EXPECT_THAT(
      leaves_of(R"({"EventTime":"2021-03-03 06:49:46","Hostname":"ex01","SourceName":"P","EventID":1,
      "Channel":"C","Image":"a.exe","Message":"m","RecordNumber":9,"ExecutionProcessID":4})"),
      UnorderedElementsAre("system TimeCreated_SystemTime=2021-03-03 06:49:46", "system Computer=ex01",
                           "system Provider_Name=P", "system EventID=1", "system Channel=C",
                           "data Image=a.exe", "rendering RenderingInfo_Message=m", "system EventRecordID=9",
                           "system Execution_ProcessID=4"));
}

TEST(JsonEvent, OfSeveralNamesForOneThingTheBestCounts) {
  Event event;
  ASSERT_EQ(read_json_event(R"({"@timestamp":"2022-01-01T00:00:00Z","EventTime":"2021-03-03 01:00:00",
      "TimeCreated":"2021-03-03T06:49:46Z","EventID":1,"Channel":"C"})",
                            event),
            JsonReading::event);
  EXPECT_EQ(to_iso8601(event.time().value()), "2021-03-03T06:49:46Z");
  EXPECT_TRUE(event.has_zone());
}

TEST(JsonEvent, ATimeWithoutZoneIsKnownAsSuch) {
  Event event;
  ASSERT_EQ(read_json_event(R"({"EventTime":"2021-03-03 01:00:00","EventID":1,"Channel":"C"})", event),
            JsonReading::event);
  EXPECT_TRUE(event.time());
  EXPECT_FALSE(event.has_zone());
}

TEST(JsonEvent, OtherObjectsAreNoEvents) {
  EXPECT_EQ(reading_of(R"({"a":1})"), JsonReading::no_event);
  EXPECT_EQ(reading_of(R"({"EventID":1})"), JsonReading::no_event);
  EXPECT_EQ(reading_of(R"({"Event":{"EventData":{}}})"), JsonReading::no_event);
}

TEST(JsonEvent, WhatIsNoJsonOrTooDeepIsDamaged) {
  EXPECT_EQ(reading_of(R"({"a":)"), JsonReading::damaged);
  EXPECT_EQ(reading_of("[]"), JsonReading::damaged);
  EXPECT_EQ(reading_of(R"({"a":)" + std::string(100, '[') + std::string(100, ']') + "}"),
            JsonReading::damaged);
}

}  // namespace
}  // namespace afterpatch::records::event_export
