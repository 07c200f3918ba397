#include "records/evtx/chunk.h"

#include <zlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chunk_maker.h"
#include "records/evtx/event_reader.h"
#include "records/evtx/file_header.h"

namespace afterpatch::records::evtx {
namespace {

using testing::ElementsAre;

const Writer kContent = [](ChunkMaker& chunk) { chunk.raw(std::string(20, 'c')); };

struct Found {
  std::vector<std::size_t> offsets;
  std::vector<bool> recovered;
  std::uint64_t damaged_stretches = 0;
};

Found find_all(const std::string& chunk) {
  RecordFinder finder(chunk);
  Found found;
  for (RecordSpan span; finder.next(span);) {
    found.offsets.push_back(span.offset);
    found.recovered.push_back(span.recovered);
  }
  found.damaged_stretches = finder.damaged_stretches();
  return found;
}

TEST(RecordFinder, FindsRecordsOneBehindTheOther) {
  ChunkMaker chunk;
  const std::size_t first = chunk.record(1, kContent);
  const std::size_t second = chunk.record(2, kContent);
  const Found found = find_all(chunk.bytes());
  EXPECT_THAT(found.offsets, ElementsAre(first, second));
  EXPECT_THAT(found.recovered, ElementsAre(false, false));
  EXPECT_EQ(found.damaged_stretches, 0U);
}

TEST(RecordFinder, GivesSizesWithHeaderAndCopy) {
  ChunkMaker chunk;
  chunk.record(1, kContent);
  const std::string bytes = chunk.bytes();
  RecordFinder finder(bytes);
  RecordSpan span;
  ASSERT_TRUE(finder.next(span));
  EXPECT_EQ(span.size, kRecordHeaderBytes + 20 + 4);
  EXPECT_FALSE(finder.next(span));
  EXPECT_FALSE(finder.next(span)) << "the end stays the end";
}

TEST(RecordFinder, GoesOnBehindADamagedRecordAtTheNextWhoseSizeEqualsItsCopy) {
  ChunkMaker chunk;
  const std::size_t first = chunk.record(1, kContent);
  const std::size_t damaged = chunk.record(2, kContent);
  const std::size_t third = chunk.record(3, kContent);
  const std::size_t fourth = chunk.record(4, kContent);
  chunk.put(damaged + 4, little_endian<std::uint32_t>(40));
  const Found found = find_all(chunk.bytes());
  EXPECT_THAT(found.offsets, ElementsAre(first, third, fourth));
  EXPECT_EQ(found.damaged_stretches, 1U);
}

TEST(RecordFinder, RecordsBehindDamageThatDoNotGoOnCountingAreRecovered) {
  ChunkMaker chunk;
  chunk.record(1, kContent);
  const std::size_t damaged = chunk.record(2, kContent);
  chunk.record(3, kContent);
  chunk.record(4, kContent);
  chunk.put(damaged, "####");
  EXPECT_THAT(find_all(chunk.bytes()).recovered, ElementsAre(false, true, true));
}

TEST(RecordFinder, RecordBehindStrayBytesThatGoesOnCountingBelongs) {
  ChunkMaker chunk;
  chunk.record(1, kContent);
  chunk.raw("stray bytes");
  chunk.record(2, kContent);
  const Found found = find_all(chunk.bytes());
  EXPECT_THAT(found.recovered, ElementsAre(false, false));
  EXPECT_EQ(found.damaged_stretches, 1U);
}

TEST(RecordFinder, IgnoresASignatureInsideTheDataOfADamagedRecord) {
  ChunkMaker chunk;
  const std::size_t damaged = chunk.record(
      1, [](ChunkMaker& c) { c.raw(kRecordMagic).number<std::uint32_t>(60).raw(std::string(80, 'd')); });
  const std::size_t second = chunk.record(2, kContent);
  chunk.put(damaged, "####");
  EXPECT_THAT(find_all(chunk.bytes()).offsets, ElementsAre(second));
}

TEST(RecordFinder, LeftoversBehindTheFreeSpaceAreRecovered) {
  ChunkMaker chunk;
  chunk.record(10, kContent);
  chunk.end_of_records();
  chunk.raw("rest of an older record");
  chunk.record(3, kContent);
  chunk.record(4, kContent);
  const Found found = find_all(chunk.bytes());
  EXPECT_THAT(found.recovered, ElementsAre(false, true, true));
  EXPECT_EQ(found.damaged_stretches, 0U) << "free space may hold anything";
}

TEST(RecordFinder, RecordsBehindAStaleFreeSpaceWhoseIdsGoOnBelong) {
  ChunkMaker chunk;
  chunk.record(10, kContent);
  chunk.end_of_records();
  chunk.record(11, kContent);
  chunk.record(12, kContent);
  chunk.record(5, kContent);
  EXPECT_THAT(find_all(chunk.bytes()).recovered, ElementsAre(false, false, false, true));
}

TEST(RecordFinder, EmptyRoomUpToTheFreeSpaceIsNoDamage) {
  ChunkMaker chunk;
  chunk.record(1, kContent);
  chunk.raw(std::string(100, '\0'));
  EXPECT_EQ(find_all(chunk.bytes()).damaged_stretches, 0U);
}

TEST(RecordFinder, AllRecordsOfAChunkWithoutHeaderAreRecovered) {
  ChunkMaker chunk;
  chunk.record(1, kContent);
  chunk.record(7, kContent);
  std::string bytes = chunk.bytes();
  bytes.replace(0, 8, "????????");
  const Found found = find_all(bytes);
  ASSERT_EQ(found.recovered.size(), 2U);
  EXPECT_TRUE(found.recovered.front());
  EXPECT_TRUE(found.recovered.back());
}

// RecordFinder and the header must agree on what is a chunk whatever is cut off.
TEST(RecordFinder, TruncatedChunkGivesTheRecordsThatAreWhole) {
  ChunkMaker chunk;
  chunk.record(1, kContent);
  chunk.record(2, kContent);
  const std::string whole = chunk.bytes();
  const std::size_t record = kRecordHeaderBytes + 20 + 4;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::size_t expected = size < kChunkHeaderBytes ? 0 : (size - kChunkHeaderBytes) / record;
    EXPECT_EQ(find_all(whole.substr(0, size)).offsets.size(), expected) << size;
  }
}

TEST(RecordFinder, SizesThatLieAreNotFollowed) {
  for (const std::uint32_t size : {0U, 1U, 31U, 65536U, 0x80000000U, 0xFFFFFFFFU}) {
    ChunkMaker chunk;
    const std::size_t record = chunk.record(1, kContent);
    chunk.put(record + 4, little_endian(size));
    chunk.put(chunk.size() - 4, little_endian(size));
    EXPECT_TRUE(find_all(chunk.bytes()).offsets.empty()) << size;
  }
}

TEST(ChunkHeader, GivesIdsAndEnd) {
  std::string chunk(kChunkHeaderBytes, '\0');
  chunk.replace(0, 8, kChunkMagic);
  chunk.replace(24, 8, little_endian<std::uint64_t>(5));
  chunk.replace(32, 8, little_endian<std::uint64_t>(9));
  chunk.replace(48, 4, little_endian<std::uint32_t>(4096));
  const ChunkHeader header = read_chunk_header(chunk);
  EXPECT_TRUE(header.has_magic);
  EXPECT_EQ(header.first_record_id, 5U);
  EXPECT_EQ(header.last_record_id, 9U);
  EXPECT_EQ(header.free_space, 4096U);
  EXPECT_FALSE(read_chunk_header(std::string_view(chunk).substr(0, 511)).has_magic);
}

std::string crc32_bytes(std::string_view bytes) {
  return little_endian(static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()))));
}

