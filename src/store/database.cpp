#include "store/database.h"

#include <soci/sqlite3/soci-sqlite3.h>
#include <algorithm>

#include <exception>

#include <fmt/format.h>

#include "base/text.h"
#include "store/postgresql.h"

namespace afterpatch::store {
namespace {

// SOCI takes "db=FILE" apart at blanks, unless quoted.
std::string connection_text(const std::string& file) {
  return fmt::format("db=\"{}\" timeout=30", file);
}

// The number is ours alone ("afterp"); PostgreSQL keeps such locks apart by database.
constexpr long long kMigrationLock = 0x616674657270;

int read_version(soci::session& session) {
  session << "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)";
  int version = 0;
  session << "SELECT COALESCE(MAX(version), 0) FROM schema_version", soci::into(version);
  return version;
}

void run_step(soci::session& session, const std::vector<std::string>& statements, int version) {
  for (const std::string& statement : statements) session << statement;
  session << "INSERT INTO schema_version (version) VALUES (:version)", soci::use(version);
}

// Before SQLite is used for the first time in this program; later it would refuse, and be slower. A store has
// one user at a time (store.h), so SQLite need not lock for each call, nor count what it allocates.
void prepare_sqlite() {
  [[maybe_unused]] static const bool kPrepared =
      sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD) == SQLITE_OK &&
      sqlite_api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
}

}  // namespace

Database::Database(const std::string& place)
    : place_(place),
      name_(is_postgresql(place) ? without_password(place) : place),
      dialect_(is_postgresql(place) ? Dialect::postgresql : Dialect::sqlite) {}

Result<std::unique_ptr<Database>> Database::open(const std::string& place) {
  std::unique_ptr<Database> database(new Database(place));
  if (place.find('"') != std::string::npos)
    return fail("a store's name can't hold a double quote", database->name());
  if (is_postgresql(place) && place.find_first_of(" \t\r\n") != std::string::npos)
    return fail("the place of a database holds a blank", database->name(), "write it as %20");
  auto done = database->guarded([&] { database->connect(); });
  if (done) done = database->migrate();
  if (!done) return std::unexpected(done.error());
  return database;
}

namespace {

// What a database said, without the statement and its values that SOCI adds: whole portions of addresses.
std::string said_in(const std::exception& error) {
  const std::string_view what = error.what();
  return std::string(trim(what.substr(0, what.find("\n while "))));
}

}  // namespace

void Database::connect() {
  if (dialect_ == Dialect::postgresql) return connect_postgresql(session_, place_);
  prepare_sqlite();
  session_.open(soci::sqlite3, connection_text(place_));
  // A reader never waits for a writer, and what was committed survives a crash of the machine.
  session_ << "PRAGMA journal_mode = WAL";
  session_ << "PRAGMA synchronous = FULL";
  session_ << "PRAGMA foreign_keys = OFF";   // the store alone writes, in the right order
  session_ << "PRAGMA cache_size = -65536";  // KiB
  // Pages; 64 MB. A page that changes in many portions is folded in once, and the disk waited for less often.
  session_ << "PRAGMA wal_autocheckpoint = 16384";
}

Result<void> Database::migrate() {
  const auto newest = static_cast<int>(migrations(dialect_).size());
  int version = 0;
  if (dialect_ == Dialect::sqlite) {
    if (const auto read = guarded([&] { version = read_version(session_); }); !read) return read;
    if (version == newest) return {};  // so that opening a store never waits for who writes to it
  }
  return together([&] { return run_steps(); });
}

// Within a transaction that keeps other processes out; one of them may have been faster.
Result<void> Database::run_steps() {
  if (dialect_ == Dialect::postgresql)
    session_ << fmt::format("SELECT pg_advisory_xact_lock({})", kMigrationLock);
  const auto steps = migrations(dialect_);
  const int version = read_version(session_);
  if (version > static_cast<int>(steps.size()))
    return fail(fmt::format("the store has version {}, this program knows {}", version, steps.size()), name_,
                "use the newer program that made it");
  for (int step = version; step < static_cast<int>(steps.size()); ++step)
    run_step(session_, steps[static_cast<std::size_t>(step)], step + 1);
  return {};
}

std::string Database::new_cursor_name() {
  return fmt::format("rows_{}", ++cursors_);
}

Result<void> Database::together(const std::function<Result<void>()>& work) {
  Result<void> done;
  const auto kept = guarded([&] {
    begin();
    try {
      done = work();
      if (done)
        commit();
      else
        roll_back();
    } catch (...) {
      roll_back();
      throw;
    }
  });
  return kept ? done : kept;
}

void Database::begin() {
  // IMMEDIATE: two writers wait for each other here, and not in the middle, where one of them would fail.
  if (depth_ == 0)
    session_ << (dialect_ == Dialect::sqlite ? "BEGIN IMMEDIATE" : "BEGIN");
  else
    session_ << fmt::format("SAVEPOINT part_{}", depth_);
  ++depth_;
}

void Database::commit() {
  if (depth_ == 1 && dialect_ == Dialect::postgresql && transaction_has_failed(session_))
    throw soci::soci_error("a statement before this failed, so the whole transaction is undone");
  if (depth_ == 1)
    session_ << "COMMIT";
  else
    session_ << fmt::format("RELEASE SAVEPOINT part_{}", depth_ - 1);
  --depth_;
}

void Database::roll_back() noexcept {
  --depth_;
  try {
    if (depth_ == 0)
      session_ << "ROLLBACK";
    else
      session_ << fmt::format("ROLLBACK TO SAVEPOINT part_{}", depth_);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): nothing is left to do
    // The connection is gone, or the database has undone it by itself: either way nothing stays.
  }
}

Result<void> Database::guarded(const std::function<void()>& work) {
  try {
    work();
    return {};
  } catch (const std::exception& error) {
    return fail(fmt::format("the store says: {}", said_in(error)), name_,
                dialect_ == Dialect::sqlite
                    ? "is it a store, is the folder writable, is the disk full?"
                    : "what was not finished is not in the store; is the server there? start again");
  }
}

}  // namespace afterpatch::store
