#include "records/row_shape.h"

namespace afterpatch::records {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Whether `text` begins as `pattern` says, in which 'd' stands for a digit.
bool begins_like(std::string_view text, std::string_view pattern) {
  if (text.size() < pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == 'd' ? !is_digit(text[i]) : text[i] != pattern[i]) return false;
  }
  return true;
}

}  // namespace

RowShape row_shape(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const bool quoted = text.starts_with('"');
  if (quoted) text.remove_prefix(1);
  if (!begins_like(text, "dddd-dd-dd")) return RowShape::none;
  if (text.size() < 14 || !begins_like(text.substr(11), "dd:")) return RowShape::none;
  const char separator = text[10];
  if (separator == 'T' || separator == 't') return RowShape::csv;
  if (separator != ' ') return RowShape::none;
  const bool space_after_time = begins_like(text.substr(11), "dd:dd:dd ");
  return !quoted && space_after_time ? RowShape::w3c : RowShape::csv;
}

}  // namespace afterpatch::records
