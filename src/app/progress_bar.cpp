#include "app/progress_bar.h"

#include <unistd.h>

#include <array>
#include <chrono>

#include <fmt/format.h>

#include "base/time.h"

namespace afterpatch::app {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kQuietAtFirst = std::chrono::seconds(2);
constexpr auto kInterval = std::chrono::milliseconds(250);

void write_to_terminal(const std::string& text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

std::string byte_text(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < kUnits.size()) value /= 1000, ++unit;
  const int decimals = unit == 0 || value >= 100 ? 0 : 1;
  return fmt::format("{:.{}f} {}", value, decimals, kUnits[unit]);
}

std::string progress_line(const std::string& stage, std::uint64_t done, std::uint64_t total,
                          double elapsed_seconds) {
  const double rate = elapsed_seconds > 0 ? static_cast<double>(done) / elapsed_seconds : 0;
  std::string line = fmt::format("{}: {} of {}, {}/s", stage, byte_text(done), byte_text(total),
                                 byte_text(static_cast<std::uint64_t>(rate)));
  if (rate > 0 && total > done) {
    const auto left = static_cast<std::int64_t>(static_cast<double>(total - done) / rate);
    line += ", " + to_duration_text(std::chrono::seconds(left)) + " left";
  }
  return line;
}

ProgressBar::ProgressBar(const Progress& progress, std::vector<std::string> stages, bool enabled)
    : progress_(progress), stages_(std::move(stages)) {
  if (enabled) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

ProgressBar::~ProgressBar() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  wake_.notify_all();
}

void ProgressBar::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  if (wake_.wait_for(lock, stop, kQuietAtFirst, [&] { return stop.stop_requested(); })) return;
  int stage = -1;
  Clock::time_point stage_start = Clock::now() - kQuietAtFirst;
  while (!stop.stop_requested()) {
    const int now = progress_.stage.load();
    if (stage >= 0 && now != stage) stage_start = Clock::now();
    stage = now;
    const std::string& name = stages_[std::min(static_cast<std::size_t>(stage), stages_.size() - 1)];
    write_to_terminal("\r\x1b[K" + progress_line(name, progress_.done_bytes, progress_.total_bytes,
                                                 seconds_since(stage_start)));
    wake_.wait_for(lock, stop, kInterval, [&] { return stop.stop_requested(); });
  }
  write_to_terminal("\r\x1b[K");
}

}  // namespace afterpatch::app
