// Cases and their servers; notices are in notices.cpp, tokens and leases in case_access.cpp.
#include "store/cases.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "store/case_rows.h"
#include "store/database.h"

namespace afterpatch::store {
namespace {

using soci::into;
using soci::use;

// The rest of the columns are text.
bool is_time_of_case(std::string_view column) {
  constexpr std::array<std::string_view, 10> kTimes = {
      "state_since",  "opened",  "held_until", "notified", "reached",
      "acknowledged", "patched", "hunted",     "clean",    "recheck_due"};
  return std::ranges::find(kTimes, column) != kTimes.end();
}

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

std::string order_of(soci::session& session, const CaseQuery& query) {
  const std::string_view down = query.descending ? " DESC" : "";
  const std::string_view bytes = by_bytes(session);
  return fmt::format(" ORDER BY c.{}{}{} NULLS LAST, c.number{}{}", query.sort,
                     is_time_of_case(query.sort) ? "" : bytes, down, bytes, down);
}

std::uint64_t count_cases(soci::session& session, const Conditions& conditions) {
  long long total = 0;
  soci::statement statement(session);
  statement.exchange(into(total));
  conditions.bind(statement);
  statement.alloc();
  statement.prepare(fmt::format("SELECT COUNT(*){}{}", kFromCases, conditions.where()));
  statement.define_and_bind();
  statement.execute(true);
  return static_cast<std::uint64_t>(total);
}

std::string cases_where(soci::session& session, const Conditions& conditions, const CaseQuery& query) {
  return fmt::format("SELECT {}{}{}{} LIMIT {} OFFSET {}", listed_case_columns("c."), kFromCases,
                     conditions.where(), order_of(session, query), as_count(query.limit),
                     as_count(query.offset));
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

}  // namespace

Result<void> Cases::put_cases(const std::vector<CaseRow>& rows) {
  return database_.guarded([&] { put_rows(database_.session(), rows); });
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

Result<std::optional<CaseRow>> Cases::victim_case(const std::string& number) {
  std::optional<CaseRow> found;
  const auto read = database_.guarded([&] {
    Conditions conditions;
    conditions.add("c.number = {}", number);
    read_rows(database_.session(),
              fmt::format("SELECT {} FROM victim_case c{}", listed_case_columns("c."), conditions.where()),
              conditions, [&](const CaseRow& row) { found = row; });
  });
  if (!read) return std::unexpected(read.error());
  return found;
}

Result<CasePage> Cases::find(const CaseQuery& query) {
  if (std::ranges::find(kCaseColumns, query.sort) == kCaseColumns.end())
    return fail(fmt::format("cases can't be sorted by '{}'", query.sort), {},
                fmt::format("one of: {}", listed_case_columns("")));
  CasePage page;
  const auto read = database_.guarded([&] {
    const Conditions conditions = conditions_of(query);
    page.total = count_cases(database_.session(), conditions);
    read_rows(database_.session(), cases_where(database_.session(), conditions, query), conditions,
              [&](const CaseRow& row) { page.rows.push_back(row); });
  });
  if (!read) return std::unexpected(read.error());
  return page;
}

Result<void> Cases::for_each(const std::function<void(const CaseRow&)>& visit) {
  return database_.guarded([&] {
    read_rows(database_.session(),
              fmt::format("SELECT {} FROM victim_case ORDER BY number{}", listed_case_columns(""),
                          by_bytes(database_.session())),
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

Result<void> Cases::clear() {
  return database_.guarded([&] {
    for (const std::string_view table : {"victim_case", "case_server", "notice"})
      database_.session() << "DELETE FROM " << table;
  });
}

}  // namespace afterpatch::store
