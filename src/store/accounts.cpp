#include "store/accounts.h"

#include <array>

#include "base/text.h"
#include "store/database.h"
#include "store/writer.h"

namespace afterpatch::store {
namespace {

using soci::into;
using soci::use;

constexpr std::array<std::string_view, 4> kRoles = {"viewer", "analyst", "operator", "admin"};
constexpr int kMostViews = 100;

Role role_of(const std::string& word) {
  return parse_role(word).value_or(Role::viewer);
}

// `%`, `_` and `\` as themselves, for LIKE ... ESCAPE '\'.
std::string as_part(const std::string& text) {
  std::string out = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out.push_back('\\');
    out.push_back(to_lower_ascii(c));
  }
  return out + "%";
}

}  // namespace

std::string_view to_string(Role role) {
  return kRoles[static_cast<std::size_t>(role)];
}

std::optional<Role> parse_role(std::string_view word) {
  for (std::size_t i = 0; i < kRoles.size(); ++i)
    if (kRoles[i] == word) return static_cast<Role>(i);
  return std::nullopt;
}

Result<void> Accounts::put_account(const Account& account) {
  return database_.guarded([&] {
    const std::string role(to_string(account.role));
    const long long created = to_number(account.created);
    const int disabled = account.disabled ? 1 : 0;
    database_.session() << "INSERT INTO account (name, role, password, created, disabled) VALUES (:name, "
                           ":role, :password, :created, :disabled) ON CONFLICT (name) DO UPDATE SET role = "
                           "excluded.role, password = excluded.password, disabled = excluded.disabled",
        use(account.name), use(role), use(account.password), use(created), use(disabled);
  });
}

Result<std::vector<Account>> Accounts::accounts() {
  std::vector<Account> out;
  const auto read =
      database_.guarded([&] {
        Account account;
        std::string role;
        long long created = 0;
        int disabled = 0;
        soci::statement statement =
            (database_.session().prepare
                 << "SELECT name, role, password, created, disabled FROM account ORDER BY name",
             into(account.name), into(role), into(account.password), into(created), into(disabled));
        statement.execute();
        while (statement.fetch()) {
          account.role = role_of(role);
          account.created = to_time(created);
          account.disabled = disabled != 0;
          out.push_back(account);
        }
      });
  if (!read) return std::unexpected(read.error());
  return out;
}

Result<std::optional<Account>> Accounts::account(const std::string& name) {
  std::optional<Account> out;
  const auto read = database_.guarded([&] {
    Account account;
    account.name = name;
    std::string role;
    long long created = 0;
    int disabled = 0;
    database_.session() << "SELECT role, password, created, disabled FROM account WHERE name = :name",
        use(name), into(role), into(account.password), into(created), into(disabled);
    if (!database_.session().got_data()) return;
    account.role = role_of(role);
    account.created = to_time(created);
    account.disabled = disabled != 0;
    out = account;
  });
  if (!read) return std::unexpected(read.error());
  return out;
}

Result<void> Accounts::begin_session(const SessionRow& session) {
  return database_.guarded([&] {
    const long long started = to_number(session.started);
    const long long used = to_number(session.used);
    const long long expires = to_number(session.expires);
    database_.session() << "INSERT INTO web_session (digest, account, address, started, used, expires) "
                           "VALUES (:digest, :account, :address, :started, :used, :expires)",
        use(session.digest), use(session.account), use(session.address), use(started), use(used),
        use(expires);
  });
}

Result<std::optional<SessionRow>> Accounts::session(const std::string& digest) {
  std::optional<SessionRow> out;
  const auto read = database_.guarded([&] {
    SessionRow row;
    row.digest = digest;
    long long started = 0;
    long long used = 0;
    long long expires = 0;
    database_.session() << "SELECT account, address, started, used, expires FROM web_session WHERE digest = "
                           ":digest",
        use(digest), into(row.account), into(row.address), into(started), into(used), into(expires);
    if (!database_.session().got_data()) return;
    row.started = to_time(started);
    row.used = to_time(used);
    row.expires = to_time(expires);
    out = row;
  });
  if (!read) return std::unexpected(read.error());
  return out;
}

Result<void> Accounts::touch_session(const std::string& digest, Timestamp used) {
  return database_.guarded([&] {
    const long long moment = to_number(used);
    database_.session() << "UPDATE web_session SET used = :used WHERE digest = :digest", use(moment),
        use(digest);
  });
}

Result<void> Accounts::end_session(const std::string& digest) {
  return database_.guarded(
      [&] { database_.session() << "DELETE FROM web_session WHERE digest = :digest", use(digest); });
}

Result<void> Accounts::end_sessions_of(const std::string& account) {
  return database_.guarded(
      [&] { database_.session() << "DELETE FROM web_session WHERE account = :account", use(account); });
}

