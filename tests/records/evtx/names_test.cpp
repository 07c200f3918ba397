#include "records/evtx/names.h"

#include <gtest/gtest.h>

#include "chunk_maker.h"
#include "records/evtx/bytes.h"

namespace afterpatch::records::evtx {
namespace {

TEST(NameTable, ReadsTheNameAtItsOffset) {
  ChunkMaker chunk;
  const std::uint32_t at = chunk.here();
  chunk.define_name("Provider");
  NameTable names;
  const auto id = names.at(chunk.bytes(), at);
  ASSERT_TRUE(id);
  EXPECT_EQ(names.text(*id), "Provider");
  EXPECT_EQ(name_bytes(chunk.bytes(), at), chunk.size() - at);
}

TEST(NameTable, EqualNamesOfTwoChunksAreOneNumber) {
  ChunkMaker first;
  first.define_name("Event");
  ChunkMaker second;
  second.define_name("Data").define_name("Event");
  NameTable names;
  names.start_chunk();
  const auto in_first = names.at(first.bytes(), kChunkHeaderBytes);
  names.start_chunk();
  const auto other = names.at(second.bytes(), kChunkHeaderBytes);
  const auto in_second = names.at(second.bytes(), kChunkHeaderBytes + 8 + 2 * 4 + 2);
  EXPECT_EQ(in_first, in_second);
  EXPECT_NE(in_first, other) << "an offset means nothing in another chunk";
  EXPECT_EQ(names.size(), 2U);
}

TEST(NameTable, LiteralTextsAndNamesShareNumbers) {
  ChunkMaker chunk;
  chunk.define_name("Event");
  NameTable names;
  EXPECT_EQ(names.at(chunk.bytes(), kChunkHeaderBytes), names.of_utf16(utf16("Event")));
}

TEST(NameTable, RefusesANameThatDoesNotFit) {
  ChunkMaker chunk;
  chunk.define_name("Event");
  const std::string whole = chunk.bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    NameTable names;
    EXPECT_FALSE(names.at(std::string_view(whole).substr(0, size), kChunkHeaderBytes)) << size;
  }
}

TEST(NameTable, RefusesOffsetsOutsideTheChunk) {
  const std::string chunk(kChunkBytes, '\0');
  NameTable names;
  EXPECT_FALSE(names.at(chunk, kChunkBytes));
  EXPECT_FALSE(names.at(chunk, kChunkBytes - 1));
  EXPECT_FALSE(names.at(chunk, 0xFFFFFFFF));
}

TEST(NameTable, RefusesNamesLongerThanTheBound) {
  ChunkMaker chunk;
  const std::uint32_t longest = chunk.here();
  chunk.define_name(std::string(kMaxNameCharacters, 'n'));
  const std::uint32_t too_long = chunk.here();
  chunk.define_name(std::string(kMaxNameCharacters + 1, 'n'));
  NameTable names;
  EXPECT_TRUE(names.at(chunk.bytes(), longest));
  EXPECT_FALSE(names.at(chunk.bytes(), too_long));
}

TEST(NameTable, HashTellsWhetherANameIsIntact) {
  ChunkMaker chunk;
  chunk.define_name("Provider");
  std::string bytes = chunk.bytes();
  EXPECT_TRUE(name_is_intact(bytes, kChunkHeaderBytes));
  // As Windows writes it: the hash of "Event" is 0x0CBA in every log.
  ChunkMaker known;
  known.define_name("Event");
  EXPECT_EQ(load<std::uint16_t>(known.bytes(), kChunkHeaderBytes + 4), 0x0CBA);
  bytes[kChunkHeaderBytes + 10] = 'x';
  EXPECT_FALSE(name_is_intact(bytes, kChunkHeaderBytes));
}

TEST(NameTable, NamesStayWhereTheyAreWhileItGrows) {
  NameTable names;
  const NameId first = names.of_utf16(utf16("first"));
  const std::string* place = &names.text(first);
  for (int i = 0; i < 10000; ++i) names.of_utf16(utf16(std::to_string(i)));
  EXPECT_EQ(&names.text(first), place);
  EXPECT_EQ(names.of_utf16(utf16("first")), first);
}

}  // namespace
}  // namespace afterpatch::records::evtx
