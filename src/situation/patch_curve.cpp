#include "situation/patch_curve.h"

#include <algorithm>
#include <cmath>

namespace afterpatch::situation {
namespace {

using store::Lifetime;

// Patches and those at risk by time: every distinct time once, ascending.
struct Times {
  struct At {
    double days = 0;
    double leave = 0;  // patched or censored then
    double patched = 0;
  };
  std::vector<At> at;
  double servers = 0;
};

Times times_of(std::vector<Lifetime> lifetimes) {
  std::sort(lifetimes.begin(), lifetimes.end(),
            [](const Lifetime& a, const Lifetime& b) { return a.days < b.days; });
  Times out;
  out.servers = static_cast<double>(lifetimes.size());
  for (const Lifetime& one : lifetimes) {
    if (out.at.empty() || out.at.back().days != one.days) out.at.push_back({one.days, 0, 0});
    out.at.back().leave += 1;
    out.at.back().patched += one.ended ? 1 : 0;
  }
  return out;
}

// `part` is one group of `all`: at each time a hypergeometric share of all patches is expected in it.
LogRank compare(const Times& part, const Times& all) {
  LogRank out;
  double variance = 0;
  double in_part = part.servers;
  double in_all = all.servers;
  auto mine = part.at.begin();
  for (const Times::At& at : all.at) {
    const bool here = mine != part.at.end() && mine->days == at.days;
    if (at.patched > 0) {
      const double share = in_part / in_all;
      out.observed += here ? mine->patched : 0;
      out.expected += at.patched * share;
      if (in_all > 1) variance += at.patched * share * (1 - share) * (in_all - at.patched) / (in_all - 1);
    }
    in_all -= at.leave;
    if (here) in_part -= mine++->leave;
  }
  if (variance <= 0) return out;
  out.statistic = (out.observed - out.expected) * (out.observed - out.expected) / variance;
  out.probability = std::erfc(std::sqrt(out.statistic / 2));
  return out;
}

}  // namespace

LogRank log_rank(const std::vector<Lifetime>& a, const std::vector<Lifetime>& b) {
  std::vector<Lifetime> all = a;
  all.insert(all.end(), b.begin(), b.end());
  return compare(times_of(a), times_of(std::move(all)));
}

std::vector<PatchCurve> patch_curves(const std::map<std::string, std::vector<Lifetime>>& groups) {
  std::vector<Lifetime> everyone;
  for (const auto& [group, lifetimes] : groups)
    everyone.insert(everyone.end(), lifetimes.begin(), lifetimes.end());
  const Times all = times_of(std::move(everyone));
  std::vector<PatchCurve> out;
  for (const auto& [group, lifetimes] : groups)
    out.push_back({group, store::kaplan_meier(lifetimes), store::half_life(lifetimes),
                   compare(times_of(lifetimes), all)});
  return out;
}

}  // namespace afterpatch::situation
