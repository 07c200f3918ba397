#include "records/record_picker.h"

#include <utility>

#include "records/header_line.h"
#include "records/row_finder.h"
#include "records/row_reading.h"

namespace afterpatch::records {

struct RecordPicker::State {
  State(std::string_view block, const LineIndex& index, const std::vector<HeaderSpan>& headers,
        std::uint64_t start)
      : lines(index), finder(block, index), spans(headers), offset(start) {}

  const LineIndex& lines;
  RowFinder finder;
  const std::vector<HeaderSpan>& spans;
  std::uint64_t offset;
  std::size_t span = 0;
  RowCut row;
  bool is_record = false;
  std::deque<std::string> scratch;

  void enter_span_of(std::size_t at) {
    while (span + 1 < spans.size() && spans[span + 1].from <= at) ++span;
    finder.note_row_start(spans[span].from);
  }

  bool is_header_line(std::string_view text) const {
    if (text.empty() || !may_start_header(text[0])) return false;
    HeaderState probe(nullptr, {});
    return probe.take(text);
  }
};

RecordPicker::RecordPicker(std::string_view block, const LineIndex& lines,
                           const std::vector<HeaderSpan>& headers, std::uint64_t offset)
    : state_(std::make_unique<State>(block, lines, headers, offset)) {}

RecordPicker::~RecordPicker() = default;

const std::string& RecordPicker::date() const {
  return state_->spans[state_->span].date;
}

std::size_t RecordPicker::row_end() const {
  return state_->row.next;
}

bool RecordPicker::pick(std::size_t at) {
  State& state = *state_;
  if (at < state.row.next) return state.is_record;
  state.enter_span_of(at);
  const Header* header = state.spans[state.span].header.get();
  const std::string_view block = state.finder.cutter().block();
  state.row = state.finder.find(at, rows_may_span_lines(header));
  const std::string_view text = block.substr(state.row.begin, state.row.end - state.row.begin);
  state.scratch.clear();
  state.is_record = !state.is_header_line(text) && read_row(block, state.row, header, record_, state.scratch);
  if (!state.is_record) return false;
  record_.offset = state.offset + state.row.begin;
  record_.line = state.lines.count_before(state.row.begin);
  return true;
}

}  // namespace afterpatch::records
