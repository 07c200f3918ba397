// What people, hunts and mail servers said: statements, only ever added. With the spans of scans they are all
// that is true in a store; every other table is made from them and can be made again (docs/store.md).
//
// Example:
//   store->ledger().add({{.time = seen, .received = now, .source = "victim", .kind = "acknowledged",
//                         .subject_kind = "case", .subject = "AP-2021-000017", .content = "{}"}});
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace afterpatch::store {

class Database;

struct Statement {
  Timestamp time{};          // when it happened, as far as the source knows
  Timestamp received{};      // when the store was told
  std::string source;        // who says so: "hunt", "shadowserver", "operator:anna", "victim", "smtp"
  std::string kind;          // "hunted", "acknowledged": docs/store.md lists them with their content
  std::string subject_kind;  // "server", "organisation", "case" or "notice"
  std::string subject;       // "192.0.2.1:443", "[2001:db8::1]:443", "de-0017", "AP-2021-000017"
  std::string key = {};  // the same source and key is the same statement and kept once; empty: never the same
  std::string content = "{}";  // one JSON object of at most kMaxStatementBytes
};
inline constexpr std::size_t kMaxStatementBytes = 256U << 10U;

// What is empty does not filter.
struct StatementFilter {
  std::string subject_kind = {};
  std::string subject = {};
  std::string kind = {};
  std::int64_t after = 0;  // only those with a greater id
};

// Part of a Store, which owns it and must outlive it. Not thread-safe.
class Ledger {
 public:
  explicit Ledger(Database& database) : database_(database) {}

  // All or none; returns how many were new. Fails on content that is too long or no JSON object.
  Result<std::uint64_t> add(const std::vector<Statement>& statements);

  // In the order in which they were added; ids ascend but may leave gaps.
  using Visit = std::function<void(std::int64_t id, const Statement& statement)>;
  Result<void> for_each(const StatementFilter& filter, const Visit& visit);

 private:
  Database& database_;
};

// "192.0.2.1:443", "[2001:db8::1]:443".
std::string server_subject(const std::string& address, std::uint16_t port);

}  // namespace afterpatch::store
