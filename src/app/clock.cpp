#include "app/clock.h"

#include <cstdlib>

namespace afterpatch::app {
namespace {

Timestamp real_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace

std::optional<Timestamp> simulated_now() {
  const char* text = std::getenv("AFTERPATCH_NOW");
  const auto begin = text == nullptr ? std::nullopt : parse_time(text);
  if (!begin) return std::nullopt;
  static const Timestamp started = real_now();
  return *begin + (real_now() - started);
}

Timestamp now_utc() {
  const auto simulated = simulated_now();
  return simulated ? *simulated : real_now();
}

}  // namespace afterpatch::app
