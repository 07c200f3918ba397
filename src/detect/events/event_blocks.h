// Cuts an EVTX file into its chunks, a megabyte at a time, so that they can be searched in any order by any
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "evidence/artefact.h"
#include "evidence/byte_stream.h"
#include "records/evtx/file_header.h"

namespace afterpatch::detect::events {

struct EventBlock {
  struct Piece {
    std::size_t begin;  // in `bytes`
    std::size_t size;   // at most 64 KiB
  };
  std::string bytes;
  std::uint64_t offset = 0;  // of the first byte in the unpacked artefact
  std::vector<Piece> chunks;
};

// Not thread-safe. Holds at most one block. Chunks stand one after another behind the file's header; where
// one is not where it should be (a damaged or cut file), what follows is searched for the next signature.
class EventBlocks {
 public:
  // The artefact must outlive it.
  static Result<EventBlocks> open(const evidence::Artefact& artefact);

  // False at the end. A read error ends the log: what came before it stands, failure() says what happened.
  bool next(EventBlock& block);

  const std::string& failure() const { return failure_; }
  std::uint64_t consumed() const { return stream_->consumed(); }

 private:
  explicit EventBlocks(std::unique_ptr<evidence::ByteStream> stream) : stream_(std::move(stream)) {}
  void fill();
  std::size_t cut(std::vector<EventBlock::Piece>& chunks) const;

  std::unique_ptr<evidence::ByteStream> stream_;
  std::string buffer_;
  std::uint64_t offset_ = 0;
  bool at_end_ = false;
  std::string failure_;
};

inline constexpr std::size_t kEventBlockBytes = std::size_t{1} << 20U;

}  // namespace afterpatch::detect::events
