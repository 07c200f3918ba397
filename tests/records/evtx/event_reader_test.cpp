#include "records/evtx/event_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chunk_maker.h"
#include "event_fields.h"
#include "records/evtx/event_xml.h"

namespace afterpatch::records::evtx {
namespace {

using testing::ElementsAre;

constexpr std::uint32_t kOuter = 0x11111111;
constexpr std::uint32_t kInner = 0x22222222;

// <Event><System>...</System>$4</Event>, as Windows' own outer templates.
void outer(ChunkMaker& c) {
  c.open("Event").close_start();
  c.open("System").close_start();
  c.open_with_attributes("Provider").attribute("Name").text("p").close_empty();
  c.element("EventID", [](ChunkMaker& e) { e.slot(0, ValueType::uint16); });
  c.open_with_attributes("TimeCreated").attribute("SystemTime").slot(1, ValueType::filetime).close_empty();
  c.element("Channel", [](ChunkMaker& e) { e.slot(2); });
  c.element("Computer", [](ChunkMaker& e) { e.slot(3); });
  c.end();
  c.optional(4, ValueType::binxml);
  c.end();
}

void inner(ChunkMaker& c) {
  c.open("EventData").close_start();
  for (const auto& [name, slot] : {std::pair("User", 0), std::pair("Groups", 1)}) {
    c.open_with_attributes("Data").attribute("Name").text(name).close_start();
    c.slot(static_cast<std::uint16_t>(slot)).end();
  }
  c.end();
}

std::vector<MadeValue> outer_values(std::uint16_t event_id, MadeValue data) {
  return {{ValueType::uint16, little_endian(event_id)},
          {ValueType::filetime, little_endian<std::uint64_t>((1614754186ULL + 11644473600ULL) * 10000000)},
          made("Security"),
          made("EX01"),
          std::move(data)};
}

MadeValue nested(const Writer& content) {
  return {ValueType::binxml, {}, content};
}

MadeValue user_data(std::string_view user) {
  return nested([user](ChunkMaker& c) {
    c.fragment().instance(kInner, inner, {made(user), {ValueType::null}});
    c.stop();
  });
}

Writer event(std::uint16_t event_id, const MadeValue& data) {
  return [=](ChunkMaker& c) { c.fragment().instance(kOuter, outer, outer_values(event_id, data)); };
}

struct ReadEvents {
  std::vector<std::vector<std::string>> fields;
  std::vector<Damage> damages;
  EventCounts counts;
};

ReadEvents read_all(const std::string& chunk) {
  EventReader reader;
  reader.start_chunk(chunk);
  ReadEvents read;
  while (reader.next()) {
    read.fields.push_back(fields_of(reader.event()));
    read.damages.push_back(reader.event().damage);
  }
  read.counts = reader.counts();
  return read;
}

TEST(EventReader, ReadsAnEventWithItsDataInANestedTemplate) {
  ChunkMaker chunk;
  chunk.record(42, event(4624, user_data("alice")), 132592279860000000ULL);
  const std::string bytes = chunk.bytes();
  EventReader reader;
  reader.start_chunk(bytes);
  ASSERT_TRUE(reader.next());
  const Event& read = reader.event();
  EXPECT_EQ(read.record_id, 42U);
  EXPECT_EQ(read.written, 132592279860000000ULL);
  EXPECT_EQ(read.offset, kChunkHeaderBytes);
  EXPECT_EQ(read.size, bytes.size() - kChunkHeaderBytes);
  EXPECT_EQ(read.channel(), "Security");
  EXPECT_EQ(read.provider(), "p");
  EXPECT_EQ(read.computer(), "EX01");
  EXPECT_EQ(read.event_id(), 4624U);
  ASSERT_TRUE(read.time());
  EXPECT_EQ(to_iso8601(*read.time()), "2021-03-03T06:49:46Z");
  EXPECT_THAT(fields_of(read), ElementsAre("Provider_Name=p", "EventID=4624",
                                           "TimeCreated_SystemTime=2021-03-03T06:49:46.0000000Z",
                                           "Channel=Security", "Computer=EX01", "User=alice"));
  EXPECT_FALSE(reader.next());
}

TEST(EventReader, RecordsOfOneTemplateShareItsShape) {
  ChunkMaker chunk;
  chunk.record(1, event(1, user_data("a")));
  chunk.record(2, event(2, user_data("b")));
  const std::string bytes = chunk.bytes();
  EventReader reader;
  std::vector<const Shape*> shapes;
  // The same in a second chunk where all names and templates stand elsewhere.
  ChunkMaker moved;
  moved.define_name("Filler");
  moved.record(3, event(3, user_data("c")));
  for (const std::string& one : {bytes, moved.bytes()}) {
    reader.start_chunk(one);
    while (reader.next()) {
      ASSERT_EQ(reader.event().instances().size(), 2U);
      shapes.push_back(reader.event().instances()[0].shape);
    }
  }
  ASSERT_EQ(shapes.size(), 3U);
  EXPECT_EQ(shapes[0], shapes[1]);
  EXPECT_EQ(shapes[0], shapes[2]);
  EXPECT_EQ(reader.counts().chunks, 2U);
}

TEST(EventReader, ReadsRecordsWithoutTemplate) {
  ChunkMaker chunk;
  for (const std::string_view user : {"alice", "bob"}) {
    chunk.record(1, [user](ChunkMaker& c) {
      c.fragment().open("Event").close_start();
      c.element("System", [](ChunkMaker& s) { s.element("EventID", [](ChunkMaker& e) { e.text("4720"); }); });
      c.open("EventData").close_start().open_with_attributes("Data").attribute("Name").text("User");
      c.close_start().text(user).end().end();
      c.end().stop();
    });
  }
  const ReadEvents read = read_all(chunk.bytes());
  EXPECT_THAT(read.fields, ElementsAre(ElementsAre("EventID=4720", "User=alice"),
                                       ElementsAre("EventID=4720", "User=bob")));
}

TEST(EventReader, ReadsNestedElementsWithoutTemplateInBothLayouts) {
  for (const bool dependency_ids : {false, true}) {
    ChunkMaker chunk;
    chunk.record(1, event(1, nested([dependency_ids](ChunkMaker& c) {
                            c.fragment().dependency_ids(dependency_ids);
                            c.element("EventData", [](ChunkMaker& d) {
                              d.element("Param1", [](ChunkMaker& e) { e.text("x"); });
                            });
                            c.stop().dependency_ids(true);
                          })));
    const ReadEvents read = read_all(chunk.bytes());
    ASSERT_EQ(read.fields.size(), 1U);
    EXPECT_EQ(read.fields[0].back(), "Param1=x") << dependency_ids;
    EXPECT_EQ(read.damages[0], Damage::none);
  }
}

TEST(EventReader, ArraysHaveSeveralTexts) {
  ChunkMaker chunk;
  const MadeValue groups{ValueType::string, utf16(std::string_view("Users\0Admins\0", 13)), {}, true};
  chunk.record(
      1, event(1, nested([&](ChunkMaker& c) { c.fragment().instance(kInner, inner, {made("a"), groups}); })));
  const ReadEvents read = read_all(chunk.bytes());
  ASSERT_EQ(read.fields.size(), 1U);
  EXPECT_THAT(std::vector(read.fields[0].end() - 3, read.fields[0].end()),
              ElementsAre("User=a", "Groups=Users", "Groups=Admins"));
}

TEST(EventReader, ValuesThatTheTemplateDoesNotUseAreLeftOut) {
  ChunkMaker chunk;
  chunk.record(
      1, [](ChunkMaker& c) { c.fragment().instance(kInner, inner, {made("a"), made("g"), made("unused")}); });
  EXPECT_THAT(read_all(chunk.bytes()).fields, ElementsAre(ElementsAre("User=a", "Groups=g")));
}

TEST(EventReader, SlotsWithoutValueAreAbsent) {
  ChunkMaker chunk;
  chunk.record(1, [](ChunkMaker& c) { c.fragment().instance(kInner, inner, {made("a")}); });
  EXPECT_THAT(read_all(chunk.bytes()).fields, ElementsAre(ElementsAre("User=a")));
}

TEST(EventReader, NestingIsBounded) {
  for (const std::size_t depth : {kMaxNestedDepth, kMaxNestedDepth + 1}) {
    Writer content = [](ChunkMaker& c) { c.fragment().instance(kInner, inner, {made("deepest")}); };
    for (std::size_t i = 0; i < depth; ++i) {
      content = [deeper = content](ChunkMaker& c) {
        c.fragment().instance(kOuter, outer, outer_values(1, nested(deeper)));
      };
    }
    ChunkMaker chunk;
    chunk.record(1, content);
    const ReadEvents read = read_all(chunk.bytes());
    ASSERT_EQ(read.fields.size(), 1U);
    const bool is_too_deep = depth > kMaxNestedDepth;
    EXPECT_EQ(read.damages[0], is_too_deep ? Damage::too_deep : Damage::none) << depth;
    EXPECT_EQ(read.fields[0].back(), is_too_deep ? "Computer=EX01" : "User=deepest");
    EXPECT_EQ(read.counts.partly_damaged, is_too_deep ? 1U : 0U);
  }
}

TEST(EventReader, NumberOfNestedPartsIsBounded) {
  ChunkMaker chunk;
  const MadeValue leaf = nested([](ChunkMaker& c) { c.fragment().instance(kInner, inner, {}); });
  chunk.record(
      1, [&](ChunkMaker& c) { c.fragment().instance(kOuter, outer, std::vector(kMaxInstances + 10, leaf)); });
  const std::string bytes = chunk.bytes();
  EventReader reader;
  reader.start_chunk(bytes);
  ASSERT_TRUE(reader.next());
  EXPECT_EQ(reader.event().instances().size(), kMaxInstances);
  EXPECT_EQ(reader.event().damage, Damage::too_deep);
}

// A nested value is read where it stands, so a template whose definition is the record itself can't loop.
TEST(EventReader, TemplateThatContainsItselfEnds) {
  ChunkMaker chunk;
  chunk.record(1, [](ChunkMaker& c) {
    c.fragment();
    const std::uint32_t own = c.here();
    c.instance_of(own - 4, 0x0101000F).values({nested([own](ChunkMaker& d) {
      d.fragment().instance_of(own - 4, 0x0101000F).values({});
    })});
  });
  const ReadEvents read = read_all(chunk.bytes());
  EXPECT_EQ(read.counts.events + read.counts.damaged, 1U);
}

TEST(EventReader, ValuesOfAMissingTemplateStandWithoutNames) {
  ChunkMaker chunk;
  chunk.record(1, [](ChunkMaker& c) {
    c.fragment().instance_of(60000, kInner).values({made("alice"), {ValueType::null}, made("x")});
  });
  const std::string bytes = chunk.bytes();
  EventReader reader;
  reader.start_chunk(bytes);
  ASSERT_TRUE(reader.next());
  EXPECT_TRUE(reader.event().without_template);
  EXPECT_THAT(fields_of(reader.event()), ElementsAre("Data=alice", "Data=x"));
  EXPECT_EQ(reader.counts().without_template, 1U);
}

TEST(EventReader, AnotherTemplateInItsPlaceIsNotTaken) {
  ChunkMaker chunk;
  chunk.record(1, event(4624, user_data("alice")));
  const std::uint32_t outer_at = kChunkHeaderBytes + kRecordHeaderBytes + 4 + 10;
  chunk.record(
      2, [&](ChunkMaker& c) { c.fragment().instance_of(outer_at, 0x33333333).values({made("stale")}); });
  const ReadEvents read = read_all(chunk.bytes());
  ASSERT_EQ(read.fields.size(), 2U);
  EXPECT_THAT(read.fields[1], ElementsAre("Data=stale"));
  EXPECT_EQ(read.counts.without_template, 1U);
}

TEST(EventReader, HugeCountsOfValuesAreRefused) {
  for (const std::uint32_t count : {std::uint32_t{kMaxSubstitutions + 1}, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
    ChunkMaker chunk;
    chunk.record(1, [&](ChunkMaker& c) {
      c.fragment().instance_of(60000, kInner).number(count).raw(std::string(30000, '\0'));
    });
    const ReadEvents read = read_all(chunk.bytes());
    EXPECT_EQ(read.counts.damaged, 1U) << count;
    EXPECT_EQ(read.counts.events, 0U);
  }
}

TEST(EventReader, ValuesPastTheEndOfTheRecordAreRefused) {
  ChunkMaker chunk;
  chunk.record(1, [](ChunkMaker& c) {
    c.fragment().instance_of(60000, kInner).number<std::uint32_t>(1);
    c.number<std::uint16_t>(500).number<std::uint16_t>(1).raw("short");
  });
  chunk.record(2, event(1, user_data("still read")));
  const ReadEvents read = read_all(chunk.bytes());
  EXPECT_EQ(read.counts.damaged, 1U);
  ASSERT_EQ(read.fields.size(), 1U);
  EXPECT_EQ(read.fields[0].back(), "User=still read");
}

TEST(EventReader, DamagedNestedPartLeavesTheRestOfTheEvent) {
  ChunkMaker chunk;
  chunk.record(1, event(4624, nested([](ChunkMaker& c) { c.raw("\x7f no BinXml"); })));
  const ReadEvents read = read_all(chunk.bytes());
  ASSERT_EQ(read.fields.size(), 1U);
  EXPECT_EQ(read.fields[0].back(), "Computer=EX01");
  EXPECT_NE(read.damages[0], Damage::none);
  EXPECT_EQ(read.counts.partly_damaged, 1U);
  EXPECT_EQ(read.counts.damaged, 0U);
}

TEST(EventReader, ValuesOfAnEarlierRecordNeverLeakIntoALaterOne) {
  ChunkMaker chunk;
  chunk.record(1, event(1, user_data("alice")));
  chunk.record(2, event(2, {ValueType::null}));
  const ReadEvents read = read_all(chunk.bytes());
  ASSERT_EQ(read.fields.size(), 2U);
  EXPECT_EQ(read.fields[1].back(), "Computer=EX01");
}

TEST(EventReader, TimeIsThatOfTheRecordWhereTheEventHasNone) {
  ChunkMaker chunk;
  chunk.record(
      1, [](ChunkMaker& c) { c.fragment().instance(kInner, inner, {made("a")}); },
      (1614754186ULL + 11644473600ULL) * 10000000);
  const std::string bytes = chunk.bytes();
  EventReader reader;
  reader.start_chunk(bytes);
  ASSERT_TRUE(reader.next());
  ASSERT_TRUE(reader.event().time());
  EXPECT_EQ(to_iso8601(*reader.event().time()), "2021-03-03T06:49:46Z");
  EXPECT_EQ(reader.event().channel(), "");
  EXPECT_EQ(reader.event().event_id(), 0U);
}

TEST(EventReader, RecordsOfAChunkWithoutHeaderAreReadAndCounted) {
  ChunkMaker chunk;
  chunk.record(1, event(4624, user_data("alice")));
  std::string bytes = chunk.bytes();
  bytes.replace(0, kChunkHeaderBytes, std::string(kChunkHeaderBytes, '\0'));
  const ReadEvents read = read_all(bytes);
  EXPECT_EQ(read.counts.events, 1U);
  EXPECT_EQ(read.counts.recovered, 1U);
  EXPECT_EQ(read.counts.damaged_chunks, 1U);
}

TEST(EventReader, RoomThatWasNeverUsedIsNoChunk) {
  const ReadEvents read = read_all(std::string(kChunkBytes, '\0'));
  EXPECT_EQ(read.counts.chunks, 0U);
  EXPECT_EQ(read.counts.damaged_chunks, 0U);
}

TEST(EventReader, CountsAddUp) {
  ChunkMaker chunk;
  chunk.record(1, event(1, user_data("a")));
  chunk.raw("stray");
  chunk.record(9, [](ChunkMaker& c) { c.fragment().instance_of(60000, 5).values({}); });
  EventCounts total = read_all(chunk.bytes()).counts;
  total.add(read_all(chunk.bytes()).counts);
  EXPECT_EQ(total.events, 4U);
  EXPECT_EQ(total.recovered, 2U);
  EXPECT_EQ(total.without_template, 2U);
  EXPECT_EQ(total.damaged_stretches, 2U);
  EXPECT_EQ(total.chunks, 2U);
}

// Definitions inside definitions: each unit is a text that holds the header of a template made of all the
// units behind it. Compiling them all would cost the square of their number.
TEST(EventReader, OverlappingDefinitionsAreCompiledOnlyUpToABound) {
  constexpr std::uint32_t kUnits = 400;
  constexpr std::uint32_t kUnitBytes = 4 + kTemplateHeaderBytes;
  ChunkMaker chunk;
  std::vector<std::uint32_t> definitions;
  chunk.record(1, [&](ChunkMaker& c) {
    for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
      c.token(Token::value).number<std::uint8_t>(1).number<std::uint16_t>(kTemplateHeaderBytes / 2);
      definitions.push_back(c.here());
      c.number<std::uint32_t>(0).number(kInner).raw(std::string(12, 'g'));
      c.number<std::uint32_t>((kUnits - unit - 1) * kUnitBytes);
    }
    c.stop();
  });
  for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
    chunk.record(2 + unit,
                 [&](ChunkMaker& c) { c.fragment().instance_of(definitions[unit], kInner).values({}); });
  }
  const EventCounts counts = read_all(chunk.bytes()).counts;
  EXPECT_EQ(counts.events, kUnits + 1);
  // The first ones are 11 KiB each, the bound is 128 KiB.
  EXPECT_GT(counts.without_template, kUnits - 20);
  EXPECT_LT(counts.without_template, kUnits);
}

// 120 new names a chunk, for ever: only so much is kept.
TEST(EventReader, ForgetsShapesBeforeTheyTakeTooMuchMemory) {
  EventReader reader;
  std::size_t chunks = 0;
  std::string bytes;
  for (; reader.generation() == 0 && chunks < 3000; ++chunks) {
    ChunkMaker chunk;
    chunk.record(1, [chunks](ChunkMaker& c) {
      c.fragment().open_with_attributes("Event");
      for (int i = 0; i < 120; ++i) {
        std::string name = std::to_string(chunks) + "_" + std::to_string(i) + "_";
        name.resize(kMaxNameCharacters, 'n');
        c.attribute(name).text("v");
      }
      c.close_start().open("Data").close_start().text("last").end().end().stop();
    });
    bytes = chunk.bytes();
    reader.start_chunk(bytes);
    ASSERT_TRUE(reader.next());
  }
  EXPECT_EQ(reader.generation(), 1U) << "after " << chunks << " chunks";
  EXPECT_GT(chunks, 100U);
  const std::vector<std::string> fields = fields_of(reader.event());
  ASSERT_EQ(fields.size(), 121U);
  EXPECT_EQ(fields.back(), "Data=last");
}

// Whatever byte of a chunk is another one, what is read stays inside it; sanitizers watch.
TEST(EventReader, SurvivesEveryFlippedByte) {
  ChunkMaker chunk;
  chunk.record(1, event(4624, user_data("alice")));
  chunk.record(2, event(4625, user_data("bob")));
  const std::string whole = chunk.bytes();
  EventReader reader;
  std::uint64_t records = 0;
  for (std::size_t at = kChunkHeaderBytes; at < whole.size(); ++at) {
    for (const unsigned flip : {0x01U, 0x40U, 0xFFU}) {
      std::vector<char> changed(whole.begin(), whole.end());
      changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ flip);
      reader.start_chunk({changed.data(), changed.size()});
      while (reader.next()) {
        static_cast<void>(fields_of(reader.event()));
        EXPECT_FALSE(to_xml(reader.event()).empty());
        ++records;
      }
    }
  }
  EXPECT_GT(records, whole.size()) << "most flips leave at least one record";
}

}  // namespace
}  // namespace afterpatch::records::evtx
