// Exit statuses of every command (docs/commands.md).
#pragma once

namespace afterpatch::app {

inline constexpr int kSuccess = 0;
inline constexpr int kFound = 1;  // --fail-on LEVEL was reached, or `check` or `coverage` refused something
inline constexpr int kCannotRun =
    2;  // wrong arguments, or a source, rule folder or report folder can't be opened
// Ctrl-C or SIGTERM ended the work early: 128 + SIGINT, as shells report it. What was printed is only part.
inline constexpr int kInterrupted = 130;

}  // namespace afterpatch::app
