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
  std::string account;  // "victim:AP-2021-000017" for a victim's page; empty: nobody was signed in
  std::string address;
  std::string action;   // "sign-in", "see-server", "approve-notices": docs/serve.md lists them
  std::string subject;  // what it was done to
  std::string outcome;  // "done", "refused", or why not
};

// What is empty does not filter. Newest first.
struct AuditQuery {
  std::string account, action, subject, search;
  std::optional<Timestamp> from, until;
  std::int64_t before = 0;  // only entries with a smaller id; 0: from the newest on
  std::uint64_t limit = 100;
};

struct SavedView {
  std::int64_t id = 0;
  std::string account;
  std::string page;   // "servers"
  std::string name;   // unique for an account and page
  std::string query;  // as in the address bar, without '?'
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
  Result<std::vector<AuditEntry>> audit(const AuditQuery& query);

  // Fails on the 101st view of an account. Returns the id; the same account, page and name is replaced.
  Result<std::int64_t> save_view(const SavedView& view);
  Result<std::vector<SavedView>> views(const std::string& account);
  Result<bool> remove_view(const std::string& account, std::int64_t id);  // false: there is none

 private:
  Database& database_;
};

}  // namespace afterpatch::store
