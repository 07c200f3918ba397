#include <cmath>

#include <fmt/format.h>

#include "knowledge/catalogue.h"
#include "store/trend.h"
#include "web/answers.h"
#include "web/handlers.h"
#include "web/problem.h"
#include "web/request_reader.h"
#include "web/shared.h"
#include "web/situation_counts.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;
using store::Standing;

json::object band(std::uint64_t value, std::uint64_t low, std::uint64_t high) {
  return {{"value", value}, {"low", low}, {"high", high}};
}
json::object exactly(std::uint64_t value) {
  return band(value, value, value);
}

using Parameters = std::vector<std::pair<std::string, std::string>>;

json::object list(const char* view, const Parameters& parameters) {
  json::object object;
  for (const auto& [name, value] : parameters) object[name] = value;
  return {{"view", view}, {"parameters", std::move(object)}};
}

// Organisations, counted from the table.
struct OrganisationCounts {
  std::uint64_t all = 0, open = 0, exploited = 0, backdoored = 0, reentered = 0;
};

OrganisationCounts count_organisations(const OrganisationList& table, const std::string& country) {
  OrganisationCounts counts;
  for (const OrganisationEntry& entry : table.entries) {
    if (entry.servers == 0 || (!country.empty() && entry.country != country)) continue;
    ++counts.all;
    if (entry.open > 0) ++counts.open;
    if (entry.compromise >= store::Compromise::exploited) ++counts.exploited;
    if (entry.compromise >= store::Compromise::backdoored) ++counts.backdoored;
    if (entry.compromise >= store::Compromise::reentered) ++counts.reentered;
  }
  return counts;
}

struct CaseCounts {
  std::uint64_t notified = 0, reached = 0, patched = 0, clean = 0;
};

Result<CaseCounts> count_cases(store::Store& store, const OrganisationList& table,
                               const std::string& campaign, const std::string& country) {
  CaseCounts counts;
  const auto read = store.cases().for_each([&](const store::CaseRow& row) {
    if (!campaign.empty() && row.campaign != campaign) return;
    const OrganisationEntry* owner = table.find(row.organisation);
    if (!country.empty() && (owner == nullptr || owner->country != country)) return;
    if (row.notified) ++counts.notified;
    if (row.reached) ++counts.reached;
    if (row.patched) ++counts.patched;
    if (row.clean) ++counts.clean;
  });
  if (!read) return std::unexpected(read.error());
  return counts;
}

// Wilson's interval of a share, 95 % (Wilson, JASA 1927).
std::pair<double, double> interval(std::uint64_t count, std::uint64_t of) {
  if (of == 0) return {0, 1};
  constexpr double kZ = 1.959964;
  const auto n = static_cast<double>(of);
  const double share = static_cast<double>(count) / n;
  const double middle = share + kZ * kZ / (2 * n);
  const double half = kZ * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n));
  const double scale = 1 + kZ * kZ / n;
  return {std::max(0.0, (middle - half) / scale), std::min(1.0, (middle + half) / scale)};
}

// All that the parts of the picture are made of.
struct Material {
  Counted counted;
  OrganisationCounts organisations;
  CaseCounts cases;
  store::Picture picture;
  std::vector<store::SourceInfo> sources;
  Parameters scope;  // of every list
};

Parameters with(const Material& material, Parameters parameters) {
  parameters.insert(parameters.end(), material.scope.begin(), material.scope.end());
  return parameters;
}

