#include "records/evtx/event_xml.h"

#include <gtest/gtest.h>

#include "chunk_maker.h"
#include "records/evtx/event_reader.h"

namespace afterpatch::records::evtx {
namespace {

std::string xml_of(const Writer& record, std::size_t max_bytes = 1U << 20U) {
  ChunkMaker chunk;
  chunk.record(1, record);
  const std::string bytes = chunk.bytes();
  EventReader reader;
  reader.start_chunk(bytes);
  return reader.next() ? to_xml(reader.event(), max_bytes) : "no event";
}

std::string xml_of(const Writer& definition, const std::vector<MadeValue>& values,
                   std::size_t max_bytes = 1U << 20U) {
  return xml_of([&](ChunkMaker& c) { c.fragment().instance(1, definition, values); }, max_bytes);
}

void one_data(ChunkMaker& c) {
  c.open("Event").close_start().open("Data").close_start().slot(0).end().end();
}
void one_optional_data(ChunkMaker& c) {
  c.open("Event").close_start().open("Data").close_start().optional(0).end().end();
}
void one_attribute(ChunkMaker& c) {
  c.open_with_attributes("Event").attribute("User").slot(0).close_empty();
}

TEST(EventXml, WritesElementsAttributesAndTexts) {
  EXPECT_EQ(xml_of([](ChunkMaker& c) {
              c.fragment().open_with_attributes("Event").attribute("xmlns").text("urn:e").close_start();
              c.open("Data").close_start().text("x").end().open("Empty").close_empty().end().stop();
            }),
            "<Event xmlns=\"urn:e\"><Data>x</Data><Empty></Empty></Event>");
}

TEST(EventXml, EscapesWhatWouldBeMarkup) {
  EXPECT_EQ(xml_of(one_data, {made("</Data><Data a='b'>&\"")}),
            "<Event><Data>&lt;/Data&gt;&lt;Data a='b'&gt;&amp;\"</Data></Event>");
  EXPECT_EQ(xml_of(one_attribute, {made("\" x=\"<")}), "<Event User=\"&quot; x=&quot;&lt;\"></Event>");
}

TEST(EventXml, EscapesNames) {
  const std::string mark = "\xef\xbf\xbd";
  EXPECT_EQ(xml_of([](ChunkMaker& c) { c.fragment().open("a><b x='1'").close_empty().stop(); }),
            "<a" + mark + mark + "b" + mark + "x" + mark + mark + "1" + mark + "></a" + mark + mark + "b" +
                mark + "x" + mark + mark + "1" + mark + ">");
  EXPECT_EQ(xml_of([](ChunkMaker& c) { c.fragment().open("").close_empty().stop(); }),
            "<" + mark + "></" + mark + ">");
}

TEST(EventXml, NestedInstancesHaveNoPlaceInAttributes) {
  const MadeValue nested{
      ValueType::binxml, {}, [](ChunkMaker& c) { c.fragment().instance(2, one_data, {made("u")}); }};
  EXPECT_EQ(xml_of(one_attribute, {nested}), "<Event User=\"\"></Event>");
}

// Each level holds the next one four times: 4^16 in all, and nothing is written that could reach the bound.
TEST(EventXml, NestedInstancesThatWriteNothingEnd) {
  const Writer four_times = [](ChunkMaker& c) { c.slot(0).slot(0).slot(0).slot(0); };
  Writer content = [&](ChunkMaker& c) { c.fragment().instance(1, four_times, {made("")}); };
  for (std::size_t i = 0; i < kMaxNestedDepth; ++i) {
    content = [&, deeper = content](ChunkMaker& c) {
      c.fragment().instance(1, four_times, {{ValueType::binxml, {}, deeper}});
    };
  }
  EXPECT_EQ(xml_of(content), "");
}

TEST(EventXml, StaysOnOneLineWithoutControlCharacters) {
  EXPECT_EQ(xml_of(one_data, {made("a\r\n\tb\x1b[31m\x7f")}),
            "<Event><Data>a&#13;&#10;&#9;b\xef\xbf\xbd[31m\xef\xbf\xbd</Data></Event>");
}

TEST(EventXml, EntitiesAreWrittenAsTheCharactersTheyStandFor) {
  EXPECT_EQ(xml_of([](ChunkMaker& c) {
              c.fragment().open("Event").close_start();
              c.token(Token::entity_reference).name("lt").token(Token::entity_reference).name("nbsp");
              c.token(Token::char_reference).number<std::uint16_t>(0x3c).end().stop();
            }),
            "<Event>&lt;&amp;nbsp;&lt;</Event>");
}

TEST(EventXml, LeavesOutAnOptionalElementWithoutValue) {
  EXPECT_EQ(xml_of(one_optional_data, {{ValueType::null}}), "<Event></Event>");
  EXPECT_EQ(xml_of(one_optional_data, {made("")}), "<Event><Data></Data></Event>");
  EXPECT_EQ(xml_of(one_data, {{ValueType::null}}), "<Event><Data></Data></Event>");
}

TEST(EventXml, LeavesOutAnAttributeWithoutValue) {
  EXPECT_EQ(xml_of(one_attribute, {{ValueType::null}}), "<Event></Event>");
  EXPECT_EQ(xml_of(one_attribute, {made("")}), "<Event User=\"\"></Event>");
}

TEST(EventXml, RepeatsTheElementOfAnArray) {
  const MadeValue array{ValueType::string, utf16(std::string_view("a\0b\0", 4)), {}, true};
  EXPECT_EQ(xml_of(one_data, {array}), "<Event><Data>a</Data><Data>b</Data></Event>");
  EXPECT_EQ(xml_of(one_optional_data, {array}), "<Event><Data>a</Data><Data>b</Data></Event>");
}

TEST(EventXml, EmptyArrayIsOneEmptyElement) {
  EXPECT_EQ(xml_of(one_data, {{ValueType::string, "", {}, true}}), "<Event><Data></Data></Event>");
}

TEST(EventXml, WritesNestedInstancesInTheirPlace) {
  const MadeValue nested{
      ValueType::binxml, {}, [](ChunkMaker& c) { c.fragment().instance(2, one_attribute, {made("u")}); }};
  EXPECT_EQ(xml_of(one_data, {nested}), "<Event><Data><Event User=\"u\"></Event></Data></Event>");
}

TEST(EventXml, StopsAtItsBound) {
  const MadeValue array{ValueType::string, utf16(std::string(1000, '\0')), {}, true};
  const std::string whole = xml_of(one_data, {array});
  EXPECT_EQ(whole.size(), std::string("<Event></Event>").size() + 1000 * std::string("<Data></Data>").size());
  const std::string cut = xml_of(one_data, {array}, 1000);
  EXPECT_LT(cut.size(), 1100U);
  EXPECT_EQ(whole.substr(0, cut.size()), cut);
}

}  // namespace
}  // namespace afterpatch::records::evtx
