#include "assess/timeline.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "assess/doors.h"
#include "assess/runs.h"
#include "assess/self_removal.h"
#include "assess/wording.h"

namespace afterpatch::assess {
namespace {

constexpr std::array<std::string_view, 7> kLanes = {"world",    "exposure", "attack", "back door",
                                                    "visitors", "server",   "mail"};

std::size_t lane_order(const std::string& lane) {
  return static_cast<std::size_t>(std::find(kLanes.begin(), kLanes.end(), lane) - kLanes.begin());
}

class Timeline {
 public:
  void add(Timestamp time, std::string_view lane, std::string what, Evidence evidence = {}) {
    events_.push_back({time, std::string(lane), std::move(what), std::move(evidence)});
  }
  void add(std::optional<Timestamp> time, std::string_view lane, std::string what, Evidence evidence = {}) {
    if (time) add(*time, lane, std::move(what), std::move(evidence));
  }
  std::vector<TimelineEvent> take() {
    std::stable_sort(events_.begin(), events_.end(), [](const TimelineEvent& a, const TimelineEvent& b) {
      return std::pair(a.time, lane_order(a.lane)) < std::pair(b.time, lane_order(b.lane));
    });
    return std::move(events_);
  }

 private:
  std::vector<TimelineEvent> events_;
};

void add_exposure(Timeline& timeline, const ServerReport& report) {
  for (const ExposureSpan& span : report.exposure) {
    const std::string& name = span.build_name.empty() ? span.build : span.build_name;
    timeline.add(span.first, "exposure",
                 fmt::format("Build {} ({}) first seen: {}", span.build, name, to_string(span.status)));
  }
  timeline.add(report.patched_at, "exposure", "A fixed build runs for the first time");
}

std::string what_of(const Run& run) {
  const std::string who = run.client.empty() ? "an unknown address" : run.client;
  if (run.outcome != RunOutcome::probe && run.confidence == Confidence::possible) {
    return fmt::format("{} may have used the flaw", who);
  }
  switch (run.outcome) {
    case RunOutcome::probe:
      return fmt::format("{} looked for the flaw", who);
    case RunOutcome::exploited:
      return fmt::format("{} used the flaw", who);
    case RunOutcome::session:
      return fmt::format("{} used the flaw and got a session", who);
    case RunOutcome::write_attempted:
      return fmt::format("{} used the flaw and asked for a file to be written", who);
    case RunOutcome::write_proven:
      return fmt::format("{} used the flaw and a file was written", who);
  }
  return who;
}

void add_attacks(Timeline& timeline, const ServerReport& report) {
  std::size_t probes = 0;
  for (const Run& run : report.runs) {
    if (run.outcome == RunOutcome::probe && ++probes > kMaxProbeEvents) continue;
    timeline.add(run.start, "attack", fmt::format("{} ({})", what_of(run), count_of(run.requests, "request")),
                 run.evidence);
  }
}

void add_door(Timeline& timeline, const Door& door) {
  const std::string name = shorten(name_of(door), 100);
  timeline.add(door.planted, "back door", fmt::format("{} planted ({})", name, door.planted_by),
               door.evidence);
  timeline.add(door.first_answered, "back door", fmt::format("{} answers for the first time", name));
  for (const Planting& again : door.replanted) {
    timeline.add(again.gone_by, "back door", fmt::format("{} is gone", name));
    timeline.add(again.planted, "back door", fmt::format("{} planted again ({})", name, again.planted_by),
                 again.evidence);
  }
  timeline.add(door.removed_before, "back door",
               door.removed_by.empty() ? fmt::format("{} was asked for and is not there", name)
                                       : fmt::format("{} is gone ({} removed it)", name, door.removed_by));
}

void add_visitors(Timeline& timeline, const Door& door, std::size_t& looks) {
  for (const DoorVisitor& visitor : door.visitors) {
    if (!visitor.effective && ++looks > kMaxProbeEvents) continue;
    const std::string_view did = visitor.effective              ? "used"
                                 : remover_of(door) == &visitor ? "asked for the deletion of"
                                                                : "looked for";
    timeline.add(visitor.first, "visitors",
                 fmt::format("{} {} {} ({}, {} answered)", visitor.client, did, shorten(name_of(door), 80),
                             count_of(visitor.requests, "request"), visitor.answered));
    if (visitor.effective && visitor.last > visitor.first) {
      timeline.add(visitor.last, "visitors",
                   fmt::format("{} at {} for the last time", visitor.client, shorten(name_of(door), 80)));
    }
  }
}

void add_mail(Timeline& timeline, const ServerReport& report) {
  for (const MailboxAccess& access : report.mailboxes) {
    if (access.first == Timestamp{}) continue;
    timeline.add(access.first, "mail",
                 fmt::format("{} of mailbox {} ({})", access.how, shorten(access.mailbox, 80),
                             count_of(access.requests, "request")),
                 access.evidence);
  }
}

// What is done by the hundred (a shell used for days) is told by its first ones.
void add_server_events(Timeline& timeline, const ServerReport& report) {
  std::map<detect::Step, std::size_t> told;
  for (const ServerEvent& event : report.server_events) {
    if (++told[event.step] > kMaxProbeEvents) continue;
    const std::string& command = event.command.empty() ? event.process : event.command;
    timeline.add(event.time, "server",
                 command.empty() ? event.what : fmt::format("{}: {}", event.what, shorten(command, 120)),
                 event.evidence);
  }
}

}  // namespace

std::vector<TimelineEvent> timeline_of(const ServerReport& report, const Incident& incident) {
  Timeline timeline;
  for (const auto& entry : incident.campaign.timeline) timeline.add(entry.time, "world", entry.what);
  add_exposure(timeline, report);
  add_attacks(timeline, report);
  std::size_t looks = 0;
  for (const Door& door : report.doors) {
    add_door(timeline, door);
    add_visitors(timeline, door, looks);
  }
  add_server_events(timeline, report);
  add_mail(timeline, report);
  return timeline.take();
}

}  // namespace afterpatch::assess
