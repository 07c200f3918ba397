#include "records/row_cutter.h"

#include <algorithm>
#include <cstring>

#include "records/record.h"
#include "records/row_shape.h"

namespace afterpatch::records {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

std::size_t find_byte(std::string_view text, char byte, std::size_t from, std::size_t to) {
  if (from >= to) return kNone;
  const void* found = std::memchr(text.data() + from, byte, to - from);
  return found == nullptr ? kNone : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::size_t find_last_byte(std::string_view text, char byte, std::size_t from, std::size_t to) {
  if (from >= to) return kNone;
  const void* found = ::memrchr(text.data() + from, byte, to - from);
  return found == nullptr ? kNone : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

enum class Quotes { closed, broken, undecided };

// Reads CSV fields from a row's start until the row ends outside quotes. Touches each byte a bounded number
// of times.
class QuoteWalk {
 public:
  QuoteWalk(const RowCutter& cutter, std::size_t begin, std::size_t limit, Quotes at_limit)
      : cutter_(cutter), block_(cutter.block()), at_(begin), limit_(limit), at_limit_(at_limit) {}

  // On `closed`, end() is the position of the row's line break (or the block's end).
  Quotes run() {
    for (std::size_t line_end = at_;;) {
      if (at_ < limit_ && block_[at_] == '"') {
        const Quotes field = skip_quoted_field();
        if (field != Quotes::closed) return field;
      }
      if (line_end <= at_) line_end = cutter_.line_break(at_, limit_);
      const std::size_t comma = find_byte(block_, ',', at_, line_end);
      if (comma == kNone) {
        at_ = line_end;
        return line_end < limit_ ? Quotes::closed : at_limit_;
      }
      at_ = comma + 1;
    }
  }
  std::size_t end() const { return at_; }

 private:
  // Passes from the opening quote to just behind the closing one.
  Quotes skip_quoted_field() {
    std::size_t from = at_ + 1;
    for (;;) {
      const std::size_t quote = find_byte(block_, '"', from, limit_);
      if (crosses_a_row_start(from, quote == kNone ? limit_ : quote)) return Quotes::broken;
      if (quote == kNone) return at_limit_ == Quotes::closed ? Quotes::broken : at_limit_;
      if (quote + 1 >= limit_ || block_[quote + 1] != '"') return close_at(quote);
      from = quote + 2;
    }
  }

  Quotes close_at(std::size_t quote) {
    at_ = quote + 1;
    if (at_ >= limit_) return at_limit_;
    const char after = block_[at_];
    if (after == '\r' && at_ + 1 >= limit_) return at_limit_;
    const bool carriage_return = after == '\r' && block_[at_ + 1] == '\n';
    return after == ',' || after == '\n' || after == '\0' || carriage_return ? Quotes::closed
                                                                             : Quotes::broken;
  }

  bool crosses_a_row_start(std::size_t from, std::size_t to) const {
    for (std::size_t at = cutter_.line_break(from, to); at < to; at = cutter_.line_break(at + 1, to)) {
      if (block_[at] == '\0' || row_shape(block_.substr(at + 1)) != RowShape::none) return true;
    }
    return false;
  }

  const RowCutter& cutter_;
  std::string_view block_;
  std::size_t at_;
  std::size_t limit_;
  Quotes at_limit_;  // what it means when the row has not ended before `limit_`
};

}  // namespace

RowCutter::RowCutter(std::string_view block, bool is_whole)
    : block_(block), is_whole_(is_whole), has_nul_(find_byte(block, '\0', 0, block.size()) != kNone) {}

std::size_t RowCutter::line_break(std::size_t from, std::size_t to) const {
  if (!has_nul_) return std::min(find_byte(block_, '\n', from, to), to);
  // Growing windows: the nearer of two bytes, without going far for the one that is not near.
  for (std::size_t window = 256; from < to; window *= 2) {
    const std::size_t window_end = from + std::min(to - from, window);
    const std::size_t newline = std::min(find_byte(block_, '\n', from, window_end), window_end);
    const std::size_t nearest = std::min(find_byte(block_, '\0', from, newline), newline);
    if (nearest < window_end) return nearest;
    from = window_end;
  }
  return to;
}

std::size_t RowCutter::line_start(std::size_t at, std::size_t floor) const {
  const std::size_t newline = find_last_byte(block_, '\n', floor, at);
  const std::size_t start = newline == kNone ? floor : newline + 1;
  const std::size_t nul = has_nul_ ? find_last_byte(block_, '\0', start, at) : kNone;
  return nul == kNone ? start : nul + 1;
}

bool RowCutter::starts_line(std::size_t at) const {
  return at == 0 || block_[at - 1] == '\n' || block_[at - 1] == '\0';
}

RowCut RowCutter::cut(std::size_t begin, bool may_span_lines) const {
  const std::size_t window_end = begin + std::min(block_.size() - begin, kMaxRecordBytes + 1);
  const std::size_t first_break = line_break(begin, window_end);
  const bool has_quotes = may_span_lines && find_byte(block_, '"', begin, first_break) != kNone;
  if (has_quotes && first_break - begin < kMaxRecordBytes && starts_line(begin) &&
      row_shape(block_.substr(begin)) == RowShape::csv) {
    return cut_quoted(begin, first_break);
  }
  return cut_at_break(begin, first_break);
}

RowCut RowCutter::cut_at_break(std::size_t begin, std::size_t line_end) const {
  const bool has_mark = starts_line(begin) && block_.substr(begin).starts_with(kByteOrderMark);
  RowCut row{begin + (has_mark ? kByteOrderMark.size() : 0), line_end, line_end, false, false, true};
  if (line_end - begin > kMaxRecordBytes) {
    row.end = row.next = begin + kMaxRecordBytes;
    row.damaged = row.overlong = true;
    return row;
  }
  row.damaged = !starts_line(begin);
  if (line_end == block_.size()) {
    row.decided = is_whole_;
  } else {
    row.next = line_end + 1;
    if (block_[line_end] == '\0') {
      row.damaged = true;
      row.next = std::min(block_.find_first_not_of('\0', line_end), block_.size());
    }
    if (block_[line_end] == '\n' && row.end > row.begin && block_[row.end - 1] == '\r') --row.end;
  }
  return row;
}

RowCut RowCutter::cut_quoted(std::size_t begin, std::size_t first_break) const {
  const bool window_ends_inside = block_.size() - begin >= kMaxRecordBytes;
  const std::size_t limit = window_ends_inside ? begin + kMaxRecordBytes : block_.size();
  const Quotes at_limit = window_ends_inside ? Quotes::broken
                          : is_whole_        ? Quotes::closed
                                             : Quotes::undecided;
  const bool has_mark = block_.substr(begin).starts_with(kByteOrderMark);
  QuoteWalk walk(*this, begin + (has_mark ? kByteOrderMark.size() : 0), limit, at_limit);
  const Quotes quotes = walk.run();
  RowCut row = cut_at_break(begin, quotes == Quotes::closed ? walk.end() : first_break);
  row.damaged = row.damaged || quotes == Quotes::broken;
  row.decided = row.decided && quotes != Quotes::undecided;
  return row;
}

}  // namespace afterpatch::records
