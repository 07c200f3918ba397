// Tokens of binary XML, written into an EVTX chunk ([MS-EVEN6] 2.2.12, libevtx documentation). Names and
// template definitions stand once in a chunk, where they are used first; the chunk's own hash tables, in its
// header, find them again. So the chunk is its own index, and cutting it back to an earlier state forgets
// what came later.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "range/evtx_event.h"

namespace afterpatch::range {

inline constexpr std::size_t kEvtxChunk = 65536;
inline constexpr std::size_t kEvtxChunkHeader = 512;

// Not thread-safe. `chunk` begins with the chunk's header and is appended to.
class BinaryXml {
 public:
  explicit BinaryXml(std::string& chunk) : chunk_(chunk) {}

  // As `dependency`, a slot: readers leave the element out when it is null.
  static constexpr std::uint16_t kNoDependency = 0xffff;

  void fragment();  // every document begins so
  void end_of_stream();

  // Elements must be closed in order. Attributes come right after open(), with attributes set.
  void open(std::string_view name, bool attributes = false, std::uint16_t dependency = kNoDependency);
  void attribute(std::string_view name, bool more_follow);  // its value follows: text() or slot()
  void content();                                           // ends the start tag
  void close();                                             // after content()
  void close_empty();                                       // instead of content() and close()

  void text(std::string_view utf8);
  void slot(std::uint16_t number, EvtxType type, bool optional = true);

  // `definition` writes the document of a template; called when this chunk does not have it yet. `guid` has
  // 16 bytes.
  template <typename Definition>
  void template_instance(std::string_view guid, Definition definition) {
    if (begin_instance(guid)) return;
    const std::size_t size_at = begin_definition(guid);
    definition();
    end_definition(size_at);
  }

 private:
  struct Open {
    std::size_t size_at = 0;
    std::size_t attributes_at = 0;  // 0: none
  };

  void name(std::string_view utf8);
  std::uint32_t find_name(std::string_view utf16, std::uint16_t hash) const;
  bool begin_instance(std::string_view guid);
  std::size_t begin_definition(std::string_view guid);
  void end_definition(std::size_t size_at);
  void end_attributes();
  std::uint32_t number_at(std::size_t offset) const;

  std::string& chunk_;
  Open open_[16];
  std::size_t depth_ = 0;
};

}  // namespace afterpatch::range
