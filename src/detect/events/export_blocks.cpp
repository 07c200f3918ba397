#include "detect/events/export_blocks.h"

#include <utility>

namespace afterpatch::detect::events {

using records::event_export::Format;
using records::event_export::kMaxEventBytes;

namespace {

// More than twice what the cutter may leave over, so that each block makes way.
constexpr std::size_t kBlockBytes = 2 * kMaxEventBytes + (std::size_t{64} << 10U);
constexpr std::size_t kReadBytes = std::size_t{256} << 10U;

}  // namespace

bool is_event_export(const evidence::Artefact& artefact) {
  return artefact.kind == evidence::Kind::event_xml || artefact.kind == evidence::Kind::event_json;
}

Result<ExportBlocks> ExportBlocks::open(const evidence::Artefact& artefact) {
  auto stream = evidence::open_stream(artefact);
  if (!stream) return std::unexpected(stream.error());
  const bool is_xml = artefact.kind == evidence::Kind::event_xml;
  return ExportBlocks(std::move(*stream), is_xml ? Format::xml : Format::json);
}

void ExportBlocks::fill() {
  while (text_.size() < kBlockBytes && !at_end_) {
    read_.resize(kReadBytes);
    const auto got = stream_->read(read_);
    if (!got) failure_ = got.error().what;
    at_end_ = got.value_or(0) == 0;
    decoder_.decode(std::string_view(read_).substr(0, got.value_or(0)), at_end_, text_);
  }
}

bool ExportBlocks::next(ExportBlock& block) {
  fill();
  if (text_.empty()) return false;
  if (offset_ == 0) offset_ = decoder_.mark_bytes();
  block.events.clear();
  const std::size_t done = cutter_.cut(text_, at_end_, block.events);
  std::string rest = text_.substr(done);
  text_.resize(done);
  block.text = std::exchange(text_, std::move(rest));
  block.place = {offset_, decoder_.is_utf16()};
  block.format = format_;
  block.cuts = cutter_.take_counts();
  offset_ += decoder_.is_utf16() ? records::event_export::utf16_bytes(block.text) : block.text.size();
  return true;
}

}  // namespace afterpatch::detect::events
