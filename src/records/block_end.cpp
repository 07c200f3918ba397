// Where to cut a buffer so that whole rows stand before the cut. By the grammar of row_cutter.h only a row
// that starts with its time can reach over a line break, so it is enough to look at the last such row: if the
// buffer decides where it ends, the last line break is a row's end; if not, the cut goes before that row.
#include <cstring>

#include "records/record.h"
#include "records/row_cutter.h"
#include "records/row_shape.h"

namespace afterpatch::records {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr int kMaxDirectiveLines = 16;

std::size_t find_last(std::string_view text, char byte) {
  const void* found = text.empty() ? nullptr : ::memrchr(text.data(), byte, text.size());
  return found == nullptr ? kNone : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::size_t behind_last_line_break(std::string_view buffer) {
  const std::size_t newline = find_last(buffer, '\n');
  const std::size_t after_newline = newline == kNone ? 0 : newline + 1;
  const std::size_t nul = find_last(buffer.substr(after_newline), '\0');
  return nul == kNone ? after_newline : after_newline + nul + 1;
}

// Start of the last line before `line_start` that begins with a time; kNone when no row that starts earlier
// can reach the buffer's end.
std::size_t last_timed_line(std::string_view buffer, std::size_t line_start) {
  while (line_start > 0) {
    const std::size_t start = behind_last_line_break(buffer.substr(0, line_start - 1));
    if (buffer.size() - start > kMaxRecordBytes) return kNone;
    if (row_shape(buffer.substr(start)) != RowShape::none) return start;
    line_start = start;
  }
  return kNone;
}

std::size_t start_of_directives(std::string_view buffer, std::size_t end) {
  std::size_t start = end;
  for (int lines = 0; lines < kMaxDirectiveLines && start > 0; ++lines) {
    const std::size_t line = behind_last_line_break(buffer.substr(0, start - 1));
    std::string_view text = buffer.substr(line);
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (!text.starts_with('#')) break;
    start = line;
  }
  return start;
}

// The directives of one header belong together, so the cut goes before them; unless they are text inside a
// quoted field.
std::size_t before_directives(std::string_view buffer, std::size_t cut) {
  const std::size_t start = start_of_directives(buffer, cut);
  if (start == cut) return cut;
  if (start == 0) return buffer.size() > kMaxRecordBytes ? cut : 0;
  const std::size_t timed = last_timed_line(buffer, start);
  if (timed == kNone) return start;
  return timed + RowCutter(buffer.substr(timed)).cut(0, true).next > start ? cut : start;
}

}  // namespace

std::size_t find_block_end(std::string_view buffer, Dialect, bool at_end) {
  if (at_end || buffer.empty()) return buffer.size();
  const std::size_t last_line = behind_last_line_break(buffer);
  if (last_line == 0) return (buffer.size() - 1) / kMaxRecordBytes * kMaxRecordBytes;
  if (row_shape(buffer.substr(last_line)) != RowShape::none) return before_directives(buffer, last_line);
  const std::size_t timed = last_timed_line(buffer, last_line);
  if (timed == kNone) return before_directives(buffer, last_line);
  const bool decided = RowCutter(buffer.substr(timed), false).cut(0, true).decided;
  return before_directives(buffer, decided ? last_line : timed);
}

}  // namespace afterpatch::records
