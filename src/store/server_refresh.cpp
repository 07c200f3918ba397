// Servers::refresh(): histories, owners and hunts are each read in the order of addresses and merged.
#include <algorithm>
#include <tuple>

#include "store/day_picture.h"
#include "store/history.h"
#include "store/hunt_summary.h"
#include "store/row_loader.h"
#include "store/rows.h"
#include "store/servers.h"

namespace afterpatch::store {
namespace {

// Owners with their organisations' country, region and sector, in the order of their addresses.
class Owners {
 public:
  explicit Owners(Database& database)
      : rows_(database,
              "SELECT o.address, o.port, o.organisation, COALESCE(g.country, ''), COALESCE(g.region, ''), "
              "COALESCE(g.sector, '') FROM owner o LEFT JOIN organisation g ON g.id = o.organisation "
              "ORDER BY o.address, o.port",
              Expect::many) {
    rows_.into(address_).into(port_).into(organisation_).into(country_).into(region_).into(sector_);
    more_ = rows_.next();
  }

  // To be called with servers in ascending order only.
  void tell(ServerRow& server) {
    while (more_ && std::tie(address_, port_) < std::forward_as_tuple(server.address, int{server.port}))
      more_ = rows_.next();
    if (!more_ || address_ != server.address || port_ != server.port) return;
    server.organisation = organisation_;
    server.region = region_;
    if (!country_.empty()) server.country = country_;
    if (!sector_.empty()) server.sector = sector_;
  }

 private:
  std::string address_, organisation_, country_, region_, sector_;
  int port_ = 0;
  Rows rows_;
  bool more_ = false;
};

// Whatever is newest; of equals the one whose text comes last, so that the order of imports does not matter.
const SeenSpan* newest(const ServerHistory& history, const auto& counts) {
  const SeenSpan* best = nullptr;
  for (const SeenSpan& span : history.spans) {
    if (counts(span) && (best == nullptr || span.last >= best->last)) best = &span;
  }
  return best;
}

std::string newest_text(const ServerHistory& history, std::string SeenSpan::* field) {
  const SeenSpan* best = newest(history, [&](const SeenSpan& span) { return !(span.*field).empty(); });
  return best == nullptr ? std::string() : best->*field;
}

void tell_when_seen(const ServerHistory& history, ServerRow& server) {
  const auto is_seen = [](const SeenSpan& span) { return is_server(standing_of(span)); };
  const SeenSpan* last = newest(history, is_seen);
  server.last_seen = server.first_seen = last->last;
  for (const SeenSpan& span : history.spans) {
    if (is_seen(span)) server.first_seen = std::min(server.first_seen, span.first);
  }
  server.name = last->name;
}

void tell_exposure(const ServerHistory& history, Standing standing, ServerRow& server) {
  server.exposure = name_of(standing);
  const SeenSpan* span = newest(history, [&](const SeenSpan& one) { return standing_of(one) == standing; });
  server.confidence = span->confidence;
  server.builds = span->builds;
}

// From the first day open; patched in the middle between the last day open and the first day patched.
void tell_patching(const std::vector<Standing>& standings, const std::vector<std::int64_t>& days,
                   ServerRow& server) {
  Timestamp last_open{};
  for (std::size_t i = 0; i < standings.size() && !server.patched; ++i) {
    const Timestamp day{std::chrono::days(days[i])};
    if (is_open(standings[i])) {
      if (!server.first_open) server.first_open = day;
      last_open = day;
    } else if (standings[i] == Standing::patched && server.first_open) {
      server.patched = last_open + (day - last_open) / 2;
    }
  }
}

void tell_hunt(const HuntSummary& hunt, ServerRow& server) {
  server.compromise = hunt.compromise;
  server.compromise_confidence = hunt.confidence;
  server.campaign = hunt.campaign;
  server.hunted = hunt.hunted;
  server.exploited = hunt.exploited;
  server.backdoored = hunt.backdoored;
  server.reentered = hunt.reentered;
  server.door_present = hunt.door_present;
  server.mail_accessed = hunt.mail_accessed;
  server.credentials_exposed = hunt.credentials_exposed;
  if (hunt.patched) server.patched = hunt.patched;
}

const std::vector<std::string> kColumns = {"address",       "port",
                                           "name",          "organisation",
                                           "country",       "region",
                                           "network",       "sector",
                                           "exposure",      "confidence",
                                           "builds",        "present",
                                           "first_seen",    "last_seen",
                                           "first_open",    "patched",
                                           "compromise",    "compromise_confidence",
                                           "campaign",      "hunted",
                                           "exploited",     "backdoored",
                                           "reentered",     "door_present",
                                           "mail_accessed", "credentials_exposed"};

void load(RowLoader& loader, const ServerRow& row) {
  loader.text(row.address);
  loader.number(row.port);
  for (const std::string* text : {&row.name, &row.organisation, &row.country, &row.region, &row.network,
                                  &row.sector, &row.exposure, &row.confidence, &row.builds})
    loader.text(*text);
  loader.number(row.present ? 1 : 0);
  loader.time(row.first_seen);
  loader.time(row.last_seen);
  loader.time(row.first_open);
  loader.time(row.patched);
  loader.number(static_cast<int>(row.compromise));
  loader.text(row.compromise_confidence);
  loader.text(row.campaign);
  for (const auto* time : {&row.hunted, &row.exploited, &row.backdoored, &row.reentered}) loader.time(*time);
  for (const bool flag : {row.door_present, row.mail_accessed, row.credentials_exposed})
    loader.number(flag ? 1 : 0);
  loader.end_row();
}

class Refresher {
 public:
  explicit Refresher(Database& database)
      : database_(database),
        days_(read_active_days(database, "")),
        hunts_(read_hunts(database)),
        next_hunt_(hunts_.begin()),
        owners_(database),
        loader_(RowLoader::make(database, "server", kColumns)) {
    for (const SourceInfo& source : read_sources(database)) gaps_[source.id] = source.longest_gap;
  }

