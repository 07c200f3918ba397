#include "app/constituency_register.h"

#include <algorithm>
#include <map>

#include <boost/json.hpp>

#include "constituency/organisation_json.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using constituency::Attribution;
using constituency::Attributor;
using constituency::Organisation;

constexpr std::size_t kRowsPerWrite = 10'000;

void count(AttributionCounts& counts, const Attribution& answer, bool decided) {
  ++counts.servers;
  counts.decided += decided ? 1 : 0;
  counts.conflicts += answer.conflict() ? 1 : 0;
  if (answer.organisation.empty()) {
    ++counts.nobody;
    return;
  }
  ++counts.to_organisation;
  counts.to_provider += answer.as_provider ? 1 : 0;
}

}  // namespace

const Organisation* Register::find(const std::string& id) const {
  const auto found = std::ranges::lower_bound(organisations, id, {}, &Organisation::id);
  return found != organisations.end() && found->id == id ? &*found : nullptr;
}

Result<Register> load_register(store::Store& store) {
  auto suffixes = constituency::PublicSuffixes::load();
  if (!suffixes) return std::unexpected(suffixes.error());
  Register loaded{std::move(*suffixes), {}};
  std::optional<Error> wrong;
  const auto read = store.directory().for_each_organisation([&](const store::OrganisationRow& row) {
    auto organisation =
        constituency::read_organisation(row.content, loaded.suffixes, "organisation " + row.id);
    if (organisation) loaded.organisations.push_back(std::move(*organisation));
    if (!organisation && !wrong) wrong = organisation.error();
  });
  if (!read) return std::unexpected(read.error());
  if (wrong) return std::unexpected(*wrong);
  std::ranges::sort(loaded.organisations, {}, &Organisation::id);
  return loaded;
}

Attribution answer_for(const Attributor& attributor, const KnownServer& server) {
  return server.decided ? attributor.attribute(server.signs, *server.decided)
                        : attributor.attribute(server.signs);
}

store::OwnerRow owner_row(const KnownServer& server, const Attribution& answer) {
  store::OwnerRow row{server.address, server.port, answer.organisation, {}, {}, "[]"};
  if (!answer.method) return row;
  row.method = name_of(*answer.method);
  row.confidence = name_of(answer.confidence);
  row.others = json::serialize(json::array(answer.others.begin(), answer.others.end()));
  return row;
}

store::OrganisationRow organisation_row(const Organisation& organisation) {
  return {organisation.id,     organisation.name,   organisation.country,
          organisation.region, organisation.sector, constituency::to_json(organisation)};
}

Result<AttributionCounts> attribute_all(store::Store& store) {
  const auto loaded = load_register(store);
  if (!loaded) return std::unexpected(loaded.error());
  const auto servers = load_servers(store);
  if (!servers) return std::unexpected(servers.error());
  Attributor attributor(loaded->organisations, loaded->suffixes);
  for (const KnownServer& server : *servers) attributor.learn(server.signs);
  AttributionCounts counts;
  std::vector<store::OwnerRow> rows;
  const auto write = [&]() -> Result<void> {
    const auto written = store.directory().put_owners(rows);
    rows.clear();
    return written;
  };
  for (const KnownServer& server : *servers) {
    const Attribution answer = answer_for(attributor, server);
    count(counts, answer, server.decided.has_value());
    rows.push_back(owner_row(server, answer));
    if (rows.size() < kRowsPerWrite) continue;
    if (const auto written = write(); !written) return std::unexpected(written.error());
  }
  if (const auto written = write(); !written) return std::unexpected(written.error());
  for (const Organisation& one : loaded->organisations) {
    if (!one.provider && attributor.is_provider(one.id)) counts.found_providers.push_back(one.id);
  }
  return counts;
}

Result<AttributionCounts> replay_constituency(store::Store& store) {
  auto suffixes = constituency::PublicSuffixes::load();
  if (!suffixes) return std::unexpected(suffixes.error());
  std::map<std::string, store::OrganisationRow> rows;
  std::optional<Error> wrong;
  const auto read = store.ledger().for_each(
      {.subject_kind = "organisation", .kind = "listed"}, [&](auto, const store::Statement& statement) {
        auto one =
            constituency::read_organisation(statement.content, *suffixes, "listed " + statement.subject);
        if (one) rows[one->id] = organisation_row(*one);
        if (!one && !wrong) wrong = one.error();
      });
  if (!read) return std::unexpected(read.error());
  if (wrong) return std::unexpected(*wrong);
  if (const auto cleared = store.directory().clear(); !cleared) return std::unexpected(cleared.error());
  std::vector<store::OrganisationRow> list;
  for (auto& [id, row] : rows) list.push_back(std::move(row));
  if (const auto put = store.directory().put_organisations(list); !put) return std::unexpected(put.error());
  return attribute_all(store);
}

}  // namespace afterpatch::app
