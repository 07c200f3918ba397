// Who may use the console, who is signed in, what each of them saw and did, and the views they saved.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace afterpatch::store {

class Database;

// Each may do all that those before may.
enum class Role { viewer, analyst, operator_role, admin };
std::string_view to_string(Role role);  // "viewer", "analyst", "operator", "admin"
std::optional<Role> parse_role(std::string_view word);

struct Account {
  std::string name;
  Role role = Role::viewer;
  std::string password;  // as libsodium's crypto_pwhash_str writes it: never the password
  Timestamp created{};
  bool disabled = false;
};

struct SessionRow {
  std::string digest;  // SHA-256 of the cookie's value, hexadecimal
  std::string account;
  std::string address;  // from which it was begun
  Timestamp started{};
  Timestamp used{};     // to the minute
  Timestamp expires{};  // whatever is done with it
};

struct AuditEntry {
  std::int64_t id = 0;
  Timestamp time{};
  std::string account;  // "victim" for a victim's page; empty: nobody was signed in
  std::string role;
  std::string address;
  std::string action;   // "session.begin", "notices.approve": docs/serve.md lists them
  std::string subject;  // what it was done to: a case, a server, the query of a list
  std::string outcome;  // "done", "refused" or "failed"
  std::string detail;
};

// What is empty does not filter. Newest first.
struct AuditQuery {
  std::string account, action;
  std::string search;  // part of account, action, subject, address or detail, any case
  std::uint64_t offset = 0;
  std::uint64_t limit = 100;
};
struct AuditPage {
  std::vector<AuditEntry> rows;
  std::uint64_t total = 0;
};

struct SavedView {
  std::int64_t id = 0;
  std::string account;
  std::string name;     // unique for an account
  std::string url;      // path and query within the console
  bool shared = false;  // all accounts see it, only its own may remove it
  Timestamp created{};
};

// Part of a Store, which owns it. Not thread-safe.
class Accounts {
 public:
  explicit Accounts(Database& database) : database_(database) {}

  Result<void> put_account(const Account& account);  // replaces that of the same name
  Result<std::optional<Account>> account(const std::string& name);
  Result<std::vector<Account>> accounts();  // by name

  Result<void> begin_session(const SessionRow& session);
  Result<std::optional<SessionRow>> session(const std::string& digest);
  Result<void> touch_session(const std::string& digest, Timestamp used);
  Result<void> end_session(const std::string& digest);
  Result<void> end_sessions_of(const std::string& account);
  Result<void> drop_sessions(Timestamp unused_since, Timestamp now);  // idle or expired ones

  Result<void> note(const AuditEntry& entry);  // its id is given by the store
  Result<AuditPage> audit(const AuditQuery& query);

  // Fails on the 101st view of an account. Returns the id; one of the same account and name is replaced.
  Result<std::int64_t> save_view(const SavedView& view);
  Result<std::vector<SavedView>> views(const std::string& account);       // its own and shared ones, by name
  Result<bool> remove_view(const std::string& account, std::int64_t id);  // false: there is none

 private:
  Database& database_;
};

}  // namespace afterpatch::store
