#include "detect/row_event.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "records/key_value.h"

namespace afterpatch::detect {
namespace {

// Columns of Exchange logs that hold key=value text (docs/formats.md).
constexpr std::array<std::string_view, 3> kEntryColumns = {"EventData", "GenericInfo", "BackEndGenericInfo"};

std::vector<std::size_t> entry_columns_of(const records::Header& header) {
  std::vector<std::size_t> columns;
  for (const std::string_view name : kEntryColumns) {
    if (const auto column = header.find(name)) columns.push_back(*column);
  }
  return columns;
}

// Fields that only a key=value entry can give. Aliases stand for columns, never for entries.
std::vector<std::string> entry_keys_of(const std::vector<std::string>& field_names,
                                       const records::Header& header) {
  std::vector<std::string> keys;
  if (entry_columns_of(header).empty()) return keys;
  for (const std::string& field : field_names) {
    if (!header.find(field) && sigma::find_alias(field) == nullptr) keys.push_back(field);
  }
  return keys;
}

std::vector<std::string> joined(std::vector<std::string> names, const std::vector<std::string>& keys) {
  names.insert(names.end(), keys.begin(), keys.end());
  return names;
}

}  // namespace

RowEvent::RowEvent(const std::vector<std::string>& field_names, const records::Header& header)
    : names_(header.names()),
      entry_columns_(entry_columns_of(header)),
      entry_keys_(entry_keys_of(field_names, header)),
      map_(field_names, joined(names_, entry_keys_)) {}

const sigma::Event& RowEvent::start(const records::Record& record) {
  values_.assign(record.values.begin(), record.values.end());
  values_.resize(names_.size());
  if (!entry_keys_.empty()) add_entry_values(record);
  event_.start(map_, values_, record.raw);
  return event_;
}

void RowEvent::add_entry_values(const records::Record& record) {
  std::vector<records::KeyValue> entries;
  unescaped_.clear();
  for (const std::size_t column : entry_columns_) {
    if (column < record.values.size()) records::parse_key_values(record.values[column], entries, unescaped_);
  }
  for (const std::string& key : entry_keys_) {
    const auto entry = std::find_if(entries.begin(), entries.end(), [&](const records::KeyValue& candidate) {
      return equals_ignoring_case(candidate.key, key);
    });
    values_.push_back(entry == entries.end() ? std::string_view() : entry->value);
  }
}

}  // namespace afterpatch::detect