json::array headlines(const Material& material) {
  const SituationCounts& all = material.counted.all;
  json::array out;
  const auto add = [&](const char* id, json::object count, const char* unit, const char* of,
                       std::uint64_t denominator, json::object behind) {
    out.push_back({{"id", id},
                   {"count", std::move(count)},
                   {"unit", unit},
                   {"of", of},
                   {"denominator", denominator},
                   {"change_7_days", nullptr},
                   {"list", std::move(behind)}});
  };
  const auto servers = [&](Parameters parameters) {
    return list("servers", with(material, std::move(parameters)));
  };
  add("exposed", exactly(all.present), "servers", "servers seen on the last day", all.present,
      servers({{"present", "true"}}));
  add("unpatched", band(all.unpatched, all.unpatched, all.unpatched + all.unknown), "servers",
      "servers seen on the last day", all.present, servers({{"exposure", "unpatched"}, {"present", "true"}}));
  add("backdoored", band(all.backdoored, all.backdoored_certain, all.backdoored), "servers",
      "servers that were hunted", all.hunted, servers({{"at_least", "backdoored"}}));
  add("re-entered", band(all.reentered, all.reentered_certain, all.reentered), "servers",
      "back-doored servers", all.backdoored, servers({{"at_least", "re-entered"}}));
  add("organisations-hit", exactly(material.organisations.exploited), "organisations",
      "organisations with a server", material.organisations.all,
      list("organisations", {{"sort", "compromise"}, {"descending", "true"}}));
  add("notified", exactly(material.cases.notified), "cases",
      "organisations with an open or broken-into server",
      std::max(material.organisations.open, material.organisations.exploited),
      list("cases", {{"sort", "notified"}, {"descending", "true"}}));
  add("clean", exactly(material.cases.clean), "cases", "cases in which a notice went out",
      material.cases.notified, list("cases", {{"state", "clean"}}));
  return out;
}

json::array funnel(const Material& material) {
  const SituationCounts& all = material.counted.all;
  const OrganisationCounts& owners = material.organisations;
  json::array out;
  const auto add = [&](const char* id, json::object servers, json::object organisations, const char* of,
                       std::uint64_t denominator, json::object behind) {
    out.push_back({{"id", id},
                   {"servers", std::move(servers)},
                   {"organisations", std::move(organisations)},
                   {"of", of},
                   {"denominator", denominator},
                   {"list", std::move(behind)}});
  };
  const auto servers = [&](Parameters parameters) {
    return list("servers", with(material, std::move(parameters)));
  };
  add("exposed", exactly(all.present), exactly(owners.all), "servers seen on the last day", all.present,
      servers({{"present", "true"}}));
  add("unpatched", band(all.open(), all.open(), all.open() + all.unknown), exactly(owners.open),
      "servers seen on the last day", all.present, servers({{"exposure", "unpatched"}, {"present", "true"}}));
  add("exploited", band(all.exploited, all.exploited_certain, all.exploited), exactly(owners.exploited),
      "servers that were hunted", all.hunted, servers({{"at_least", "exploited"}}));
  add("backdoored", band(all.backdoored, all.backdoored_certain, all.backdoored), exactly(owners.backdoored),
      "servers that were hunted", all.hunted, servers({{"at_least", "backdoored"}}));
  add("re-entered", band(all.reentered, all.reentered_certain, all.reentered), exactly(owners.reentered),
      "back-doored servers", all.backdoored, servers({{"at_least", "re-entered"}}));
  const std::uint64_t concern = std::max(all.open(), all.exploited);
  add("notified", exactly(all.notified), exactly(material.cases.notified), "servers open or broken into",
      concern, list("cases", {{"sort", "notified"}, {"descending", "true"}}));
  add("reached", exactly(all.reached), exactly(material.cases.reached), "servers of notified organisations",
      all.notified, list("cases", {{"sort", "reached"}, {"descending", "true"}}));
  add("patched", band(all.patched, all.patched, all.patched + all.unknown), exactly(material.cases.patched),
      "servers seen on the last day", all.present, servers({{"exposure", "patched"}, {"present", "true"}}));
  add("clean", exactly(all.clean), exactly(material.cases.clean), "servers broken into", all.exploited,
      list("cases", {{"state", "clean"}}));
  return out;
}

std::string day_text(std::int64_t day) {
  return to_date_text(Timestamp(std::chrono::days(day)));
}

