// Cuts a log into blocks of whole rows, each with the header that is in force where it begins, so that blocks
// can be searched in any order by any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "evidence/artefact.h"
#include "evidence/byte_stream.h"
#include "records/header.h"

namespace afterpatch::detect {

struct LogBlock {
  std::string bytes;
  std::uint64_t offset = 0;                  // of the first byte in the unpacked artefact
  records::HeaderPtr header;                 // in force at its start; null when none is known yet
  std::string date;                          // W3C #Date in force there
  std::vector<records::HeaderSpan> headers;  // in force from where inside the block; at least one, from 0
  records::LineIndex lines;
};

// Found by measuring: a search with many rules is faster than with 2 or 4 MiB, presumably since less of a
// block is fetched from memory again for the next look (docs/performance.md). Larger than the longest record.
inline constexpr std::size_t kLogBlockBytes = std::size_t{5} << 18U;

// Not thread-safe. Holds at most one block.
class LogBlocks {
 public:
  // REQUIRES: block_bytes > records::kMaxRecordBytes. The artefact must outlive the reader.
  static Result<LogBlocks> open(const evidence::Artefact& artefact, std::size_t block_bytes = kLogBlockBytes);

  // Takes the room of what stood in `block`. False at the end. A read error ends the log: what came before it
  // stands, failure() says what happened.
  bool next(LogBlock& block);

  const std::string& failure() const { return failure_; }
  std::uint64_t consumed() const { return stream_->consumed(); }  // bytes taken from the disk

 private:
  LogBlocks(std::unique_ptr<evidence::ByteStream> stream, records::Dialect dialect, std::size_t block_bytes)
      : stream_(std::move(stream)), dialect_(dialect), block_bytes_(block_bytes) {}
  void fill();
  std::size_t read_into(char* bytes, std::size_t wanted);
  void hand_out(std::size_t size, LogBlock& block);
  records::Dialect dialect() const;

  std::unique_ptr<evidence::ByteStream> stream_;
  records::Dialect dialect_;
  std::size_t block_bytes_;
  std::size_t next_read_ = std::size_t{64} << 10U;  // first a small read: most logs are small
  std::unique_ptr<records::HeaderTracker> tracker_ = std::make_unique<records::HeaderTracker>();
  std::string buffer_;
  std::uint64_t offset_ = 0;
  bool at_end_ = false;
  std::string failure_;
};

}  // namespace afterpatch::detect
