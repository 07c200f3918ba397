#include "store/cases.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/database.h"
#include "store/writer.h"

namespace afterpatch::store {
namespace {

using soci::into;
using soci::use;

constexpr std::array<std::string_view, 17> kCaseColumns = {
    "number", "organisation", "campaign",    "reason",  "state",        "state_since",
    "opened", "held_until",   "notified",    "reached", "acknowledged", "patched",
    "hunted", "clean",        "recheck_due", "channel", "text"};
constexpr std::array<std::string_view, 18> kNoticeColumns = {
    "id",      "case_number", "channel",    "recipient", "language",   "text",
    "state",   "why",         "message_id", "planned",   "approved",   "not_before",
    "sending", "sent",        "ended",      "attempts",  "last_error", "content"};

// The rest of the columns are text.
bool is_time_of_case(std::string_view column) {
  constexpr std::array<std::string_view, 10> kTimes = {
      "state_since",  "opened",  "held_until", "notified", "reached",
      "acknowledged", "patched", "hunted",     "clean",    "recheck_due"};
  return std::ranges::find(kTimes, column) != kTimes.end();
}

template <std::size_t kCount>
std::string listed(const std::array<std::string_view, kCount>& columns, std::string_view before) {
  std::string out;
  for (const std::string_view column : columns)
    out += fmt::format("{}{}{}", out.empty() ? "" : ", ", before, column);
  return out;
}

template <std::size_t kCount>
std::string upsert(std::string_view table, const std::array<std::string_view, kCount>& columns) {
  std::string changes;
  for (const std::string_view column : columns) {
    if (column != columns[0])
      changes += fmt::format("{}{} = excluded.{}", changes.empty() ? "" : ", ", column, column);
  }
  return fmt::format("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {}", table,
                     listed(columns, ""), listed(columns, ":"), columns[0], changes);
}

// A moment that may be absent, as SOCI binds it.
struct Moment {
  long long number = 0;
  soci::indicator known = soci::i_null;

  void set(const std::optional<Timestamp>& time) {
    known = time ? soci::i_ok : soci::i_null;
    number = time ? to_number(*time) : 0;
  }
  std::optional<Timestamp> get() const {
    return known == soci::i_ok ? std::optional(to_time(number)) : std::nullopt;
  }
};

// The variables that a row goes through, in the order of the columns.
struct CaseBinding {
  CaseRow row;
  long long state_since = 0, opened = 0;
  Moment held_until, notified, reached, acknowledged, patched, hunted, clean, recheck_due;

  void load(const CaseRow& from) {
    row = from;
    state_since = to_number(from.state_since);
    opened = to_number(from.opened);
    held_until.set(from.held_until);
    notified.set(from.notified);
    reached.set(from.reached);
    acknowledged.set(from.acknowledged);
    patched.set(from.patched);
    hunted.set(from.hunted);
    clean.set(from.clean);
    recheck_due.set(from.recheck_due);
  }

  CaseRow stored() const {
    CaseRow out = row;
    out.state_since = to_time(state_since);
    out.opened = to_time(opened);
    out.held_until = held_until.get();
    out.notified = notified.get();
    out.reached = reached.get();
    out.acknowledged = acknowledged.get();
    out.patched = patched.get();
    out.hunted = hunted.get();
    out.clean = clean.get();
    out.recheck_due = recheck_due.get();
    return out;
  }

  template <typename Each>
  void each_column(Each each) {
    each(row.number), each(row.organisation), each(row.campaign), each(row.reason), each(row.state);
    each(state_since), each(opened), each(held_until), each(notified), each(reached), each(acknowledged);
    each(patched), each(hunted), each(clean), each(recheck_due), each(row.channel), each(row.text);
  }
};

struct NoticeBinding {
  NoticeRow row;
  Moment planned, approved, not_before, sending, sent, ended;
  long long attempts = 0;

  void load(const NoticeRow& from) {
    row = from;
    planned.set(from.planned);
    approved.set(from.approved);
    not_before.set(from.not_before);
    sending.set(from.sending);
    sent.set(from.sent);
    ended.set(from.ended);
    attempts = from.attempts;
  }

