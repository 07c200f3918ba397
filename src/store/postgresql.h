// What PostgreSQL needs beside SOCI: libpq for COPY and for the state of the connection. Used inside this
// room only; tests start a server of their own (tests/store/postgresql_server.h).
#pragma once

#include <soci/soci.h>

#include <string>
#include <string_view>
#include <vector>

namespace afterpatch::store {

// "postgresql://user@host:port/database", or "postgres://", as libpq takes it.
bool is_postgresql(std::string_view place);

// The place without its password, for messages.
std::string without_password(const std::string& place);

// Throws soci::soci_error. Gives up after ten seconds if nobody answers; notices of the server are dropped.
void connect_postgresql(soci::session& session, const std::string& place);

// A statement of the transaction failed, so its COMMIT would undo it without a word.
bool transaction_has_failed(soci::session& session);

// Which of these columns ("a, b") are INTEGER, of four bytes, and not BIGINT or TEXT. Throws
// soci::soci_error.
std::vector<bool> which_are_narrow(soci::session& session, const std::string& table,
                                   const std::string& columns);

// COPY table FROM STDIN, in COPY's binary format (manual of PostgreSQL 15, COPY, "Binary Format"), with
// header and trailer. The server takes in what was sent while more is made ready; until finish() the
// connection can do nothing else. All throw soci::soci_error.
class CopyIn {
 public:
  CopyIn(soci::session& session, const std::string& table_and_columns);
  ~CopyIn();  // if it is not finished, nothing of it stays
  CopyIn(const CopyIn&) = delete;
  CopyIn& operator=(const CopyIn&) = delete;

  void send(std::string_view bytes);
  void finish();

 private:
  soci::session& session_;
  bool under_way_ = true;
};

}  // namespace afterpatch::store
