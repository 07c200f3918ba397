// The version of the program, from CMake's project().
#pragma once

namespace afterpatch::app {

inline constexpr const char* kVersion = AFTERPATCH_VERSION;

}  // namespace afterpatch::app
