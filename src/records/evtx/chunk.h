// Chunks and the records in them. A chunk is self-contained: names and templates that its records use are
// defined inside it. So chunks can be read in any order by any thread, and one that is damaged spoils no
// other.
//
// Example:
//   RecordFinder records(chunk);
//   for (RecordSpan span; records.next(span);) use(chunk.substr(span.offset, span.size));
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace afterpatch::records::evtx {

struct ChunkHeader {
  bool has_magic = false;
  std::uint64_t first_record_id = 0;
  std::uint64_t last_record_id = 0;
  std::uint32_t free_space = 0;  // offset just past the last record
};

// Of a chunk without signature, or too short for a header, everything is 0.
ChunkHeader read_chunk_header(std::string_view chunk);

// Whether the chunk's bytes are those of which Windows wrote the checksums into its header: CRC-32 (as in
// ISO 3309) of the header without its flags and checksum, and of the records. True when there are none. False
// also of a chunk that was copied while Windows wrote to it.
bool fits_checksums(std::string_view chunk);

// Where in `bytes` the next chunk begins: 0 when they begin with one. What lies before it is damaged, but may
// still hold records. bytes.size() when there is none.
std::size_t find_chunk(std::string_view bytes);

struct RecordSpan {
  std::size_t offset = 0;  // in the chunk
  std::size_t size = 0;
  // Found behind damaged bytes, or behind the end that the chunk's header gives, and not the next one in the
  // count of record ids: left over from before the log was overwritten or cleared. So are all records of a
  // chunk that has lost its header.
  bool recovered = false;
};

// Finds records one after another, and behind damaged bytes the next header whose size equals its copy at the
// record's end. Linear in the chunk. The chunk may be shorter than 64 KiB (a truncated file).
class RecordFinder {
 public:
  explicit RecordFinder(std::string_view chunk);

  bool next(RecordSpan& span);

  // Stretches of bytes that should have been a record and were not.
  std::uint64_t damaged_stretches() const { return damaged_stretches_; }

 private:
  std::size_t size_at(std::size_t at) const;
  bool is_empty_from(std::size_t at) const;

  std::string_view chunk_;
  std::size_t at_;
  std::size_t end_of_records_;
  std::optional<std::uint64_t> last_id_;  // of the last record that was not recovered
  bool in_leftovers_ = false;
  std::uint64_t damaged_stretches_ = 0;
};

}  // namespace afterpatch::records::evtx
