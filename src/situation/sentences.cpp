#include <fmt/format.h>

#include "situation/picture.h"

namespace afterpatch::situation {
namespace {

std::string date_of(std::int64_t day) {
  return to_date_text(Timestamp(std::chrono::days(day)));
}

}  // namespace

std::string wave_says(const DatedWave& wave) {
  const std::string when = wave.open
                               ? fmt::format("since {}", date_of(wave.first_day))
                               : fmt::format("{} to {}", date_of(wave.first_day), date_of(wave.last_day));
  return fmt::format("{}: {} servers, {:.0f} a day, {:.0f} times the usual rate; {}", when, wave.events,
                     wave.rate, wave.rate / wave.usual,
                     wave.both_methods ? "seen by both methods" : "seen by change points only");
}

std::string second_group_says(const Picture& picture) {
  std::string more;
  for (const ClusterPair& pair : picture.pairs)
    if (pair.meets == Meets::more_than_chance)
      more += fmt::format("{}{} and {}", more.empty() ? "" : "; ", pair.meeting.a, pair.meeting.b);
  const std::string ways =
      fmt::format("{} ways of working are told apart by what they left behind. ", picture.clusters.size());
  const std::string limit = " A hypothesis: ways of working are not people.";
  if (more.empty())
    return ways + "None meets another one on the same servers more often than chance." + limit;
  return ways + "More often than by chance the same servers were hit by " + more +
         ": one may have followed the other, or both met whoever was open longest." + limit;
}

}  // namespace afterpatch::situation
