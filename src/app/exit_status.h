// Exit statuses of every command (docs/commands.md).
#pragma once

namespace afterpatch::app {

inline constexpr int kSuccess = 0;
inline constexpr int kFound = 1;  // --fail-on LEVEL was reached, or `check` or `coverage` refused something
inline constexpr int kCannotRun =
    2;  // wrong arguments, or a source, rule folder or report folder can't be opened

}  // namespace afterpatch::app
