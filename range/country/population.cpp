#include "range/country/population.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "range/country/draw.h"
#include "range/country/names.h"
#include "range/country/organisations.h"

namespace afterpatch::range {
namespace {

constexpr std::uint32_t kFirstOwnAs = 64512;
constexpr std::uint32_t kFirstAccessAs = 64550;

// Those of 2010 have one of the four flaws only and are left to the internet range.
const ExposedBuild& draw_build(Random& random) {
  std::uint64_t total = 0;
  for (const ExposedBuild& build : exposed_builds()) total += build.only_one_flaw() ? 0 : build.weight;
  std::uint64_t at = random.below(total);
  for (const ExposedBuild& build : exposed_builds()) {
    if (build.only_one_flaw()) continue;
    if (at < build.weight) return build;
    at -= build.weight;
  }
  return exposed_builds().back();
}

// Hours after the patch's release until a share is patched, as in March 2021 (research, section 1), with a
// tail.
struct CurvePoint {
  double hours;
  double share;
};
constexpr std::array<CurvePoint, 7> kCurve = {
    {{-24, 0.0}, {0, 0.08}, {96, 0.55}, {168, 0.68}, {408, 0.84}, {960, 0.91}, {1440, 0.93}}};

std::optional<double> patch_hours(double rank) {
  for (std::size_t i = 1; i < kCurve.size(); ++i) {
    const auto& [left_hours, left_share] = kCurve[i - 1];
    const auto& [right_hours, right_share] = kCurve[i];
    if (rank >= right_share) continue;
    return left_hours + (rank - left_share) / (right_share - left_share) * (right_hours - left_hours);
  }
  return std::nullopt;
}

double slowness_of(const Organisation* owner) {
  if (owner == nullptr) return 1.3;
  for (const Sector& sector : kSectors)
    if (sector.code == owner->sector) return sector.slowness;
  return 1;
}

// Who has to move to another cumulative update first takes longer.
void draw_patch(Random& random, const CountrySettings& settings, const Organisation* owner,
                CountryServer& server) {
  const auto after = patch_hours(unit(random));
  if (!after) return;
  const double slower = *after <= 0 ? 1 : slowness_of(owner) * (server.kind->has_fix() ? 1 : 2.5);
  server.patched = settings.start + hours(std::floor(*after * slower * 60) / 60);
}

void draw_presence(Random& random, const CountrySettings& settings, CountryServer& server) {
  const auto lot = random.below(100);
  if (lot < 4) server.first_day = static_cast<int>(random.between(3, std::max(4, settings.days * 2 / 3)));
  if (lot >= 4 && lot < 10)
    server.gone_day = static_cast<int>(random.between(8, std::max(9, settings.days - 4)));
  if (lot >= 4 && lot < 6) server.back_day = server.gone_day + static_cast<int>(random.between(5, 12));
}

void draw_shown(Random& random, CountryServer& server) {
  const auto lot = random.below(100);
  server.shown = lot < 74 ? ShownBuild::whole : lot < 93 ? ShownBuild::update_only : ShownBuild::nothing;
}

// Counts up the places of each network.
struct Places {
  std::array<std::size_t, kProviders> provider{};
  std::size_t access = 0;
};

void name_after(const Organisation& organisation, std::size_t index, CountryServer& server) {
  const std::string host = index == 0 ? "mail" : fmt::format("mail{}", index + 1);
  server.name = host + "." + organisation.domain;
  server.certificate_names = {server.name, "autodiscover." + organisation.domain};
}

void place_in_own_network(const Organisation& organisation, std::size_t index, std::size_t number,
                          CountryServer& server) {
  server.address = own_address(organisation, index);
  server.as_number = kFirstOwnAs + static_cast<std::uint32_t>(number % 30);
  server.owner = organisation.id;
  server.trace = Trace::network;
}

void place_at_provider(Random& random, Places& places, const std::vector<Organisation>& organisations,
                       const Organisation& customer, CountryServer& server) {
  const std::size_t provider = random.below(kProviders);
  const Organisation& host = organisations[provider];
  server.address = provider_address(provider, places.provider[provider]++);
  server.as_number = host.as_numbers.front();
  server.hosted_by = host.id;
  server.owner = customer.listed ? customer.id : host.id;
  server.trace = customer.listed ? Trace::certificate : Trace::provider;
}

void place_on_access_line(Places& places, const Organisation& customer, std::size_t number,
                          CountryServer& server) {
  server.address = access_address(places.access++);
  server.as_number = kFirstAccessAs + static_cast<std::uint32_t>(number % 5);
  server.owner = customer.listed ? customer.id : "";
  server.trace = customer.listed ? Trace::certificate : Trace::none;
}

// A certificate as the installer made it names only the machine.
void forget_name(Random& random, CountryServer& server) {
  server.name.clear();
  server.certificate_names = {"EX" + random.text("0123456789", 5)};
}

class Settlement {
 public:
  Settlement(const Random& world, const CountrySettings& settings,
             const std::vector<Organisation>& organisations)
      : world_(world), settings_(settings), organisations_(organisations), had_(organisations.size()) {}

  std::vector<CountryServer> settle() {
    while (servers_.size() < settings_.servers)
      for (std::size_t i = kProviders; i < organisations_.size(); ++i) settle(i);
    servers_.resize(settings_.servers);
    return std::move(servers_);
  }

 private:
  // In rounds: after the first, organisations get more servers until there are enough.
  void settle(std::size_t organisation) {
    std::size_t& index = had_[organisation];
    Random random = world_.fork("servers", organisation * 64 + index);
    const auto lot = random.below(100);
    for (int i = lot < 80 ? 1 : lot < 95 ? 2 : 3; i > 0; --i) add(random, organisation, index++);
  }

  void add(Random& random, std::size_t organisation, std::size_t index) {
    const Organisation& owner = organisations_[organisation];
    CountryServer server;
    server.region = owner.region;
    server.kind = &draw_build(random);
    name_after(owner, index, server);
    if (!owner.networks.empty() && index < 12)
      place_in_own_network(owner, index, organisation, server);
    else if (random.chance(65))
      place_at_provider(random, places_, organisations_, owner, server);
    else
      place_on_access_line(places_, owner, organisation, server);
    if (server.trace == Trace::none || (server.trace == Trace::provider && random.chance(30)))
      forget_name(random, server);
    draw_shown(random, server);
    draw_presence(random, settings_, server);
    draw_patch(random, settings_, server.owner.empty() ? nullptr : &owner, server);
    servers_.push_back(std::move(server));
  }

  const Random& world_;
  const CountrySettings& settings_;
  const std::vector<Organisation>& organisations_;
  Places places_;
  std::vector<std::size_t> had_;  // servers of each organisation so far
  std::vector<CountryServer> servers_;
};

}  // namespace

std::vector<CountryServer> make_servers(const Random& world, const CountrySettings& settings,
                                        const std::vector<Organisation>& organisations) {
  return Settlement(world, settings, organisations).settle();
}

bool is_present(const CountryServer& server, int day) {
  if (day < server.first_day) return false;
  if (server.gone_day < 0 || day < server.gone_day) return true;
  return server.back_day >= 0 && day >= server.back_day;
}

Timestamp start_of(const CountrySettings& settings, int day) {
  return settings.start + std::chrono::days(day);
}

Timestamp end_of(const CountrySettings& settings) {
  return start_of(settings, settings.days);
}

std::string_view name_of(Trace trace) {
  constexpr std::array<std::string_view, 4> kNames = {"network", "certificate", "provider", "none"};
  return kNames[static_cast<std::size_t>(trace)];
}

}  // namespace afterpatch::range
