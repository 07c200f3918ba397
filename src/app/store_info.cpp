#include "app/store_info.h"

#include <boost/json.hpp>
#include <map>
#include <ostream>
#include <vector>

#include <fmt/format.h>

#include "app/exit_status.h"
#include "app/give_up.h"
#include "base/escape.h"
#include "base/time.h"
#include "report/words.h"
#include "store/store.h"

namespace afterpatch::app {
namespace {

struct SourceDays {
  std::string name;
  std::vector<std::int64_t> days;  // from 1970-01-01
};

struct Holdings {
  std::vector<SourceDays> sources;
  std::vector<store::ServerGroup> servers;          // by exposure
  std::map<std::string, std::uint64_t> statements;  // by kind
  std::uint64_t organisations = 0;
  std::uint64_t owners = 0;
};

Result<std::vector<SourceDays>> sources_of(store::Store& store) {
  const auto sources = store.sources();
  if (!sources) return std::unexpected(sources.error());
  std::vector<SourceDays> out;
  for (const store::SourceInfo& source : *sources) {
    auto days = store.active_days(source.name);
    if (!days) return std::unexpected(days.error());
    out.push_back({source.name, std::move(*days)});
  }
  return out;
}

Result<void> count(store::Store& store, Holdings& holdings) {
  auto done = store.ledger().for_each(
      {}, [&](std::int64_t, const store::Statement& statement) { ++holdings.statements[statement.kind]; });
  if (done)
    done = store.directory().for_each_organisation(
        [&](const store::OrganisationRow&) { ++holdings.organisations; });
  if (done) done = store.directory().for_each_owner([&](const store::OwnerRow&) { ++holdings.owners; });
  return done;
}

Result<Holdings> holdings_of(store::Store& store) {
  Holdings holdings;
  auto sources = sources_of(store);
  if (!sources) return std::unexpected(sources.error());
  holdings.sources = std::move(*sources);
  auto servers = store.servers().count_by({"exposure"}, {});
  if (!servers) return std::unexpected(servers.error());
  holdings.servers = std::move(*servers);
  if (const auto counted = count(store, holdings); !counted) return std::unexpected(counted.error());
  return holdings;
}

std::string date_of(std::int64_t day) {
  return to_date_text(Timestamp(std::chrono::days(day)));
}

std::string exposure_of(const store::ServerGroup& group) {
  return group.values[0].empty() ? "no-scan" : group.values[0];
}

std::string in_words(const Holdings& holdings) {
  std::string text = "Sources\n";
  for (const SourceDays& source : holdings.sources) {
    text += fmt::format("  {:<20} {}", escape_terminal(source.name),
                        report::count_text(source.days.size(), "day", "days"));
    if (!source.days.empty())
      text += fmt::format(", {} to {}", date_of(source.days.front()), date_of(source.days.back()));
    text += '\n';
  }
  text += "Servers, as of the last refresh\n";
  for (const store::ServerGroup& group : holdings.servers)
    text += fmt::format("  {:<20} {}\n", exposure_of(group), report::number_text(group.servers));
  text += "Statements\n";
  for (const auto& [kind, number] : holdings.statements)
    text += fmt::format("  {:<20} {}\n", escape_terminal(kind), report::number_text(number));
  text += fmt::format("Organisations          {}\n", report::number_text(holdings.organisations));
  return text + fmt::format("Servers with an owner  {}\n", report::number_text(holdings.owners));
}

boost::json::object in_json(const Holdings& holdings) {
  boost::json::array sources;
  for (const SourceDays& source : holdings.sources) {
    boost::json::object one{{"name", source.name}, {"days", source.days.size()}};
    if (!source.days.empty()) {
      one["first"] = date_of(source.days.front());
      one["last"] = date_of(source.days.back());
    }
    sources.push_back(std::move(one));
  }
  boost::json::object servers;
  for (const store::ServerGroup& group : holdings.servers) servers[exposure_of(group)] = group.servers;
  boost::json::object statements;
  for (const auto& [kind, number] : holdings.statements) statements[kind] = number;
  return {{"sources", std::move(sources)},
          {"servers", std::move(servers)},
          {"statements", std::move(statements)},
          {"organisations", holdings.organisations},
          {"owners", holdings.owners}};
}

}  // namespace

int run_store_info(const StoreInfo& command, std::ostream& out, std::ostream& err) {
  const auto store = store::Store::open(command.store);
  if (!store) return give_up(store.error(), err);
  const auto holdings = holdings_of(**store);
  if (!holdings) return give_up(holdings.error(), err);
  if (command.format == StoreFormat::json)
    out << boost::json::serialize(in_json(*holdings)) << '\n';
  else
    out << in_words(*holdings);
  return kSuccess;
}

}  // namespace afterpatch::app
