// What a correlation asks of the matches inside a window that slides over one group. Each type keeps just
// what it needs to answer after every step: counts, distinct values, a running sum, ranks, or how far an
// ordered sequence has come.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "detect/sigma/correlation.h"

namespace afterpatch::detect::sigma {

// One match of a base rule, as compact as it can be kept.
struct StoredMatch {
  std::int64_t time = 0;  // microseconds since 1970
  std::uint64_t reference = 0;
  std::uint64_t value = 0;  // value_count: number of the text; other value types: the number's bits
  std::uint32_t group = 0;  // number of the group's values as written
  std::uint16_t base = 0;   // place in Correlation::bases
  double number() const { return std::bit_cast<double>(value); }
};

class Window {
 public:
  virtual ~Window() = default;
  virtual void enter(const StoredMatch& match) = 0;
  // In the order in which they entered.
  virtual void leave(const StoredMatch& match) = 0;
  // What was counted or computed, if the window satisfies the correlation. REQUIRES: the window is not empty.
  virtual std::optional<double> satisfied() const = 0;
};

// An empty window over `group`: all matches that will ever enter, in order. The correlation must outlive it.
std::unique_ptr<Window> make_window(const Correlation& correlation, std::span<const StoredMatch> group);

}  // namespace afterpatch::detect::sigma
