#include "records/evtx/names.h"

#include "records/evtx/bytes.h"
#include "records/evtx/layout.h"
#include "records/evtx/value.h"

namespace afterpatch::records::evtx {
namespace {

constexpr std::size_t kBeforeCharacters = 8;

}  // namespace

std::size_t name_bytes(std::string_view chunk, std::size_t offset) {
  if (!holds(chunk, offset, kBeforeCharacters)) return 0;
  const std::size_t count = load<std::uint16_t>(chunk, offset + 6);
  const std::size_t size = kBeforeCharacters + 2 * count + 2;
  return count <= kMaxNameCharacters && holds(chunk, offset, size) ? size : 0;
}

// Of libevtx's documentation ("Name"): hash * 65599 + character, the lower 16 bits of it.
bool name_is_intact(std::string_view chunk, std::size_t offset) {
  const std::size_t count = load<std::uint16_t>(chunk, offset + 6);
  std::uint32_t hash = 0;
  for (std::size_t i = 0; i < count; ++i)
    hash = hash * 65599 + load<std::uint16_t>(chunk, offset + kBeforeCharacters + 2 * i);
  return load<std::uint16_t>(chunk, offset + 4) == static_cast<std::uint16_t>(hash);
}

std::optional<NameId> NameTable::at(std::string_view chunk, std::uint32_t offset) {
  if (offset >= by_offset_.size()) return std::nullopt;
  Known& known = by_offset_[offset];
  if (known.chunk == chunk_) return known.id;
  const std::size_t size = name_bytes(chunk, offset);
  if (size == 0) return std::nullopt;
  known = {chunk_, of_utf16(chunk.substr(offset + kBeforeCharacters, size - kBeforeCharacters - 2))};
  return known.id;
}

NameId NameTable::of_utf16(std::string_view utf16) {
  if (const auto known = by_text_.find(utf16); known != by_text_.end()) return known->second;
  const auto id = static_cast<NameId>(texts_.size());
  utf16_.emplace_back(utf16);
  append_utf16(utf16, texts_.emplace_back());
  by_text_.emplace(utf16_.back(), id);
  bytes_ += 2 * utf16.size() + 128;
  return id;
}

}  // namespace afterpatch::records::evtx
