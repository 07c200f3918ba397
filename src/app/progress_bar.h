// Shows a Progress on standard error while long work runs: bytes, rate, time left. Only on a terminal, only
// after two seconds, and gone when the work ends.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/progress.h"

namespace afterpatch::app {

class ProgressBar {
 public:
  // Shows nothing when `enabled` is false. `stages` names the values of Progress::stage. Both must outlive
  // the bar.
  ProgressBar(const Progress& progress, std::vector<std::string> stages, bool enabled);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

 private:
  void run(const std::stop_token& stop);

  const Progress& progress_;
  std::vector<std::string> stages_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;
};

// The line that the bar shows. Pure, for tests. `elapsed_seconds` since the stage began.
std::string progress_line(const std::string& stage, std::uint64_t done, std::uint64_t total,
                          double elapsed_seconds);

// "1.4 GB", "312 kB": decimal units, as disks are sold.
std::string byte_text(std::uint64_t bytes);

}  // namespace afterpatch::app
