#include "situation/headlines.h"

#include <algorithm>

namespace afterpatch::situation {
namespace {

using store::Compromise;
using store::ServerGlance;

bool is_open(const ServerGlance& server) {
  return server.exposure == "unpatched" || server.exposure == "unsupported";
}
bool shows_no_build(const ServerGlance& server) {
  return server.exposure == "unknown" || server.exposure == "build-ambiguous";
}
bool is_flawed(const ServerGlance& server) {
  return !server.exposure.empty() && server.exposure != "not-affected";
}

void count(Band& band, bool certain, bool possible) {
  band.low += certain ? 1 : 0;
  band.value += certain ? 1 : 0;
  band.high += certain || possible ? 1 : 0;
}

List list_of(std::vector<std::pair<std::string, std::string>> parameters) {
  return {"servers", std::move(parameters)};
}

constexpr std::array<Stage, 6> kMatrixStages = {Stage::exploited, Stage::backdoored, Stage::reentered,
                                                Stage::notified,  Stage::reached,    Stage::clean};

}  // namespace

void Counts::add(const StagedServer& server) {
  const ServerGlance& glance = server.glance;
  const StageBits bits = stages_of(glance);
  const bool exploited = glance.compromise >= Compromise::exploited;
  ++servers_;
  if (glance.present && is_flawed(glance)) {
    count(present_, !shows_no_build(glance), false);
    present_.value = present_.high += shows_no_build(glance) ? 1 : 0;
    count(open_now_, is_open(glance), shows_no_build(glance));
    unknown_now_ += shows_no_build(glance) ? 1 : 0;
  }
  gone_open_ += !glance.present && is_open(glance) ? 1 : 0;
  const bool told_of = glance.first_open || exploited;
  unattributed_ += told_of && glance.organisation.empty() ? 1 : 0;
  not_hunted_ += told_of && glance.compromise == Compromise::not_hunted ? 1 : 0;
  outside_only_ += exploited && !server.hunted ? 1 : 0;

  CountryCount& country = countries_[glance.country];
  country.servers += glance.present ? 1 : 0;
  country.unpatched += glance.present && is_open(glance) ? 1 : 0;
  country.exploited += holds(bits, Stage::exploited, 1) ? 1 : 0;
  country.backdoored += holds(bits, Stage::backdoored, 1) ? 1 : 0;

  Sector& sector = sectors_[glance.sector];
  ++sector.servers;
  if (!glance.exposure.empty()) ++sector.states[glance.exposure];
  for (const Stage stage : kMatrixStages)
    if (holds(bits, stage, 1)) ++sector.states[std::string(name_of(stage))];
}

void Counts::finish(Picture& out) const {
  out.headlines.push_back({"exposed", present_, "servers", "on the last day with a scan", std::nullopt,
                           list_of({{"stage", "exposed"}, {"present", "true"}})});
  out.headlines.push_back({"unpatched", open_now_, "servers", "servers seen on the last day", present_.value,
                           list_of({{"stage", "open"}, {"present", "true"}})});
  out.headlines.push_back({"unknown-build",
                           {unknown_now_, unknown_now_, unknown_now_},
                           "servers",
                           "servers seen on the last day",
                           present_.value,
                           list_of({{"stage", "build-unknown"}, {"present", "true"}})});
  for (const auto& [name, country] : countries_) {
    out.countries.push_back(country);
    out.countries.back().country = name;
  }
  for (const auto& [name, sector] : sectors_)
    out.sectors.push_back({name, sector.servers, {sector.states.begin(), sector.states.end()}});
  std::stable_sort(out.sectors.begin(), out.sectors.end(),
                   [](const SectorCount& a, const SectorCount& b) { return a.servers > b.servers; });
  const auto spot = [&](std::uint64_t servers, std::string says, std::optional<List> list) {
    if (servers > 0) out.blind_spots.push_back({std::move(says), servers, std::move(list)});
  };
  spot(unknown_now_, "show no build, or only their cumulative update: open or patched, nobody knows",
       list_of({{"stage", "build-unknown"}, {"present", "true"}}));
  spot(not_hunted_,
       "were open or broken into and nobody has searched them: they are in no count of break-ins",
       list_of({{"stage", "told-of"}, {"compromise", "not-hunted"}}));
  spot(
      outside_only_,
      "have a back door that was only seen from outside: when it came, and whether it was used, is not known",
      list_of({{"stage", "seen-outside"}}));
  spot(gone_open_, "were open when they were last seen and are gone: gone is not patched",
       list_of({{"stage", "open"}, {"present", "false"}}));
  spot(unattributed_, "were open or broken into and belong to nobody that we know",
       list_of({{"stage", "unattributed"}}));
}

void finish_headlines(Picture& out) {
  const auto from_funnel = [&](Stage stage) {
    const FunnelStep& step = out.funnel[static_cast<std::size_t>(stage)];
    out.headlines.push_back(
        {std::string(name_of(stage)), step.servers, "servers", step.of, step.denominator, step.list});
  };
  from_funnel(Stage::backdoored);
  from_funnel(Stage::reentered);
  const FunnelStep& hit = out.funnel[static_cast<std::size_t>(Stage::exploited)];
  out.headlines.push_back({"organisations-hit", hit.organisations, "organisations",
                           "organisations that are known", std::nullopt,
                           List{"organisations", hit.list.parameters}});
  from_funnel(Stage::notified);
  from_funnel(Stage::clean);
  if (out.country.empty()) return;
  const auto narrow = [&](List& list) { list.parameters.emplace_back("country", out.country); };
  for (FunnelStep& step : out.funnel) narrow(step.list);
  for (Headline& headline : out.headlines) narrow(headline.list);
  for (BlindSpot& spot : out.blind_spots)
    if (spot.list) narrow(*spot.list);
}

}  // namespace afterpatch::situation
