#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/situation_command.h"
#include "base/escape.h"
#include "report/columns.h"
#include "report/words.h"

namespace afterpatch::app {
namespace {

using report::count_text;
using report::number_text;
using report::percent_text;
using situation::Band;
using situation::FunnelStep;
using situation::Picture;

constexpr std::size_t kMostSectors = 5;
constexpr std::size_t kMostClusters = 5;
constexpr std::size_t kMostPairs = 3;
constexpr std::size_t kCurveRows = 8;

std::string band_text(const Band& band) {
  if (band.low == band.high) return number_text(band.value);
  return fmt::format("{} ({}-{})", number_text(band.value), number_text(band.low), number_text(band.high));
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string heading(const Picture& picture) {
  std::string out = fmt::format("Situation as of {}", to_minute_text(picture.as_of));
  if (!picture.campaign.empty()) out += ", " + escape_terminal(picture.campaign);
  if (!picture.country.empty()) out += ", " + escape_terminal(picture.country);
  return out + "\n";
}

std::string funnel_lines(const Picture& picture) {
  std::string out = fmt::format("\n{:<12}{:>28}{:>28}{:>8}\n", "", "servers", "organisations", "share");
  std::string of;
  for (const FunnelStep& step : picture.funnel) {
    out +=
        fmt::format("{:<12}{:>28}{:>28}{:>8}\n", name_of(step.stage), band_text(step.servers),
                    band_text(step.organisations), percent_text(share(step.servers.value, step.denominator)));
    of += fmt::format("{}{}: {} {}", of.empty() ? "Share of: " : "; ", name_of(step.stage),
                      number_text(step.denominator), step.of);
  }
  for (const std::string& line : report::wrap(of + ".", 78, 9)) out += line + "\n";
  return out + "In brackets: what is certain, and what is possible.\n";
}

std::string reentry_line(const Picture& picture) {
  const situation::Reentry& one = picture.reentry;
  if (one.hunted == 0)
    return "\nBack doors used to come back: not known, no back-doored server was hunted.\n";
  return fmt::format(
      "\nBack doors used to come back: {} of {} back-doored servers that were hunted, {}\n(95 %: {} to "
      "{}).\n",
      number_text(one.used), number_text(one.hunted), percent_text(share(one.used, one.hunted)),
      percent_text(one.low), percent_text(one.high));
}

std::string wave_lines(const Picture& picture) {
  std::string out = "\nWaves, by when servers were first exploited";
  if (picture.waves.waves.empty()) return out + ": none.\n";
  out += ":\n";
  for (const situation::DatedWave& wave : picture.waves.waves)
    for (const std::string& line : report::wrap(wave_says(wave), 76, 3)) out += fmt::format("  {}\n", line);
  return out;
}

// The newest day of which enough is known to be corrected.
std::string delay_line(const Picture& picture) {
  const auto whole = std::find_if(picture.epidemic.rbegin(), picture.epidemic.rend(),
                                  [](const auto& day) { return day.expected.complete >= 0.9; });
  if (picture.epidemic.empty() || whole == picture.epidemic.rend()) return {};
  return fmt::format("Nine in ten break-ins are reported for days up to {}; newer days will grow.\n",
                     to_date_text(Timestamp(std::chrono::days(whole->day))));
}

std::string curve_lines(const Picture& picture) {
  if (picture.curve.empty()) return {};
  std::string out = fmt::format("\n{:<12}{:>11}{:>13}{:>11}{:>11}{:>11}{:>8}\n", "", "unpatched",
                                "unsupported", "no build", "patched", "new", "gone");
  const std::size_t step = (picture.curve.size() + kCurveRows - 1) / kCurveRows;
  std::uint64_t appeared = 0, gone = 0;
  for (std::size_t i = 0; i < picture.curve.size(); ++i) {
    const situation::CurveDay& day = picture.curve[i];
    appeared += day.appeared;
    gone += day.gone;
    if ((picture.curve.size() - 1 - i) % step != 0) continue;
    out += fmt::format("{:<12}{:>11}{:>13}{:>11}{:>11}{:>11}{:>8}\n",
                       to_date_text(Timestamp(std::chrono::days(day.day))), number_text(day.unpatched),
                       number_text(day.unsupported), number_text(day.unknown), number_text(day.patched),
                       number_text(appeared), number_text(gone));
    appeared = gone = 0;
  }
  return out;
}

std::string half_life_text(const situation::PatchCurve& curve) {
  const store::HalfLife& half = curve.half_life;
  if (half.method == store::HalfLifeMethod::none) return "can't be told";
  const std::string band = fmt::format("{:.1f} to {}", half.low.value_or(0),
                                       half.high ? fmt::format("{:.1f}", *half.high) : "more");
  return fmt::format("{:.1f} days ({}){}", half.days, band,
                     half.method == store::HalfLifeMethod::exponential ? ", by a fit" : "");
}

std::string patching_lines(const Picture& picture) {
  if (picture.patching.empty()) return {};
  std::string out = fmt::format("\nHalf-life of the unpatched: {}; {} of {} seen patching.\n",
                                half_life_text(picture.patching.front()),
                                number_text(picture.patching.front().half_life.patched),
                                count_text(picture.patching.front().half_life.servers, "server", "servers"));
  std::vector<const situation::PatchCurve*> sectors;
  for (std::size_t i = 1; i < picture.patching.size(); ++i) sectors.push_back(&picture.patching[i]);
  std::stable_sort(sectors.begin(), sectors.end(),
                   [](const auto* a, const auto* b) { return a->half_life.days > b->half_life.days; });
  for (std::size_t i = 0; i < std::min(kMostSectors, sectors.size()); ++i) {
    const bool differs = sectors[i]->against_others.probability < 0.01;
    const bool faster = sectors[i]->against_others.observed > sectors[i]->against_others.expected;
    out += fmt::format("  {:<10} {}{}\n", report::fit(escape_terminal(sectors[i]->group), 10),
                       half_life_text(*sectors[i]),
                       !differs ? ""
                       : faster ? ": faster than the others"
                                : ": slower than the others");
  }
  return out;
}

std::string cluster_lines(const Picture& picture) {
  if (picture.clusters.empty()) return {};
  std::string out = fmt::format("\nActivity clusters (servers hit in the same way; {} unclustered):\n",
                                number_text(picture.unclustered));
  for (std::size_t i = 0; i < std::min(kMostClusters, picture.clusters.size()); ++i) {
    const situation::ClusterSummary& one = picture.clusters[i];
    const std::string when =
        one.first_day ? fmt::format("{} to {}", to_date_text(Timestamp(std::chrono::days(*one.first_day))),
                                    to_date_text(Timestamp(std::chrono::days(*one.last_day))))
                      : "when is not known";
    const std::string mark =
        one.marks.empty() ? ""
                          : fmt::format("{} {}", one.marks.front().mark.kind, one.marks.front().mark.value);
    out += fmt::format("  {:<4} {:>6} servers  {}  {}\n", one.id, number_text(one.servers), when,
                       report::fit(escape_terminal(mark), 34));
  }
  for (const std::string& line : report::wrap(second_group_says(picture), 78, 5)) out += line + "\n";
  std::size_t shown = 0;
  for (const situation::ClusterPair& pair : picture.pairs) {
    if (pair.meets != situation::Meets::more_than_chance || shown == kMostPairs) continue;
    ++shown;
    out += fmt::format("  {} and {}: {} servers in both, {:.1f} by chance, of {} ({} and {})\n",
                       pair.meeting.a, pair.meeting.b, number_text(pair.meeting.with_both),
                       pair.meeting.expected, number_text(pair.meeting.servers),
                       number_text(pair.meeting.with_a), number_text(pair.meeting.with_b));
  }
  return out;
}

std::string blind_spot_lines(const Picture& picture) {
  if (picture.blind_spots.empty()) return {};
  std::string out = "\nWhat this can't know:\n";
  for (const situation::BlindSpot& spot : picture.blind_spots) {
    const std::string says =
        spot.servers ? fmt::format("{} servers {}", number_text(*spot.servers), spot.says) : spot.says;
    const auto lines = report::wrap(says, 75, 3);
    for (std::size_t i = 0; i < lines.size(); ++i)
      out += fmt::format("{}{}\n", i == 0 ? "  - " : "    ", lines[i]);
  }
  return out;
}

}  // namespace

std::string situation_text(const Picture& picture) {
  return heading(picture) + funnel_lines(picture) + reentry_line(picture) + wave_lines(picture) +
         delay_line(picture) + curve_lines(picture) + patching_lines(picture) + cluster_lines(picture) +
         blind_spot_lines(picture);
}

}  // namespace afterpatch::app
