#include "situation/country_store.h"

#include <unistd.h>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "range/country/scan_days.h"
#include "range/country/write_country.h"
#include "store/any_place.h"

namespace afterpatch::situation {
namespace {

using range::Country;

template <typename T>
void must(const Result<T>& result) {
  if (!result) throw std::runtime_error(to_string(result.error()));
}

void put_scans(const Country& country, store::Store& store) {
  auto writer = store.write("scan", store::kDefaultLongestGap);
  must(writer);
  for (int day = 0; day < country.settings.days; ++day)
    for (std::size_t i = 0; i < country.servers.size(); ++i) {
      const auto seen = store::read_scan_line(range::scan_line(country, i, day), "country");
      must(seen);
      must((*writer)->add(*seen));
    }
  must((*writer)->commit());
}

void put_owners(const Country& country, store::Store& store) {
  std::vector<store::OrganisationRow> organisations;
  for (const range::Organisation& one : country.organisations)
    organisations.push_back({one.id, one.name, country.settings.country, one.region, one.sector, "{}"});
  must(store.directory().put_organisations(organisations));
  std::vector<store::OwnerRow> owners;
  for (const range::CountryServer& one : country.servers)
    if (!one.owner.empty())
      owners.push_back({one.address, one.port, one.owner, "operator", "confirmed", "[]"});
  must(store.directory().put_owners(owners));
}

void put_hunts(const Country& country, store::Store& store) {
  std::vector<store::Statement> statements;
  for (const range::HuntAnswer& hunt : country.hunts) {
    const auto said = boost::json::parse(range::hunt_statement(country, hunt)).as_object();
    const auto text = [&](const char* key) { return std::string(said.at(key).as_string()); };
    store::Statement one;
    one.time = hunt.time;
    one.received = hunt.received;
    one.source = text("source");
    one.kind = text("kind");
    one.subject_kind = "server";
    one.subject = text("subject");
    one.key = text("key");
    one.content = boost::json::serialize(said.at("content"));
    statements.push_back(std::move(one));
  }
  must(store.ledger().add(statements));
}

void put_cases(const Country& country, store::Store& store) {
  std::vector<store::CaseRow> cases;
  std::vector<store::CaseServer> servers;
  for (const range::CountryCase& one : country.cases) {
    store::CaseRow row;
    row.number = one.number;
    row.organisation = country.organisations[one.organisation].id;
    row.reason = one.reason;
    row.state = one.state;
    row.state_since = one.state_since;
    row.opened = one.opened;
    row.notified = one.notified;
    row.reached = one.reached;
    row.acknowledged = one.acknowledged;
    row.patched = one.patched;
    row.hunted = one.hunted;
    row.clean = one.clean;
    row.channel = one.channel;
    cases.push_back(std::move(row));
    for (const std::size_t server : one.servers)
      servers.push_back({one.number, country.servers[server].address, country.servers[server].port});
  }
  must(store.together([&]() -> Result<void> {
    if (auto put = store.cases().put_cases(cases); !put) return put;
    return store.cases().put_case_servers(servers);
  }));
}

}  // namespace

CountryStore::CountryStore(const range::Country& country)
    : folder_(std::filesystem::path(testing::TempDir()) /
              ("situation-" + std::to_string(getpid()) + "-" + std::to_string(country.settings.seed))) {
  std::filesystem::create_directories(folder_);
  auto opened = store::Store::open(store::new_place(folder_ / "country.db"));
  must(opened);
  store_ = std::move(*opened);
  put_scans(country, *store_);
  put_owners(country, *store_);
  put_hunts(country, *store_);
  put_cases(country, *store_);
  must(store_->servers().refresh());
}

CountryStore::~CountryStore() {
  store_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string subject_of(const range::CountryServer& server) {
  return store::server_subject(server.address, server.port);
}

}  // namespace afterpatch::situation
