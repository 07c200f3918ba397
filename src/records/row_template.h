// Recognises a row that differs from the one before only in what a summary does not care for, without
// splitting it: same hour, same build, same server, right number of columns, no quotes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "records/record.h"

namespace afterpatch::records {

class RowTemplate {
 public:
  struct Match {
    std::int32_t milliseconds;  // since the start of the hour
    bool has_build;
    bool has_server;
  };

  // Sets the template to an undamaged row with a readable time; any other row empties it.
  void set(const Record& record);
  void clear() { header_ = nullptr; }
  const Header* header() const { return header_; }

  // `row` is a whole line without line end, of the header of the template. nullopt: read it in full.
  std::optional<Match> match(std::string_view row) const;

 private:
  bool can_describe(const Record& record);
  void set_layout(const Header& header);
  std::string text_of_columns(const Record& record, std::size_t first, std::size_t count) const;
  std::optional<Match> match_columns(std::string_view row, std::size_t behind_time, Match match) const;

  const Header* header_ = nullptr;
  const Header* layout_header_ = nullptr;  // whose layout the next four describe
  bool can_match_ = false;
  char separator_ = ' ';
  std::size_t build_column_ = Header::npos;  // first of four; npos when the header has no such columns
  std::size_t server_column_ = Header::npos;
  std::string hour_;    // "2021-03-05T03:"
  std::string build_;   // "15,1,2176,2," or empty when no row had one yet
  std::string server_;  // "EXCH01,"
};

}  // namespace afterpatch::records
