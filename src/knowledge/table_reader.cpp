#include "knowledge/table_reader.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace afterpatch::knowledge {

TableReader::TableReader(std::string_view text, const std::string& file,
                         const std::vector<std::string>& columns, Faults& faults)
    : file_(file), faults_(faults) {
  auto rows = parse_csv(text, file);
  if (!rows) {
    faults_.add(rows.error());
  } else if (rows->empty()) {
    faults_.add("the table is empty", file_, 1,
                fmt::format("expected the header {}", fmt::join(columns, ",")));
  } else if (read_header(rows->front(), columns)) {
    take_whole_rows(*rows);
  }
}

void TableReader::take_whole_rows(std::vector<CsvRow>& rows) {
  const std::size_t expected = rows.front().fields.size();
  for (auto row = rows.begin() + 1; row != rows.end(); ++row) {
    if (row->fields.size() == expected) {
      rows_.push_back(std::move(*row));
    } else {
      faults_.add(fmt::format("{} fields", row->fields.size()), file_, row->line,
                  fmt::format("expected {} as in the header", expected));
    }
  }
}

bool TableReader::read_header(const CsvRow& header, const std::vector<std::string>& columns) {
  bool sound = true;
  const auto fault = [&](std::string what) {
    faults_.add(std::move(what), file_, header.line,
                fmt::format("expected the columns {}", fmt::join(columns, ",")));
    sound = false;
  };
  for (const std::string& column : columns) {
    const auto place = std::ranges::find(header.fields, column);
    if (place == header.fields.end()) fault(fmt::format("column '{}' is missing", column));
    places_.push_back(static_cast<std::size_t>(place - header.fields.begin()));
  }
  for (const std::string& field : header.fields) {
    if (std::ranges::find(columns, field) == columns.end()) fault(fmt::format("unknown column '{}'", field));
    if (std::ranges::count(header.fields, field) > 1) fault(fmt::format("column '{}' stands twice", field));
  }
  return sound;
}

}  // namespace afterpatch::knowledge
