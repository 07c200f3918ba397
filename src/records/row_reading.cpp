#include "records/row_reading.h"

#include "records/known_layouts.h"
#include "records/row_shape.h"

namespace afterpatch::records {
namespace {

bool split_by(const Header& header, const RowCut& row, Record& record, std::deque<std::string>& scratch) {
  record.header = &header;
  record.damaged = row.damaged;
  bool columns_damaged = false;
  split_row(header, record.raw, record.values, scratch, columns_damaged);
  record.damaged = record.damaged || columns_damaged;
  return !columns_damaged;
}

// By a header told from the row's shape; with no values when there is none.
bool read_by(const Header* guessed, const RowCut& row, Record& record, std::deque<std::string>& scratch) {
  if (guessed != nullptr) {
    split_by(*guessed, row, record, scratch);
    return true;
  }
  record.header = nullptr;
  record.values.clear();
  record.damaged = row.damaged;
  return true;
}

// Lines that do not start with a time as rows do, under a header whose rows should: filler rows leave the
// time empty, and people's spreadsheets write it in their own way.
bool may_be_row_without_time(std::string_view raw, Dialect dialect) {
  if (dialect == Dialect::w3c || raw.empty()) return false;
  if (raw[0] == '"') raw.remove_prefix(1);
  return raw.starts_with(',') || raw.starts_with("\",") || (!raw.empty() && raw[0] >= '0' && raw[0] <= '9');
}

}  // namespace

bool starts_with_time(const Header& header) {
  return (header.dialect() == Dialect::csv ? header.time_column : header.date_column) == 0;
}

bool read_row(std::string_view block, const RowCut& row, const Header* in_force, Record& record,
              std::deque<std::string>& scratch) {
  record.raw = block.substr(row.begin, row.end - row.begin);
  if (record.raw.empty()) return false;
  const RowShape shape = row_shape(record.raw);
  if (in_force == nullptr) {
    return shape != RowShape::none && read_by(guess_header(record.raw), row, record, scratch);
  }
  const bool untimed = shape == RowShape::none && starts_with_time(*in_force);
  if (untimed && !may_be_row_without_time(record.raw, in_force->dialect())) return false;
  if (split_by(*in_force, row, record, scratch)) return true;
  if (untimed) return false;

  // Not as the header says: a damaged row, or a row of another log between those of this one.
  const bool is_csv = in_force->dialect() == Dialect::csv;
  if (shape == (is_csv ? RowShape::w3c : RowShape::csv)) {
    return read_by(guess_header(record.raw), row, record, scratch);
  }
  const bool may_be_ecp = shape == RowShape::csv && !in_force->find("EventData");
  const Header* ecp = may_be_ecp ? guess_ecp_header(record.raw) : nullptr;
  return ecp == nullptr || read_by(ecp, row, record, scratch);
}

}  // namespace afterpatch::records