json::array curve(const store::Picture& picture) {
  json::array out;
  for (const store::DayCounts& day : picture.days) {
    const auto count = [&](Standing standing) { return store::count_of(day.counts, standing); };
    out.push_back({{"day", day_text(day.day)},
                   {"unpatched", count(Standing::unpatched)},
                   {"unsupported", count(Standing::unsupported)},
                   {"unknown", count(Standing::build_ambiguous) + count(Standing::unknown)},
                   {"patched", count(Standing::patched)},
                   {"appeared", day.seen_first + day.returned},
                   {"gone", day.gone},
                   {"doubtful", day.doubtful}});
  }
  return out;
}

json::array half_lives(const store::Picture& picture) {
  const store::HalfLife& life = picture.half_life;
  const auto number = [](const std::optional<double>& value) {
    return value ? json::value(*value) : json::value(nullptr);
  };
  const char* method = life.method == store::HalfLifeMethod::kaplan_meier  ? "kaplan-meier"
                       : life.method == store::HalfLifeMethod::exponential ? "exponential"
                                                                           : "none";
  const bool known = life.method != store::HalfLifeMethod::none;
  return {json::object{{"group", ""},
                       {"days", known ? json::value(life.days) : json::value(nullptr)},
                       {"low", number(life.low)},
                       {"high", number(life.high)},
                       {"servers", life.servers},
                       {"patched", life.patched},
                       {"method", method}}};
}

json::array survival(const store::Picture& picture) {
  json::array out;
  for (const store::SurvivalStep& step : store::kaplan_meier(picture.lifetimes))
    out.push_back({{"days", step.days}, {"open", step.open}, {"low", step.low}, {"high", step.high}});
  return out;
}

json::array countries(const Counted& counted) {
  json::array out;
  for (const auto& [country, counts] : counted.countries)
    out.push_back({{"country", country},
                   {"servers", counts.present},
                   {"unpatched", counts.open()},
                   {"exploited", counts.exploited},
                   {"backdoored", counts.backdoored}});
  return out;
}

json::array sectors(const Counted& counted) {
  json::array out;
  for (const auto& [sector, counts] : counted.sectors)
    out.push_back({{"sector", sector},
                   {"name", sector},
                   {"servers", counts.present},
                   {"states", json::object{{"unpatched", counts.open()},
                                           {"unknown", counts.unknown},
                                           {"patched", counts.patched},
                                           {"exploited", counts.exploited},
                                           {"backdoored", counts.backdoored},
                                           {"re-entered", counts.reentered},
                                           {"notified", counts.notified},
                                           {"reached", counts.reached},
                                           {"clean", counts.clean}}}});
  return out;
}

// By the day on which it happened.
Result<json::array> epidemic(store::Store& store, const store::ServerQuery& filter) {
  struct Day {
    std::uint64_t exploited = 0, backdoored = 0, reentered = 0;
  };
  std::map<std::string, Day> days;
  store::ServerQuery hit = filter;
  hit.at_least = store::Compromise::exploited;
  const auto read = store.servers().for_each(hit, [&](const store::ServerRow& row) {
    if (row.exploited) ++days[to_date_text(*row.exploited)].exploited;
    if (row.backdoored) ++days[to_date_text(*row.backdoored)].backdoored;
    if (row.reentered) ++days[to_date_text(*row.reentered)].reentered;
  });
  if (!read) return std::unexpected(read.error());
  json::array out;
  for (const auto& [day, counts] : days)
    out.push_back({{"day", day},
                   {"exploited", counts.exploited},
                   {"backdoored", counts.backdoored},
                   {"reentered", counts.reentered},
                   {"expected", nullptr}});
  return out;
}

Result<json::array> sources_json(store::Store& store, Timestamp now) {
  const auto sources = store.sources();
  if (!sources) return std::unexpected(sources.error());
  json::array out;
  for (const store::SourceInfo& source : *sources) {
    const auto days = store.active_days(source.name);
    if (!days) return std::unexpected(days.error());
    const bool any = !days->empty();
    const Timestamp last = any ? Timestamp(std::chrono::days(days->back())) : Timestamp{};
    const double age = std::chrono::duration<double, std::ratio<3600>>(now - last).count();
    out.push_back({{"name", source.name},
                   {"last", any ? json::value(to_iso8601(last)) : json::value(nullptr)},
                   {"age_hours", any ? json::value(std::round(age)) : json::value(nullptr)},
                   {"coverage", nullptr}});
  }
  return out;
}

