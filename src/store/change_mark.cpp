#include "store/change_mark.h"

#include <fmt/format.h>

#include "store/database.h"

namespace afterpatch::store {
namespace {

using soci::into;

long long number_of(soci::session& session, const char* query) {
  long long number = 0;
  session << query, into(number);
  return number;
}

// Every commit of another connection changes it; that costs no reading (SQLite, "PRAGMA data_version").
long long sqlite_version(soci::session& session) {
  return number_of(session, "PRAGMA data_version");
}

// Rows of `server` are made again as a whole and have no number that counts up, so they are summed.
std::string read_all(soci::session& session) {
  long long statements = number_of(session, "SELECT COALESCE(MAX(id), 0) FROM statement");
  long long imports =
      number_of(session, "SELECT CAST(COUNT(*) + COALESCE(SUM(records), 0) AS BIGINT) FROM import");
  long long uploads = number_of(session, "SELECT CAST(COALESCE(MAX(changed), 0) AS BIGINT) FROM upload");
  long long servers = 0;
  double seen = 0;
  double standing = 0;
  session << "SELECT COUNT(*), COALESCE(SUM(CAST(last_seen AS DOUBLE PRECISION)), 0), "
             "COALESCE(SUM(CAST(compromise * 1000 + present * 100 + LENGTH(exposure) + LENGTH(organisation) "
             "AS DOUBLE PRECISION)), 0) FROM server",
      into(servers), into(seen), into(standing);
  return fmt::format("{}-{}-{}-{}-{}-{}", statements, imports, uploads, servers, seen, standing);
}

}  // namespace

Result<std::string> ChangeMark::read() {
  const auto done = database_.guarded([&] {
    soci::session& session = database_.session();
    if (session.get_backend_name() == "sqlite3") {
      const long long version = sqlite_version(session);
      if (version == version_) return;
      version_ = version;
    }
    mark_ = read_all(session);
  });
  if (!done) return std::unexpected(done.error());
  return mark_;
}

}  // namespace afterpatch::store
