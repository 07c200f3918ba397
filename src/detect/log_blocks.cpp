#include "detect/log_blocks.h"

#include <algorithm>
#include <utility>

#include "records/record.h"

namespace afterpatch::detect {

using records::Dialect;

Result<LogBlocks> LogBlocks::open(const evidence::Artefact& artefact, std::size_t block_bytes) {
  auto stream = evidence::open_stream(artefact);
  if (!stream) return std::unexpected(stream.error());
  const Dialect dialect = artefact.kind == evidence::Kind::iis_w3c ? Dialect::w3c : Dialect::csv;
  LogBlocks blocks(std::move(*stream), dialect, block_bytes);
  if (!artefact.gzip)
    blocks.next_read_ = std::max<std::uint64_t>(std::min<std::uint64_t>(artefact.size, block_bytes), 1);
  return blocks;
}

bool LogBlocks::next(LogBlock& block) {
  fill();
  if (buffer_.empty()) return false;
  const std::size_t size = records::find_block_end(buffer_, dialect(), at_end_);
  hand_out(size != 0 ? size : buffer_.size(), block);
  return true;
}

void LogBlocks::fill() {
  while (buffer_.size() < block_bytes_ && !at_end_) {
    const std::size_t have = buffer_.size();
    const std::size_t wanted = std::min(next_read_, block_bytes_ - have);
    buffer_.resize_and_overwrite(
        have + wanted, [&](char* bytes, std::size_t) { return have + read_into(bytes + have, wanted); });
    next_read_ = block_bytes_;
  }
}

// Bytes read; 0 sets at_end_.
std::size_t LogBlocks::read_into(char* bytes, std::size_t wanted) {
  const auto got = stream_->read({bytes, wanted});
  if (!got) failure_ = got.error().what;
  at_end_ = !got || *got == 0;
  return at_end_ ? 0 : *got;
}

void LogBlocks::hand_out(std::size_t size, LogBlock& block) {
  block.header = tracker_->current();
  block.date = tracker_->date();
  block.offset = offset_;
  std::string rest = std::move(block.bytes);
  rest.assign(buffer_, size);
  buffer_.resize(size);
  block.bytes = std::exchange(buffer_, std::move(rest));
  block.lines = records::LineIndex(block.bytes);
  tracker_->feed(block.bytes, block.lines);
  block.headers = tracker_->spans();
  offset_ += size;
}

Dialect LogBlocks::dialect() const {
  const auto header = tracker_->current();
  return header ? header->dialect() : dialect_;
}

}  // namespace afterpatch::detect
