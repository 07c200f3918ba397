#include "range/evtx_writer.h"

#include <zlib.h>

#include "range/evtx_value.h"

namespace afterpatch::range {
namespace {

constexpr std::size_t kFileHeader = 4096;
constexpr std::size_t kTables = 128;  // names and templates, up to kEvtxChunkHeader
constexpr std::uint32_t kDirty = 1;
constexpr std::uint32_t kNoChecksums = 4;

std::uint32_t checksum(std::string_view bytes, std::uint32_t begin = 0) {
  return static_cast<std::uint32_t>(
      crc32(begin, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

}  // namespace

EvtxWriter::EvtxWriter(std::ofstream stream, std::filesystem::path file, EvtxOptions options)
    : stream_(std::move(stream)),
      file_(std::move(file)),
      options_(std::move(options)),
      documents_(options_.computer, options_.templates),
      next_id_(options_.first_record_id) {
  begin_chunk();
}

Result<EvtxWriter> EvtxWriter::create(const std::filesystem::path& file, EvtxOptions options) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  const std::string room(kFileHeader, '\0');
  if (!stream.write(room.data(), static_cast<std::streamsize>(room.size())))
    return fail("can't write the event log", file.string());
  return EvtxWriter(std::move(stream), file, std::move(options));
}

void EvtxWriter::begin_chunk() {
  chunk_.reserve(2 * kEvtxChunk);
  chunk_.assign(kEvtxChunkHeader, '\0');
  chunk_first_ = records() + 1;
  last_record_ = 0;
}

bool EvtxWriter::is_chunk_empty() const {
  return chunk_.size() == kEvtxChunkHeader;
}

Result<void> EvtxWriter::write(const EvtxEvent& event) {
  auto fitted = append(event);
  if (fitted && !*fitted && !is_chunk_empty()) {
    end_chunk();
    fitted = append(event);
  }
  if (!fitted) return std::unexpected(fitted.error());
  if (!*fitted) return fail("an event is larger than a chunk of its log", file_.string());
  return {};
}

// A record is: mark, size u32, id u64, time u64, document, padding to eight bytes, size again.
Result<bool> EvtxWriter::append(const EvtxEvent& event) {
  const std::size_t begin = chunk_.size();
  const std::string tables = chunk_.substr(kTables, kEvtxChunkHeader - kTables);
  chunk_ += "**";
  chunk_.append(6, '\0');
  append_little_endian(chunk_, next_id_);
  append_little_endian(chunk_, to_filetime(event.time));
  const auto written = documents_.append(chunk_, event, next_id_);
  const std::size_t size = (chunk_.size() - begin + 4 + 7) / 8 * 8;
  if (!written || begin + size > kEvtxChunk) {
    chunk_.resize(begin);
    chunk_.replace(kTables, tables.size(), tables);
    if (!written) return std::unexpected(written.error());
    return false;
  }
  chunk_.resize(begin + size - 4);
  append_little_endian(chunk_, static_cast<std::uint32_t>(size));
  store_little_endian(chunk_, begin + 4, static_cast<std::uint32_t>(size));
  last_record_ = begin;
  ++next_id_;
  return true;
}

// Chunk header: mark, first and last record number and id, size of the header, offsets of the last record and
// of free space, checksum of the records, ..., flags at 120, checksum of the header without itself at 124.
void EvtxWriter::end_chunk() {
  const auto free_space = static_cast<std::uint32_t>(chunk_.size());
  std::string header = "ElfChnk";
  header.push_back('\0');
  append_little_endian(header, chunk_first_);
  append_little_endian(header, records());
  append_little_endian(header, options_.first_record_id + chunk_first_ - 1);
  append_little_endian(header, next_id_ - 1);
  append_little_endian(header, std::uint32_t{128});
  append_little_endian(header, static_cast<std::uint32_t>(last_record_));
  append_little_endian(header, free_space);
  const std::string_view data = std::string_view(chunk_).substr(kEvtxChunkHeader);
  append_little_endian(header, options_.checksums ? checksum(data) : 0U);
  header.resize(120);
  const std::uint32_t sum =
      checksum(std::string_view(chunk_).substr(kTables, kEvtxChunkHeader - kTables), checksum(header));
  append_little_endian(header, options_.checksums ? 0U : kNoChecksums);
  append_little_endian(header, options_.checksums ? sum : 0U);
  chunk_.replace(0, header.size(), header);
  chunk_.resize(kEvtxChunk);
  stream_.write(chunk_.data(), static_cast<std::streamsize>(chunk_.size()));
  ++chunks_;
  begin_chunk();
}

// File header: mark, first and last chunk, next record id, size of the header, version, its room, number of
// chunks,
// ..., flags at 120, checksum of the first 120 bytes.
std::string EvtxWriter::file_header() const {
  const std::uint64_t counted = chunks_ > options_.uncounted_chunks ? chunks_ - options_.uncounted_chunks : 0;
  std::string header = "ElfFile";
  header.push_back('\0');
  append_little_endian(header, std::uint64_t{0});
  append_little_endian(header, counted > 0 ? counted - 1 : 0);
  append_little_endian(header, next_id_);
  append_little_endian(header, std::uint32_t{128});
  append_little_endian(header, static_cast<std::uint16_t>(options_.checksums ? 1 : 2));
  append_little_endian(header, std::uint16_t{3});
  append_little_endian(header, static_cast<std::uint16_t>(kFileHeader));
  append_little_endian(header, static_cast<std::uint16_t>(counted));
  header.resize(120);
  const std::uint32_t sum = checksum(header);
  append_little_endian(header, (options_.dirty ? kDirty : 0U) | (options_.checksums ? 0U : kNoChecksums));
  append_little_endian(header, options_.checksums ? sum : 0U);
  return header;
}

Result<void> EvtxWriter::finish() {
  if (!is_chunk_empty() || chunks_ == 0) end_chunk();
  const std::string header = file_header();
  stream_.seekp(0);
  stream_.write(header.data(), static_cast<std::streamsize>(header.size()));
  stream_.close();
  if (!stream_) return fail("can't write the event log", file_.string());
  return {};
}

std::uint64_t EvtxWriter::bytes() const {
  return kFileHeader + (chunks_ + (is_chunk_empty() && chunks_ > 0 ? 0 : 1)) * kEvtxChunk;
}

}  // namespace afterpatch::range
