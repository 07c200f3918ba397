// A row of a text log as an Event: the columns of the header in force, through the field aliases.
//
// Example:
//   FieldMap map(program.field_names(), header.names());   // once a header
//   RecordEvent event;                                     // once a thread
//   event.start(map, record.values, record.raw);           // each record
//   memo.start_record();
//   program.matches(rule, event, memo);
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/sigma/event.h"
#include "detect/sigma/field_aliases.h"

namespace afterpatch::detect::sigma {

// Where each field of a program is found in the rows under one header. Immutable; shared between threads.
class FieldMap {
 public:
  // `field_names` are Program::field_names(), `columns` the header's names. A field without column is absent
  // in every row.
  FieldMap(const std::vector<std::string>& field_names, const std::vector<std::string>& columns);

 private:
  friend class RecordEvent;
  static constexpr std::uint32_t kNoColumn = static_cast<std::uint32_t>(-1);

  struct Source {
    Derivation derivation = Derivation::as_logged;
    std::uint32_t column = kNoColumn;  // path for the derived ones
    std::uint32_t query = kNoColumn;
  };
  std::vector<Source> sources_;  // by FieldId
  // Columns whose '+' may be a space, for keywords.
  std::vector<std::uint32_t> plus_columns_;
};

// Not thread-safe. Refers to the map, the values and the line until the next start().
class RecordEvent : public Event {
 public:
  // `values` are one per column, as logged. "-" and empty mean that the field is absent.
  void start(const FieldMap& map, std::span<const std::string_view> values, std::string_view line);

  std::span<const std::string_view> values(FieldId field) const override;
  bool is_present(FieldId field) const override;
  bool any_text(TextVisitor visit) const override;

 private:
  // Values of one field, made when first asked for.
  struct Cell {
    std::uint64_t record = 0;
    std::vector<std::string_view> values;
    std::string derived;
  };

  std::string_view column(std::uint32_t number) const;  // empty when absent
  void fill(Cell& cell, const FieldMap::Source& source) const;
  void add_uri(Cell& cell, const FieldMap::Source& source) const;

  const FieldMap* map_ = nullptr;
  std::span<const std::string_view> row_;
  std::string_view line_;
  std::uint64_t record_ = 0;
  mutable std::vector<Cell> cells_;          // by FieldId
  mutable std::vector<std::string> spaced_;  // keyword texts with '+' as space
};

}  // namespace afterpatch::detect::sigma
