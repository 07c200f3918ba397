// Finds where each event of an export begins and ends, in one go over the text and without understanding it,
// so that events can be read by any thread and a broken one spoils no other.
//
// XML: from `<Event ...><System` to `</Event>`, whatever stands between the events (`<Events>`, banners, line
// ends or none), with or without a prefix (`<e:Event>`). JSON: each object at the top, one a line, indented,
// in an array, or one behind the other. After a broken event cutting goes on at the next `<Event
// ...><System`, or at the next line that begins with
// '{' where no object can begin.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace afterpatch::records::event_export {

enum class Format : std::uint8_t { xml, json };

// A longer event is skipped and counted. Windows' own limit for an event is 64 KiB; its export may take a few
// times as much.
inline constexpr std::size_t kMaxEventBytes = std::size_t{1} << 20U;

struct EventSpan {
  std::size_t begin = 0;
  std::size_t size = 0;
  bool operator==(const EventSpan&) const = default;
};

struct CutCounts {
  std::uint64_t cut_off = 0;    // without beginning or end
  std::uint64_t oversized = 0;  // longer than kMaxEventBytes
  bool operator==(const CutCounts&) const = default;
  void add(const CutCounts& other) {
    cut_off += other.cut_off;
    oversized += other.oversized;
  }
};

// Follows JSON from the beginning of an object to its end.
class JsonObjectScanner {
 public:
  enum class Result : std::uint8_t {
    end,     // `at` is just behind the object
    broken,  // at `at` something stands that can't stand in an object; look on from there
    more,    // the text ended within the object
  };
  void restart() { *this = JsonObjectScanner(); }
  // From text[at] on.
  Result scan(std::string_view text, std::size_t& at);

 private:
  bool skip_string(std::string_view text, std::size_t& at);
  bool is_new_event(std::string_view text, std::size_t at) const;

  std::uint64_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
  bool at_line_start_ = false;
  char last_ = 0;  // that was no white space, outside strings
};

// Not thread-safe: cuts one text from its beginning, piece by piece.
class EventCutter {
 public:
  explicit EventCutter(Format format) : format_(format) {}

  // Appends the spans of the whole events in `text`, and returns how many of its bytes are done with: the
  // next call wants what follows those. Fewer than kMaxEventBytes plus 2 KiB are left over; none with
  // `at_end`.
  std::size_t cut(std::string_view text, bool at_end, std::vector<EventSpan>& spans);

  // Of everything since the last call.
  CutCounts take_counts() { return std::exchange(counts_, {}); }

 private:
  std::size_t cut_xml(std::string_view text, bool at_end, std::vector<EventSpan>& spans);
  std::size_t cut_json(std::string_view text, bool at_end, std::vector<EventSpan>& spans);
  void take(std::size_t begin, std::size_t end, std::vector<EventSpan>& spans);

  Format format_;
  CutCounts counts_;
  bool skipping_ = false;  // within an event that is too long, and counted
  JsonObjectScanner scanner_;
};

}  // namespace afterpatch::records::event_export
