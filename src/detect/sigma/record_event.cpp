#include "detect/sigma/record_event.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace afterpatch::detect::sigma {
namespace {

constexpr std::array<std::string_view, 3> kPlusColumns = {"cs(User-Agent)", "cs(Referer)", "cs(Cookie)"};

std::uint32_t find_column(const std::vector<std::string>& columns, std::string_view name,
                          std::uint32_t none) {
  const auto found = std::ranges::find_if(
      columns, [&](const std::string& column) { return equals_ignoring_case(column, name); });
  return found == columns.end() ? none : static_cast<std::uint32_t>(found - columns.begin());
}

std::uint32_t find_first(const std::vector<std::string>& columns, std::span<const std::string_view> names,
                         std::uint32_t none) {
  for (const std::string_view name : names) {
    const std::uint32_t column = name.empty() ? none : find_column(columns, name, none);
    if (column != none) return column;
  }
  return none;
}

bool needs_path(Derivation derivation) {
  return derivation == Derivation::uri || derivation == Derivation::query_and_uri ||
         derivation == Derivation::extension;
}

std::string_view extension_of(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  const bool in_last_part = dot != std::string_view::npos && path.find('/', dot) == std::string_view::npos;
  return in_last_part ? path.substr(dot + 1) : std::string_view();
}

void plus_to_space(std::string_view text, std::string& out) {
  out = text;
  std::ranges::replace(out, '+', ' ');
}

}  // namespace

FieldMap::FieldMap(const std::vector<std::string>& field_names, const std::vector<std::string>& columns) {
  for (const std::string& name : field_names) {
    const FieldAlias* alias = find_alias(name);
    Source source;
    if (alias == nullptr) {
      source.column = find_column(columns, name, kNoColumn);
    } else {
      source.derivation = alias->derivation;
      const bool path = needs_path(alias->derivation);
      source.column = path ? find_first(columns, kPathColumns, kNoColumn)
                           : find_first(columns, alias->columns, kNoColumn);
      source.query = find_first(columns, kQueryColumns, kNoColumn);
      // A log that names a column just as Sigma does needs no alias.
      if (source.column == kNoColumn)
        source = {Derivation::as_logged, find_column(columns, name, kNoColumn), kNoColumn};
    }
    sources_.push_back(source);
  }
  for (const std::string_view name : kPlusColumns) {
    const std::uint32_t column = find_column(columns, name, kNoColumn);
    if (column != kNoColumn) plus_columns_.push_back(column);
  }
}

void RecordEvent::start(const FieldMap& map, std::span<const std::string_view> values,
                        std::string_view line) {
  map_ = &map;
  row_ = values;
  line_ = line;
  ++record_;
  if (cells_.size() < map.sources_.size()) cells_.resize(map.sources_.size());
}

std::string_view RecordEvent::column(std::uint32_t number) const {
  if (number >= row_.size() || row_[number] == "-") return {};
  return row_[number];
}

std::span<const std::string_view> RecordEvent::values(FieldId field) const {
  Cell& cell = cells_[field];
  if (cell.record != record_) {
    cell.record = record_;
    cell.values.clear();
    fill(cell, map_->sources_[field]);
  }
  return cell.values;
}

bool RecordEvent::is_present(FieldId field) const {
  const FieldMap::Source& source = map_->sources_[field];
  if (source.derivation == Derivation::query_and_uri) return !column(source.query).empty();
  return !values(field).empty();
}

void RecordEvent::add_uri(Cell& cell, const FieldMap::Source& source) const {
  const std::string_view path = column(source.column);
  const std::string_view query = column(source.query);
  if (query.empty()) {
    if (!path.empty()) cell.values.push_back(path);
    return;
  }
  cell.derived = path;
  cell.derived += '?';
  cell.derived += query;
  cell.values.emplace_back(cell.derived);
}

void RecordEvent::fill(Cell& cell, const FieldMap::Source& source) const {
  const std::string_view text = column(source.column);
  switch (source.derivation) {
    case Derivation::uri:
      return add_uri(cell, source);
    case Derivation::query_and_uri:
      if (const auto query = column(source.query); !query.empty()) cell.values.push_back(query);
      return add_uri(cell, source);
    case Derivation::extension:
      if (const auto extension = extension_of(text); !extension.empty()) cell.values.push_back(extension);
      return;
    case Derivation::as_logged:
    case Derivation::plus_may_be_space:
      break;
  }
  if (text.empty()) return;
  cell.values.push_back(text);
  if (source.derivation == Derivation::plus_may_be_space && text.find('+') != std::string_view::npos) {
    plus_to_space(text, cell.derived);
    cell.values.emplace_back(cell.derived);
  }
}

bool RecordEvent::any_text(TextVisitor visit) const {
  const bool in_value = std::ranges::any_of(
      row_, [&](std::string_view value) { return value != "-" && !value.empty() && visit(value); });
  if (in_value || visit(line_)) return true;
  spaced_.resize(map_->plus_columns_.size());
  for (std::size_t i = 0; i < spaced_.size(); ++i) {
    plus_to_space(column(map_->plus_columns_[i]), spaced_[i]);
    if (visit(spaced_[i])) return true;
  }
  return false;
}

}  // namespace afterpatch::detect::sigma
