#include "records/header.h"

#include <utility>

namespace afterpatch::records {
namespace {

// Names of the column that holds a row's time, the Exchange logs' own and those of common exports.
// MyTimeStamp: ECP Activity of Exchange 2013.
constexpr std::string_view kTimeNames[] = {"DateTime", "TimeStamp", "date-time", "MyTimeStamp", "StartTime"};

std::size_t first_of(const Header& header, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    if (const auto column = header.find(name)) return *column;
  }
  return Header::npos;
}

}  // namespace

Header::Header(Dialect dialect, std::vector<std::string> names)
    : dialect_(dialect), names_(std::move(names)) {
  for (std::size_t i = 0; i < names_.size(); ++i) columns_.emplace(names_[i], i);
  if (dialect_ == Dialect::csv) {
    for (const std::string_view name : kTimeNames) {
      if (time_column == npos) time_column = first_of(*this, {name});
    }
    return;
  }
  date_column = first_of(*this, {"date"});
  time_column = first_of(*this, {"time"});
  // IIS Advanced Logging can write local times only; its columns then carry their own names.
  if (date_column == npos && time_column == npos) {
    date_column = first_of(*this, {"date-local"});
    time_column = first_of(*this, {"time-local"});
    local_time = time_column != npos;
  }
}

std::optional<std::size_t> Header::find(std::string_view name) const {
  const auto column = columns_.find(name);
  if (column == columns_.end()) return std::nullopt;
  return column->second;
}

}  // namespace afterpatch::records
