#include "records/evtx/template_library.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chunk_maker.h"
#include "event_fields.h"
#include "records/evtx/event_reader.h"

namespace afterpatch::records::evtx {
namespace {

using testing::ElementsAre;

constexpr std::uint32_t kGuid = 0x11111111;
constexpr std::uint32_t kNowhere = 60000;

// <EventData><Data Name="...">...</Data>...</EventData>
Writer data_named(const std::vector<std::string>& names) {
  return [names](ChunkMaker& c) {
    c.open("EventData").close_start();
    for (std::size_t i = 0; i < names.size(); ++i) {
      c.open_with_attributes("Data").attribute("Name").text(names[i]).close_start();
      c.slot(static_cast<std::uint16_t>(i)).end();
    }
    c.end();
  };
}

// A chunk that uses the template as it should.
ChunkMaker defining(const std::vector<std::string>& names, std::uint32_t guid = kGuid) {
  ChunkMaker chunk;
  chunk.record(1, [&](ChunkMaker& c) {
    c.fragment().instance(guid, data_named(names), std::vector<MadeValue>(names.size(), made("defined")));
  });
  return chunk;
}

// A chunk with a leftover whose template is gone.
ChunkMaker missing(const std::vector<std::string>& values, std::uint32_t guid = kGuid) {
  ChunkMaker chunk;
  chunk.end_of_records();
  chunk.record(7, [&](ChunkMaker& c) {
    std::vector<MadeValue> list;
    for (const std::string& value : values) list.push_back(made(value));
    c.fragment().instance_of(kNowhere, guid).values(list);
  });
  return chunk;
}

struct ReadEvents {
  std::vector<std::vector<std::string>> fields;
  EventCounts counts;
};

// Reads the last chunk with what all of them define.
ReadEvents read_last(const std::vector<std::string>& chunks) {
  const std::vector<std::string_view> views(chunks.begin(), chunks.end());
  EventReader reader;
  reader.use_templates(gather_templates(views));
  reader.start_chunk(views.back());
  ReadEvents read;
  while (reader.next()) read.fields.push_back(fields_of(reader.event()));
  read.counts = reader.counts();
  return read;
}

TEST(TemplateLibrary, NamesARecordByTheSameTemplateOfAnotherChunk) {
  const ReadEvents read =
      read_last({defining({"User", "Group"}).bytes(), missing({"alice", "admins"}).bytes()});
  EXPECT_THAT(read.fields, ElementsAre(ElementsAre("User=alice", "Group=admins")));
  EXPECT_EQ(read.counts.borrowed_template, 1U);
  EXPECT_EQ(read.counts.without_template, 0U);
}

TEST(TemplateLibrary, NamesARecordByATemplateElsewhereInItsChunk) {
  ChunkMaker chunk = defining({"User"});
  chunk.end_of_records();
  chunk.record(7, [](ChunkMaker& c) { c.fragment().instance_of(kNowhere, kGuid).values({made("alice")}); });
  const ReadEvents read = read_last({chunk.bytes()});
  EXPECT_THAT(read.fields, ElementsAre(ElementsAre("User=defined"), ElementsAre("User=alice")));
}

TEST(TemplateLibrary, NamesNestedPartsToo) {
  ChunkMaker chunk = defining({"Unused", "Nested"}, 0x22222222);
  chunk.record(2, [](ChunkMaker& c) {
    c.fragment().instance(0x22222222, data_named({"Unused", "Nested"}),
                          {made("x"), {ValueType::binxml, {}, [](ChunkMaker& n) {
                                         n.fragment().instance_of(kNowhere, kGuid).values({made("alice")});
                                       }}});
  });
  const ReadEvents read = read_last({defining({"User"}).bytes(), chunk.bytes()});
  ASSERT_EQ(read.fields.size(), 2U);
  EXPECT_THAT(read.fields[1], ElementsAre("Unused=x", "User=alice"));
}

TEST(TemplateLibrary, ANumberOfValuesOfItsOwnIsAnotherTemplate) {
  const ReadEvents read = read_last({defining({"User", "Group"}).bytes(), missing({"alice"}).bytes()});
  EXPECT_THAT(read.fields, ElementsAre(ElementsAre("Data=alice")));
  EXPECT_EQ(read.counts.without_template, 1U);
  EXPECT_EQ(read.counts.borrowed_template, 0U);
}

TEST(TemplateLibrary, DefinitionsThatDisagreeNameNothing) {
  const ReadEvents read = read_last({defining({"User"}).bytes(), defining({"Group"}).bytes(),
                                     defining({"User"}).bytes(), missing({"x"}).bytes()});
  EXPECT_THAT(read.fields, ElementsAre(ElementsAre("Data=x")));
}

TEST(TemplateLibrary, EqualDefinitionsAtOtherPlacesAgree) {
  ChunkMaker moved;
  moved.define_name("Filler");
  moved.record(1, [](ChunkMaker& c) {
    c.fragment().element("Data", [](ChunkMaker& d) { d.text("defines the name Data first"); }).stop();
  });
  moved.record(2, [](ChunkMaker& c) { c.fragment().instance(kGuid, data_named({"User"}), {made("y")}); });
  const ReadEvents read = read_last({defining({"User"}).bytes(), moved.bytes(), missing({"x"}).bytes()});
  EXPECT_THAT(read.fields, ElementsAre(ElementsAre("User=x")));
}

TEST(TemplateLibrary, OrderOfChunksDoesNotMatter) {
  std::vector<std::string> chunks = {defining({"A"}, 1).bytes(), defining({"B"}, 2).bytes(),
                                     defining({"C"}, 2).bytes(), defining({"D", "E"}, 2).bytes()};
  std::sort(chunks.begin(), chunks.end());
  do {
    MissingTemplates wanted;
    for (const std::uint32_t guid : {1U, 2U}) wanted.add_chunk(missing({"x"}, guid).bytes());
    TemplateLibrary library(wanted);
    for (const std::string& chunk : chunks) library.add_chunk(chunk);
    EXPECT_NE(library.find(1, 1), nullptr);
    EXPECT_EQ(library.find(2, 1), nullptr) << "B and C disagree";
    EXPECT_NE(library.find(2, 2), nullptr);
  } while (std::next_permutation(chunks.begin(), chunks.end()));
}

TEST(TemplateLibrary, KeepsTheSameTemplatesInAnyOrderWhenThereAreTooMany) {
  constexpr std::uint32_t kCount = 600;
  std::vector<std::string> chunks;
  MissingTemplates wanted;
  for (std::uint32_t guid = 1; guid <= kCount; ++guid) {
    chunks.push_back(defining({"User"}, guid).bytes());
    wanted.add_chunk(missing({"x"}, guid).bytes());
  }
  TemplateLibrary forwards(wanted);
  for (auto chunk = chunks.begin(); chunk != chunks.end(); ++chunk) forwards.add_chunk(*chunk);
  TemplateLibrary backwards(wanted);
  for (auto chunk = chunks.rbegin(); chunk != chunks.rend(); ++chunk) backwards.add_chunk(*chunk);
  std::size_t kept = 0;
  for (std::uint32_t guid = 1; guid <= kCount; ++guid) {
    EXPECT_EQ(forwards.find(guid, 1) == nullptr, backwards.find(guid, 1) == nullptr) << guid;
    if (forwards.find(guid, 1) != nullptr) ++kept;
  }
  EXPECT_GT(kept, 0U);
  EXPECT_LT(kept, kCount);
}

TEST(TemplateLibrary, NothingIsMissingWhereAllTemplatesStand) {
  const std::string chunk = defining({"User"}).bytes();
  const std::string_view view = chunk;
  EXPECT_EQ(gather_templates({&view, 1}), nullptr);
}

// A leftover's definition may still stand while the names that it shares with others were written over.
TEST(TemplateLibrary, DefinitionsWhoseNamesWereWrittenOverAreReplaced) {
  ChunkMaker leftover;
  leftover.record(9, [](ChunkMaker& c) { c.fragment().element("EventData", [](ChunkMaker&) {}).stop(); });
  leftover.end_of_records();
  leftover.record(3,
                  [](ChunkMaker& c) { c.fragment().instance(kGuid, data_named({"User"}), {made("alice")}); });
  std::string chunk = leftover.bytes();
  const std::string name = utf16("EventData");
  chunk.replace(chunk.find(name), name.size(), utf16("Something"));
  const ReadEvents alone = read_last({chunk});
  ASSERT_EQ(alone.fields.size(), 2U);
  EXPECT_THAT(alone.fields[1], ElementsAre("Data=alice")) << "no names rather than wrong ones";
  const ReadEvents read = read_last({defining({"User"}).bytes(), chunk});
  ASSERT_EQ(read.fields.size(), 2U);
  EXPECT_THAT(read.fields[1], ElementsAre("User=alice"));
}

TEST(TemplateLibrary, NamesThatWereWrittenOverAreMarkedInLeftoversWithoutTemplate) {
  ChunkMaker leftover;
  leftover.record(9, [](ChunkMaker& c) { c.fragment().element("Param1", [](ChunkMaker&) {}).stop(); });
  leftover.end_of_records();
  leftover.record(3, [](ChunkMaker& c) {
    c.fragment().open("UserData").close_start();
    c.element("Param1", [](ChunkMaker& p) { p.text("alice"); }).end().stop();
  });
  std::string chunk = leftover.bytes();
  const std::string name = utf16("Param1");
  chunk.replace(chunk.find(name), name.size(), utf16("Qaran2"));
  const ReadEvents read = read_last({chunk});
  ASSERT_EQ(read.fields.size(), 2U);
  EXPECT_THAT(read.fields[1], ElementsAre("\xef\xbf\xbd=alice"));
}

TEST(TemplateLibrary, ReaderForgetsTheTemplatesOfAnEarlierFile) {
  const std::string first = defining({"User"}).bytes();
  const std::string second = defining({"Group"}).bytes();
  const std::string leftover = missing({"x"}).bytes();
  EventReader reader;
  std::vector<std::string> fields;
  for (const std::string& definition : {first, second}) {
    const std::vector<std::string_view> chunks = {definition, leftover};
    reader.use_templates(gather_templates(chunks));
    reader.start_chunk(leftover);
    ASSERT_TRUE(reader.next());
    fields.push_back(fields_of(reader.event()).at(0));
  }
  EXPECT_THAT(fields, ElementsAre("User=x", "Group=x"));
}

}  // namespace
}  // namespace afterpatch::records::evtx
