#include "records/record.h"

#include <array>
#include <cstring>

namespace afterpatch::records {

std::optional<std::string_view> Record::value(std::string_view name) const {
  if (header == nullptr) return std::nullopt;
  const auto column = header->find(name);
  if (!column || *column >= values.size()) return std::nullopt;
  if (header->dialect() == Dialect::w3c && values[*column] == "-") return std::nullopt;
  return values[*column];
}

namespace {

std::optional<std::string_view> column_of(const Record& record, std::size_t column) {
  if (column == Header::npos || column >= record.values.size()) return std::nullopt;
  return record.values[column];
}

std::optional<Timestamp> w3c_time(std::string_view date, std::string_view time) {
  std::array<char, 40> text{};
  if (date.size() != 10 || time.size() > 24) return std::nullopt;
  std::memcpy(text.data(), date.data(), date.size());
  text[10] = ' ';
  std::memcpy(text.data() + 11, time.data(), time.size());
  return parse_time({text.data(), 11 + time.size()});
}

}  // namespace

std::optional<Timestamp> time_of(const Record& record, std::string_view date) {
  if (record.header == nullptr) return std::nullopt;
  const auto time = column_of(record, record.header->time_column);
  if (!time) return std::nullopt;
  if (record.header->dialect() == Dialect::csv) return parse_time(*time);
  return w3c_time(column_of(record, record.header->date_column).value_or(date), *time);
}

}  // namespace afterpatch::records
