#include "records/evtx/chunk.h"

#include <zlib.h>

#include <algorithm>

#include "records/evtx/bytes.h"
#include "records/evtx/layout.h"

namespace afterpatch::records::evtx {

ChunkHeader read_chunk_header(std::string_view chunk) {
  ChunkHeader header;
  if (chunk.size() < kChunkHeaderBytes || !chunk.starts_with(kChunkMagic)) return header;
  header.has_magic = true;
  header.first_record_id = load<std::uint64_t>(chunk, 24);
  header.last_record_id = load<std::uint64_t>(chunk, 32);
  header.free_space = load<std::uint32_t>(chunk, 48);
  return header;
}

namespace {

std::uint32_t crc32_of(std::uint32_t begun, std::string_view bytes) {
  return static_cast<std::uint32_t>(
      ::crc32(begun, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

}  // namespace

bool fits_checksums(std::string_view chunk) {
  if (chunk.size() < kChunkHeaderBytes) return true;
  if ((load<std::uint32_t>(chunk, kChunkFlagsAt) & kFlagNoChecksums) != 0) return true;
  const auto of_header = load<std::uint32_t>(chunk, kChunkHeaderChecksumAt);
  const auto of_records = load<std::uint32_t>(chunk, kChunkRecordsChecksumAt);
  const std::size_t behind_checksum = kChunkHeaderChecksumAt + sizeof of_header;
  const std::uint32_t begun = crc32_of(0, chunk.substr(0, kChunkFlagsAt));
  const std::string_view tables = chunk.substr(behind_checksum, kChunkHeaderBytes - behind_checksum);
  if (of_header != 0 && crc32_of(begun, tables) != of_header) return false;
  const std::size_t end = read_chunk_header(chunk).free_space;
  if (of_records == 0 || end < kChunkHeaderBytes || end > chunk.size()) return true;
  return crc32_of(0, chunk.substr(kChunkHeaderBytes, end - kChunkHeaderBytes)) == of_records;
}

std::size_t find_chunk(std::string_view bytes) {
  const std::size_t found = bytes.find(kChunkMagic);
  return found == std::string_view::npos ? bytes.size() : found;
}

RecordFinder::RecordFinder(std::string_view chunk)
    : chunk_(chunk), at_(kChunkHeaderBytes), end_of_records_(chunk.size()) {
  const ChunkHeader header = read_chunk_header(chunk);
  if (!header.has_magic) at_ = end_of_records_ = 0;
  if (header.free_space > kChunkHeaderBytes)
    end_of_records_ = std::min<std::size_t>(header.free_space, chunk.size());
}

// Size of the whole record at `at`, or 0 if there is none.
std::size_t RecordFinder::size_at(std::size_t at) const {
  if (!holds(chunk_, at, kMinRecordBytes) || chunk_.substr(at, 4) != kRecordMagic) return 0;
  const std::size_t size = load<std::uint32_t>(chunk_, at + 4);
  if (size < kMinRecordBytes || !holds(chunk_, at, size)) return 0;
  return load<std::uint32_t>(chunk_, at + size - 4) == size ? size : 0;
}

bool RecordFinder::is_empty_from(std::size_t at) const {
  return chunk_.find_first_not_of('\0', at) >= end_of_records_;
}

bool RecordFinder::next(RecordSpan& span) {
  std::size_t at = at_;
  std::size_t size = size_at(at);
  const bool displaced = size == 0;
  while (size == 0) {
    at = at < chunk_.size() ? chunk_.find(kRecordMagic, at + 1) : std::string_view::npos;
    if (at == std::string_view::npos) break;
    size = size_at(at);
  }
  if (displaced && at_ < end_of_records_ && !is_empty_from(at_)) ++damaged_stretches_;
  if (size == 0) {
    at_ = chunk_.size();
    return false;
  }
  // The end in the header of a chunk that was not closed properly is stale: what goes on counting belongs.
  const auto id = load<std::uint64_t>(chunk_, at + 8);
  const bool belongs =
      (last_id_ && id == *last_id_ + 1) || (!displaced && !in_leftovers_ && at < end_of_records_);
  in_leftovers_ = !belongs;
  if (belongs) last_id_ = id;
  span = {at, size, !belongs};
  at_ = at + size;
  return true;
}

}  // namespace afterpatch::records::evtx
