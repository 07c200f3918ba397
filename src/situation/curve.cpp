#include "situation/curve.h"

#include <algorithm>

namespace afterpatch::situation {

void Curve::count(Standing standing, std::int64_t from, std::int64_t end) {
  if (from >= end) return;
  changes_[from].*standing += 1;
  changes_[end].*standing -= 1;
}

void Curve::add(const store::ServerGlance& server) {
  if (server.exposure.empty() || server.exposure == "not-affected") return;
  const std::int64_t first = day_of(server.first_seen);
  const std::int64_t end = day_of(server.last_seen) + 1;
  ++changes_[first].appeared;
  if (!server.present) ++changes_[end].gone;
  if (!server.first_open) {
    const Standing standing = server.exposure == "patched" ? &Changes::patched : &Changes::unknown;
    return count(standing, first, end);
  }
  const std::int64_t open = std::clamp(day_of(*server.first_open), first, end);
  const std::int64_t fixed = server.patched ? std::clamp(day_of(*server.patched) + 1, open, end) : end;
  count(&Changes::unknown, first, open);
  count(server.exposure == "unsupported" ? &Changes::unsupported : &Changes::unpatched, open, fixed);
  count(&Changes::patched, fixed, end);
}

std::vector<CurveDay> Curve::days(std::int64_t last_day) const {
  std::vector<CurveDay> out;
  if (changes_.empty()) return out;
  Changes now;
  for (std::int64_t day = changes_.begin()->first; day <= last_day; ++day) {
    const std::int64_t before = now.unpatched + now.unsupported + now.unknown + now.patched;
    CurveDay row;
    row.day = day;
    if (const auto at = changes_.find(day); at != changes_.end()) {
      for (const Standing one :
           {&Changes::unpatched, &Changes::unsupported, &Changes::unknown, &Changes::patched})
        now.*one += at->second.*one;
      row.appeared = at->second.appeared;
      row.gone = at->second.gone;
    }
    row.unpatched = static_cast<std::uint64_t>(now.unpatched);
    row.unsupported = static_cast<std::uint64_t>(now.unsupported);
    row.unknown = static_cast<std::uint64_t>(now.unknown);
    row.patched = static_cast<std::uint64_t>(now.patched);
    row.doubtful = row.gone >= 20 && row.gone * 2 > static_cast<std::uint64_t>(before);  // store/trend.h
    out.push_back(row);
  }
  return out;
}

}  // namespace afterpatch::situation
