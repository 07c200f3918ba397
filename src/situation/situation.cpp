#include "situation/situation.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/ordered_pool.h"
#include "situation/curve.h"
#include "situation/groups.h"
#include "situation/headlines.h"
#include "situation/hunt_book.h"
#include "situation/tally.h"

namespace afterpatch::situation {
namespace {

using store::Compromise;
using store::Lifetime;
using store::ServerGlance;

Result<std::vector<SourceAge>> read_sources(store::Store& store) {
  std::vector<SourceAge> out;
  const auto sources = store.sources();
  if (!sources) return std::unexpected(sources.error());
  for (const store::SourceInfo& source : *sources) {
    const auto days = store.active_days(source.name);
    if (!days) return std::unexpected(days.error());
    SourceAge age{source.name, std::nullopt, fmt::format("seen on {} days", days->size())};
    if (!days->empty()) age.last = Timestamp(std::chrono::days(days->back() + 1));
    out.push_back(std::move(age));
  }
  return out;
}

Timestamp newest_of(const std::vector<SourceAge>& sources, const HuntBook& book) {
  Timestamp newest = book.last_received.value_or(Timestamp{});
  for (const SourceAge& source : sources) newest = std::max(newest, source.last.value_or(Timestamp{}));
  return newest;
}

// `as_of` is the end of a day: its first moment that no longer belongs to it.
void forget_after(std::optional<Timestamp>& moment, Timestamp as_of) {
  if (moment && *moment >= as_of) moment.reset();
}

// The server as it stood then.
void turn_back(ServerGlance& server, Timestamp as_of) {
  if (server.last_seen > as_of) {
    server.last_seen = as_of;
    server.present = true;
  }
  forget_after(server.patched, as_of);
  forget_after(server.first_open, as_of);
  if (server.exposure == "patched" && server.first_open && !server.patched) server.exposure = "unpatched";
  for (auto* moment : {&server.notified, &server.reached, &server.clean}) forget_after(*moment, as_of);
}

class Taking {
 public:
  Taking(const SituationOptions& options, const HuntBook& book, Timestamp as_of)
      : options_(options), book_(book), as_of_(as_of) {}

  void add(const ServerGlance& given) {
    if (options_.as_of ? given.first_seen >= as_of_ : given.first_seen > as_of_) return;
    StagedServer server{given, false};
    if (options_.as_of) turn_back(server.glance, as_of_);
    look_up(server);
    tally_.add(server);
    curve_.add(server.glance);
    counts_.add(server);
    follow(server.glance);
  }

  void finish(Picture& out) {
    out.empty = counts_.servers() == 0;
    out.funnel = tally_.funnel();
    out.by_country = tally_.by_country();
    out.by_region = tally_.by_region();
    out.by_sector = tally_.by_sector();
    out.curve = curve_.days(day_of(as_of_ - std::chrono::microseconds(1)));
    out.reentry = reentry_of(tally_.wholes());
    finish_patching(out);
    finish_epidemic(out);
    counts_.finish(out);
  }

  const HuntedServers& hunted() const { return hunted_; }

 private:
  void look_up(StagedServer& server) {
    if (server.glance.compromise == Compromise::not_hunted) return;
    const auto at = book_.servers.find(store::server_subject(server.glance.address, server.glance.port));
    const bool known = at != book_.servers.end();
    server.hunted = known && at->second.hunted;
    server.glance.compromise = known ? at->second.compromise : Compromise::not_hunted;
    server.glance.compromise_confidence = known ? at->second.confidence : "";
    if (known) hunted_.emplace_back(at->first, &at->second);
  }

  // Open from the first day open; censored where it was last seen.
  void follow(const ServerGlance& server) {
    if (!server.first_open) return;
    const Timestamp end = server.patched.value_or(server.last_seen);
    const double days = std::chrono::duration<double, std::ratio<86400>>(end - *server.first_open).count();
    lifetimes_[server.sector].push_back({std::max(days, 0.0), server.patched.has_value()});
  }

  static Reentry reentry_of(const Wholes& wholes) {
    Reentry out{wholes.reentered_hunted, wholes.doors_hunted, 0, 0};
    if (out.hunted == 0) return out;
    constexpr double kZ = 1.959963984540054;
    const auto n = static_cast<double>(out.hunted);
    const double p = static_cast<double>(out.used) / n;
    const double middle = (p + kZ * kZ / (2 * n)) / (1 + kZ * kZ / n);
    const double spread = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n)) / (1 + kZ * kZ / n);
    // The ends are met exactly; what the sums leave of them would be shown as a share.
    out.low = out.used == 0 ? 0 : std::max(0.0, middle - spread);
    out.high = out.used == out.hunted ? 1 : std::min(1.0, middle + spread);
    return out;
  }