json::array blind_spots(const Material& material) {
  const SituationCounts& all = material.counted.all;
  json::array out;
  if (all.unknown > 0)
    out.push_back(
        {{"says", fmt::format("{} servers tell no exact build: each may be open or patched.", all.unknown)},
         {"servers", all.unknown},
         {"list", list("servers", with(material, {{"exposure", "build-ambiguous"}, {"present", "true"}}))}});
  const std::uint64_t not_hunted = all.open() > all.hunted ? all.open() - all.hunted : 0;
  if (not_hunted > 0)
    out.push_back(
        {{"says",
          fmt::format("At least {} open servers were never hunted: what happened there, nobody knows.",
                      not_hunted)},
         {"servers", not_hunted},
         {"list", list("servers", with(material, {{"compromise", "not-hunted"}, {"present", "true"}}))}});
  return out;
}

json::array dates_of(const Settings& settings, const std::string& campaign) {
  json::array out;
  const auto known = knowledge::campaign_ids(settings.knowledge);
  if (std::ranges::find(known, campaign) == known.end()) return out;
  const auto loaded = knowledge::load_campaign(settings.knowledge, campaign);
  if (!loaded) return out;
  for (const knowledge::TimelineEntry& entry : loaded->campaign->timeline)
    out.push_back({{"time", to_iso8601(entry.time)}, {"label", entry.what}});
  return out;
}

Result<Material> gather(Context& context, const store::ServerQuery& filter, const OrganisationList& table) {
  Material material;
  auto counted = count_servers(context.store, filter);
  if (!counted) return std::unexpected(counted.error());
  auto cases = count_cases(context.store, table, filter.campaign, filter.country);
  if (!cases) return std::unexpected(cases.error());
  auto picture = store::take_picture(context.store, "");
  if (!picture) return std::unexpected(picture.error());
  material.counted = std::move(*counted);
  material.organisations = count_organisations(table, filter.country);
  material.cases = *cases;
  material.picture = std::move(*picture);
  if (!filter.campaign.empty()) material.scope.emplace_back("campaign", filter.campaign);
  if (!filter.country.empty()) material.scope.emplace_back("country", filter.country);
  return material;
}

}  // namespace

Response get_situation(Context& context) {
  ParameterReader parameters(context.request);
  store::ServerQuery filter;
  filter.campaign = parameters.text("campaign");
  filter.country = parameters.text("country");
  if (parameters.refused()) return parameters.refusal();
  const auto table = context.shared.organisations.list(context.store, context.shared.mark());
  if (!table) return failed(context, table.error());
  const auto material = gather(context, filter, **table);
  if (!material) return failed(context, material.error());
  const auto by_day = epidemic(context.store, filter);
  if (!by_day) return failed(context, by_day.error());
  const auto sources = sources_json(context.store, context.now);
  if (!sources) return failed(context, sources.error());
  const SituationCounts& all = material->counted.all;
  const auto [low, high] = interval(all.reentered, all.backdoored);
  return json_answer(json::object{
      {"as_of", to_iso8601(context.now)},
      {"campaign", filter.campaign},
      {"headlines", headlines(*material)},
      {"funnel", funnel(*material)},
      {"reentry",
       json::object{{"used", all.reentered}, {"hunted", all.backdoored}, {"low", low}, {"high", high}}},
      {"curve", curve(material->picture)},
      {"half_lives", half_lives(material->picture)},
      {"survival", survival(material->picture)},
      {"epidemic", *by_day},
      {"waves", json::array()},
      {"dates", dates_of(context.shared.settings, filter.campaign)},
      {"countries", countries(material->counted)},
      {"sectors", sectors(material->counted)},
      {"sources", *sources},
      {"blind_spots", blind_spots(*material)},
      {"second_group", nullptr}});
}

}  // namespace afterpatch::web
