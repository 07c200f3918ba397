// Who may act on cases (cases.h): victims with a token, one program at a time with a lease.
#include "store/cases.h"
#include "store/database.h"
#include "store/rows.h"

namespace afterpatch::store {

using soci::into;
using soci::use;

Result<void> Cases::put_token(const CaseToken& token) {
  return database_.guarded([&] {
    const long long issued = to_number(token.issued);
    const long long expires = to_number(token.expires);
    const int revoked = token.revoked ? 1 : 0;
    database_.session()
        << "INSERT INTO case_token (digest, case_number, issued, expires, revoked) VALUES (:digest, "
           ":number, :issued, :expires, :revoked) ON CONFLICT (digest) DO UPDATE SET case_number = "
           "excluded.case_number, issued = excluded.issued, expires = excluded.expires, revoked = "
           "excluded.revoked",
        use(token.digest), use(token.case_number), use(issued), use(expires), use(revoked);
  });
}

Result<std::optional<CaseToken>> Cases::token(const std::string& digest) {
  std::optional<CaseToken> found;
  const auto read = database_.guarded([&] {
    CaseToken token{digest, {}, {}, {}, false};
    long long issued = 0;
    long long expires = 0;
    int revoked = 0;
    database_.session()
        << "SELECT case_number, issued, expires, revoked FROM case_token WHERE digest = :digest",
        use(digest), into(token.case_number), into(issued), into(expires), into(revoked);
    if (!database_.session().got_data()) return;
    token.issued = to_time(issued);
    token.expires = to_time(expires);
    token.revoked = revoked != 0;
    found = token;
  });
  if (!read) return std::unexpected(read.error());
  return found;
}

Result<bool> Cases::take_lease(const std::string& name, const std::string& holder, Timestamp now,
                               Timestamp expires) {
  bool taken = false;
  const auto asked =
      database_.guarded([&] {
        const long long moment = to_number(now);
        const long long end = to_number(expires);
        soci::statement statement =
            (database_.session().prepare
                 << "INSERT INTO lease (name, holder, expires) VALUES (:name, :holder, :expires) ON CONFLICT "
                    "(name) DO "
                    "UPDATE SET holder = excluded.holder, expires = excluded.expires WHERE lease.holder = "
                    "excluded.holder OR lease.expires <= :now",
             use(name), use(holder), use(end), use(moment));
        statement.execute(true);
        taken = statement.get_affected_rows() == 1;
      });
  if (!asked) return std::unexpected(asked.error());
  return taken;
}

Result<void> Cases::give_back_lease(const std::string& name, const std::string& holder) {
  return database_.guarded([&] {
    database_.session() << "DELETE FROM lease WHERE name = :name AND holder = :holder", use(name),
        use(holder);
  });
}

}  // namespace afterpatch::store
