// Makes attacker-controlled bytes safe for the place where they are shown. Evidence is hostile: a log line
// can hold terminal control codes, HTML, or a spreadsheet formula. Every function takes any bytes (they need
// not be UTF-8) and returns well-formed UTF-8 of at most about `limit` source bytes, with "…" where it was
// cut.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace afterpatch {

inline constexpr std::size_t kShownBytes = 4096;

// For a terminal: C0, DEL, C1, line and paragraph separators, bidirectional controls and other invisible
// format characters become visible escapes such as \x1b or \u{202e}; a real newline becomes \n.
std::string escape_terminal(std::string_view bytes, std::size_t limit = kShownBytes);

// For HTML text and double-quoted attributes: as for the terminal, then & < > " ' as entities.
std::string escape_html(std::string_view bytes, std::size_t limit = kShownBytes);

// One CSV field (RFC 4180): quoted when needed; a leading = + - @ tab or CR gets a ' before it, so that a
// spreadsheet shows it instead of running it (OWASP, "CSV Injection").
std::string escape_csv(std::string_view bytes, std::size_t limit = kShownBytes);

}  // namespace afterpatch
