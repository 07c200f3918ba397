// Counts for Prometheus (text exposition format 0.0.4).
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace afterpatch::web {

// Thread-safe.
struct Metrics {
  static constexpr std::array<double, 8> kSeconds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5};

  std::array<std::atomic<std::uint64_t>, 6> answers_by_class{};  // 1xx to 5xx at 1 to 5
  std::array<std::atomic<std::uint64_t>, kSeconds.size() + 1> answers_by_time{};
  std::atomic<std::uint64_t> microseconds = 0;
  std::atomic<std::uint64_t> connections = 0;
  std::atomic<std::int64_t> open_connections = 0;
  std::atomic<std::uint64_t> refused_connections = 0;
  std::atomic<std::uint64_t> sign_ins = 0;
  std::atomic<std::uint64_t> refused_sign_ins = 0;
  std::atomic<std::uint64_t> refused_tokens = 0;
  std::atomic<std::uint64_t> uploaded_bytes = 0;
  std::atomic<std::uint64_t> hunts = 0;
  std::atomic<std::uint64_t> failed_hunts = 0;

  void count(unsigned status, std::chrono::microseconds took);
  std::string text() const;
};

}  // namespace afterpatch::web
