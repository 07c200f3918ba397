#include "situation/tally.h"

#include <algorithm>
#include <bit>
#include <map>

#include "store/server_stage.h"

namespace afterpatch::situation {
namespace {

using store::Compromise;
using store::ServerGlance;

constexpr std::array<std::string_view, kStages> kNames = {"exposed",    "unpatched",  "exploited",
                                                          "backdoored", "re-entered", "notified",
                                                          "reached",    "patched",    "clean"};

constexpr std::array<std::string_view, kStages> kOf = {"self-hosted servers seen",
                                                       "exposed servers",
                                                       "servers hunted or seen with a door",
                                                       "servers hunted or seen with a door",
                                                       "back-doored servers that were hunted",
                                                       "servers ever open, or broken into",
                                                       "servers notified of",
                                                       "servers ever seen open",
                                                       "servers notified of"};

std::size_t index(Stage stage) {
  return static_cast<std::size_t>(stage);
}

// From `certainty` (0: certain) up to possible.
StageBits bits_from(Stage stage, std::size_t certainty) {
  StageBits bits = 0;
  for (std::size_t i = certainty; i < 3; ++i) bits |= StageBits{1} << (index(stage) * 3 + i);
  return bits;
}

bool is_flawed(const ServerGlance& server) {
  return !server.exposure.empty() && server.exposure != "not-affected";
}
bool shows_no_build(const ServerGlance& server) {
  return server.exposure == "unknown" || server.exposure == "build-ambiguous";
}

StageBits exposure_bits(const ServerGlance& server) {
  StageBits bits = 0;
  if (is_flawed(server)) bits |= bits_from(Stage::exposed, shows_no_build(server) ? 1 : 0);
  if (server.first_open)
    bits |= bits_from(Stage::unpatched, 0);
  else if (shows_no_build(server))
    bits |= bits_from(Stage::unpatched, 2);
  if (server.first_open && server.patched) bits |= bits_from(Stage::patched, 0);
  return bits;
}

StageBits compromise_bits(const ServerGlance& server) {
  const std::size_t certainty = server.compromise_confidence == "confirmed" ? 0
                                : server.compromise_confidence == "likely"  ? 1
                                                                            : 2;
  StageBits bits = 0;
  if (server.compromise >= Compromise::exploited) bits |= bits_from(Stage::exploited, certainty);
  if (server.compromise >= Compromise::backdoored) bits |= bits_from(Stage::backdoored, certainty);
  if (server.compromise >= Compromise::reentered) bits |= bits_from(Stage::reentered, certainty);
  return bits;
}

std::uint64_t denominator_of(Stage stage, const Wholes& wholes,
                             const std::array<std::uint64_t, kStages * 3>& servers) {
  const auto counted = [&](Stage of) { return servers[index(of) * 3 + 1]; };
  switch (stage) {
    case Stage::exposed:
      return wholes.seen;
    case Stage::unpatched:
      return counted(Stage::exposed);
    case Stage::exploited:
    case Stage::backdoored:
      return wholes.looked_into;
    case Stage::reentered:
      return wholes.doors_hunted;
    case Stage::notified:
      return wholes.told_of;
    case Stage::patched:
      return counted(Stage::unpatched);
    default:
      return counted(Stage::notified);
  }
}

Band band_of(Stage stage, const std::array<std::uint64_t, kStages * 3>& counts) {
  const std::size_t at = index(stage) * 3;
  return {counts[at + 1], counts[at], counts[at + 2]};
}

}  // namespace

std::string_view name_of(Stage stage) {
  return kNames[index(stage)];
}

StageBits stages_of(const ServerGlance& server) {
  StageBits bits = exposure_bits(server) | compromise_bits(server);
  if (server.notified) bits |= bits_from(Stage::notified, 0);
  if (server.reached) bits |= bits_from(Stage::reached, 0);
  if (server.clean) bits |= bits_from(Stage::clean, 0);
  return bits;
}

bool holds(StageBits bits, Stage stage, std::size_t certainty) {
  return ((bits >> (index(stage) * 3 + certainty)) & 1U) != 0;
}

void Tally::count(StageBits bits, std::array<std::uint64_t, kBits>& out) {
  for (; bits != 0; bits &= bits - 1) ++out[static_cast<std::size_t>(std::countr_zero(bits))];
}

void Tally::count_wholes(const StagedServer& server, StageBits bits, Wholes& out) const {
  const ServerGlance& glance = server.glance;
  out.seen += glance.exposure.empty() ? 0 : 1;
  out.told_of += glance.first_open || glance.compromise >= Compromise::exploited ? 1 : 0;
  out.looked_into += glance.compromise != Compromise::not_hunted ? 1 : 0;
  if (!server.hunted) return;
  out.doors_hunted += holds(bits, Stage::backdoored, 1) ? 1 : 0;
  out.reentered_hunted += holds(bits, Stage::reentered, 1) ? 1 : 0;
}

void Tally::add(const StagedServer& server) {
  const ServerGlance& glance = server.glance;
  const StageBits bits = stages_of(glance);
  const std::array<const std::string*, 3> keys = {&glance.country, &glance.region, &glance.sector};
  std::array<std::size_t, 3> groups{};
  count(bits, all_.servers);
  count_wholes(server, bits, all_.wholes);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    groups[i] = groups_[i].number_of(*keys[i]);
    Counts& counts = groups_[i].counts[groups[i]];
    count(bits, counts.servers);
    count_wholes(server, bits, counts.wholes);
  }
  if (glance.organisation.empty()) return;
  const auto [at, is_new] = organisation_numbers_.try_emplace(glance.organisation, organisations_.size());
  if (is_new) organisations_.push_back({0, groups});
  organisations_[at->second].bits |= bits;
}

std::size_t Tally::Groups::number_of(const std::string& key) {
  const auto [at, is_new] = numbers.try_emplace(key, counts.size());
  if (is_new) counts.emplace_back();
  return at->second;
}

Funnel Tally::funnel_of(const Counts& counts, const List& list) {
  Funnel out;
  for (std::size_t i = 0; i < kStages; ++i) {
    FunnelStep step;
    step.stage = static_cast<Stage>(i);
    step.servers = band_of(step.stage, counts.servers);
    step.organisations = band_of(step.stage, counts.organisations);
    step.of = kOf[i];
    step.denominator = denominator_of(step.stage, counts.wholes, counts.servers);
    step.list = list;
    step.list.parameters.emplace_back("stage", kNames[i]);
    out.push_back(std::move(step));
  }
  return out;
}

Funnel Tally::funnel() const {
  Counts counts = all_;
  for (const Known& known : organisations_) count(known.bits, counts.organisations);
  return funnel_of(counts, {});
}

std::vector<GroupFunnel> Tally::groups(std::size_t kind, const std::string& parameter) const {
  std::vector<Counts> counts = groups_[kind].counts;
  for (const Known& known : organisations_) count(known.bits, counts[known.groups[kind]].organisations);
  const std::map<std::string, std::size_t> by_name(groups_[kind].numbers.begin(),
                                                   groups_[kind].numbers.end());
  std::vector<GroupFunnel> out;
  for (const auto& [key, number] : by_name) {
    List list;
    list.parameters.emplace_back(parameter, key.empty() ? std::string(store::kLacking) : key);
    out.push_back({key, funnel_of(counts[number], list)});
  }
  std::stable_sort(out.begin(), out.end(), [](const GroupFunnel& a, const GroupFunnel& b) {
    return a.funnel.front().servers.value > b.funnel.front().servers.value;
  });
  return out;
}

}  // namespace afterpatch::situation
