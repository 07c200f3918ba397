// A log row as Sigma rules see it: its columns, and the key=value entries inside columns such as ECP's
// EventData under their own names.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detect/sigma/record_event.h"
#include "records/record.h"

namespace afterpatch::detect {

// Where the fields of one program are found under one header. Not thread-safe: it also holds the row at hand.
class RowEvent {
 public:
  // `field_names` must outlive it.
  RowEvent(const std::vector<std::string>& field_names, const records::Header& header);

  bool is_for(const records::Header& header) const { return header.names() == names_; }
  // The event lives until the next call.
  const sigma::Event& start(const records::Record& record);

 private:
  void add_entry_values(const records::Record& record);

  std::vector<std::string> names_;          // the header's
  std::vector<std::size_t> entry_columns_;  // columns that hold key=value text
  std::vector<std::string> entry_keys_;     // fields that rules name and no column has
  sigma::FieldMap map_;
  sigma::RecordEvent event_;
  std::vector<std::string_view> values_;
  std::deque<std::string> unescaped_;
};

}  // namespace afterpatch::detect
