#include <cstring>
#include <utility>

#include "records/header.h"
#include "records/header_line.h"
#include "records/row_finder.h"

namespace afterpatch::records {

// Walks the line starts, and looks closer only at lines that do not start with a digit as rows do.
struct HeaderTracker::State {
  explicit State(HeaderPtr hint) : headers(std::move(hint), {}), spans{{0, headers.header(), {}}} {}

  HeaderState headers;
  std::vector<HeaderSpan> spans;

  void feed(std::string_view block, const LineIndex& lines) {
    spans.assign(1, HeaderSpan{0, headers.header(), headers.date()});
    RowFinder finder(block, lines);
    LineCursor cursor(lines);
    for (std::size_t line = 0; line < block.size();) {
      const std::size_t line_end = lines.has_nul() ? finder.cutter().line_break(line, block.size())
                                                   : cursor.next_end(line, block.size());
      if (!may_start_header(block[line])) {
        headers.note_other_line();
      } else if (take(finder, line)) {
        note_header_until(line_end + 1, finder);
      }
      line = line_end < block.size() && block[line_end] == '\0' ? block.find_first_not_of('\0', line_end)
                                                                : line_end + 1;
    }
  }

  // A header line inside a quoted field of a row is text like any other.
  bool take(RowFinder& finder, std::size_t line) {
    const RowCut row = finder.find(line, rows_may_span_lines(headers.header().get()));
    const bool starts_row = row.begin >= line && finder.cutter().starts_line(line);
    return starts_row && headers.take(finder.cutter().block().substr(row.begin, row.end - row.begin));
  }

  void note_header_until(std::size_t end, RowFinder& finder) {
    finder.note_row_start(end);
    const HeaderSpan& last = spans.back();
    if (last.header == headers.header() && last.date == headers.date()) return;
    spans.push_back({end, headers.header(), headers.date()});
  }
};

HeaderTracker::HeaderTracker(HeaderPtr hint) : state_(std::make_unique<State>(std::move(hint))) {}
HeaderTracker::~HeaderTracker() = default;

HeaderPtr HeaderTracker::current() const {
  return state_->headers.header();
}
const std::string& HeaderTracker::date() const {
  return state_->headers.date();
}
const std::vector<HeaderSpan>& HeaderTracker::spans() const {
  return state_->spans;
}

void HeaderTracker::feed(std::string_view block) {
  feed(block, LineIndex(block));
}

void HeaderTracker::feed(std::string_view block, const LineIndex& lines) {
  state_->feed(block, lines);
}

}  // namespace afterpatch::records
