// Ctrl-C during long work: the first one asks the work to end early and say what it has; the second ends the
// process at once.
#pragma once

#include <signal.h>

#include <string_view>

#include "base/progress.h"

namespace afterpatch::app {

// While it lives, the first SIGINT or SIGTERM sets Progress::cancelled, says so on standard error, and gives
// both signals their default action back. A signal that was ignored when it began (nohup, a job in the
// background) stays ignored. One at a time; not thread-safe.
class InterruptGuard {
 public:
  static constexpr std::string_view kHunt =
      "\nafterpatch: stopping; what was read so far is being judged. Press Ctrl-C again to end at once.\n";

  // `progress` and `said` must outlive the guard.
  explicit InterruptGuard(Progress& progress, std::string_view said = kHunt);
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  struct sigaction interrupt_before_{};
  struct sigaction terminate_before_{};
};

}  // namespace afterpatch::app
