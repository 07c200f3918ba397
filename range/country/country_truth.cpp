#include "range/country/country_truth.h"

#include <algorithm>
#include <set>

#include <boost/json.hpp>

#include "base/file.h"
#include "range/country/names.h"
#include "range/country/scan_days.h"

namespace afterpatch::range {
namespace {

namespace json = boost::json;

// The worst that was said of a server; 0 nothing, 1 hunted, 2 exploited, 3 back-doored, 4 re-entered.
struct Known {
  int level = -1;
  bool certain = false;
  bool hunted = false;  // not only seen from outside
};

int level_of(const std::string& compromise) {
  if (compromise == "re-entered") return 4;
  if (compromise == "backdoored") return 3;
  return compromise == "exploited" ? 2 : 1;
}

std::vector<Known> known_of(const Country& country) {
  std::vector<Known> out(country.servers.size());
  for (const HuntAnswer& hunt : country.hunts) {
    Known& known = out[hunt.server];
    known.hunted |= !hunt.from_outside;
    if (level_of(hunt.compromise) <= known.level) continue;
    known.level = level_of(hunt.compromise);
    known.certain = hunt.confidence == "confirmed";
  }
  return out;
}

class Counting {
 public:
  void count(const std::string& stage, bool certain, bool possible, const CountryServer& server) {
    TrueStage& at = funnel_[stage];
    at.servers.low += certain ? 1 : 0;
    at.servers.high += certain || possible ? 1 : 0;
    if (server.owner.empty()) return;
    if (certain) low_[stage].insert(server.owner);
    if (certain || possible) high_[stage].insert(server.owner);
  }

  TrueFunnel take() {
    for (auto& [stage, at] : funnel_) at.organisations = {low_[stage].size(), high_[stage].size()};
    return std::move(funnel_);
  }

 private:
  TrueFunnel funnel_;
  std::map<std::string, std::set<std::string>> low_, high_;
};

std::vector<const CountryCase*> cases_of(const Country& country) {
  std::vector<const CountryCase*> out(country.servers.size());
  for (const CountryCase& one : country.cases)
    for (const std::size_t server : one.servers) out[server] = &one;
  return out;
}

void count_server(const CountryServer& server, const SeenServer& seen, const Known& known,
                  const CountryCase* one, Counting& out) {
  const bool sure = seen.last_exposure != "unknown" && seen.last_exposure != "build-ambiguous";
  out.count("exposed", seen.first_seen && sure, seen.first_seen.has_value(), server);
  out.count("unpatched", seen.first_open.has_value(), seen.first_seen && !sure, server);
  out.count("hunted", known.hunted, false, server);
  out.count("exploited", known.level >= 2 && known.certain, known.level >= 2, server);
  out.count("backdoored", known.level >= 3 && known.certain, known.level >= 3, server);
  out.count("reentered", known.level >= 4 && known.certain, known.level >= 4, server);
  out.count("notified", one != nullptr && one->notified, false, server);
  out.count("reached", one != nullptr && one->reached, false, server);
  out.count("patched", seen.first_open && seen.first_patched, false, server);
  out.count("clean", one != nullptr && one->clean, false, server);
}

std::map<std::string, std::string> sectors_of(const Country& country) {
  std::map<std::string, std::string> out;
  for (const Organisation& one : country.organisations) out[one.id] = one.sector;
  return out;
}

json::value time_or_null(const std::optional<Timestamp>& time) {
  return time ? json::value(to_iso8601(*time)) : json::value(nullptr);
}

json::object count_json(const TrueCount& count) {
  return {{"low", count.low}, {"high", count.high}};
}

json::object funnel_json(const TrueFunnel& funnel) {
  json::object out;
  for (const auto& [stage, at] : funnel)
    out[stage] =
        json::object{{"servers", count_json(at.servers)}, {"organisations", count_json(at.organisations)}};
  return out;
}

json::array servers_json(const Country& country) {
  json::array out;
  for (const CountryServer& server : country.servers)
    out.push_back(json::object{{"address", server.address},
                               {"port", server.port},
                               {"owner", server.owner},
                               {"hosted_by", server.hosted_by},
                               {"trace", name_of(server.trace)},
                               {"patched", time_or_null(server.patched)}});
  return out;
}

std::string day_text(std::int64_t day) {
  return to_date_text(Timestamp(std::chrono::days(day)));
}

json::array waves_json(const Country& country) {
  json::array out;
  for (const Wave& wave : country.waves)
    out.push_back(json::object{{"group", country.groups[wave.group].name},
                               {"first_day", day_text(wave.first_day)},
                               {"last_day", day_text(wave.last_day)},
                               {"hits", wave.hits}});
  return out;
}

json::array hits_json(const Country& country) {
  json::array out;
  for (const Hit& hit : country.hits) {
    const CountryServer& server = country.servers[hit.server];
    out.push_back(json::object{{"address", server.address},
                               {"port", server.port},
                               {"group", country.groups[hit.group].name},
                               {"wave", hit.wave ? json::value(*hit.wave) : json::value(nullptr)},
                               {"exploited", to_iso8601(hit.exploited)},
                               {"backdoored", time_or_null(hit.backdoored)},
                               {"reentered", time_or_null(hit.reentered)}});
  }
  return out;
}

template <typename Table, typename Member>
json::object funnels_by(const Country& country, const Table& table, Member name, bool by_sector) {
  json::object out;
  for (const auto& row : table) {
    const std::string key(row.*name);
    out[key] = funnel_json(by_sector ? true_funnel(country, {}, key) : true_funnel(country, key, {}));
  }
  return out;
}

}  // namespace

TrueFunnel true_funnel(const Country& country, const std::string& region, const std::string& sector) {
  const auto seen = look_back(country);
  const auto known = known_of(country);
  const auto cases = cases_of(country);
  const auto sectors = sectors_of(country);
  Counting counting;
  for (std::size_t i = 0; i < country.servers.size(); ++i) {
    const CountryServer& server = country.servers[i];
    const auto of = sectors.find(server.owner);
    if (!sector.empty() && (of == sectors.end() || of->second != sector)) continue;
    if (!region.empty() && (server.owner.empty() || server.region != region)) continue;
    count_server(server, seen[i], known[i], cases[i], counting);
  }
  return counting.take();
}

Result<void> write_country_truth(const Country& country, const std::filesystem::path& file) {
  json::object out{{"seed", country.settings.seed},
                   {"country", country.settings.country},
                   {"start", to_date_text(country.settings.start)},
                   {"days", country.settings.days},
                   {"campaign", "exchange-2021-proxylogon"}};
  out["waves"] = waves_json(country);
  out["second_group_follows"] = country.second_group_follows;
  out["funnel"] = funnel_json(true_funnel(country));
  out["funnel_by_region"] = funnels_by(country, kRegions, &Region::name, false);
  out["funnel_by_sector"] = funnels_by(country, kSectors, &Sector::code, true);
  out["servers"] = servers_json(country);
  out["hits"] = hits_json(country);
  return write_file(file, json::serialize(out) + "\n");
}

}  // namespace afterpatch::range
