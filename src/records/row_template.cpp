#include "records/row_template.h"

#include <cstring>

#include "records/byte_count.h"
#include "records/summary_counter.h"

namespace afterpatch::records {
namespace {

constexpr std::size_t kHourText = 14;  // "2021-03-05T03:"

// Two decimal digits below 60 at `at`; -1 if they are not there.
std::int32_t sixty_at(std::string_view text, std::size_t at) {
  const int tens = text[at] - '0';
  const int units = text[at + 1] - '0';
  return tens >= 0 && tens < 6 && units >= 0 && units < 10 ? tens * 10 + units : -1;
}

// "MM:SS " (W3C) or "MM:SS.mmmZ," (Exchange) behind the hour; -1 if the time has another form.
std::int32_t milliseconds_of(std::string_view row, bool is_csv) {
  const std::int32_t minutes = sixty_at(row, 14);
  const std::int32_t seconds = sixty_at(row, 17);
  if (minutes < 0 || seconds < 0 || row[16] != ':') return -1;
  const std::int32_t whole = (minutes * 60 + seconds) * 1000;
  if (!is_csv) return row[19] == ' ' ? whole : -1;
  std::int32_t fraction = 0;
  for (std::size_t i = 20; i < 23; ++i) {
    if (row[i] < '0' || row[i] > '9') return -1;
    fraction = fraction * 10 + (row[i] - '0');
  }
  return row[19] == '.' && row[23] == 'Z' && row[24] == ',' ? whole + fraction : -1;
}

bool has_quotes(std::string_view row) {
  return std::memchr(row.data(), '"', row.size()) != nullptr;
}

// Goes from the start of one column to the start of another in a row without quotes.
class ColumnWalk {
 public:
  ColumnWalk(std::string_view row, char separator, std::size_t at, std::size_t column)
      : row_(row), separator_(separator), at_(at), column_(column) {}

  bool go_to(std::size_t column) {
    for (; column_ < column; ++column_) {
      const void* found = std::memchr(row_.data() + at_, separator_, row_.size() - at_);
      if (found == nullptr) return false;
      at_ = static_cast<std::size_t>(static_cast<const char*>(found) - row_.data()) + 1;
    }
    return true;
  }
  // Passes `text`, which holds whole columns with their separators.
  bool skip(std::string_view text, std::size_t columns) {
    if (text.empty() || !row_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    column_ += columns;
    return true;
  }
  std::size_t columns_in_all() const { return column_ + 1 + count_byte(row_.substr(at_), separator_); }

 private:
  std::string_view row_;
  char separator_;
  std::size_t at_;
  std::size_t column_;
};

}  // namespace

void RowTemplate::set(const Record& record) {
  header_ = nullptr;
  if (record.damaged) return;
  if (!can_describe(record)) {
    // It may have named another build or server, so what is known of them is the last row's no more.
    build_.clear();
    server_.clear();
    return;
  }
  hour_ = record.raw.substr(0, kHourText);
  if (build_column_ != Header::npos && !build_of(record).empty())
    build_ = text_of_columns(record, build_column_, 4);
  if (server_column_ != Header::npos && !server_of(record).empty()) {
    server_ = text_of_columns(record, server_column_, 1);
  }
  header_ = record.header;
}

bool RowTemplate::can_describe(const Record& record) {
  if (record.header == nullptr || record.header->guessed || record.raw.size() < 26) return false;
  if (record.header != layout_header_) set_layout(*record.header);
  return can_match_ && !has_quotes(record.raw) && milliseconds_of(record.raw, separator_ == ',') >= 0;
}

// Only the common order of columns is matched: time, then the build's four, then the server's, then others.
void RowTemplate::set_layout(const Header& header) {
  *this = RowTemplate();
  layout_header_ = &header;
  const bool is_csv = header.dialect() == Dialect::csv;
  separator_ = is_csv ? ',' : ' ';
  const bool starts_with_time =
      is_csv ? header.time_column == 0 : header.date_column == 0 && header.time_column == 1;
  std::size_t behind = is_csv ? 1 : 2;
  if (const auto major = header.find("MajorVersion")) {
    const bool in_order = header.find("MinorVersion") == *major + 1 &&
                          header.find("BuildVersion") == *major + 2 &&
                          header.find("RevisionVersion") == *major + 3 && *major >= behind;
    if (!in_order) return;
    build_column_ = *major;
    behind = *major + 4;
  }
  for (const std::string_view name : {"ServerHostName", "ServerName", "s-computername"}) {
    const auto server = header.find(name);
    if (!server) continue;
    if (server_column_ != Header::npos || *server < behind) return;
    server_column_ = *server;
    behind = *server + 1;
  }
  can_match_ = starts_with_time && behind < header.size() && !header.find("EventData");
}

// With the separator behind each. The row has no quotes, so its values lie in it one after the other.
std::string RowTemplate::text_of_columns(const Record& record, std::size_t first, std::size_t count) const {
  const std::string_view last = record.values[first + count - 1];
  const char* begin = record.values[first].data();
  return {begin, static_cast<std::size_t>(last.data() + last.size() + 1 - begin)};
}

std::optional<RowTemplate::Match> RowTemplate::match(std::string_view row) const {
  if (row.size() < 26 || std::memcmp(row.data(), hour_.data(), kHourText) != 0) return std::nullopt;
  const bool is_csv = separator_ == ',';
  const std::int32_t milliseconds = milliseconds_of(row, is_csv);
  if (milliseconds < 0 || (is_csv ? has_quotes(row) : row.back() == ' ')) return std::nullopt;
  return match_columns(row, is_csv ? 25 : 20, {milliseconds, false, false});
}

std::optional<RowTemplate::Match> RowTemplate::match_columns(std::string_view row, std::size_t behind_time,
                                                             Match match) const {
  ColumnWalk walk(row, separator_, behind_time, separator_ == ',' ? 1 : 2);
  if (build_column_ != Header::npos) {
    if (!walk.go_to(build_column_)) return std::nullopt;
    match.has_build = walk.skip(build_, 4);
    if (!match.has_build && !walk.skip(",,,,", 4)) return std::nullopt;
  }
  if (server_column_ != Header::npos) {
    if (!walk.go_to(server_column_)) return std::nullopt;
    match.has_server = walk.skip(server_, 1);
    if (!match.has_server && !walk.skip(separator_ == ',' ? "," : "- ", 1)) return std::nullopt;
  }
  if (walk.columns_in_all() != layout_header_->size()) return std::nullopt;
  return match;
}

}  // namespace afterpatch::records
