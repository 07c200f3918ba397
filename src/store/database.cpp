#include "store/database.h"

#include <soci/sqlite3/soci-sqlite3.h>

#include <exception>
#include <filesystem>

#include <fmt/format.h>

namespace afterpatch::store {
namespace {

// SOCI takes "db=FILE" apart at blanks, unless quoted.
std::string connection_text(const std::string& file) {
  return fmt::format("db=\"{}\" timeout=30", file);
}

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

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::string& file) {
  if (file.find('"') != std::string::npos) return fail("a store's name can't hold a double quote", file);
  std::unique_ptr<Database> database(new Database(file));
  auto done = database->guarded([&] { database->connect(); });
  if (done) done = database->migrate();
  if (!done) return std::unexpected(done.error());
  return database;
}

void Database::connect() {
  session_.open(soci::sqlite3, connection_text(name_));
  // A reader never waits for a writer, and what was committed survives a crash of the machine.
  session_ << "PRAGMA journal_mode = WAL";
  session_ << "PRAGMA synchronous = FULL";
  session_ << "PRAGMA foreign_keys = OFF";   // the store alone writes, in the right order
  session_ << "PRAGMA cache_size = -65536";  // KiB
}

Result<void> Database::migrate() {
  const auto steps = migrations(Dialect::sqlite);
  int version = 0;
  if (const auto read = guarded([&] { version = read_version(session_); }); !read) return read;
  if (version > static_cast<int>(steps.size()))
    return fail(fmt::format("the store has version {}, this program knows {}", version, steps.size()), name_,
                "use the newer program that made it");
  if (version == static_cast<int>(steps.size())) return {};
  return together([&]() -> Result<void> {
    version = read_version(session_);  // again: another process may have been faster
    for (int step = version; step < static_cast<int>(steps.size()); ++step)
      run_step(session_, steps[static_cast<std::size_t>(step)], step + 1);
    return {};
  });
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
  } catch (const std::exception&) {
    // The connection is gone, or the database has undone it by itself: either way nothing stays.
  }
}

Result<void> Database::guarded(const std::function<void()>& work) {
  try {
    work();
    return {};
  } catch (const std::exception& error) {
    return fail(fmt::format("the store says: {}", error.what()), name_,
                "is it a store, is the folder writable, is the disk full?");
  }
}

}  // namespace afterpatch::store
