#include "store/postgresql.h"

#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>

#include <memory>

namespace afterpatch::store {
namespace {

constexpr const char* kConnectTimeout = "connect_timeout=10";  // seconds

PGconn* connection_of(soci::session& session) {
  return static_cast<soci::postgresql_session_backend*>(session.get_backend())->conn_;
}

void drop_notice(void* /*unused*/, const char* /*message*/) {}

// SOCI takes the text apart at blanks and at the first '=' and puts it together again, which an URI survives
// only if it has no blank and at least one '='.
std::string with_timeout(const std::string& place) {
  if (place.find("connect_timeout") != std::string::npos) return place;
  return place + (place.find('?') == std::string::npos ? "?" : "&") + kConnectTimeout;
}

using ResultPointer = std::unique_ptr<PGresult, decltype(&PQclear)>;

void check(PGconn* connection, const ResultPointer& result, ExecStatusType expected) {
  if (PQresultStatus(result.get()) != expected) throw soci::soci_error(PQerrorMessage(connection));
}

}  // namespace

bool is_postgresql(std::string_view place) {
  return place.starts_with("postgresql://") || place.starts_with("postgres://");
}

std::string without_password(const std::string& place) {
  const std::size_t start = place.find("://") + 3;
  const std::size_t at = place.find('@', start);
  const std::size_t colon = place.find(':', start);
  if (at == std::string::npos || colon == std::string::npos || colon > at) return place;
  return place.substr(0, colon) + place.substr(at);
}

void connect_postgresql(soci::session& session, const std::string& place) {
  session.open(soci::postgresql, with_timeout(place));
  PQsetNoticeProcessor(connection_of(session), drop_notice, nullptr);
}

bool transaction_has_failed(soci::session& session) {
  return PQtransactionStatus(connection_of(session)) == PQTRANS_INERROR;
}

std::vector<bool> which_are_narrow(soci::session& session, const std::string& table,
                                   const std::string& columns) {
  PGconn* connection = connection_of(session);
  const std::string question = "SELECT " + columns + " FROM " + table + " LIMIT 0";
  const ResultPointer answer(PQexec(connection, question.c_str()), PQclear);
  check(connection, answer, PGRES_TUPLES_OK);
  std::vector<bool> narrow;
  for (int i = 0; i < PQnfields(answer.get()); ++i) narrow.push_back(PQfsize(answer.get(), i) == 4);
  return narrow;
}

CopyIn::CopyIn(soci::session& session, const std::string& table_and_columns) : session_(session) {
  PGconn* connection = connection_of(session_);
  const std::string command = "COPY " + table_and_columns + " FROM STDIN (FORMAT binary)";
  check(connection, ResultPointer(PQexec(connection, command.c_str()), PQclear), PGRES_COPY_IN);
}

CopyIn::~CopyIn() {
  if (!under_way_) return;
  PGconn* connection = connection_of(session_);
  PQputCopyEnd(connection, "given up");
  while (PGresult* rest = PQgetResult(connection)) PQclear(rest);
}

void CopyIn::send(std::string_view bytes) {
  PGconn* connection = connection_of(session_);
  if (PQputCopyData(connection, bytes.data(), static_cast<int>(bytes.size())) != 1)
    throw soci::soci_error(PQerrorMessage(connection));
}

// The answer is to the whole COPY; libpq wants to be asked until there is none.
void CopyIn::finish() {
  PGconn* connection = connection_of(session_);
  if (PQputCopyEnd(connection, nullptr) != 1) throw soci::soci_error(PQerrorMessage(connection));
  under_way_ = false;
  const ResultPointer result(PQgetResult(connection), PQclear);
  while (PGresult* rest = PQgetResult(connection)) PQclear(rest);
  check(connection, result, PGRES_COMMAND_OK);
}

}  // namespace afterpatch::store
