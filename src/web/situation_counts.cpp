#include "web/situation_counts.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace afterpatch::web {
namespace {

// docs/notify.md: states of a case in which a notice has gone out, the victim has reacted, all is clean.
constexpr std::array<std::string_view, 14> kNotified = {
    "sent",  "delivered", "reached", "acknowledged", "patched", "cleaning",    "hunted",
    "clean", "rechecked", "closed",  "bounced",      "silent",  "unreachable", "reopened"};
constexpr std::array<std::string_view, 7> kReached = {"reached", "acknowledged", "patched",  "cleaning",
                                                      "hunted",  "clean",        "rechecked"};
constexpr std::array<std::string_view, 2> kClean = {"clean", "rechecked"};

template <std::size_t kCount>
bool is_one_of(const std::string& state, const std::array<std::string_view, kCount>& states) {
  return std::ranges::find(states, state) != states.end();
}

void add_exposure(SituationCounts& counts, const std::string& exposure, std::uint64_t servers) {
  counts.present += servers;
  if (exposure == "unpatched") counts.unpatched += servers;
  if (exposure == "unsupported") counts.unsupported += servers;
  if (exposure == "build-ambiguous" || exposure == "unknown") counts.unknown += servers;
  if (exposure == "patched") counts.patched += servers;
}

void add_compromise(SituationCounts& counts, int level, bool certain, std::uint64_t servers) {
  if (level >= 0) counts.hunted += servers;
  const auto add = [&](int least, std::uint64_t& all, std::uint64_t& confirmed) {
    if (level < least) return;
    all += servers;
    if (certain) confirmed += servers;
  };
  add(2, counts.exploited, counts.exploited_certain);
  add(3, counts.backdoored, counts.backdoored_certain);
  add(4, counts.reentered, counts.reentered_certain);
}

}  // namespace

void add_group(SituationCounts& counts, const std::vector<std::string>& values, std::uint64_t servers) {
  int level = -1;
  std::from_chars(values[2].data(), values[2].data() + values[2].size(), level);
  if (values[1] == "1") add_exposure(counts, values[0], servers);
  add_compromise(counts, level, values[3] == "confirmed", servers);
  if (is_one_of(values[4], kNotified)) counts.notified += servers;
  if (is_one_of(values[4], kReached)) counts.reached += servers;
  if (is_one_of(values[4], kClean)) counts.clean += servers;
}

Result<Counted> count_servers(store::Store& store, const store::ServerQuery& filter) {
  const auto groups = store.servers().count_by(
      {"exposure", "present", "compromise", "compromise_confidence", "case_state", "country", "sector"},
      filter);
  if (!groups) return std::unexpected(groups.error());
  Counted counted;
  for (const store::ServerGroup& group : *groups) {
    add_group(counted.all, group.values, group.servers);
    add_group(counted.countries[group.values[5]], group.values, group.servers);
    add_group(counted.sectors[group.values[6]], group.values, group.servers);
  }
  return counted;
}

}  // namespace afterpatch::web
