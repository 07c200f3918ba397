#include "assess/clocks.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "assess/incident.h"
#include "assess/visits.h"
#include "assess/wording.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;
using std::chrono::microseconds;

// In the order in which they are believed.
constexpr std::array<std::string_view, 5> kLogs = {"http-proxy", "iis-w3c", "ews", "ecp-server",
                                                   "windows-events"};
// More of a kind than this are compared by no one: the work is the product of both counts.
constexpr std::size_t kMaxOfOneKey = 32;

using Times = std::map<std::string, std::vector<Timestamp>>;  // key -> when a log wrote it down

struct LogMarks {
  Times by_id;
  Times by_likeness;
};

// The value that follows `name` in a query or a forged target.
std::string_view value_after(std::string_view text, std::string_view name) {
  const auto* const at = std::ranges::search(text, name, [](char a, char b) {
                           return to_lower_ascii(a) == to_lower_ascii(b);
                         }).begin();
  if (at == text.end()) return {};
  const std::string_view rest(at + name.size(), text.end());
  return rest.substr(0, std::min(rest.find_first_of("&;# ?'\""), rest.size()));
}

// One call of the admin centre's object service: a session's canary, and what was called in it.
std::string call_in(std::string_view text) {
  const std::string_view canary = value_after(text, "msExchEcpCanary=");
  if (canary.empty()) return {};
  return fmt::format("canary|{}|{}|{}", canary, value_after(text, "DDIService.svc/"),
                     to_lower_ascii(value_after(text, "schema=")));
}

std::string call_of(const Detection& d) {
  for (const std::string_view field : {"url", "anchor"}) {
    if (std::string call = call_in(d.field(field)); !call.empty()) return call;
  }
  return d.field("query").empty() ? std::string{}
                                  : call_in(fmt::format("{}?{}", d.field("path"), d.field("query")));
}

// "set-oabvirtualdirectory" of a row of the ECP log or of Exchange's own event log.
std::string cmdlet_of(const Detection& d) {
  const bool exchange_event = d.field("provider") == "MSExchange CmdletLogs";
  const std::string_view text = d.field(exchange_event ? "command-line" : "command");
  if (text.empty() || (!exchange_event && d.log != "ecp-server")) return {};
  return "cmdlet|" + to_lower_ascii(text.substr(0, text.find_first_of(". ")));
}

void add(Times& times, std::string key, Timestamp time) {
  if (!key.empty()) times[std::move(key)].push_back(time);
}

void add_ids(Times& times, const Detection& d) {
  if (const auto id = d.field("request-id"); !id.empty())
    add(times, "request|" + to_lower_ascii(id), *d.time);
  std::string_view activity = d.field("activity-id");
  if (activity.empty()) activity = value_after(d.field("query"), "ActID=");
  if (!activity.empty()) add(times, "activity|" + to_lower_ascii(activity), *d.time);
  add(times, call_of(d), *d.time);
}

using Marks = std::map<std::string, LogMarks, std::less<>>;

void add_detections(Marks& marks, const detect::Findings& findings) {
  std::map<std::tuple<std::uint32_t, std::string_view, std::uint64_t>, bool> rows;
  for (const Detection& d : findings.detections) {
    if (!d.time || std::ranges::find(kLogs, d.log) == kLogs.end()) continue;
    if (!rows.emplace(std::tuple(d.place.source, std::string_view(d.place.artefact), d.place.offset), true)
             .second)
      continue;  // another rule matched the same row
    LogMarks& log = marks[d.log];
    add_ids(log.by_id, d);
    add(log.by_likeness, cmdlet_of(d), *d.time);
  }
}

// Requests that stand alone in their hour.
void add_requests(Marks& marks, const detect::Findings& findings) {
  for (const auto& group : distinct_requests(findings)) {
    if (group.count != 1 || group.first == Timestamp{}) continue;
    add(marks[group.log].by_likeness,
        fmt::format("like|{}|{}|{}|{}|{}", group.path, group.client, group.method, group.status,
                    group.user_agent),
        group.first);
  }
}

struct Pair {
  microseconds ahead;
  Timestamp when;  // by the reference's clock
};

struct Pairs {
  std::vector<Pair> all;     // by difference
  std::size_t possible = 0;  // things that both logs may have written down
};

Pairs pairs_of(const Times& reference, const Times& log) {
  Pairs pairs;
  for (const auto& [key, times] : log) {
    const auto same = reference.find(key);
    if (same == reference.end()) continue;
    if (times.size() > kMaxOfOneKey || same->second.size() > kMaxOfOneKey) continue;
    pairs.possible += std::min(times.size(), same->second.size());
    for (const Timestamp mine : times)
      for (const Timestamp other : same->second) pairs.all.push_back({mine - other, other});
  }
  std::ranges::stable_sort(pairs.all, {}, &Pair::ahead);
  return pairs;
}

