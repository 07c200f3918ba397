#include "detect/events/event_blocks.h"

#include <algorithm>
#include <span>
#include <utility>

#include "records/evtx/chunk.h"
#include "records/evtx/layout.h"

namespace afterpatch::detect::events {
namespace {

using records::evtx::kChunkBytes;
using records::evtx::kChunkMagic;
using records::evtx::kFileHeaderBytes;
using records::evtx::kFileMagic;

// How far the piece at the beginning of `bytes` reaches: a whole chunk, or up to the next signature when the
// chunk here has lost its own.
std::size_t piece_at(std::string_view bytes) {
  const std::size_t whole = std::min(bytes.size(), kChunkBytes);
  if (bytes.starts_with(kChunkMagic)) return whole;
  return std::max<std::size_t>(records::evtx::find_chunk(bytes.substr(0, whole)), 1);
}

}  // namespace

Result<EventBlocks> EventBlocks::open(const evidence::Artefact& artefact) {
  auto stream = evidence::open_stream(artefact);
  if (!stream) return std::unexpected(stream.error());
  EventBlocks blocks(std::move(*stream));
  blocks.fill();
  if (blocks.buffer_.starts_with(kFileMagic)) {
    blocks.offset_ = std::min(kFileHeaderBytes, blocks.buffer_.size());
    blocks.buffer_.erase(0, blocks.offset_);
  }
  return blocks;
}

void EventBlocks::fill() {
  while (buffer_.size() < kEventBlockBytes && !at_end_) {
    const std::size_t have = buffer_.size();
    buffer_.resize(kEventBlockBytes);
    const auto got = stream_->read(std::span<char>(buffer_).subspan(have));
    buffer_.resize(have + got.value_or(0));
    if (!got) failure_ = got.error().what;
    at_end_ = got.value_or(0) == 0;
  }
}

// Whole chunks only, until the file ends. Bytes that were cut.
std::size_t EventBlocks::cut(std::vector<EventBlock::Piece>& chunks) const {
  std::size_t at = 0;
  const std::string_view bytes = buffer_;
  while (at < bytes.size() && (at_end_ || bytes.size() - at >= kChunkBytes)) {
    const std::size_t size = piece_at(bytes.substr(at));
    chunks.push_back({at, size});
    at += size;
  }
  return at;
}

bool EventBlocks::next(EventBlock& block) {
  fill();
  if (buffer_.empty()) return false;
  block.chunks.clear();
  block.offset = offset_;
  const std::size_t size = cut(block.chunks);
  std::string rest = buffer_.substr(size);
  block.bytes = std::exchange(buffer_, std::move(rest));
  block.bytes.resize(size);
  offset_ += size;
  return true;
}

}  // namespace afterpatch::detect::events
