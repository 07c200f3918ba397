#include "range/internet/population.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "range/random.h"

namespace afterpatch::range {
namespace {

double unit(Random& random) {
  return static_cast<double>(random.next() >> 11U) * 0x1.0p-53;
}

const ExposedBuild& pick_build(Random& random) {
  std::size_t total = 0;
  for (const ExposedBuild& build : exposed_builds()) total += build.weight;
  std::uint64_t at = random.below(total);
  for (const ExposedBuild& build : exposed_builds()) {
    if (at < build.weight) return build;
    at -= build.weight;
  }
  return exposed_builds().back();
}

// The newest cumulative update with a fix that the table has: where those go who must upgrade to get one.
const ExposedBuild& upgrade_target() {
  for (const ExposedBuild& build : exposed_builds()) {
    if (build.product == "Exchange2016" && build.cu == "CU19") return build;
  }
  return exposed_builds().front();
}

Nature pick_nature(Random& random, const PopulationSettings& settings) {
  if (random.chance(settings.trouble_percent)) return Nature::trouble;
  if (random.chance(settings.exchange_percent)) {
    const std::uint64_t kind = random.below(100);
    return kind < 6 ? Nature::balanced : kind < 12 ? Nature::hybrid : Nature::exchange;
  }
  const std::uint64_t kind = random.below(100);
  if (kind < 50) return Nature::absent;
  return kind < 85 ? Nature::other_web : kind < 93 ? Nature::exchange_online : Nature::honeypot;
}

Shown pick_shown(Random& random, const Host& host) {
  if (host.nature == Nature::hybrid) return Shown::beside_owa;
  const std::uint64_t kind = random.below(100);
  if (host.kind->only_one_flaw()) return kind < 50 ? Shown::path : Shown::header;
  if (host.nature == Nature::balanced) return kind < 70 ? Shown::header : Shown::path;
  if (kind < 45) return Shown::header;
  if (kind < 53) return Shown::beside_owa;
  if (kind < 73) return Shown::manifest;
  return kind < 83 ? Shown::stale_manifest : kind < 96 ? Shown::path : Shown::nothing;
}

// Old products stand on old Windows: Exchange 2010 on Windows Server 2008 R2 spoke TLS 1.0 unless told
// otherwise.
Tls pick_tls(Random& random, const Host& host) {
  const std::uint64_t kind = random.below(100);
  if (host.kind != nullptr && host.kind->only_one_flaw()) return kind < 60 ? Tls::tls10 : Tls::tls12;
  if (host.kind != nullptr && host.kind->product == "Exchange2013")
    return kind < 15 ? Tls::tls10 : Tls::tls12;
  if (host.kind != nullptr) return kind < 85 ? Tls::tls12 : Tls::modern;
  return kind < 30 ? Tls::tls12 : Tls::modern;
}

void choose_life(Random& random, Host& host, unsigned churn_percent) {
  if (!random.chance(churn_percent)) return;
  if (random.chance(40)) {
    host.first_day = static_cast<int>(random.between(2, 15));
    return;
  }
  host.gone_day = static_cast<int>(random.between(3, 16));
  if (random.chance(50)) host.back_day = host.gone_day + static_cast<int>(random.between(4, 8));
}

void choose_exchange(Random& random, Host& host, const PopulationSettings& settings) {
  host.kind = &pick_build(random);
  host.shown = pick_shown(random, host);
  host.needs_name = host.nature == Nature::exchange && random.chance(5);
  host.rank = unit(random);
  host.second_rank = unit(random);
  host.mitigated = random.chance(15);
  choose_life(random, host, settings.churn_percent);
}

// Those without a fix have to upgrade first, which half as many do.
Running running(const ExposedBuild& kind, double rank, double share) {
  if (!kind.has_fix())
    return rank < share / 2 ? Running{&upgrade_target(), upgrade_target().fixed}
                            : Running{&kind, kind.before};
  return {&kind, rank < share ? kind.fixed : kind.before};
}

bool is_present(const Host& host, int day) {
  if (host.nature == Nature::absent || day < host.first_day) return false;
  const bool away = host.gone_day >= 0 && day >= host.gone_day && (host.back_day < 0 || day < host.back_day);
  return !away;
}

}  // namespace

std::string_view name_of(Nature nature) {
  static constexpr std::array<std::string_view, 8> kNames = {
      "absent", "exchange", "balanced", "hybrid", "exchange-online", "other-web", "honeypot", "trouble"};
  return kNames[static_cast<std::size_t>(nature)];
}

std::string_view name_of(Shown shown) {
  static constexpr std::array<std::string_view, 6> kNames = {"header",         "beside-owa", "manifest",
                                                             "stale-manifest", "path",       "nothing"};
  return kNames[static_cast<std::size_t>(shown)];
}

std::string_view name_of(Trouble trouble) {
  static constexpr std::array<std::string_view, kTroubleKinds + 1> kNames = {
      "none",      "silent",      "reset",       "garbage",         "plain-http",    "too-old",
      "closes",    "slow-answer", "huge-body",   "endless-headers", "redirect-loop", "redirect-away",
      "gzip-bomb", "http-0.9",    "nul-in-name", "huge-certificate"};
  return kNames[static_cast<std::size_t>(trouble)];
}

std::string_view name_of(Tls tls) {
  return tls == Tls::modern ? "1.2-1.3" : tls == Tls::tls12 ? "1.2" : "1.0";
}

std::string Host::domain() const {
  return fmt::format("org{}.example", number);
}

std::vector<std::string> Host::names() const {
  if (nature == Nature::exchange_online) return {"outlook.office365.example", "outlook.office.example"};
  if (nature == Nature::other_web || nature == Nature::honeypot) return {"www." + domain(), domain()};
  std::vector<std::string> names = {"mail." + domain(), "autodiscover." + domain()};
  if (flavour % 3 == 0) names[0] = "owa." + domain();
  return names;
}

Host Population::host(std::uint32_t number) const {
  Random random = Random(settings_.seed).fork("host", number);
  Host host;
  host.number = number;
  host.family = settings_.family;
  host.nature = pick_nature(random, settings_);
  host.flavour = random.next();
  host.rsa = random.chance(30);
  if (host.self_hosted()) choose_exchange(random, host, settings_);
  if (host.nature == Nature::trouble) host.trouble = static_cast<Trouble>(1 + random.below(kTroubleKinds));
  host.tls = pick_tls(random, host);
  if (host.tls == Tls::tls10) host.rsa = true;  // as servers of that age have
  return host;
}

HostState Population::state(const Host& host, int day) const {
  HostState state;
  state.present = is_present(host, day);
  if (!state.present || !host.self_hosted()) return state;
  const double share = settings_.curve.share(day);
  state.servers.push_back(running(*host.kind, host.rank, share));
  if (host.nature == Nature::balanced) state.servers.push_back(running(*host.kind, host.second_rank, share));
  state.mitigated = host.mitigated && host.rank >= share;
  return state;
}

std::optional<std::uint32_t> Population::number_of(std::uint32_t address) const {
  if (address < kFirstAddress || address - kFirstAddress >= settings_.hosts) return std::nullopt;
  return address - kFirstAddress;
}

std::optional<std::uint32_t> Population::number_of(const std::array<unsigned char, 16>& address) const {
  const bool ours = std::equal(kIpv6Prefix.begin(), kIpv6Prefix.end(), address.begin()) &&
                    std::all_of(address.begin() + 6, address.end() - 1, [](auto byte) { return byte == 0; });
  const std::uint32_t number =
      std::uint32_t{address[4]} << 16U | std::uint32_t{address[5]} << 8U | address[15];
  return ours && number < settings_.hosts ? std::optional(number) : std::nullopt;
}

std::string Host::address() const {
  return address_text(number, family);
}

// IPv6 as inet_ntop(3) writes it: the longest run of zeros is left out.
std::string address_text(std::uint32_t number, Family family) {
  if (family == Family::ipv6) {
    const std::string network = number > 0xff ? fmt::format("{:x}:", number >> 8U) : std::string();
    const std::string host = (number & 0xffU) != 0 ? fmt::format("{:x}", number & 0xffU) : std::string();
    return fmt::format("fd12:af7e:{}:{}", network, host);
  }
  const std::uint32_t address = kFirstAddress + number;
  return fmt::format("{}.{}.{}.{}", address >> 24U, (address >> 16U) & 255U, (address >> 8U) & 255U,
                     address & 255U);
}

}  // namespace afterpatch::range
