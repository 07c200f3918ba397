#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/scan_report.h"
#include "base/escape.h"
#include "report/columns.h"
#include "report/words.h"

namespace afterpatch::app {
namespace {

using report::count_text;
using report::number_text;
using report::percent_text;
using store::count_of;
using store::DayCounts;
using store::GroupCounts;
using store::Picture;
using store::Standing;
using store::StandingCounts;

constexpr std::size_t kMostDayRows = 20;
constexpr std::size_t kMostGroups = 3;
constexpr std::size_t kBarColumns = 24;

std::string date_of(std::int64_t day) {
  return to_date_text(Timestamp(std::chrono::days(day)));
}

std::uint64_t open_of(const StandingCounts& counts) {
  return count_of(counts, Standing::unpatched) + count_of(counts, Standing::unsupported);
}
std::uint64_t unsure_of(const StandingCounts& counts) {
  return count_of(counts, Standing::build_ambiguous) + count_of(counts, Standing::unknown);
}
std::uint64_t servers_of(const StandingCounts& counts) {
  return open_of(counts) + unsure_of(counts) + count_of(counts, Standing::patched) +
         count_of(counts, Standing::not_affected);
}

std::string bar(std::uint64_t part, std::uint64_t whole) {
  std::string out;
  const std::uint64_t columns = whole == 0 ? 0 : (part * kBarColumns + whole / 2) / whole;
  for (std::uint64_t i = 0; i < columns; ++i) out += "█";
  return out;
}

std::string heading(const Picture& picture) {
  std::string sources;
  for (const std::string& name : picture.sources) sources += (sources.empty() ? "" : ", ") + name;
  const std::string first = date_of(picture.days.front().day);
  const std::string last = date_of(picture.days.back().day);
  return fmt::format("Self-hosted Exchange, {}, {}; source: {}\n",
                     first == last ? first : first + " to " + last,
                     count_text(picture.days.size(), "day with a scan", "days with a scan"),
                     report::fit(escape_terminal(sources), 24));
}

std::string standing_lines(const DayCounts& now) {
  struct Line {
    Standing standing;
    std::string_view meaning;
  };
  static constexpr std::array<Line, 6> kLines = {
      {{Standing::unpatched, ""},
       {Standing::unsupported, "no fix was ever made"},
       {Standing::build_ambiguous, "only the update shows: either"},
       {Standing::unknown, "no build shows: either"},
       {Standing::patched, ""},
       {Standing::not_affected, "never had the flaws"}}};
  const std::uint64_t all = servers_of(now.counts);
  std::string out = fmt::format("\nOn {}: {}\n", date_of(now.day), count_text(all, "server", "servers"));
  for (const auto& [standing, meaning] : kLines) {
    const std::uint64_t count = count_of(now.counts, standing);
    if (count == 0) continue;
    out += fmt::format("  {:16}{:>9} {:>6}  {:<24}  {}", store::name_of(standing), number_text(count),
                       percent_text(static_cast<double>(count) / static_cast<double>(all)), bar(count, all),
                       meaning);
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  return out;
}

std::string share_lines(const DayCounts& now) {
  const store::PatchedShare share = store::patched_share(now.counts);
  if (share.denominator == 0) return "Patched: no server that has, or had, the flaws is seen.\n";
  return fmt::format(
      "Patched: {} of the servers whose build is known; between {} and {} of all that\n"
      "have, or had, the flaws, depending on the {} whose build is not.\n",
      percent_text(share.among_known), percent_text(share.low), percent_text(share.high),
      number_text(unsure_of(now.counts)));
}

std::string gone_lines(const Picture& picture) {
  const StandingCounts& gone = picture.gone_as;
  const std::uint64_t all = servers_of(gone);
  if (all == 0) return "Gone: none.\n";
  return fmt::format(
      "Gone: {} no longer seen: {} unpatched or unsupported when last seen, {}\n"
      "patched, {} not known. Gone is not patched: they are in no figure above.\n",
      count_text(all, "server is", "servers are"), number_text(open_of(gone)),
      number_text(count_of(gone, Standing::patched)),
      number_text(unsure_of(gone) + count_of(gone, Standing::not_affected)));
}

std::string days_text(double days) {
  return fmt::format("{:.1f}", days);
}

std::string half_life_lines(const store::HalfLife& half) {
  if (half.method == store::HalfLifeMethod::none)
    return fmt::format("Half-life of the unpatched: can't be told; none of {} was seen patching.\n",
                       count_text(half.servers, "open server", "open servers"));
  const bool measured = half.method == store::HalfLifeMethod::kaplan_meier;
  const std::string band =
      half.high ? fmt::format("95 %: {} to {}", half.low ? days_text(*half.low) : "0", days_text(*half.high))
                : fmt::format("95 %: {} or more", half.low ? days_text(*half.low) : "0");
  return fmt::format(
      "Half-life of the unpatched: {} days ({}; {},\n{} of {} seen patching, the others censored).\n",
      days_text(half.days), band, measured ? "Kaplan-Meier" : "not half yet: exponential fit",
      number_text(half.patched), count_text(half.servers, "open server", "open servers"));
}

// At most kMostDayRows days, the last one among them. What happened on days that are not shown counts with
// the next one that is.
std::vector<DayCounts> rows_of(const std::vector<DayCounts>& days) {
  const std::size_t step = (days.size() + kMostDayRows - 1) / kMostDayRows;
  std::vector<DayCounts> rows;
  DayCounts flow;
  for (std::size_t i = 0; i < days.size(); ++i) {
    flow.seen_first += days[i].seen_first;
    flow.gone += days[i].gone;
    flow.returned += days[i].returned;
    if ((days.size() - 1 - i) % step != 0) continue;
    rows.push_back(days[i]);
    rows.back().seen_first = flow.seen_first;
    rows.back().gone = flow.gone;
    rows.back().returned = flow.returned;
    flow = {};
  }
  return rows;
}

std::string day_lines(const Picture& picture) {
  std::string out =
      "\n            unpatched  unsup-  ambig.,                 patched\n"
      "                      ported  unknown  patched  of known (band)      new  gone  back\n";
  for (const DayCounts& day : rows_of(picture.days)) {
    const store::PatchedShare share = store::patched_share(day.counts);
    const std::string band = share.denominator == 0
                                 ? std::string("-")
                                 : fmt::format("{:>5} ({:.0f}-{:.0f} %)", percent_text(share.among_known),
                                               std::floor(100 * share.low), std::floor(100 * share.high));
    out +=
        fmt::format("{:10}  {:>9}  {:>6}  {:>7}  {:>7}  {:<17}  {:>6}{:>6}{:>6}\n", date_of(day.day),
                    number_text(count_of(day.counts, Standing::unpatched)),
                    number_text(count_of(day.counts, Standing::unsupported)),
                    number_text(unsure_of(day.counts)), number_text(count_of(day.counts, Standing::patched)),
                    band, number_text(day.seen_first), number_text(day.gone), number_text(day.returned));
  }
  return out;
}

std::string group_lines(std::string_view title, const std::vector<GroupCounts>& groups) {
  if (std::ranges::all_of(groups, [](const GroupCounts& group) { return group.key.empty(); })) return {};
  std::string out =
      fmt::format("\n{:34}{:>9}{:>10}{:>12}{:>9}\n", title, "open", "patched", "not known", "all");
  for (std::size_t i = 0; i < std::min(groups.size(), kMostGroups); ++i) {
    const auto& [key, counts] = groups[i];
    out += fmt::format("  {:32}{:>9}{:>10}{:>12}{:>9}\n",
                       key.empty() ? "(not known)" : report::fit(escape_terminal(key), 30),
                       number_text(open_of(counts)), number_text(count_of(counts, Standing::patched)),
                       number_text(unsure_of(counts)), number_text(servers_of(counts)));
  }
  if (groups.size() > kMostGroups)
    out += fmt::format("  and {} more\n", number_text(groups.size() - kMostGroups));
  return out;
}

std::string odd_line(const Picture& picture) {
  if (picture.odd_days == 0) return {};
  return fmt::format(
      "Odd: {} a patched server was seen unpatched again (several behind one address, or\nreinstalled).\n",
      count_text(picture.odd_days, "time", "times"));
}

std::string doubt_line(const Picture& picture) {
  const auto day = std::ranges::find_if(picture.days, &DayCounts::doubtful);
  if (day == picture.days.end()) return {};
  return fmt::format(
      "\nCAREFUL: on {} {} vanished at once, more than half.\nThat is not how servers go: the scan was most "
      "likely disturbed. Figures from that\nday on say little.\n",
      date_of(day->day), count_text(day->gone, "server", "servers"));
}

}  // namespace

std::string scan_report_text(const Picture& picture) {
  const DayCounts& now = picture.days.back();
  return heading(picture) + doubt_line(picture) + standing_lines(now) + share_lines(now) +
         gone_lines(picture) + half_life_lines(picture.half_life) + odd_line(picture) + day_lines(picture) +
         group_lines("By country", picture.countries) + group_lines("By network", picture.networks) +
         group_lines("By sector", picture.sectors);
}

}  // namespace afterpatch::app
