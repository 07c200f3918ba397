// Notices of Cases (cases.h).
#include <algorithm>

#include <fmt/format.h>

#include "store/case_rows.h"
#include "store/cases.h"
#include "store/database.h"
#include "store/rows.h"

namespace afterpatch::store {
namespace {

std::vector<NoticeRow> read_notices(soci::session& session, const Conditions& conditions,
                                    std::string_view order) {
  std::vector<NoticeRow> rows;
  read_rows(
      session,
      fmt::format("SELECT {} FROM notice{} ORDER BY {}", listed_notice_columns(), conditions.where(), order),
      conditions, [&](const NoticeRow& row) { rows.push_back(row); });
  return rows;
}

// "AP-2021-000017.10" comes after "AP-2021-000017.9".
void sort_by_number(std::vector<NoticeRow>& rows) {
  std::ranges::sort(rows, {}, [](const NoticeRow& row) { return std::pair(row.id.size(), row.id); });
}

}  // namespace

Result<void> Cases::put_notices(const std::vector<NoticeRow>& rows) {
  return database_.guarded([&] { put_rows(database_.session(), rows); });
}

Result<std::vector<NoticeRow>> Cases::notices_of(const std::string& number) {
  std::vector<NoticeRow> rows;
  const auto read = database_.guarded([&] {
    Conditions conditions;
    conditions.add("case_number = {}", number);
    rows = read_notices(database_.session(), conditions, "id");
  });
  if (!read) return std::unexpected(read.error());
  sort_by_number(rows);
  return rows;
}

Result<std::optional<NoticeRow>> Cases::notice(const std::string& id) {
  std::optional<NoticeRow> found;
  const auto read = database_.guarded([&] {
    Conditions conditions;
    conditions.add("id = {}", id);
    for (NoticeRow& row : read_notices(database_.session(), conditions, "id")) found = std::move(row);
  });
  if (!read) return std::unexpected(read.error());
  return found;
}

Result<std::vector<NoticeRow>> Cases::due(const std::string& state, Timestamp now, std::uint64_t limit) {
  std::vector<NoticeRow> rows;
  const auto read = database_.guarded([&] {
    Conditions conditions;
    conditions.add("state = {}", state);
    conditions.also(fmt::format("(not_before IS NULL OR not_before <= {})", to_number(now)));
    rows = read_notices(database_.session(), conditions,
                        fmt::format("COALESCE(not_before, planned, 0), id{} LIMIT {}",
                                    by_bytes(database_.session()), as_count(limit)));
  });
  if (!read) return std::unexpected(read.error());
  return rows;
}

}  // namespace afterpatch::store
