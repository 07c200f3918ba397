// Cases and their notices as they stand: what room `notify` worked out from statements about them, kept for
// lists, for the outbox and for counting. Every change is a statement first (ledger.h) and a row second, in
// one transaction (Store::together).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace afterpatch::store {

class Database;

// One organisation and one campaign. States, in order: found attributed planned approved sent delivered
// reached acknowledged patched cleaning hunted clean rechecked closed; and beside them bounced silent
// unreachable reopened (docs/notify.md draws them).
struct CaseRow {
  std::string number;  // "AP-2021-000017"
  std::string organisation;
  std::string campaign;
  std::string reason;  // "unpatched", "exploited", "backdoored", "reentered": the worst of its servers
  std::string state;
  Timestamp state_since{};
  Timestamp opened{};
  std::optional<Timestamp> held_until;  // random hold-back; absent: none
  std::optional<Timestamp> notified;    // first notice sent
  std::optional<Timestamp> reached;     // page opened, answered, or anything else only the victim can do
  std::optional<Timestamp> acknowledged;
  std::optional<Timestamp> patched;  // all its servers seen patched
  std::optional<Timestamp> hunted;
  std::optional<Timestamp> clean;
  std::optional<Timestamp> recheck_due;  // 30 days after clean
  std::string channel;                   // of the last notice sent
  std::string text;                      // template of the first notice sent
};

struct CaseServer {
  std::string case_number;
  std::string address;
  std::uint16_t port = 443;
};

// States: planned approved sending in-doubt sent delivered bounced failed cancelled.
struct NoticeRow {
  std::string id;  // "AP-2021-000017.1"
  std::string case_number;
  std::string channel;    // "email", "letter", "phone", "provider"
  std::string recipient;  // address, or who: postal addresses and numbers are in `content`
  std::string language;   // "de"
  std::string text;       // template id
  std::string state;
  std::string why;  // why this channel and recipient, for the operator
  std::string message_id;
  std::optional<Timestamp> planned, approved, not_before, sending, sent,
      ended;  // ended: delivered, bounced...
  std::int64_t attempts = 0;
  std::string last_error;
  std::string content = "{}";
};

struct CaseQuery {
  std::string search, state, reason, organisation, channel, campaign;
  std::string sort = "number";
  bool descending = false;
  std::uint64_t offset = 0, limit = 100;
};
struct CasePage {
  std::vector<CaseRow> rows;
  std::uint64_t total = 0;
};

// A link for one victim. The store keeps only the token's SHA-256, never the token.
struct CaseToken {
  std::string digest;  // hexadecimal
  std::string case_number;
  Timestamp issued{};
  Timestamp expires{};
  bool revoked = false;
};

// Part of a Store, which owns it. Not thread-safe.
class Cases {
 public:
  explicit Cases(Database& database) : database_(database) {}

  Result<void> put_cases(const std::vector<CaseRow>& rows);  // replaces those of the same number
  Result<void> put_case_servers(const std::vector<CaseServer>& rows);
  Result<void> put_notices(const std::vector<NoticeRow>& rows);
  Result<void> put_token(const CaseToken& token);

  Result<std::optional<CaseRow>> victim_case(const std::string& number);
  Result<CasePage> find(const CaseQuery& query);
  Result<void> for_each(const std::function<void(const CaseRow&)>& visit);  // by number
  Result<std::vector<CaseServer>> servers_of(const std::string& number);
  // Numbers of the cases with this server, "192.0.2.1:443" (ledger.h); ascending.
  Result<std::vector<std::string>> cases_of(const std::string& server);
  Result<std::vector<NoticeRow>> notices_of(const std::string& number);
  Result<std::optional<NoticeRow>> notice(const std::string& id);
  // Those in `state`, due at `now`, oldest first.
  Result<std::vector<NoticeRow>> due(const std::string& state, Timestamp now, std::uint64_t limit);
  Result<std::optional<CaseToken>> token(const std::string& digest);

  // Takes or renews a lease, so that one process at a time does what `name` says; false: another has it at
  // `now`. As the first call in together() it also keeps all others out until that ends.
  Result<bool> take_lease(const std::string& name, const std::string& holder, Timestamp now,
                          Timestamp expires);
  Result<void> give_back_lease(const std::string& name, const std::string& holder);

  Result<void> clear();  // all but tokens and leases: for `store rebuild`

 private:
  Database& database_;
};

}  // namespace afterpatch::store
