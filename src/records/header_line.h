// Reads header lines: "#Fields: ...", the directives around it, and plain CSV header rows.
#pragma once

#include <string>
#include <string_view>

#include "records/header.h"

namespace afterpatch::records {

// Longest line that is taken for a header; the longest known one (EWS) has 2 KiB.
inline constexpr std::size_t kMaxHeaderLineBytes = 64U << 10U;

// Follows the header lines of one log. Used in the same way by everyone who reads rows, so that all see the
// same headers.
class HeaderState {
 public:
  HeaderState(HeaderPtr header, std::string date) : header_(std::move(header)), date_(std::move(date)) {}

  // Takes one line (without its line break) that starts a row. False, and nothing changes, when it is no
  // header line.
  bool take(std::string_view line);
  // Takes note of a line that is no header line, without looking at it.
  void note_other_line() { in_directives_ = false; }

  const HeaderPtr& header() const { return header_; }
  const std::string& date() const { return date_; }

 private:
  bool take_directive(std::string_view line);
  bool take_plain_header(std::string_view line);
  void take_fields(std::string_view value);
  void put_in_force(Header header);

  HeaderPtr header_;
  std::string date_;
  // Values of the directives that stand before the next "#Fields:". Forgotten when a row comes first.
  std::string log_type_;
  std::string software_;
  bool in_directives_ = false;
};

// Whether a line that starts with this byte can be a header line: a cheap test before take().
inline bool may_start_header(char first) {
  return first == '#' || first == '"' || first == '\xEF' || (first >= 'A' && first <= 'Z') ||
         (first >= 'a' && first <= 'z');
}

}  // namespace afterpatch::records