Result<void> Accounts::drop_sessions(Timestamp unused_since, Timestamp now) {
  return database_.guarded([&] {
    const long long idle = to_number(unused_since);
    const long long moment = to_number(now);
    database_.session() << "DELETE FROM web_session WHERE used < :idle OR expires < :now", use(idle),
        use(moment);
  });
}

Result<void> Accounts::note(const AuditEntry& entry) {
  return database_.guarded([&] {
    const long long time = to_number(entry.time);
    database_.session() << "INSERT INTO audit (time, account, role, address, action, subject, outcome, "
                           "detail) VALUES (:time, :account, :role, :address, :action, :subject, :outcome, "
                           ":detail)",
        use(time), use(entry.account), use(entry.role), use(entry.address), use(entry.action),
        use(entry.subject), use(entry.outcome), use(entry.detail);
  });
}

namespace {

constexpr const char* kAuditWhere =
    " FROM audit WHERE (:account = '' OR account = :account) AND (:action = '' OR action = :action) AND "
    "LOWER(account || ' ' || action || ' ' || subject || ' ' || address || ' ' || detail) LIKE :part ESCAPE "
    "'\\'";

}  // namespace

Result<AuditPage> Accounts::audit(const AuditQuery& query) {
  AuditPage out;
  const auto read =
      database_.guarded([&] {
        const auto limit = static_cast<long long>(query.limit);
        const auto offset = static_cast<long long>(query.offset);
        const std::string part = as_part(query.search);
        long long total = 0;
        database_.session() << std::string("SELECT COUNT(*)") + kAuditWhere, use(query.account, "account"),
            use(query.action, "action"), use(part, "part"), into(total);
        out.total = static_cast<std::uint64_t>(total);
        AuditEntry entry;
        long long id = 0;
        long long time = 0;
        soci::statement statement =
            (database_.session().prepare
                 << std::string("SELECT id, time, account, role, address, action, subject, outcome, detail") +
                        kAuditWhere + " ORDER BY id DESC LIMIT :most OFFSET :skipped",
             use(query.account, "account"), use(query.action, "action"), use(part, "part"),
             use(limit, "most"), use(offset, "skipped"), into(id), into(time), into(entry.account),
             into(entry.role), into(entry.address), into(entry.action), into(entry.subject),
             into(entry.outcome), into(entry.detail));
        statement.execute();
        while (statement.fetch()) {
          entry.id = id;
          entry.time = to_time(time);
          out.rows.push_back(entry);
        }
      });
  if (!read) return std::unexpected(read.error());
  return out;
}

Result<std::int64_t> Accounts::save_view(const SavedView& view) {
  long long id = 0;
  int kept = 0;
  const auto done = database_.guarded([&] {
    soci::session& session = database_.session();
    session << "SELECT COUNT(*) FROM saved_view WHERE account = :account AND name <> :name",
        use(view.account, "account"), use(view.name, "name"), into(kept);
    if (kept >= kMostViews) return;
    const long long created = to_number(view.created);
    const int shared = view.shared ? 1 : 0;
    session << "INSERT INTO saved_view (account, name, url, shared, created) VALUES (:account, :name, :url, "
               ":shared, :created) ON CONFLICT (account, name) DO UPDATE SET url = excluded.url, shared = "
               "excluded.shared",
        use(view.account), use(view.name), use(view.url), use(shared), use(created);
    session << "SELECT id FROM saved_view WHERE account = :account AND name = :name", use(view.account),
        use(view.name), into(id);
  });
  if (!done) return std::unexpected(done.error());
  if (kept >= kMostViews) return fail("an account keeps at most 100 views", view.account, "remove one first");
  return id;
}

Result<std::vector<SavedView>> Accounts::views(const std::string& account) {
  std::vector<SavedView> out;
  const auto read = database_.guarded([&] {
    SavedView view;
    long long id = 0;
    long long created = 0;
    int shared = 0;
    soci::statement statement =
        (database_.session().prepare << "SELECT id, account, name, url, shared, created FROM saved_view "
                                        "WHERE account = :account OR shared = 1 ORDER BY name, id",
         use(account), into(id), into(view.account), into(view.name), into(view.url), into(shared),
         into(created));
    statement.execute();
    while (statement.fetch()) {
      view.id = id;
      view.shared = shared != 0;
      view.created = to_time(created);
      out.push_back(view);
    }
  });
  if (!read) return std::unexpected(read.error());
  return out;
}

Result<bool> Accounts::remove_view(const std::string& account, std::int64_t id) {
  int found = 0;
  const auto done = database_.guarded([&] {
    const long long number = id;
    soci::session& session = database_.session();
    session << "SELECT COUNT(*) FROM saved_view WHERE id = :id AND account = :account", use(number),
        use(account), into(found);
    session << "DELETE FROM saved_view WHERE id = :id AND account = :account", use(number), use(account);
  });
  if (!done) return std::unexpected(done.error());
  return found > 0;
}

}  // namespace afterpatch::store
