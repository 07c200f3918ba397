#include "records/evtx/file_header.h"

#include "records/evtx/bytes.h"
#include "records/evtx/layout.h"

namespace afterpatch::records::evtx {

std::optional<FileHeader> read_file_header(std::string_view bytes) {
  if (bytes.size() < 128 || !bytes.starts_with(kFileMagic)) return std::nullopt;
  FileHeader header;
  header.first_chunk = load<std::uint64_t>(bytes, 8);
  header.last_chunk = load<std::uint64_t>(bytes, 16);
  header.next_record_id = load<std::uint64_t>(bytes, 24);
  header.minor_version = load<std::uint16_t>(bytes, 36);
  header.major_version = load<std::uint16_t>(bytes, 38);
  header.chunk_count = load<std::uint16_t>(bytes, 42);
  header.flags = load<std::uint32_t>(bytes, 120);
  return header;
}

}  // namespace afterpatch::records::evtx