  NoticeRow stored() const {
    NoticeRow out = row;
    out.planned = planned.get();
    out.approved = approved.get();
    out.not_before = not_before.get();
    out.sending = sending.get();
    out.sent = sent.get();
    out.ended = ended.get();
    out.attempts = attempts;
    return out;
  }

  template <typename Each>
  void each_column(Each each) {
    each(row.id), each(row.case_number), each(row.channel), each(row.recipient), each(row.language);
    each(row.text), each(row.state), each(row.why), each(row.message_id), each(planned), each(approved);
    each(not_before), each(sending), each(sent), each(ended), each(attempts), each(row.last_error);
    each(row.content);
  }
};

// Binds what a statement reads or writes, one variable after the other.
struct Using {
  soci::statement& statement;
  void operator()(Moment& moment) const { statement.exchange(use(moment.number, moment.known)); }
  void operator()(auto& value) const { statement.exchange(use(value)); }
};
struct Into {
  soci::statement& statement;
  void operator()(Moment& moment) const { statement.exchange(into(moment.number, moment.known)); }
  void operator()(auto& value) const { statement.exchange(into(value)); }
};

void make_ready(soci::statement& statement, const std::string& text) {
  statement.alloc();
  statement.prepare(text);
  statement.define_and_bind();
}

template <typename Binding, typename Row>
void put_all(soci::session& session, const std::string& text, const std::vector<Row>& rows) {
  Binding binding;
  soci::statement statement(session);
  binding.each_column(Using{statement});
  make_ready(statement, text);
  for (const Row& row : rows) {
    binding.load(row);
    statement.execute(true);
  }
}

// A condition put together at run time; every value is bound, none is written into the text.
class Conditions {
 public:
  void equal(std::string_view column, const std::string& value) {
    if (!value.empty()) add(fmt::format("{} = {{}}", column), value);
  }
  // `text` holds one {} where the value goes.
  void add(const std::string& text, const std::string& value) {
    names_.push_back(fmt::format("value{}", names_.size()));
    values_.push_back(value);
    texts_.push_back(fmt::format(fmt::runtime(text), ":" + names_.back()));
  }
  void also(std::string text) { texts_.push_back(std::move(text)); }

  std::string where() const {
    return texts_.empty() ? std::string() : fmt::format(" WHERE {}", fmt::join(texts_, " AND "));
  }
  void bind(soci::statement& statement) const {
    for (std::size_t i = 0; i < names_.size(); ++i) statement.exchange(use(values_[i], names_[i]));
  }

