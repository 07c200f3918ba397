#include "evidence/event_export_recognition.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "gzip_maker.h"
#include "temporary_folder.h"

namespace afterpatch::evidence {
namespace {

const std::string kXml =
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='P'/>"
    "<EventID>1</EventID></System></Event>\n";
const std::string kJson = R"({"EventID":1,"Channel":"Security","Hostname":"ex01"})";

std::string utf16le(std::string_view text) {
  std::string bytes = "\xFF\xFE";
  for (const char c : text) bytes.append(1, c).append(1, '\0');
  return bytes;
}

Kind kind_of(const std::string& bytes, const std::string& path = "\\export.txt") {
  return recognise(bytes, path).kind;
}

TEST(EventExportRecognition, TellsXmlByItsText) {
  EXPECT_EQ(kind_of(kXml), Kind::event_xml);
  EXPECT_EQ(kind_of("\xEF\xBB\xBF<?xml version=\"1.0\"?>\r\n<Events>" + kXml), Kind::event_xml);
  EXPECT_EQ(kind_of("evtxexport 20181227\n\n<Event xmlns=\"x\">\n  <System>\n"), Kind::event_xml);
  EXPECT_EQ(kind_of(utf16le("<Events>" + kXml)), Kind::event_xml);
  EXPECT_EQ(kind_of("<e:Events xmlns:e='x'><e:Event><e:System>"), Kind::event_xml);
}

TEST(EventExportRecognition, TellsJsonByItsKeys) {
  EXPECT_EQ(kind_of(kJson), Kind::event_json);
  EXPECT_EQ(kind_of("[\r\n  " + kJson), Kind::event_json);
  EXPECT_EQ(kind_of("Record 1\n{\n \"Event\": {\"System\": {\"Provider\": {}, \"EventID\" : 1"),
            Kind::event_json);
  EXPECT_EQ(kind_of(R"({"@timestamp":"x","winlog":{"event_id":1,"provider_name":"P"}})"), Kind::event_json);
  EXPECT_EQ(kind_of(utf16le(kJson)), Kind::event_json);
}

TEST(EventExportRecognition, OtherTextsStayWhatTheyAre) {
  EXPECT_EQ(kind_of("<Events><Event><Name>Party</Name></Event></Events>"), Kind::text);
  EXPECT_EQ(kind_of(R"({"EventID":1})"), Kind::text);
  EXPECT_EQ(kind_of(R"({"note":"EventID and Channel"})"), Kind::text);
  EXPECT_EQ(kind_of("How to read events:\n" + std::string(600, '.') + kXml), Kind::text);
  EXPECT_EQ(kind_of(R"({"xml":"<Event><System></System></Event>"})"), Kind::text);
}

TEST(EventExportRecognition, WhatAServerWouldRunIsWebContentWhateverItHolds) {
  EXPECT_EQ(kind_of(kXml, "\\inetpub\\wwwroot\\x.aspx"), Kind::web_content);
  EXPECT_EQ(kind_of(kJson, "\\inetpub\\wwwroot\\x.js"), Kind::web_content);
}

TEST(EventExportRecognition, PackedExportsAreReadThroughGunzip) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "export.jsonl.gz", std::ios::binary) << gzip(kJson);
  const auto inventory = take_inventory({folder.path().string()});
  ASSERT_TRUE(inventory);
  ASSERT_EQ(inventory->artefacts.size(), 1U);
  EXPECT_EQ(inventory->artefacts[0].kind, Kind::event_json);
  EXPECT_TRUE(inventory->artefacts[0].gzip);
  EXPECT_EQ(to_string(Kind::event_json), "event-json");
  EXPECT_EQ(to_string(Kind::event_xml), "event-xml");
}

}  // namespace
}  // namespace afterpatch::evidence
