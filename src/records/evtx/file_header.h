// The first 4096 bytes of an EVTX file. Nothing in it is needed to read the records (chunks stand by
// themselves); it says whether the file was closed properly and which numbers its records should have.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace afterpatch::records::evtx {

struct FileHeader {
  std::uint64_t first_chunk = 0;
  std::uint64_t last_chunk = 0;
  std::uint64_t next_record_id = 0;
  std::uint16_t minor_version = 0;
  std::uint16_t major_version = 0;  // 3.1; 3.2 since Windows 10 2004
  std::uint16_t chunk_count = 0;    // wraps at 65536, and stale in a dirty file: the file's size counts
  std::uint32_t flags = 0;          // kFlagDirty, kFlagFull, kFlagNoChecksums

  bool is_dirty() const { return (flags & 1U) != 0; }
};

// nullopt when the bytes do not begin with the signature or are fewer than 128.
std::optional<FileHeader> read_file_header(std::string_view bytes);

}  // namespace afterpatch::records::evtx
