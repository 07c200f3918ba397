// Writes Windows event logs (EVTX 3.1): a file header of 4 KiB and chunks of 64 KiB, each with its own table
// of names and templates, as the event log service does ([MS-EVEN6], libevtx documentation). Shares nothing
// with the parser under test.
//
// Example:
//   Result<EvtxWriter> log = EvtxWriter::create("Security.evtx", {.computer = "mail01.fabrikam.local"});
//   log->write({.layout = &kLogon, .time = now, .process_id = 620, .values = {"S-1-5-18", "MAIL01$"}});
//   log->finish();
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/error.h"
#include "range/evtx_document.h"
#include "range/evtx_event.h"

namespace afterpatch::range {

struct EvtxOptions {
  std::string computer{};
  bool templates = true;  // false: plain elements, as in one of twenty records of public collections
  bool dirty = false;     // copied while the service had it open: the header is from an earlier time
  std::uint16_t uncounted_chunks = 0;  // the header counts that many chunks too few
  bool checksums = true;               // false: flagged as having none, as since Windows 10 2004
  std::uint64_t first_record_id = 1;
};

// Same events, same bytes. Memory: one chunk. Not thread-safe.
class EvtxWriter {
 public:
  static Result<EvtxWriter> create(const std::filesystem::path& file, EvtxOptions options);

  // Fails when a value is not of its field's type, or the event is larger than a chunk; the file stays sound
  // without that event.
  Result<void> write(const EvtxEvent& event);
  // Call once, at the end; a file that is not finished has no header.
  Result<void> finish();

  std::uint64_t records() const { return next_id_ - options_.first_record_id; }
  std::uint64_t bytes() const;  // of the file when it is finished now

 private:
  EvtxWriter(std::ofstream stream, std::filesystem::path file, EvtxOptions options);
  void begin_chunk();
  void end_chunk();
  Result<bool> append(const EvtxEvent& event);  // false: no room, and nothing changed
  std::string file_header() const;
  bool is_chunk_empty() const;

  std::ofstream stream_;
  std::filesystem::path file_;
  EvtxOptions options_;
  EvtxDocuments documents_;
  std::string chunk_;
  std::uint64_t chunks_ = 0;       // written
  std::uint64_t chunk_first_ = 1;  // number of the chunk's first record, counted in the file
  std::uint64_t last_record_ = 0;  // its offset
  std::uint64_t next_id_ = 1;
};

}  // namespace afterpatch::range
