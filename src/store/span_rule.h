// How one more observation changes the spans of a host.
//
// A span says: from `first` to `last` this was seen, nothing else was seen between, and never longer than the
// source's longest gap passed without seeing it. Spans of one host and source do not overlap. So a server
// that looks the same on ninety days is one row, and a server that vanished for a week and came back is two.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"

namespace afterpatch::store {

struct Span {
  Timestamp first;
  Timestamp last;
  std::int64_t state = 0;  // id of what was seen

  bool operator==(const Span&) const = default;
};

// `removed`: spans, by their first moment, that go; then `written` are added.
struct SpanEdit {
  std::vector<Timestamp> removed;
  std::vector<Span> written;
  bool contradicted = false;  // something else was seen at that very moment before: what stood first stays

  bool empty() const { return removed.empty() && written.empty(); }
};

// `before`: the latest span that begins at or before `time`; `after`: the earliest that begins later. Seeing
// the same again at a known time changes nothing, so importing twice does no harm, and the order of imports
// matters only in one case: when something else was seen in the midst of a span, its neighbours' ends are
// known to within `longest_gap` only, and are put where the span's own promise makes them certain.
SpanEdit place_observation(const std::optional<Span>& before, const std::optional<Span>& after,
                           Timestamp time, std::int64_t state, std::chrono::microseconds longest_gap);

}  // namespace afterpatch::store
