#include "store/day_picture.h"

#include <algorithm>
#include <array>

namespace afterpatch::store {
namespace {

// A probe that met silence, or nothing that could be read, says nothing about what is there.
bool says_something(const SeenSpan& span) {
  return span.reached && !span.product.empty() && span.product != "unknown";
}

int exactness(Standing standing) {
  switch (standing) {
    case Standing::absent:
      return 0;
    case Standing::other:
      return 1;
    case Standing::unknown:
      return 2;
    case Standing::build_ambiguous:
      return 3;
    default:
      return 4;
  }
}

struct Held {
  Standing standing = Standing::absent;
  Timestamp since{};
};

// The first moment at which the span no longer says anything. The day of a change belongs to what was found
// then.
Timestamp end_of(const std::vector<SeenSpan>& spans, std::size_t i, const LongestGaps& gaps) {
  const SeenSpan& span = spans[i];
  const auto gap = gaps.find(span.source);
  const Timestamp limit =
      span.last + (gap == gaps.end() ? std::chrono::microseconds(kDefaultLongestGap) : gap->second);
  for (++i; i < spans.size() && spans[i].source == span.source && spans[i].name == span.name; ++i) {
    if (says_something(spans[i]))
      return std::min(limit, Timestamp(std::chrono::floor<std::chrono::days>(spans[i].first)));
  }
  return limit;
}

void hold(Held& held, const SeenSpan& span, Standing standing) {
  const int more = exactness(standing) - exactness(held.standing);
  if (more > 0 || (more == 0 && span.first >= held.since)) held = {standing, span.first};
}

}  // namespace

Standing standing_of(const SeenSpan& span) {
  if (!says_something(span)) return Standing::absent;
  const bool self_hosted = span.product == "exchange-self-hosted" || span.product == "exchange-hybrid";
  if (!self_hosted) return Standing::other;
  if (span.exposure == "patched") return Standing::patched;
  if (span.exposure == "unpatched") return Standing::unpatched;
  if (span.exposure == "unsupported") return Standing::unsupported;
  if (span.exposure == "build-ambiguous") return Standing::build_ambiguous;
  return span.exposure == "not-affected" ? Standing::not_affected : Standing::unknown;
}

std::string_view name_of(Standing standing) {
  static constexpr std::array<std::string_view, kStandings> kNames = {
      "absent", "other", "not-affected", "unknown", "build-ambiguous", "patched", "unpatched", "unsupported"};
  return kNames[static_cast<std::size_t>(standing)];
}

std::vector<Standing> standings_of(const ServerHistory& server, const std::vector<std::int64_t>& days,
                                   const LongestGaps& longest_gaps) {
  std::vector<Held> held(days.size());
  for (std::size_t i = 0; i < server.spans.size(); ++i) {
    const SeenSpan& span = server.spans[i];
    const Standing standing = standing_of(span);
    const Timestamp end = end_of(server.spans, i, longest_gaps);
    const auto first_day = std::chrono::floor<std::chrono::days>(span.first).time_since_epoch().count();
    auto at = std::lower_bound(days.begin(), days.end(), first_day);
    for (; at != days.end() && Timestamp(std::chrono::days(*at)) < end; ++at)
      hold(held[static_cast<std::size_t>(at - days.begin())], span, standing);
  }
  std::vector<Standing> out(days.size());
  std::transform(held.begin(), held.end(), out.begin(), [](const Held& one) { return one.standing; });
  return out;
}

}  // namespace afterpatch::store
