#include "store/ledger.h"

#include <boost/json.hpp>

#include <array>

#include <fmt/format.h>

#include "store/keepable.h"
#include "store/rows.h"

namespace afterpatch::store {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 32;

bool is_object(const std::string& content) {
  std::array<unsigned char, 8192> room{};
  json::monotonic_resource memory(room.data(), room.size());
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = kMaxDepth;
  const json::value value = json::parse(content, error, &memory, options);
  return !error && value.is_object();
}

Result<void> check(const Statement& statement) {
  const std::string where = fmt::format("statement '{}' about {}", statement.kind, statement.subject);
  if (statement.content.size() > kMaxStatementBytes)
    return fail("a statement longer than 256 KiB", where, "leave out or cut its longest text");
  if (!is_object(statement.content)) return fail("the content of a statement is no JSON object", where);
  return check_keepable({statement.source, statement.kind, statement.subject_kind, statement.subject,
                         statement.key, statement.content},
                        where);
}

struct Insert {
  Statement said;
  long long time = 0, received = 0, id = 0;
  soci::indicator has_key = soci::i_null;
  soci::statement statement;

  explicit Insert(soci::session& session)
      : statement((
            session.prepare << "INSERT INTO statement (time, received, source, kind, subject_kind, subject, "
                               "statement_key, content) VALUES (:time, :received, :source, :kind, "
                               ":subject_kind, :subject, :key, :content) ON CONFLICT (source, statement_key) "
                               "DO NOTHING RETURNING id",
            soci::use(time), soci::use(received), soci::use(said.source), soci::use(said.kind),
            soci::use(said.subject_kind), soci::use(said.subject), soci::use(said.key, has_key),
            soci::use(said.content), soci::into(id))) {}

  bool run(const Statement& given) {
    said = given;
    time = to_number(given.time);
    received = to_number(given.received);
    has_key = given.key.empty() ? soci::i_null : soci::i_ok;
    const bool is_new = statement.execute(true);
    if (is_new) statement.fetch();  // to its end, which completes the insertion
    return is_new;
  }
};

// What the row of a statement is read into.
struct StatementRow {
  long long id = 0, time = 0, received = 0;
  std::string key;
  Statement said;

  void bind(Rows& rows) {
    rows.into(id).into(time).into(received).into(said.source).into(said.kind).into(said.subject_kind);
    rows.into(said.subject).into(key).into(said.content);
  }
  const Statement& statement() {
    said.time = to_time(time);
    said.received = to_time(received);
    said.key = key;
    return said;
  }
};

std::string query_of(const StatementFilter& filter) {
  std::string query =
      "SELECT id, time, received, source, kind, subject_kind, subject, COALESCE(statement_key, ''), content "
      "FROM statement WHERE id > :after";
  if (!filter.subject_kind.empty()) query += " AND subject_kind = :subject_kind";
  if (!filter.subject.empty()) query += " AND subject = :subject";
  if (!filter.kind.empty()) query += " AND kind = :kind";
  return query + " ORDER BY id";
}

}  // namespace

Result<std::uint64_t> Ledger::add(const std::vector<Statement>& statements) {
  for (const Statement& statement : statements) {
    if (const auto checked = check(statement); !checked) return std::unexpected(checked.error());
  }
  std::uint64_t added = 0;
  const auto kept = database_.together([&]() -> Result<void> {
    Insert insert(database_.session());
    for (const Statement& statement : statements) added += insert.run(statement) ? 1U : 0U;
    return {};
  });
  if (!kept) return std::unexpected(kept.error());
  return added;
}

Result<void> Ledger::for_each(const StatementFilter& filter, const Visit& visit) {
  return database_.guarded([&] {
    Rows rows(database_, query_of(filter), Expect::many);
    const long long after = filter.after;
    rows.with(after, "after");
    if (!filter.subject_kind.empty()) rows.with(filter.subject_kind, "subject_kind");
    if (!filter.subject.empty()) rows.with(filter.subject, "subject");
    if (!filter.kind.empty()) rows.with(filter.kind, "kind");
    StatementRow row;
    row.bind(rows);
    while (rows.next()) visit(row.id, row.statement());
  });
}

std::string server_subject(const std::string& address, std::uint16_t port) {
  const bool six = address.find(':') != std::string::npos;
  return six ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
}

}  // namespace afterpatch::store
