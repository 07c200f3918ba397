// How far a long piece of work is. The library counts; only app/ shows.
#pragma once

#include <atomic>
#include <cstdint>

namespace afterpatch {

// Written by any thread, read by any thread. `total` is what is known so far and may grow.
struct Progress {
  std::atomic<std::uint64_t> done_bytes{0};
  std::atomic<std::uint64_t> total_bytes{0};
  std::atomic<std::uint64_t> done_items{0};
  std::atomic<int> stage{0};           // an index into the stage names of the work at hand
  std::atomic<bool> cancelled{false};  // set to end early; workers stop at the next block
};

}  // namespace afterpatch
