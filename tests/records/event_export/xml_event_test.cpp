#include "records/event_export/xml_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace afterpatch::records::event_export {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string shown(const Leaf& leaf) {
  const char* part = leaf.part == Part::system ? "system " : leaf.part == Part::data ? "data " : "rendering ";
  return part + std::string(leaf.name) + "=" + std::string(leaf.text);
}

std::vector<std::string> leaves_of(const std::string& xml) {
  Event event;
  EXPECT_TRUE(read_xml_event(xml, event)) << xml;
  event.finish();
  std::vector<std::string> leaves;
  for (const Leaf& leaf : event.leaves()) leaves.push_back(shown(leaf));
  return leaves;
}

bool is_read(const std::string& xml) {
  Event event;
  return read_xml_event(xml, event);
}

constexpr const char* kSysmon =
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "
    "Name='Microsoft-Windows-Sysmon' Guid='{5770385f-c22a-43e0-bf4c-06f5698ffbd9}'/><EventID>11</EventID>"
    "<TimeCreated SystemTime='2021-03-03T06:49:46.2101234Z'/><EventRecordID>98</EventRecordID><Correlation/>"
    "<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>ex01.example</Computer></System>"
    "<EventData><Data Name='Image'>C:\\a &amp; b.exe</Data><Data Name='RuleName'></Data></EventData></Event>";

TEST(XmlEvent, NamesValuesAsEvtxDoes) {
  EXPECT_THAT(leaves_of(kSysmon),
              ElementsAre("system Provider_Name=Microsoft-Windows-Sysmon",
                          "system Provider_Guid={5770385f-c22a-43e0-bf4c-06f5698ffbd9}", "system EventID=11",
                          "system TimeCreated_SystemTime=2021-03-03T06:49:46.2101234Z",
                          "system EventRecordID=98", "system Channel=Microsoft-Windows-Sysmon/Operational",
                          "system Computer=ex01.example", "data Image=C:\\a & b.exe", "data RuleName="));
}

TEST(XmlEvent, KnowsWhatRoutesIt) {
  Event event;
  ASSERT_TRUE(read_xml_event(kSysmon, event));
  event.finish();
  EXPECT_EQ(event.channel(), "Microsoft-Windows-Sysmon/Operational");
  EXPECT_EQ(event.provider(), "Microsoft-Windows-Sysmon");
  EXPECT_EQ(event.computer(), "ex01.example");
  EXPECT_EQ(event.event_id(), 11U);
  EXPECT_EQ(event.record_id(), 98U);
  EXPECT_EQ(to_iso8601(event.time().value()), "2021-03-03T06:49:46.210Z");
  EXPECT_TRUE(event.has_zone());
}

TEST(XmlEvent, ReadsUserDataRenderingAndNamelessData) {
  EXPECT_THAT(
      leaves_of(
          "<e:Event xmlns:e='x'><e:System><e:EventID Qualifiers='4'>1102</e:EventID></e:System>"
          "<e:UserData><LogFileCleared><SubjectUserName>bob</SubjectUserName></LogFileCleared></e:UserData>"
          "<EventData><Data>Set-X</Data><Data/><Data>  </Data><ComplexData Name='C'>c</ComplexData>"
          "</EventData><RenderingInfo Culture='en'><Message>The log\r\n was cleared</Message>"
          "</RenderingInfo></e:Event>"),
      ElementsAre("system EventID_Qualifiers=4", "system EventID=1102", "data SubjectUserName=bob",
                  "data Data=Set-X", "data Data=", "data Data=  ", "data C=c",
                  "rendering RenderingInfo_RenderingInfo_Culture=en",
                  "rendering RenderingInfo_Message=The log\r\n was cleared"));
}

TEST(XmlEvent, IndentationIsNoValue) {
  EXPECT_THAT(leaves_of("<Event>\n  <System>\n    <EventID>1</EventID>\n  </System>\n</Event>"),
              ElementsAre("system EventID=1"));
}

TEST(XmlEvent, ExpandsNoEntitiesOfItsOwn) {
  EXPECT_THAT(leaves_of("<!DOCTYPE Event [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
                        "<Event><System><EventID>1</EventID></System><D>&a;&#65;<![CDATA[<x>]]></D></Event>"),
              ElementsAre("system EventID=1", "data D=&a;A<x>"));
}

TEST(XmlEvent, RefusesWhatIsNoEventOrTooDeep) {
  EXPECT_FALSE(is_read("<Event><System></Event>"));
  EXPECT_FALSE(is_read("<Other/>"));
  EXPECT_FALSE(is_read(""));
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (int i = 0; i < 100'000; ++i) deep += "</a>";
  EXPECT_FALSE(is_read("<Event>" + deep + "</Event>"));
}

TEST(XmlEvent, TooManyValuesAreCutAndSaidSo) {
  std::string many = "<Event>";
  for (std::size_t i = 0; i < kMaxLeaves + 1; ++i) many += "<a>1</a>";
  Event event;
  ASSERT_TRUE(read_xml_event(many + "</Event>", event));
  event.finish();
  EXPECT_EQ(event.leaves().size(), kMaxLeaves);
  EXPECT_TRUE(event.is_cut);
}

}  // namespace
}  // namespace afterpatch::records::event_export