using Window = std::pair<std::size_t, std::size_t>;  // [first, last) of Pairs::all

microseconds middle(const Pairs& pairs, const Window& window) {
  return pairs.all[window.first + (window.second - window.first) / 2].ahead;
}

// The window that most pairs agree on; of equal ones the smallest difference, which is the least claim.
Window fullest(const Pairs& pairs) {
  Window best{0, 0};
  std::size_t first = 0;
  for (std::size_t last = 0; last < pairs.all.size(); ++last) {
    while (pairs.all[last].ahead - pairs.all[first].ahead > kClockAgreement) ++first;
    const Window window{first, last + 1};
    const std::size_t size = window.second - window.first;
    const std::size_t most = best.second - best.first;
    const bool nearer =
        size == most && std::chrono::abs(middle(pairs, window)) < std::chrono::abs(middle(pairs, best));
    if (size > most || nearer) best = window;
  }
  return best;
}

bool in_two_stretches(const Pairs& pairs, const Window& window) {
  const auto [earliest, latest] =
      std::minmax_element(pairs.all.begin() + static_cast<std::ptrdiff_t>(window.first),
                          pairs.all.begin() + static_cast<std::ptrdiff_t>(window.second),
                          [](const Pair& a, const Pair& b) { return a.when < b.when; });
  return latest->when - earliest->when >= kClockStretches;
}

struct Estimate {
  std::chrono::seconds ahead{0};
  std::size_t pairs = 0;
};

std::optional<Estimate> estimate(const Times& reference, const Times& log, bool by_id) {
  const Pairs pairs = pairs_of(reference, log);
  const Window window = fullest(pairs);
  const std::size_t agreeing = window.second - window.first;
  if (agreeing < (by_id ? kClockPairsById : kClockPairsByLikeness)) return std::nullopt;
  if (static_cast<double>(agreeing) < kClockShare * static_cast<double>(pairs.possible)) return std::nullopt;
  if (!by_id && !in_two_stretches(pairs, window)) return std::nullopt;
  return Estimate{std::chrono::round<std::chrono::seconds>(middle(pairs, window)), agreeing};
}

std::optional<Estimate> estimate(const LogMarks& reference, const LogMarks& log) {
  if (const auto by_id = estimate(reference.by_id, log.by_id, true)) return by_id;
  return estimate(reference.by_likeness, log.by_likeness, false);
}

void shift(Times& times, std::chrono::seconds by) {
  for (auto& [key, all] : times)
    for (Timestamp& time : all) time -= by;
}

}  // namespace

Clocks::Clocks(const detect::Findings& findings) {
  Marks marks;
  add_detections(marks, findings);
  add_requests(marks, findings);
  for (std::size_t i = 1; i < kLogs.size(); ++i) {
    LogMarks& log = marks[std::string(kLogs[i])];
    for (std::size_t better = 0; better < i; ++better) {
      const auto found = estimate(marks[std::string(kLogs[better])], log);
      if (!found) continue;
      if (std::chrono::abs(found->ahead) > kSameClock) {
        differences_.push_back(
            {std::string(kLogs[i]), std::string(kLogs[better]), found->ahead, found->pairs});
        shift(log.by_id, found->ahead);
        shift(log.by_likeness, found->ahead);
      }
      break;
    }
  }
}

// One program writes both logs of the admin centre, so they have one clock.
std::string_view Clocks::clock_of(std::string_view log) {
  return log == "ecp-activity" ? "ecp-server" : log;
}

bool Clocks::corrects(std::string_view log) const {
  return std::ranges::find(differences_, clock_of(log), &ClockDifference::log) != differences_.end();
}

Timestamp Clocks::corrected(std::string_view log, Timestamp time) const {
  const auto found = std::ranges::find(differences_, clock_of(log), &ClockDifference::log);
  return found == differences_.end() ? time : time - found->ahead;
}

std::string span_words(std::chrono::seconds span) {
  const auto seconds = static_cast<std::uint64_t>(std::chrono::abs(span).count());
  std::string words;
  const auto add_part = [&](std::uint64_t count, std::string_view unit) {
    if (count > 0) words += fmt::format("{}{}", words.empty() ? "" : " ", count_of(count, unit));
  };
  add_part(seconds / 3600, "hour");
  add_part(seconds / 60 % 60, "minute");
  add_part(seconds % 60, "second");
  return words.empty() ? "no time" : words;
}

}  // namespace afterpatch::assess
