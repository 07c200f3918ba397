// Names of elements and attributes, and literal texts of templates, kept once as UTF-8. In a chunk they are
// named by their offset, so equal names of different chunks get the same number here.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace afterpatch::records::evtx {

using NameId = std::uint32_t;

// Not thread-safe: one a thread.
class NameTable {
 public:
  // Names are found by offset from now on in another chunk.
  void start_chunk() { ++chunk_; }

  // The name defined at `offset` of the chunk: next offset (4), hash (2), number of characters (2), UTF-16
  // characters, a NUL character. nullopt when it does not fit or is longer than kMaxNameCharacters.
  std::optional<NameId> at(std::string_view chunk, std::uint32_t offset);

  // Number of a text in UTF-16.
  NameId of_utf16(std::string_view utf16);

  // REQUIRES: `id` came from this table.
  const std::string& text(NameId id) const { return texts_[id]; }
  std::string_view utf16(NameId id) const { return utf16_[id]; }
  std::size_t size() const { return texts_.size(); }
  std::size_t bytes() const { return bytes_; }  // of all texts, about

 private:
  struct Known {
    std::uint32_t chunk = 0;
    NameId id = 0;
  };
  std::uint32_t chunk_ = 1;
  std::vector<Known> by_offset_ = std::vector<Known>(65536);
  std::deque<std::string> utf16_;  // what by_text_ looks up by
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, NameId> by_text_;
  std::size_t bytes_ = 0;
};

// Bytes that a name takes where it is defined inline; 0 when it does not fit.
std::size_t name_bytes(std::string_view chunk, std::size_t offset);

// Whether the hash that stands with the name is that of its characters: else something was written over it.
// REQUIRES: name_bytes() is not 0.
bool name_is_intact(std::string_view chunk, std::size_t offset);

}  // namespace afterpatch::records::evtx
