#include "assess/server_event_words.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "assess/self_removal.h"
#include "assess/server_events.h"
#include "assess/wording.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Step;

constexpr std::size_t kShownAccount = 60;

// Security 4688 and Sysmon both log a program that starts; together they are one.
constexpr std::chrono::seconds kSameStart{2};

// Programs that ran, each once however many logs tell of it.
class Programs {
 public:
  void add(const ServerEvent& event) {
    for (Known& known : known_) {
      if (known.event->channel == event.channel || known.told_twice || !is_same(*known.event, event))
        continue;
      known.told_twice = true;
      return;
    }
    known_.push_back({&event});
  }
  std::uint64_t count() const { return known_.size(); }

 private:
  struct Known {
    const ServerEvent* event;
    bool told_twice = false;
  };
  static bool is_same(const ServerEvent& a, const ServerEvent& b) {
    return a.time && b.time && std::chrono::abs(*a.time - *b.time) <= kSameStart &&
           equals_ignoring_case(a.command, b.command);
  }
  std::vector<Known> known_;  // at most kMaxServerEvents
};

}  // namespace

std::string planted_as(const ServerReport& report) {
  std::set<std::string> accounts;
  for (const ServerEvent& event : report.server_events)
    if (event.step == Step::write && !event.account.empty()) accounts.insert(event.account);
  if (accounts.empty()) return {};
  if (accounts.size() > 1)
    return fmt::format("Logged as done by {} accounts, names that attacks forge.", accounts.size());
  return fmt::format("Logged as done by {}, a name that attacks forge.",
                     shorten(*accounts.begin(), kShownAccount));
}

std::optional<Timestamp> first_execution(const ServerReport& report) {
  std::optional<Timestamp> first;
  for (const ServerEvent& event : report.server_events) {
    if (proves_execution(event) && event.time) first = std::min(first.value_or(*event.time), *event.time);
  }
  return first;
}

std::string programs_ran(const ServerReport& report) {
  Programs ran;
  std::optional<Timestamp> last;
  for (const ServerEvent& event : report.server_events) {
    // A door's own deletion is told where it is asked who came back.
    if (!proves_execution(event) || is_self_removal(event, report.doors)) continue;
    ran.add(event);
    if (event.time) last = std::max(last.value_or(*event.time), *event.time);
  }
  if (ran.count() == 0) return {};
  return fmt::format("{} ran under the web server{}.", count_of(ran.count(), "program"),
                     last ? ", last " + to_minute_text(*last) : "");
}

std::string passwords_taken(const ServerReport& report) {
  const auto dumped = std::ranges::find_if(report.server_events, [](const ServerEvent& event) {
    return event.step == Step::credential_access && event.confidence >= Confidence::likely;
  });
  if (dumped == report.server_events.end()) return {};
  return fmt::format("Passwords were taken{}.", dumped->time ? " " + to_minute_text(*dumped->time) : "");
}

std::string logs_cleared(const ServerReport& report) {
  const ServerEvent* last = nullptr;
  for (const ServerEvent& event : report.server_events)
    if (event.step == Step::cleanup && event.process.empty() && event.command.empty()) last = &event;
  if (last == nullptr || !last->time) return {};
  return fmt::format("{} ({}): what was logged before may be gone.", last->what, to_minute_text(*last->time));
}

}  // namespace afterpatch::assess
