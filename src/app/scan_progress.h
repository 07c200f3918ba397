// Shows how a scan goes, on standard error, four times a second while it runs.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "exposure/scanner.h"

namespace afterpatch::app {

class ScanProgress {
 public:
  // Shows nothing when `enabled` is false. `counts` must outlive it. `before`: positions an earlier run had
  // done.
  ScanProgress(const exposure::ScanCounts& counts, std::uint64_t targets, std::uint64_t before, bool enabled);
  ~ScanProgress();
  ScanProgress(const ScanProgress&) = delete;
  ScanProgress& operator=(const ScanProgress&) = delete;

 private:
  void run(const std::stop_token& stop, std::uint64_t targets, std::uint64_t before);

  const exposure::ScanCounts& counts_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace afterpatch::app
