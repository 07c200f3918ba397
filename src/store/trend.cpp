#include "store/trend.h"

#include <algorithm>
#include <map>
#include <optional>

namespace afterpatch::store {
namespace {

constexpr std::uint64_t kFewServers = 20;

void add(StandingCounts& counts, Standing standing) {
  ++counts[static_cast<std::size_t>(standing)];
}

// How long the server was open, if it ever was.
std::optional<Lifetime> lifetime_of(const std::vector<Standing>& standings,
                                    const std::vector<std::int64_t>& days) {
  const auto first = std::find_if(standings.begin(), standings.end(), is_open);
  if (first == standings.end()) return std::nullopt;
  const auto start = days[static_cast<std::size_t>(first - standings.begin())];
  std::int64_t last_open = start;
  for (auto at = first; at != standings.end(); ++at) {
    const std::int64_t day = days[static_cast<std::size_t>(at - standings.begin())];
    if (*at == Standing::patched)
      return Lifetime{static_cast<double>(last_open + day) / 2 - static_cast<double>(start), true};
    if (is_open(*at)) last_open = day;
  }
  return Lifetime{static_cast<double>(last_open - start), false};
}

class Painter {
 public:
  Painter(std::vector<std::int64_t> days, LongestGaps gaps) : days_(std::move(days)), gaps_(std::move(gaps)) {
    for (const std::int64_t day : days_) {
      picture_.days.emplace_back();
      picture_.days.back().day = day;
    }
  }

  void take(const ServerHistory& server) {
    const auto standings = standings_of(server, days_, gaps_);
    count_days(standings);
    if (const auto lifetime = lifetime_of(standings, days_)) picture_.lifetimes.push_back(*lifetime);
    if (!standings.empty() && is_server(standings.back())) count_groups(server, standings.back());
  }

  Picture finish() {
    mark_doubtful_days();
    picture_.half_life = half_life(picture_.lifetimes);
    picture_.countries = sorted(countries_);
    picture_.networks = sorted(networks_);
    picture_.sectors = sorted(sectors_);
    return std::move(picture_);
  }

 private:
  using Groups = std::map<std::string, StandingCounts>;

  void count_days(const std::vector<Standing>& standings) {
    std::optional<Standing> last_server;
    for (std::size_t i = 0; i < standings.size(); ++i) {
      DayCounts& day = picture_.days[i];
      add(day.counts, standings[i]);
      const bool before = i > 0 && is_server(standings[i - 1]);
      if (is_server(standings[i])) {
        if (!last_server)
          ++day.seen_first;
        else if (!before)
          ++day.returned;
        else if (is_open(standings[i]) && standings[i - 1] == Standing::patched)
          ++picture_.odd_days;
        last_server = standings[i];
      } else if (before) {
        ++day.gone;
      }
    }
    if (last_server && !is_server(standings.back())) add(picture_.gone_as, *last_server);
  }

  void mark_doubtful_days() {
    for (std::size_t i = 1; i < picture_.days.size(); ++i) {
      std::uint64_t before = 0;
      for (std::size_t standing = 0; standing < kStandings; ++standing) {
        if (is_server(static_cast<Standing>(standing))) before += picture_.days[i - 1].counts[standing];
      }
      DayCounts& day = picture_.days[i];
      day.doubtful = before >= kFewServers && day.gone * 2 > before;
    }
  }

  // The newest statement that knows it decides where a server belongs.
  static std::string newest(const ServerHistory& server, std::string SeenSpan::* field) {
    const SeenSpan* best = nullptr;
    for (const SeenSpan& span : server.spans) {
      if (!(span.*field).empty() && (best == nullptr || span.last > best->last)) best = &span;
    }
    return best == nullptr ? std::string() : best->*field;
  }

  void count_groups(const ServerHistory& server, Standing standing) {
    add(countries_[newest(server, &SeenSpan::country)], standing);
    add(networks_[newest(server, &SeenSpan::network)], standing);
    add(sectors_[newest(server, &SeenSpan::sector)], standing);
  }

  static std::uint64_t open_of(const StandingCounts& counts) {
    return count_of(counts, Standing::unpatched) + count_of(counts, Standing::unsupported);
  }

  static std::vector<GroupCounts> sorted(const Groups& groups) {
    std::vector<GroupCounts> out;
    for (const auto& [key, counts] : groups) out.push_back({key, counts});
    std::stable_sort(out.begin(), out.end(), [](const GroupCounts& a, const GroupCounts& b) {
      return open_of(a.counts) > open_of(b.counts);
    });
    return out;
  }

  std::vector<std::int64_t> days_;
  LongestGaps gaps_;
  Picture picture_;
  Groups countries_;
  Groups networks_;
  Groups sectors_;
};

}  // namespace

PatchedShare patched_share(const StandingCounts& counts) {
  const auto patched = static_cast<double>(count_of(counts, Standing::patched));
  const auto open =
      static_cast<double>(count_of(counts, Standing::unpatched) + count_of(counts, Standing::unsupported));
  const auto unsure =
      static_cast<double>(count_of(counts, Standing::build_ambiguous) + count_of(counts, Standing::unknown));
  PatchedShare share;
  share.denominator = static_cast<std::uint64_t>(patched + open + unsure);
  if (share.denominator == 0) return share;
  share.low = patched / (patched + open + unsure);
  share.high = (patched + unsure) / (patched + open + unsure);
  share.among_known = patched + open > 0 ? patched / (patched + open) : 0;
  return share;
}

Result<Picture> take_picture(Store& store, const std::string& source) {
  const auto sources = store.sources();
  if (!sources) return std::unexpected(sources.error());
  auto days = store.active_days(source);
  if (!days) return std::unexpected(days.error());
  LongestGaps gaps;
  std::vector<std::string> names;
  for (const SourceInfo& info : *sources) {
    gaps[info.id] = info.longest_gap;
    if (source.empty() || info.name == source) names.push_back(info.name);
  }
  Painter painter(std::move(*days), std::move(gaps));
  const auto read = store.for_each_server(source, [&](const ServerHistory& server) { painter.take(server); });
  if (!read) return std::unexpected(read.error());
  Picture picture = painter.finish();
  picture.sources = std::move(names);
  return picture;
}

}  // namespace afterpatch::store
