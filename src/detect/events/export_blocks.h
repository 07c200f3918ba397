// Cuts an export of events into blocks of whole events, so that they can be read in any order by any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "evidence/artefact.h"
#include "evidence/byte_stream.h"
#include "records/event_export/event_cutter.h"
#include "records/event_export/export_reader.h"
#include "records/event_export/text_decoder.h"

namespace afterpatch::detect::events {

struct ExportBlock {
  std::string text;  // UTF-8
  records::event_export::TextPlace place;
  records::event_export::Format format = records::event_export::Format::xml;
  std::vector<records::event_export::EventSpan> events;
  records::event_export::CutCounts cuts;  // what was no whole event
};

// Whether the artefact is an export of events.
bool is_event_export(const evidence::Artefact& artefact);

// Not thread-safe. Holds at most one block.
class ExportBlocks {
 public:
  // REQUIRES: is_event_export(). The artefact must outlive it.
  static Result<ExportBlocks> open(const evidence::Artefact& artefact);

  // False at the end. A read error ends the log: what came before it stands, failure() says what happened.
  bool next(ExportBlock& block);

  const std::string& failure() const { return failure_; }
  std::uint64_t consumed() const { return stream_->consumed(); }

 private:
  ExportBlocks(std::unique_ptr<evidence::ByteStream> stream, records::event_export::Format format)
      : stream_(std::move(stream)), format_(format), cutter_(format) {}
  void fill();

  std::unique_ptr<evidence::ByteStream> stream_;
  records::event_export::Format format_;
  records::event_export::EventCutter cutter_;
  records::event_export::TextDecoder decoder_;
  std::string read_;
  std::string text_;
  std::uint64_t offset_ = 0;
  bool at_end_ = false;
  std::string failure_;
};

}  // namespace afterpatch::detect::events
