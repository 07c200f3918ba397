#include "app/scan_progress.h"

#include <unistd.h>

#include <chrono>

#include "app/scan_summary.h"

namespace afterpatch::app {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(250);

void write_to_terminal(const std::string& text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

ScanProgress::ScanProgress(const exposure::ScanCounts& counts, std::uint64_t targets, std::uint64_t before,
                           bool enabled)
    : counts_(counts) {
  if (enabled) thread_ = std::jthread([=, this](const std::stop_token& stop) { run(stop, targets, before); });
}

ScanProgress::~ScanProgress() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  wake_.notify_all();
}

void ScanProgress::run(const std::stop_token& stop, std::uint64_t targets, std::uint64_t before) {
  const auto began = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, stop, kInterval, [&] { return stop.stop_requested(); })) {
    ScanSummary now = summary_of(counts_);
    now.targets = targets;
    now.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    write_to_terminal("\r\x1b[K" + scan_progress_line(now, before));
  }
  write_to_terminal("\r\x1b[K");
}

}  // namespace afterpatch::app
