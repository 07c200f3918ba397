#include "store/schema.h"

#include <array>
#include <utility>

namespace afterpatch::store {
namespace {

// {id}: a key that the database counts up. {clustered}: rows lie in the order of their key; on PostgreSQL,
// which can not, pages keep room, so that a span that gets a new end stays where it is.
constexpr std::array<std::string_view, 7> kFirst = {
    "CREATE TABLE source (id {id}, name TEXT NOT NULL UNIQUE, longest_gap BIGINT NOT NULL)",
    "CREATE TABLE host (id {id}, address TEXT NOT NULL, port INTEGER NOT NULL, name TEXT NOT NULL, "
    "UNIQUE (address, port, name))",
    "CREATE TABLE state (id {id}, digest TEXT NOT NULL UNIQUE, reached INTEGER NOT NULL, product TEXT NOT "
    "NULL, "
    "exposure TEXT NOT NULL, confidence TEXT NOT NULL, builds TEXT NOT NULL, country TEXT NOT NULL, "
    "network TEXT NOT NULL, sector TEXT NOT NULL)",
    // Apart from `state`, so that a report does not have to read it.
    "CREATE TABLE state_content (state_id BIGINT PRIMARY KEY REFERENCES state (id), content TEXT NOT NULL)",
    "CREATE TABLE span (host_id BIGINT NOT NULL REFERENCES host (id), source_id BIGINT NOT NULL REFERENCES "
    "source "
    "(id), first_seen BIGINT NOT NULL, last_seen BIGINT NOT NULL, state_id BIGINT NOT NULL REFERENCES state "
    "(id), "
    "PRIMARY KEY (host_id, source_id, first_seen)){clustered}",
    "CREATE TABLE active_day (source_id BIGINT NOT NULL REFERENCES source (id), day BIGINT NOT NULL, "
    "PRIMARY KEY (source_id, day)){clustered}",
    "CREATE TABLE import (source_id BIGINT NOT NULL REFERENCES source (id), digest TEXT NOT NULL, name TEXT "
    "NOT "
    "NULL, records BIGINT NOT NULL, finished BIGINT NOT NULL, PRIMARY KEY (source_id, digest))"};

constexpr std::array<std::string_view, 18> kSecond = {
    "CREATE TABLE statement (id {id}, time BIGINT NOT NULL, received BIGINT NOT NULL, source TEXT NOT NULL, "
    "kind TEXT NOT NULL, subject_kind TEXT NOT NULL, subject TEXT NOT NULL, statement_key TEXT, "
    "content TEXT NOT NULL, UNIQUE (source, statement_key))",
    "CREATE INDEX statement_subject ON statement (subject_kind, subject)",
    "CREATE INDEX statement_kind ON statement (kind)",
    "CREATE TABLE organisation (id TEXT PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, region TEXT "
    "NOT "
    "NULL, sector TEXT NOT NULL, content TEXT NOT NULL)",
    "CREATE TABLE owner (address TEXT NOT NULL, port INTEGER NOT NULL, organisation TEXT NOT NULL, method "
    "TEXT "
    "NOT NULL, confidence TEXT NOT NULL, others TEXT NOT NULL, PRIMARY KEY (address, port))",
    "CREATE TABLE server (address TEXT NOT NULL, port INTEGER NOT NULL, name TEXT NOT NULL, organisation "
    "TEXT NOT "
    "NULL, country TEXT NOT NULL, region TEXT NOT NULL, network TEXT NOT NULL, sector TEXT NOT NULL, "
    "exposure TEXT "
    "NOT NULL, confidence TEXT NOT NULL, builds TEXT NOT NULL, present INTEGER NOT NULL, first_seen BIGINT "
    "NOT "
    "NULL, last_seen BIGINT NOT NULL, first_open BIGINT, patched BIGINT, compromise INTEGER NOT NULL, "
    "compromise_confidence TEXT NOT NULL, campaign TEXT NOT NULL, hunted BIGINT, exploited BIGINT, "
    "backdoored "
    "BIGINT, reentered BIGINT, door_present INTEGER NOT NULL, mail_accessed INTEGER NOT NULL, "
    "credentials_exposed "
    "INTEGER NOT NULL, PRIMARY KEY (address, port))",
    "CREATE INDEX server_organisation ON server (organisation)",
    "CREATE INDEX server_standing ON server (present, exposure)",
    "CREATE TABLE server_cluster (address TEXT NOT NULL, port INTEGER NOT NULL, cluster TEXT NOT NULL, "
    "PRIMARY KEY "
    "(address, port))",
    "CREATE TABLE victim_case (number TEXT PRIMARY KEY, organisation TEXT NOT NULL, campaign TEXT NOT NULL, "
    "reason "
    "TEXT NOT NULL, state TEXT NOT NULL, state_since BIGINT NOT NULL, opened BIGINT NOT NULL, held_until "
    "BIGINT, "
    "notified BIGINT, reached BIGINT, acknowledged BIGINT, patched BIGINT, hunted BIGINT, clean BIGINT, "
    "recheck_due "
    "BIGINT, channel TEXT NOT NULL, text TEXT NOT NULL)",
    "CREATE INDEX case_organisation ON victim_case (organisation)",
    "CREATE TABLE case_server (case_number TEXT NOT NULL, address TEXT NOT NULL, port INTEGER NOT NULL, "
    "PRIMARY KEY "
    "(case_number, address, port))",
    "CREATE INDEX case_of_server ON case_server (address, port)",
    "CREATE TABLE notice (id TEXT PRIMARY KEY, case_number TEXT NOT NULL, channel TEXT NOT NULL, recipient "
    "TEXT NOT "
    "NULL, language TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL, message_id "
    "TEXT NOT "
    "NULL, planned BIGINT, approved BIGINT, not_before BIGINT, sending BIGINT, sent BIGINT, ended BIGINT, "
    "attempts "
    "BIGINT NOT NULL, last_error TEXT NOT NULL, content TEXT NOT NULL)",
    "CREATE INDEX notice_case ON notice (case_number)",
    "CREATE INDEX notice_state ON notice (state, not_before)",
    "CREATE TABLE case_token (digest TEXT PRIMARY KEY, case_number TEXT NOT NULL, issued BIGINT NOT NULL, "
    "expires "
    "BIGINT NOT NULL, revoked INTEGER NOT NULL)",
    "CREATE TABLE lease (name TEXT PRIMARY KEY, holder TEXT NOT NULL, expires BIGINT NOT NULL)"};

// The console: accounts, sessions, audit, saved views, uploads.
constexpr std::array<std::string_view, 9> kThird = {
    "CREATE TABLE account (name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT NOT NULL, created BIGINT "
    "NOT NULL, disabled INTEGER NOT NULL)",
    "CREATE TABLE web_session (digest TEXT PRIMARY KEY, account TEXT NOT NULL, address TEXT NOT NULL, "
    "started BIGINT NOT NULL, used BIGINT NOT NULL, expires BIGINT NOT NULL)",
    "CREATE INDEX web_session_account ON web_session (account)",
    "CREATE TABLE audit (id {id}, time BIGINT NOT NULL, account TEXT NOT NULL, role TEXT NOT NULL, address "
    "TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT "
    "NULL)",
    "CREATE TABLE saved_view (id {id}, account TEXT NOT NULL, name TEXT NOT NULL, url TEXT NOT NULL, shared "
    "INTEGER NOT NULL, created BIGINT NOT NULL, UNIQUE (account, name))",
    "CREATE TABLE upload (id TEXT PRIMARY KEY, case_number TEXT NOT NULL, name TEXT NOT NULL, length BIGINT "
    "NOT NULL, received BIGINT NOT NULL, sha256 TEXT NOT NULL, state TEXT NOT NULL, created BIGINT NOT NULL, "
    "changed BIGINT NOT NULL, attempts INTEGER NOT NULL, message TEXT NOT NULL)",
    "CREATE INDEX upload_case ON upload (case_number)",
    "CREATE INDEX upload_state ON upload (state)",
    "CREATE INDEX audit_account ON audit (account)"};

// A state is looked up among those of its host, never by its digest alone. The index that made digests unique
// was the most expensive thing to keep: they have no order, so each portion changed all of its pages.
constexpr std::array<std::string_view, 4> kFourthSqlite = {
    "CREATE TABLE state_without_index (id {id}, digest TEXT NOT NULL, reached INTEGER NOT NULL, product TEXT "
    "NOT NULL, exposure TEXT NOT NULL, confidence TEXT NOT NULL, builds TEXT NOT NULL, country TEXT NOT "
    "NULL, "
    "network TEXT NOT NULL, sector TEXT NOT NULL)",
    "INSERT INTO state_without_index SELECT id, digest, reached, product, exposure, confidence, builds, "
    "country, network, sector FROM state",
    "DROP TABLE state", "ALTER TABLE state_without_index RENAME TO state"};
constexpr std::array<std::string_view, 1> kFourthPostgresql = {
    "ALTER TABLE state DROP CONSTRAINT state_digest_key"};

// A day on which all servers of a page are seen again writes each of its rows anew. Only if the page has room
// for all of them does the index keep pointing to it; at 70 it had to learn most of them a second time. Pages
// that are full already stay as they are, until their rows end. SQLite writes rows where they are.
constexpr std::array<std::string_view, 1> kFifthPostgresql = {"ALTER TABLE span SET (fillfactor = 45)"};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::string in_dialect(std::string_view statement, Dialect dialect) {
  const bool sqlite = dialect == Dialect::sqlite;
  std::string out(statement);
  replace_all(out, "{id}",
              sqlite ? "INTEGER PRIMARY KEY" : "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY");
  replace_all(out, "{clustered}", sqlite ? " WITHOUT ROWID" : " WITH (fillfactor = 70)");
  // The store alone writes, in the right order: looking that up for every row would cost more than the row.
  // SQLite does not look either (database.cpp).
  if (!sqlite) {
    for (const char* table : {"host", "source", "state"})
      replace_all(out, std::string(" REFERENCES ") + table + " (id)", "");
  }
  // The order of bytes, as in SQLite, whatever the server's language.
  if (!sqlite) replace_all(out, " TEXT", " TEXT COLLATE \"C\"");
  return out;
}

template <std::size_t kCount>
std::vector<std::string> step_of(const std::array<std::string_view, kCount>& statements, Dialect dialect) {
  std::vector<std::string> step;
  for (const std::string_view statement : statements) step.push_back(in_dialect(statement, dialect));
  return step;
}

}  // namespace

std::vector<std::vector<std::string>> migrations(Dialect dialect) {
  std::vector<std::vector<std::string>> steps = {step_of(kFirst, dialect), step_of(kSecond, dialect),
                                                 step_of(kThird, dialect)};
  if (dialect == Dialect::sqlite) {
    steps.push_back(step_of(kFourthSqlite, dialect));
  } else {
    steps.push_back(step_of(kFourthPostgresql, dialect));
    steps.push_back(step_of(kFifthPostgresql, dialect));
  }
  return steps;
}

}  // namespace afterpatch::store
