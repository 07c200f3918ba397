#include "app/clock.h"

#include <cstdlib>

namespace afterpatch::app {

std::optional<Timestamp> simulated_now() {
  const char* text = std::getenv("AFTERPATCH_NOW");
  return text == nullptr ? std::nullopt : parse_time(text);
}

Timestamp now_utc() {
  return simulated_now().value_or(
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
}

}  // namespace afterpatch::app
