// What time it is for the server: always the real clock, UTC.
#pragma once

#include <chrono>

#include "base/time.h"

namespace afterpatch::web {

inline Timestamp current_time() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace afterpatch::web