  void run() {
    visit_histories(database_, "", [this](const ServerHistory& history) { take(history); });
    while (next_hunt_ != hunts_.end()) take_unseen(*next_hunt_++);
    loader_->finish();
  }

 private:
  void take(const ServerHistory& history) {
    const ServerKey key{history.address, history.port};
    while (next_hunt_ != hunts_.end() && next_hunt_->first < key) take_unseen(*next_hunt_++);
    const bool was_hunted = next_hunt_ != hunts_.end() && next_hunt_->first == key;
    ServerRow row;
    row.address = history.address;
    row.port = history.port;
    const bool was_seen = tell_sights(history, row);
    if (was_hunted) {
      if (!was_seen) tell_saying(next_hunt_->second, row);
      tell_hunt(next_hunt_->second, row);
      ++next_hunt_;
    }
    if (was_seen || was_hunted) keep(row);
  }

  // False if it never was a self-hosted server.
  bool tell_sights(const ServerHistory& history, ServerRow& row) const {
    row.country = newest_text(history, &SeenSpan::country);
    row.network = newest_text(history, &SeenSpan::network);
    row.sector = newest_text(history, &SeenSpan::sector);
    const auto standings = standings_of(history, days_, gaps_);
    const auto last = std::find_if(standings.rbegin(), standings.rend(), is_server);
    if (last == standings.rend()) return false;
    row.present = last == standings.rbegin();
    tell_when_seen(history, row);
    tell_exposure(history, *last, row);
    tell_patching(standings, days_, row);
    return true;
  }

  static void tell_saying(const HuntSummary& hunt, ServerRow& row) {
    row.first_seen = *hunt.first_said;
    row.last_seen = *hunt.last_said;
    row.builds = hunt.build;
  }

  void take_unseen(const HuntSummaries::value_type& hunted) {
    ServerRow row;
    std::tie(row.address, row.port) = hunted.first;
    tell_saying(hunted.second, row);
    tell_hunt(hunted.second, row);
    keep(row);
  }

  void keep(ServerRow& row) {
    owners_.tell(row);
    load(*loader_, row);
  }

  Database& database_;
  std::vector<std::int64_t> days_;
  LongestGaps gaps_;
  HuntSummaries hunts_;
  HuntSummaries::const_iterator next_hunt_;
  Owners owners_;
  std::unique_ptr<RowLoader> loader_;
};

}  // namespace

Result<void> Servers::refresh() {
  return database_.together([&]() -> Result<void> {
    database_.session() << "DELETE FROM server";
    Refresher(database_).run();
    return {};
  });
}

}  // namespace afterpatch::store
