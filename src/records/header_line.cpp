#include "records/header_line.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "base/text.h"
#include "records/known_layouts.h"
#include "records/row_shape.h"

namespace afterpatch::records {
namespace {

constexpr std::size_t kMaxColumns = 4096;

// Directives of the W3C extended log (WD-logfile-960323, "Directives") and of the Exchange logs; "#TYPE" is
// what PowerShell's Export-Csv writes above its header row.
constexpr std::string_view kOtherDirectives[] = {"Version:", "Start-Date:", "End-Date:", "Remark:", "TYPE "};

std::string_view unquoted(std::string_view name) {
  name = trim(name);
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
  return name;
}

// Names of columns that the logs and their exports use: letters, digits and "_-.()", starting with a letter.
bool is_column_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  if (name.empty() || name.size() > 128 || !is_letter(name[0])) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '(' || c == ')';
  });
}

std::vector<std::string> csv_names(std::string_view value) {
  std::vector<std::string> names;
  for (const std::string_view name : split(value, ',')) {
    if (names.size() < kMaxColumns) names.emplace_back(unquoted(name));
  }
  return names;
}

std::vector<std::string> w3c_names(std::string_view value) {
  std::vector<std::string> names;
  for (const std::string_view name : split(value, ' ')) {
    if (const auto word = trim(name); !word.empty() && names.size() < kMaxColumns) names.emplace_back(word);
  }
  return names;
}

// The names of a plain header row: two or more column names, of which one is that of a time column.
std::optional<std::vector<std::string>> plain_header_names(std::string_view line) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t comma = std::min(line.find(',', at), line.size());
    const std::string_view name = unquoted(line.substr(at, comma - at));
    if (!is_column_name(name) || names.size() == kMaxColumns) return std::nullopt;
    names.emplace_back(name);
    at = comma + 1;
  }
  if (names.size() < 2) return std::nullopt;
  return names;
}

}  // namespace

bool HeaderState::take(std::string_view line) {
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  const bool is_header = !line.empty() && line.size() <= kMaxHeaderLineBytes &&
                         (line[0] == '#' ? take_directive(line.substr(1)) : take_plain_header(line));
  if (!is_header) note_other_line();
  return is_header;
}

bool HeaderState::take_directive(std::string_view line) {
  const auto value_of = [&](std::string_view name) -> std::optional<std::string_view> {
    if (!starts_with_ignoring_case(line, name)) return std::nullopt;
    return trim(line.substr(name.size()));
  };
  const bool other = std::any_of(std::begin(kOtherDirectives), std::end(kOtherDirectives),
                                 [&](std::string_view name) { return value_of(name).has_value(); });
  const auto software = value_of("Software:");
  const auto log_type = value_of("Log-type:");
  const auto date = value_of("Date:");
  const auto fields = value_of("Fields:");
  if (!other && !software && !log_type && !date && !fields) return false;
  if (!in_directives_ || software) {
    log_type_ = header_ && !software ? header_->log_type : std::string();
    software_ = header_ && !software ? header_->software : std::string();
  }
  in_directives_ = true;
  if (software) software_ = *software;
  if (log_type) log_type_ = *log_type;
  if (date && date->size() >= 10) date_ = date->substr(0, 10);
  if (fields) take_fields(*fields);
  return true;
}

// W3C names are separated by spaces, those of Exchange by commas; neither holds the other's separator.
void HeaderState::take_fields(std::string_view value) {
  const bool is_csv = value.find(',') != std::string_view::npos;
  Header header(is_csv ? Dialect::csv : Dialect::w3c, is_csv ? csv_names(value) : w3c_names(value));
  if (header.size() == 0) return;
  header.log_type = log_type_;
  header.software = software_;
  put_in_force(std::move(header));
}

bool HeaderState::take_plain_header(std::string_view line) {
  auto names = plain_header_names(trim(line));
  if (!names) return false;
  Header header(Dialect::csv, std::move(*names));
  if (header.time_column == Header::npos) return false;
  in_directives_ = false;
  if (header_ && header_->dialect() == Dialect::csv && header_->names() == header.names()) return true;
  header.log_type = log_type_of(header);
  put_in_force(std::move(header));
  return true;
}

void HeaderState::put_in_force(Header header) {
  const bool is_same = header_ && header_->dialect() == header.dialect() &&
                       header_->names() == header.names() && header_->log_type == header.log_type &&
                       header_->software == header.software;
  if (!is_same) header_ = std::make_shared<const Header>(std::move(header));
}

}  // namespace afterpatch::records
