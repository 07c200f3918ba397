#include "situation/picture_json.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "situation/curve.h"
#include "situation/json_text.h"
#include "store/server_stage.h"

namespace afterpatch::situation {
namespace {

namespace json = boost::json;

std::string date_of(std::int64_t day) {
  return to_date_text(Timestamp(std::chrono::days(day)));
}

template <typename T>
json::value or_null(const std::optional<T>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}
json::value date_or_null(const std::optional<std::int64_t>& day) {
  return day ? json::value(date_of(*day)) : json::value(nullptr);
}

template <typename Items, typename Make>
json::array array_of(const Items& items, Make make) {
  json::array out;
  for (const auto& item : items) out.push_back(make(item));
  return out;
}

json::value list_json(const List& list) {
  if (list.view.empty()) return nullptr;
  json::object parameters;
  for (const auto& [name, value] : list.parameters) parameters[name] = value;
  return json::object{{"view", list.view}, {"parameters", parameters}};
}

json::object band_json(const Band& band) {
  return {{"value", band.value}, {"low", band.low}, {"high", band.high}};
}

json::object headline_json(const Headline& one) {
  return {{"id", one.id},
          {"count", band_json(one.count)},
          {"unit", one.unit},
          {"of", one.of},
          {"denominator", or_null(one.denominator)},
          {"change_7_days", nullptr},
          {"list", list_json(one.list)}};
}

json::object step_json(const FunnelStep& step) {
  return {{"id", name_of(step.stage)},
          {"servers", band_json(step.servers)},
          {"organisations", band_json(step.organisations)},
          {"of", step.of},
          {"denominator", step.denominator},
          {"list", list_json(step.list)},
          {"organisations_list", list_json({"organisations", step.list.parameters})}};
}

json::object group_json(const GroupFunnel& group) {
  return {{"key", group.key}, {"funnel", array_of(group.funnel, step_json)}};
}

json::object reentry_json(const Reentry& one) {
  return {{"used", one.used}, {"hunted", one.hunted}, {"low", one.low}, {"high", one.high}};
}

json::object curve_json(const CurveDay& day) {
  return {{"day", date_of(day.day)}, {"unpatched", day.unpatched}, {"unsupported", day.unsupported},
          {"unknown", day.unknown},  {"patched", day.patched},     {"appeared", day.appeared},
          {"gone", day.gone},        {"doubtful", day.doubtful}};
}

std::string_view word_of(store::HalfLifeMethod method) {
  if (method == store::HalfLifeMethod::none) return "none";
  return method == store::HalfLifeMethod::kaplan_meier ? "kaplan-meier" : "exponential";
}

json::object half_life_json(const PatchCurve& curve) {
  const store::HalfLife& half = curve.half_life;
  const bool known = half.method != store::HalfLifeMethod::none;
  json::object out{
      {"group", curve.group},          {"days", known ? json::value(half.days) : json::value(nullptr)},
      {"low", or_null(half.low)},      {"high", or_null(half.high)},
      {"servers", half.servers},       {"patched", half.patched},
      {"method", word_of(half.method)}};
  out["log_rank"] = json::object{{"observed", curve.against_others.observed},
                                 {"expected", curve.against_others.expected},
                                 {"chi_squared", curve.against_others.statistic},
                                 {"p", curve.against_others.probability}};
  return out;
}

json::object survival_json(const store::SurvivalStep& step) {
  return {{"days", step.days}, {"open", step.open}, {"low", step.low}, {"high", step.high}};
}

json::value expected_json(const NowcastDay& day) {
  if (!day.expected) return nullptr;
  return json::object{{"value", *day.expected}, {"low", day.low}, {"high", day.high}};
}

json::object servers_of(std::initializer_list<std::pair<std::string_view, std::string>> parameters,
                        const Picture& picture) {
  List list;
  for (const auto& [name, value] : parameters)
    if (!value.empty()) list.parameters.emplace_back(name, value);
  if (!picture.country.empty()) list.parameters.emplace_back("country", picture.country);
  return list_json(list).as_object();
}

json::object epidemic_json(const EpidemicDay& day) {
  return {{"day", date_of(day.day)},
          {"exploited", day.exploited},
          {"backdoored", day.backdoored},
          {"reentered", day.reentered},
          {"reported_share", day.expected.complete},
          {"expected", expected_json(day.expected)}};
}

json::array waves_json(const Picture& picture) {
  json::array out;
  for (const DatedWave& wave : picture.waves.waves) {
    json::object one{{"number", out.size() + 1}, {"first", date_of(wave.first_day)}};
    one["last"] = wave.open ? json::value(nullptr) : json::value(date_of(wave.last_day));
    one["peak"] = date_of(wave.peak_day);
    one["servers"] = wave.events;
    one["corrected"] = or_null(wave.corrected);
    one["strength"] = wave.rate / wave.usual;
    one["burst_level"] = wave.burst_level;
    one["both_methods"] = wave.both_methods;
    one["says"] = wave_says(wave);
    one["list"] = servers_of(
        {{"moment", "exploited"}, {"from", date_of(wave.first_day)}, {"until", date_of(wave.last_day)}},
        picture);
    out.push_back(std::move(one));
  }
  return out;
}

std::string or_lacking(const std::string& key) {
  return key.empty() ? std::string(store::kLacking) : key;
}

// One list a figure, by the figure's name.
json::object country_lists(const CountryCount& one) {
  const auto list = [&](std::vector<std::pair<std::string, std::string>> parameters) {
    parameters.emplace_back("country", or_lacking(one.country));
    return list_json({"servers", std::move(parameters)});
  };
  return {{"servers", list({{"present", "true"}})},
          {"unpatched", list({{"stage", "open"}, {"present", "true"}})},
          {"exploited", list({{"stage", "exploited"}})},
          {"backdoored", list({{"stage", "backdoored"}})}};
}

json::object country_json(const CountryCount& one) {
  return {{"lists", country_lists(one)}, {"country", one.country},     {"servers", one.servers},
          {"unpatched", one.unpatched},  {"exploited", one.exploited}, {"backdoored", one.backdoored}};
}

// Of a state: by what was last seen, or a stage of the response (store/server_stage.h).
json::object sector_lists(const SectorCount& one, const Picture& picture) {
  constexpr std::array<std::string_view, 6> kExposures = {"unpatched", "unsupported", "build-ambiguous",
                                                          "unknown",   "patched",     "not-affected"};
  json::object out{{"servers", servers_of({{"sector", or_lacking(one.sector)}}, picture)}};
  for (const auto& [state, count] : one.states) {
    const bool exposure = std::ranges::find(kExposures, state) != kExposures.end();
    out[state] =
        servers_of({{"sector", or_lacking(one.sector)}, {exposure ? "exposure" : "stage", state}}, picture);
  }
  return out;
}

json::object sector_json(const SectorCount& one, const Picture& picture) {
  json::object states;
  for (const auto& [state, count] : one.states) states[state] = count;
  return {{"lists", sector_lists(one, picture)},
          {"sector", one.sector},
          {"name", one.sector},
          {"servers", one.servers},
          {"states", states}};
}

json::object source_json(const SourceAge& one, Timestamp as_of) {
  json::object out{{"name", one.name},
                   {"last", nullptr},
                   {"age_hours", nullptr},
                   {"coverage", nullptr},
                   {"says", one.says}};
  if (!one.last) return out;
  out["last"] = to_iso8601(*one.last);
  out["age_hours"] = std::chrono::duration<double, std::ratio<3600>>(as_of - *one.last).count();
  return out;
}

json::object blind_spot_json(const BlindSpot& one) {
  return {{"says", one.servers ? fmt::format("{} servers {}", *one.servers, one.says) : one.says},
          {"servers", or_null(one.servers)},
          {"list", one.list ? list_json(*one.list) : json::value(nullptr)}};
}

json::object cluster_json(const ClusterSummary& one) {
  const auto mark = [](const ClusterMark& of) {
    return json::object{
        {"kind", of.mark.kind}, {"value", of.mark.value}, {"weight", of.weight}, {"servers", of.servers}};
  };
  return {{"id", one.id},
          {"servers", one.servers},
          {"also", one.also},
          {"first", date_or_null(one.first_day)},
          {"median", date_or_null(one.median_day)},
          {"last", date_or_null(one.last_day)},
          {"marks", array_of(one.marks, mark)}};
}

std::string_view word_of(Meets meets) {
  if (meets == Meets::as_chance) return "as-chance";
  return meets == Meets::more_than_chance ? "more-than-chance" : "less-than-chance";
}

json::value second_group_json(const Picture& picture) {
  if (picture.clusters.size() < 2) return nullptr;
  return json::object{{"says", second_group_says(picture)}, {"pairs", array_of(picture.pairs, pair_json)}};
}

}  // namespace

json::object pair_json(const ClusterPair& pair) {
  const Meeting& one = pair.meeting;
  return {{"first", one.a},
          {"second", one.b},
          {"of", one.servers},
          {"with_first", one.with_a},
          {"with_second", one.with_b},
          {"both", one.with_both},
          {"expected", one.expected},
          {"p", std::min(one.more, one.fewer)},
          {"meets", word_of(pair.meets)},
          {"days_between", or_null(pair.days_between)}};
}

std::string picture_json(const Picture& picture) {
  json::object out{
      {"as_of", to_iso8601(picture.as_of)}, {"campaign", picture.campaign}, {"country", picture.country}};
  out["headlines"] = array_of(picture.headlines, headline_json);
  out["funnel"] = array_of(picture.funnel, step_json);
  out["reentry"] = reentry_json(picture.reentry);
  out["curve"] = array_of(picture.curve, curve_json);
  out["half_lives"] = array_of(picture.patching, half_life_json);
  out["survival"] =
      picture.patching.empty() ? json::array() : array_of(picture.patching.front().steps, survival_json);
  out["epidemic"] = array_of(picture.epidemic, epidemic_json);
  out["waves"] = waves_json(picture);
  out["dates"] = json::array();
  out["countries"] = array_of(picture.countries, country_json);
  out["sectors"] =
      array_of(picture.sectors, [&](const SectorCount& one) { return sector_json(one, picture); });
  out["sources"] =
      array_of(picture.sources, [&](const SourceAge& one) { return source_json(one, picture.as_of); });
  out["blind_spots"] = array_of(picture.blind_spots, blind_spot_json);
  out["second_group"] = second_group_json(picture);
  out["clusters"] = array_of(picture.clusters, cluster_json);
  out["unclustered"] = picture.unclustered;
  out["usual_rate"] = picture.waves.usual;
  out["by_country"] = array_of(picture.by_country, group_json);
  out["by_region"] = array_of(picture.by_region, group_json);
  out["by_sector"] = array_of(picture.by_sector, group_json);
  return json_text(out);
}

}  // namespace afterpatch::situation