 private:
  std::vector<std::string> texts_, names_, values_;
};

// What a person types, as a pattern of LIKE ... ESCAPE '!'.
std::string anywhere(const std::string& search) {
  std::string pattern = "%";
  for (const char c : search) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + '%';
}

Conditions conditions_of(const CaseQuery& query) {
  Conditions conditions;
  conditions.equal("c.state", query.state);
  conditions.equal("c.reason", query.reason);
  conditions.equal("c.organisation", query.organisation);
  conditions.equal("c.channel", query.channel);
  conditions.equal("c.campaign", query.campaign);
  if (!query.search.empty())
    conditions.add(
        "LOWER(c.number || ' ' || c.organisation || ' ' || COALESCE(o.name, '')) LIKE LOWER({}) ESCAPE '!'",
        anywhere(query.search));
  return conditions;
}

constexpr std::string_view kFromCases =
    " FROM victim_case c LEFT JOIN organisation o ON o.id = c.organisation";

// PostgreSQL sorts text by the language of its cluster unless told; SQLite by bytes.
std::string_view by_bytes(soci::session& session) {
  return session.get_backend_name() == "postgresql" ? " COLLATE \"C\"" : "";
}

std::string order_of(soci::session& session, const CaseQuery& query) {
  const std::string_view down = query.descending ? " DESC" : "";
  const std::string_view bytes = by_bytes(session);
  return fmt::format(" ORDER BY c.{}{}{} NULLS LAST, c.number{}{}", query.sort,
                     is_time_of_case(query.sort) ? "" : bytes, down, bytes, down);
}

// Runs a query and calls `visit` with each row.
template <typename Binding, typename Visit>
void read_all(soci::session& session, const std::string& text, const Conditions& conditions, Visit visit) {
  Binding binding;
  soci::statement statement(session);
  binding.each_column(Into{statement});
  conditions.bind(statement);
  make_ready(statement, text);
  statement.execute();
  while (statement.fetch()) visit(binding.stored());
}

std::uint64_t count_cases(soci::session& session, const Conditions& conditions) {
  long long total = 0;
  soci::statement statement(session);
  statement.exchange(into(total));
  conditions.bind(statement);
  make_ready(statement, fmt::format("SELECT COUNT(*){}{}", kFromCases, conditions.where()));
  statement.execute(true);
  return static_cast<std::uint64_t>(total);
}

// SQLite and PostgreSQL both take a row count up to 2^63 - 1.
long long as_count(std::uint64_t number) {
  return static_cast<long long>(std::min<std::uint64_t>(number, std::numeric_limits<long long>::max()));
}

std::string cases_where(soci::session& session, const Conditions& conditions, const CaseQuery& query) {
  return fmt::format("SELECT {}{}{}{} LIMIT {} OFFSET {}", listed(kCaseColumns, "c."), kFromCases,
                     conditions.where(), order_of(session, query), as_count(query.limit),
                     as_count(query.offset));
}

std::vector<NoticeRow> read_notices(soci::session& session, const Conditions& conditions,
                                    std::string_view order) {
  std::vector<NoticeRow> rows;
  read_all<NoticeBinding>(session,
                          fmt::format("SELECT {} FROM notice{} ORDER BY {}", listed(kNoticeColumns, ""),
                                      conditions.where(), order),
                          conditions, [&](NoticeRow row) { rows.push_back(std::move(row)); });
  return rows;
}

// "[2001:db8::1]:443" taken apart.
std::string address_of(const std::string& server) {
  const std::string address = server.substr(0, server.rfind(':'));
  return address.starts_with('[') && address.ends_with(']') ? address.substr(1, address.size() - 2) : address;
}
int port_of(const std::string& server) {
  int port = 0;
  const std::size_t colon = server.rfind(':');
  if (colon != std::string::npos)
    std::from_chars(server.data() + colon + 1, server.data() + server.size(), port);
  return port;
}

// "AP-2021-000017.10" comes after "AP-2021-000017.9".
void sort_by_number(std::vector<NoticeRow>& rows) {
  std::ranges::sort(rows, {}, [](const NoticeRow& row) { return std::pair(row.id.size(), row.id); });
}

}  // namespace

Result<void> Cases::put_cases(const std::vector<CaseRow>& rows) {
  return database_.guarded(
      [&] { put_all<CaseBinding>(database_.session(), upsert("victim_case", kCaseColumns), rows); });
}

Result<void> Cases::put_notices(const std::vector<NoticeRow>& rows) {
  return database_.guarded(
      [&] { put_all<NoticeBinding>(database_.session(), upsert("notice", kNoticeColumns), rows); });
}

Result<void> Cases::put_case_servers(const std::vector<CaseServer>& rows) {
  return database_.guarded(
      [&] {
        CaseServer row;
        int port = 0;
        soci::statement statement =
            (database_.session().prepare
                 << "INSERT INTO case_server (case_number, address, port) VALUES (:number, "
                    ":address, :port) ON CONFLICT DO NOTHING",
             use(row.case_number), use(row.address), use(port));
        for (const CaseServer& given : rows) {
          row = given;
          port = given.port;
          statement.execute(true);
        }
      });
}

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

Result<std::optional<CaseRow>> Cases::victim_case(const std::string& number) {
  std::optional<CaseRow> found;
  const auto read = database_.guarded([&] {
    Conditions conditions;
    conditions.add("c.number = {}", number);
    read_all<CaseBinding>(
        database_.session(),
        fmt::format("SELECT {} FROM victim_case c{}", listed(kCaseColumns, "c."), conditions.where()),
        conditions, [&](CaseRow row) { found = std::move(row); });
  });
  if (!read) return std::unexpected(read.error());
  return found;
}

Result<CasePage> Cases::find(const CaseQuery& query) {
  if (std::ranges::find(kCaseColumns, query.sort) == kCaseColumns.end())
    return fail(fmt::format("cases can't be sorted by '{}'", query.sort), {},
                fmt::format("one of: {}", listed(kCaseColumns, "")));
  CasePage page;
  const auto read = database_.guarded([&] {
    const Conditions conditions = conditions_of(query);
    page.total = count_cases(database_.session(), conditions);
    read_all<CaseBinding>(database_.session(), cases_where(database_.session(), conditions, query),
                          conditions, [&](CaseRow row) { page.rows.push_back(std::move(row)); });
  });
  if (!read) return std::unexpected(read.error());
  return page;
}

Result<void> Cases::for_each(const std::function<void(const CaseRow&)>& visit) {
  return database_.guarded([&] {
    read_all<CaseBinding>(database_.session(),
                          fmt::format("SELECT {} FROM victim_case ORDER BY number{}",
                                      listed(kCaseColumns, ""), by_bytes(database_.session())),
                          Conditions(), visit);
  });
}

Result<std::vector<CaseServer>> Cases::servers_of(const std::string& number) {
  std::vector<CaseServer> rows;
  const auto read = database_.guarded([&] {
    CaseServer row{number, {}, 0};
    int port = 0;
    soci::statement statement =
        (database_.session().prepare << "SELECT address, port FROM case_server WHERE case_number = :number",
         use(number), into(row.address), into(port));
    statement.execute();
    while (statement.fetch()) {
      row.port = static_cast<std::uint16_t>(port);
      rows.push_back(row);
    }
  });
  if (!read) return std::unexpected(read.error());
  std::ranges::sort(rows, {}, [](const CaseServer& row) { return std::pair(row.address, row.port); });
  return rows;
}

Result<std::vector<std::string>> Cases::cases_of(const std::string& server) {
  std::vector<std::string> numbers;
  const auto read =
      database_.guarded([&] {
        std::string number;
        const std::string address = address_of(server);
        const int port = port_of(server);
        soci::statement statement =
            (database_.session().prepare
                 << "SELECT case_number FROM case_server WHERE address = :address AND port = :port",
             use(address), use(port), into(number));
        statement.execute();
        while (statement.fetch()) numbers.push_back(number);
      });
  if (!read) return std::unexpected(read.error());
  std::ranges::sort(numbers);
  return numbers;
}

Result<std::vector<NoticeRow>> Cases::notices_of(const std::string& number) {
  std::vector<NoticeRow> rows;
  const auto read = database_.guarded([&] {
    Conditions conditions;
    conditions.add("case_number = {}", number);
    rows = read_notices(database_.session(), conditions, "id");
  });
  if (!read) return std::unexpected(read.error());
  sort_by_number(rows);
  return rows;
}

Result<std::optional<NoticeRow>> Cases::notice(const std::string& id) {
  std::optional<NoticeRow> found;
  const auto read = database_.guarded([&] {
    Conditions conditions;
    conditions.add("id = {}", id);
    for (NoticeRow& row : read_notices(database_.session(), conditions, "id")) found = std::move(row);
  });
  if (!read) return std::unexpected(read.error());
  return found;
}

Result<std::vector<NoticeRow>> Cases::due(const std::string& state, Timestamp now, std::uint64_t limit) {
  std::vector<NoticeRow> rows;
  const auto read = database_.guarded([&] {
    Conditions conditions;
    conditions.add("state = {}", state);
    conditions.also(fmt::format("(not_before IS NULL OR not_before <= {})", to_number(now)));
    rows = read_notices(database_.session(), conditions,
                        fmt::format("COALESCE(not_before, planned, 0), id{} LIMIT {}",
                                    by_bytes(database_.session()), as_count(limit)));
  });
  if (!read) return std::unexpected(read.error());
  return rows;
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

Result<void> Cases::clear() {
  return database_.guarded([&] {
    for (const std::string_view table : {"victim_case", "case_server", "notice"})
      database_.session() << "DELETE FROM " << table;
  });
}

}  // namespace afterpatch::store
