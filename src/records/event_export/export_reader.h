// Reads the events of a piece of an export that EventCutter has cut.
//
// Example:
//   ExportReader reader(Format::json);
//   reader.start(text, spans, {offset, false});
//   while (reader.next()) use(reader.event());
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "records/event_export/event.h"
#include "records/event_export/event_cutter.h"

namespace afterpatch::records::event_export {

struct ExportCounts {
  std::uint64_t events = 0;        // given by next()
  std::uint64_t partly = 0;        // of these: Event::is_cut
  std::uint64_t without_zone = 0;  // of these: Event::time() is there, but has_zone() says no
  std::uint64_t off_time = 0;      // of these: see is_off()
  std::uint64_t damaged = 0;       // could not be read
  std::uint64_t no_events = 0;     // JSON objects that are something else
  void add(const ExportCounts& other);
};

// Sysmon writes the time into each event by itself, in UTC. One that differs by more than 10 minutes from the
// export's own time shows that this is the local time of somewhere, whatever zone it claims.
bool is_off(const Event& event);

// Where the text stands.
struct TextPlace {
  std::uint64_t offset = 0;  // of its first byte in the unpacked artefact
  bool utf16 = false;        // there; here it is UTF-8 always
};

// Not thread-safe. Never fails: what can't be read is counted and left out.
class ExportReader {
 public:
  explicit ExportReader(Format format) : format_(format) {}

  // `text` and `spans` must live until the next start().
  void start(std::string_view text, std::span<const EventSpan> spans, TextPlace place);

  bool next();
  const Event& event() const { return event_; }
  // Of everything since the last call.
  ExportCounts take_counts();
  // Line ends in the text. Call when next() has returned false.
  std::uint64_t count_lines();

 private:
  bool read(std::string_view raw);
  void move_to(std::size_t at);
  void count();

  Format format_;
  std::string_view text_;
  std::span<const EventSpan> spans_;
  std::size_t next_ = 0;
  TextPlace place_;
  std::size_t at_ = 0;  // up to which offset_ and lines_ are counted
  std::uint64_t offset_ = 0;
  std::uint64_t lines_ = 0;
  Event event_;
  std::string converted_;
  ExportCounts counts_;
};

}  // namespace afterpatch::records::event_export
