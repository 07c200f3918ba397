// A Windows event as a list of named texts, as it was read from an export that others made: XML or JSON.
// Names and parts are those of events from EVTX files (evtx/shape.h), whatever the export calls them, so that
// the same rules and facts apply.
//
// Example:
//   event.first(Part::system, "Channel")   // "Security"
//   event.first(Part::data, "TargetUserName")
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "records/evtx/shape.h"

namespace afterpatch::records::event_export {

using evtx::Part;

struct Leaf {
  std::string_view name;
  Part part = Part::data;
  std::string_view text;  // UTF-8
};

// Bounds on what one event may hold. Windows' own stay far below.
inline constexpr std::size_t kMaxLeaves = 4096;
inline constexpr std::size_t kMaxNameBytes = 1024;
inline constexpr std::size_t kMaxDepth = 64;

// Views that it hands out live until the next clear().
class Event {
 public:
  std::uint64_t offset = 0;  // of its first byte in the unpacked artefact
  std::uint64_t line = 0;    // where it begins, 1-based, counted from the block's start
  std::string_view raw;      // its own text
  // It has more values than kMaxLeaves, or a longer name; what is within the bounds stands.
  bool is_cut = false;

  std::span<const Leaf> leaves() const { return leaves_; }
  // The first text of that name; empty when there is none.
  std::string_view first(Part part, std::string_view name) const;

  // Of System; empty or 0 when the event has none.
  std::string_view channel() const { return first(Part::system, "Channel"); }
  std::string_view provider() const { return first(Part::system, "Provider_Name"); }
  std::string_view computer() const { return first(Part::system, "Computer"); }
  std::uint32_t event_id() const;
  std::optional<std::uint64_t> record_id() const;
  // TimeCreated/@SystemTime. A time without zone is taken as UTC (has_zone() says so).
  std::optional<Timestamp> time() const;
  bool has_zone() const;

  // For readers: clear(), add() each value, finish() once.
  void clear();
  void add(std::string_view name, Part part, std::string_view text);
  void finish();

 private:
  struct Range {
    std::size_t name;  // in bytes_
    std::size_t text;
    std::size_t end;
    Part part;
  };
  std::string bytes_;
  std::vector<Range> ranges_;
  std::vector<Leaf> leaves_;
};

}  // namespace afterpatch::records::event_export
