// Reads the events of chunks, one after another. Templates are compiled when first met and kept from chunk to
// chunk; a record costs little more than walking its list of values.
//
// Example:
//   EventReader reader;                       // once a thread
//   reader.start_chunk(chunk);                // at most 64 KiB, from its "ElfChnk" on
//   while (reader.next()) use(reader.event());
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "records/evtx/chunk.h"
#include "records/evtx/event.h"
#include "records/evtx/names.h"
#include "records/evtx/template_library.h"

namespace afterpatch::records::evtx {

struct EventCounts {
  std::uint64_t events = 0;             // given by next()
  std::uint64_t recovered = 0;          // of these
  std::uint64_t without_template = 0;   // of these: Event::without_template
  std::uint64_t borrowed_template = 0;  // of these: Event::borrowed_template
  std::uint64_t partly_damaged = 0;     // of these: a nested part could not be read
  std::uint64_t damaged = 0;            // records that could not be read at all
  std::uint64_t damaged_stretches = 0;  // bytes where a record should have been
  std::uint64_t chunks = 0;
  std::uint64_t damaged_chunks = 0;   // without signature
  std::uint64_t wrong_checksums = 0;  // chunks that do not fit their checksums (chunk.h)

  void add(const EventCounts& other);
  void subtract(const EventCounts& other);  // REQUIRES: none of its counts is greater
};

// Not thread-safe. Never fails: what can't be read is counted and left out.
class EventReader {
 public:
  EventReader();
  ~EventReader();
  EventReader(EventReader&&) noexcept;
  EventReader& operator=(EventReader&&) noexcept;

  // Where to look for templates that are missing in their chunk; null for nowhere. For one file each.
  void use_templates(std::shared_ptr<const TemplateLibrary> library);

  // The bytes must live until the next call. Those that do not begin with a chunk's signature are searched
  // for records all the same.
  void start_chunk(std::string_view chunk);

  bool next();
  const Event& event() const;
  const EventCounts& counts() const;

  // Grows whenever all shapes are forgotten (a hostile file may hold millions): what was kept by Shape::id or
  // by Shape pointer is void then. Only start_chunk() changes it.
  std::uint64_t generation() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace afterpatch::records::evtx
