#include "notify/follow.h"

#include <boost/json.hpp>

#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "notify/case_book.h"

namespace afterpatch::notify {
namespace {

using store::ServerRow;
using store::Statement;

Statement seen(const std::string& number, const ServerRow& server, const std::string& kind, Timestamp time,
               Timestamp now) {
  const std::string subject = store::server_subject(server.address, server.port);
  const boost::json::object content = {{"address", server.address}, {"port", server.port}};
  return {time,
          now,
          "scan",
          kind,
          "case",
          number,
          fmt::format("{}:{}:{}", kind, number, subject),
          boost::json::serialize(content)};
}

struct Work {
  std::vector<Statement> statements;
  std::set<std::string> hunted;  // cases
  std::set<std::string> cases;
};

bool is_closed_now(const ServerRow& server) {
  return server.exposure == "patched" || server.exposure == "not-affected";
}

Result<void> look_at(store::Store& store, const ServerRow& server, Timestamp now, Work& work) {
  const auto numbers = store.cases().cases_of(store::server_subject(server.address, server.port));
  if (!numbers) return std::unexpected(numbers.error());
  for (const std::string& number : *numbers) {
    work.cases.insert(number);
    if (server.hunted) work.hunted.insert(number);
    if (server.patched && is_closed_now(server))
      work.statements.push_back(seen(number, server, "patch-seen", *server.patched, now));
    else if (!server.present && !server.exposure.empty())
      work.statements.push_back(seen(number, server, "gone-seen", server.last_seen, now));
  }
  return {};
}

// The servers of cases: found before their cases are asked for, since a store takes one question at a time.
Result<std::vector<ServerRow>> servers_of_cases(store::Store& store) {
  std::vector<ServerRow> servers;
  const auto read = store.servers().for_each({}, [&](const ServerRow& server) {
    if (!server.case_number.empty()) servers.push_back(server);
  });
  if (!read) return std::unexpected(read.error());
  return servers;
}

// Those that nobody said yet.
Result<std::vector<Statement>> news(store::Store& store, const std::vector<Statement>& statements) {
  std::set<std::string> known;
  for (const char* kind : {"patch-seen", "gone-seen"}) {
    store::StatementFilter filter;
    filter.kind = kind;
    const auto read =
        store.ledger().for_each(filter, [&](std::int64_t, const Statement& said) { known.insert(said.key); });
    if (!read) return std::unexpected(read.error());
  }
  std::vector<Statement> fresh;
  for (const Statement& said : statements) {
    if (!known.contains(said.key)) fresh.push_back(said);
  }
  return fresh;
}

}  // namespace

Result<Followed> follow(store::Store& store, Timestamp now) {
  const auto servers = servers_of_cases(store);
  if (!servers) return std::unexpected(servers.error());
  Work work;
  for (const ServerRow& server : *servers) {
    if (auto looked = look_at(store, server, now, work); !looked) return std::unexpected(looked.error());
  }
  const auto fresh = news(store, work.statements);
  if (!fresh) return std::unexpected(fresh.error());
  if (auto kept = record(store, *fresh); !kept) return std::unexpected(kept.error());
  const auto again =
      store.together([&] { return refresh_cases(store, {work.hunted.begin(), work.hunted.end()}); });
  if (!again) return std::unexpected(again.error());
  Followed followed;
  for (const Statement& said : *fresh) ++(said.kind == "patch-seen" ? followed.patched : followed.gone);
  followed.cases = work.cases.size();
  return followed;
}

}  // namespace afterpatch::notify
