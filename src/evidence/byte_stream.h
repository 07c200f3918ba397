// Reads an artefact's bytes in order, through gunzip when needed, with bounded memory.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/error.h"
#include "evidence/artefact.h"

namespace afterpatch::evidence {

// Not thread-safe; one reader per stream. A file that shrinks while it is read simply ends early; one that
// grows is read to the size it had when opened plus what is there. A damaged .gz gives what could be
// unpacked, then an Error.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Fills `buffer` from the front; fewer bytes than asked only at the end; 0 = end.
  virtual Result<std::size_t> read(std::span<char> buffer) = 0;
  // Bytes taken from the disk so far, for progress.
  virtual std::uint64_t consumed() const = 0;
};

Result<std::unique_ptr<ByteStream>> open_stream(const Artefact& artefact);

// The whole artefact, or its first `limit` bytes (`truncated` then says so).
struct Content {
  std::string bytes;
  bool truncated = false;
};
Result<Content> read_content(const Artefact& artefact, std::uint64_t limit);

}  // namespace afterpatch::evidence