  void finish_patching(Picture& out) const {
    std::vector<Lifetime> all;
    for (const auto& [sector, lifetimes] : lifetimes_)
      all.insert(all.end(), lifetimes.begin(), lifetimes.end());
    out.patching = patch_curves({{"", std::move(all)}});
    for (PatchCurve& curve : patch_curves(lifetimes_))
      if (!curve.group.empty()) out.patching.push_back(std::move(curve));
  }

  void finish_epidemic(Picture& out) const {
    std::vector<ReportedEvent> events;
    std::map<std::int64_t, EpidemicDay> days;
    for (const auto& [subject, said] : hunted_) {
      if (said->exploited && said->known) events.push_back({day_of(*said->exploited), day_of(*said->known)});
      if (said->exploited) ++days[day_of(*said->exploited)].exploited;
      if (said->backdoored) ++days[day_of(*said->backdoored)].backdoored;
      if (said->reentered) ++days[day_of(*said->reentered)].reentered;
    }
    const auto corrected = nowcast(events, day_of(as_of_ - std::chrono::microseconds(1)));
    for (const NowcastDay& day : corrected) {
      EpidemicDay row = days.contains(day.day) ? days[day.day] : EpidemicDay{};
      row.day = day.day;
      row.expected = day;
      out.epidemic.push_back(row);
    }
    out.waves = find_waves(corrected);
  }

  const SituationOptions& options_;
  const HuntBook& book_;
  Timestamp as_of_;
  Tally tally_;
  Curve curve_;
  Counts counts_;
  HuntedServers hunted_;
  std::map<std::string, std::vector<Lifetime>> lifetimes_;
};

// Servers on their way to being counted: the store is read by one thread meanwhile. One other thread, so they
// are counted in the order in which they are read.
class Counting {
 public:
  explicit Counting(Taking& taking)
      : pool_(
            1,
            [&taking](std::vector<ServerGlance>&& servers, unsigned) {
              for (const ServerGlance& server : servers) taking.add(server);
              return Counted();
            },
            [](Counted&&) {}) {}

  void add(const ServerGlance& server) {
    portion_.push_back(server);
    if (portion_.size() >= kPortion) pool_.give(std::exchange(portion_, {}));
  }
  void finish() {
    pool_.give(std::move(portion_));
    pool_.finish();
  }

 private:
  struct Counted {};
  static constexpr std::size_t kPortion = 2048;

  std::vector<ServerGlance> portion_;
  OrderedPool<std::vector<ServerGlance>, Counted> pool_;
};

void add_hunts_as_source(const HuntBook& book, Picture& out) {
  if (!book.last_received) return;
  out.sources.push_back({"hunts", book.last_received,
                         fmt::format("{} servers hunted or seen with a door", book.servers.size())});
}

}  // namespace

Result<Picture> take_situation(store::Store& store, const SituationOptions& options) {
  Picture out;
  auto book = read_hunt_book(store, options.campaign, options.as_of);
  if (!book) return std::unexpected(book.error());
  auto sources = read_sources(store);
  if (!sources) return std::unexpected(sources.error());
  const auto previous = store.servers().clusters();
  if (!previous) return std::unexpected(previous.error());
  out.as_of = options.as_of.value_or(newest_of(*sources, *book));
  out.campaign = options.campaign;
  out.country = options.country;
  out.sources = std::move(*sources);
  Taking taking(options, *book, out.as_of);
  Counting counting(taking);
  const auto read = store.servers().for_each_glance(
      options.country, [&](const ServerGlance& server) { counting.add(server); });
  if (!read) return std::unexpected(read.error());
  counting.finish();
  auto clustering = std::async(std::launch::async, [&] { return cluster(taking.hunted(), *previous); });
  taking.finish(out);
  describe_clusters(clustering.get(), taking.hunted(), out);
  add_hunts_as_source(*book, out);
  finish_headlines(out);
  return out;
}

Result<std::size_t> save_clusters(store::Store& store) {
  const auto book = read_hunt_book(store, {}, {});
  if (!book) return std::unexpected(book.error());
  const auto previous = store.servers().clusters();
  if (!previous) return std::unexpected(previous.error());
  HuntedServers servers;
  for (const auto& [subject, said] : book->servers) servers.emplace_back(subject, &said);
  const Clustering found = cluster(servers, *previous);
  std::vector<store::ClusterMember> members;
  for (const Cluster& one : found.clusters)
    for (const std::string& subject : one.servers) {
      const std::size_t colon = subject.rfind(':');
      std::string address = subject.substr(0, colon);
      if (address.starts_with('[')) address = address.substr(1, address.size() - 2);
      members.push_back({one.id, address, static_cast<std::uint16_t>(std::stoul(subject.substr(colon + 1)))});
    }
  if (const auto put = store.servers().put_clusters(members); !put) return std::unexpected(put.error());
  return found.clusters.size();
}

}  // namespace afterpatch::situation
