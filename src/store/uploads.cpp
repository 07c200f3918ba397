#include "store/uploads.h"

#include <array>

#include "store/database.h"
#include "store/writer.h"

namespace afterpatch::store {
namespace {

using soci::into;
using soci::use;

constexpr std::array<std::string_view, 6> kStates = {"receiving", "waiting", "hunting",
                                                     "answered",  "failed",  "cancelled"};

}  // namespace

std::string_view to_string(UploadState state) {
  return kStates[static_cast<std::size_t>(state)];
}

std::optional<UploadState> parse_upload_state(std::string_view word) {
  for (std::size_t i = 0; i < kStates.size(); ++i)
    if (kStates[i] == word) return static_cast<UploadState>(i);
  return std::nullopt;
}

Result<void> Uploads::add(const UploadRow& upload) {
  return database_.guarded([&] {
    const auto length = static_cast<long long>(upload.length);
    const auto received = static_cast<long long>(upload.received);
    const std::string state(to_string(upload.state));
    const long long created = to_number(upload.created);
    const long long changed = to_number(upload.changed);
    database_.session() << "INSERT INTO upload (id, case_number, name, length, received, sha256, state, "
                           "created, changed, attempts, message) VALUES (:id, :case_number, :name, :length, "
                           ":received, :sha256, :state, :created, :changed, 0, :message)",
        use(upload.id), use(upload.case_number), use(upload.name), use(length), use(received),
        use(upload.sha256), use(state), use(created), use(changed), use(upload.message);
  });
}

// `column` is one of ours, never a user's text.
Result<std::vector<UploadRow>> Uploads::select(const std::string& column, const std::string& value) {
  std::vector<UploadRow> out;
  const auto read = database_.guarded([&] {
    UploadRow row;
    long long length = 0, received = 0, created = 0, changed = 0;
    std::string state;
    soci::statement statement =
        (database_.session().prepare
             << "SELECT id, case_number, name, length, received, sha256, state, created, changed, attempts, "
                "message FROM upload WHERE " +
                    column + " = :value ORDER BY changed, id",
         use(value), into(row.id), into(row.case_number), into(row.name), into(length), into(received),
         into(row.sha256), into(state), into(created), into(changed), into(row.attempts), into(row.message));
    statement.execute();
    while (statement.fetch()) {
      row.length = static_cast<std::uint64_t>(length);
      row.received = static_cast<std::uint64_t>(received);
      row.state = parse_upload_state(state).value_or(UploadState::failed);
      row.created = to_time(created);
      row.changed = to_time(changed);
      out.push_back(row);
    }
  });
  if (!read) return std::unexpected(read.error());
  return out;
}

Result<std::optional<UploadRow>> Uploads::upload(const std::string& id) {
  auto rows = select("id", id);
  if (!rows) return std::unexpected(rows.error());
  return rows->empty() ? std::nullopt : std::optional(rows->front());
}

Result<std::vector<UploadRow>> Uploads::of_case(const std::string& number) {
  return select("case_number", number);
}

Result<std::vector<UploadRow>> Uploads::in_state(UploadState state) {
  return select("state", std::string(to_string(state)));
}

Result<std::uint64_t> Uploads::reserved_bytes(const std::string& number) {
  long long bytes = 0;
  const auto read = database_.guarded([&] {
    database_.session() << "SELECT CAST(COALESCE(SUM(length), 0) AS BIGINT) FROM upload WHERE state NOT IN "
                           "('failed', 'cancelled') AND (:number = '' OR case_number = :number)",
        use(number, "number"), into(bytes);
  });
  if (!read) return std::unexpected(read.error());
  return static_cast<std::uint64_t>(bytes);
}

Result<bool> Uploads::advance(const std::string& id, std::uint64_t from, std::uint64_t to, Timestamp now) {
  long long changed_rows = 0;
  const auto done = database_.guarded([&] {
    const auto before = static_cast<long long>(from);
    const auto after = static_cast<long long>(to);
    const long long moment = to_number(now);
    soci::statement statement =
        (database_.session().prepare
             << "UPDATE upload SET received = :after, changed = :now, state = CASE WHEN length = :whole THEN "
                "'waiting' ELSE state END WHERE id = :id AND received = :before AND state = 'receiving'",
         use(after), use(moment), use(after), use(id), use(before));
    statement.execute(true);
    changed_rows = statement.get_affected_rows();
  });
  if (!done) return std::unexpected(done.error());
  return changed_rows == 1;
}

Result<void> Uploads::set_state(const std::string& id, UploadState state, const std::string& message,
                                Timestamp now) {
  return database_.guarded([&] {
    const std::string word(to_string(state));
    const long long moment = to_number(now);
    database_.session() << "UPDATE upload SET state = :state, message = :message, changed = :now WHERE id = "
                           ":id",
        use(word), use(message), use(moment), use(id);
  });
}

Result<void> Uploads::set_digest(const std::string& id, const std::string& sha256) {
  return database_.guarded([&] {
    database_.session() << "UPDATE upload SET sha256 = :sha256 WHERE id = :id", use(sha256), use(id);
  });
}

Result<void> Uploads::count_attempt(const std::string& id) {
  return database_.guarded(
      [&] { database_.session() << "UPDATE upload SET attempts = attempts + 1 WHERE id = :id", use(id); });
}

}  // namespace afterpatch::store