std::string checked_chunk(const Writer& content = kContent) {
  ChunkMaker chunk;
  chunk.record(1, content);
  std::string bytes = chunk.bytes();
  bytes.replace(52, 4, crc32_bytes(std::string_view(bytes).substr(512)));
  bytes.replace(124, 4, crc32_bytes(bytes.substr(0, 120) + bytes.substr(128, 384)));
  return bytes;
}

TEST(Checksums, ThoseOfWindowsFit) {
  EXPECT_TRUE(fits_checksums(checked_chunk()));
  EXPECT_TRUE(fits_checksums(checked_chunk() + std::string(100, 'x'))) << "behind the records";
}

TEST(Checksums, AChangedByteIsSeenWhereverItStands) {
  for (const std::size_t at : {30U, 119U, 200U, 511U, 512U, 540U}) {
    std::string bytes = checked_chunk();
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    EXPECT_FALSE(fits_checksums(bytes)) << at;
  }
}

TEST(Checksums, MissingOnesAreNoFault) {
  std::string bytes = checked_chunk();
  bytes[540] = static_cast<char>(bytes[540] ^ 1);
  std::string without = bytes;
  without.replace(52, 4, 4, '\0').replace(124, 4, 4, '\0');
  EXPECT_TRUE(fits_checksums(without));
  bytes[120] = kFlagNoChecksums;
  EXPECT_TRUE(fits_checksums(bytes));
  EXPECT_TRUE(fits_checksums(bytes.substr(0, 100)));
}

// What was read from a file copied while Windows wrote to it is no less true.
TEST(Checksums, AWrongOneIsCountedAndTheEventsAreRead) {
  std::string bytes = checked_chunk(
      [](ChunkMaker& chunk) { chunk.fragment().open("Event").close_start().text("x").end().stop(); });
  bytes.resize(kChunkBytes, '\0');
  bytes[52] = static_cast<char>(bytes[52] ^ 1);
  bytes.replace(124, 4, crc32_bytes(bytes.substr(0, 120) + bytes.substr(128, 384)));
  EventReader reader;
  reader.start_chunk(bytes);
  EXPECT_TRUE(reader.next());
  EXPECT_EQ(reader.counts().wrong_checksums, 1U);
}

TEST(FindChunk, GivesThePlaceOfTheNextSignature) {
  EXPECT_EQ(find_chunk("xyz" + std::string(kChunkMagic)), 3U);
  EXPECT_EQ(find_chunk(kChunkMagic), 0U);
  EXPECT_EQ(find_chunk("nothing"), 7U);
}

TEST(FileHeader, GivesWhatTheFirstBytesSay) {
  std::string bytes(128, '\0');
  bytes.replace(0, 8, kFileMagic);
  bytes.replace(16, 8, little_endian<std::uint64_t>(3));
  bytes.replace(24, 8, little_endian<std::uint64_t>(77));
  bytes.replace(36, 4, little_endian<std::uint32_t>(0x00030002));
  bytes.replace(42, 2, little_endian<std::uint16_t>(4));
  bytes.replace(120, 4, little_endian<std::uint32_t>(kFlagDirty | kFlagNoChecksums));
  const auto header = read_file_header(bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->last_chunk, 3U);
  EXPECT_EQ(header->next_record_id, 77U);
  EXPECT_EQ(header->major_version, 3U);
  EXPECT_EQ(header->minor_version, 2U);
  EXPECT_EQ(header->chunk_count, 4U);
  EXPECT_TRUE(header->is_dirty());
  EXPECT_FALSE(read_file_header(bytes.substr(0, 127)));
  EXPECT_FALSE(read_file_header(std::string(128, '\0')));
}

}  // namespace
}  // namespace afterpatch::records::evtx
