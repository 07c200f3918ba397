#include "range/story.h"

#include <algorithm>
#include <array>

#include "range/event_layouts.h"
#include "range/fixtures.h"
#include "range/intruder_events.h"

namespace afterpatch::range {
namespace {

bool there(const DoorPlan& door, Timestamp time) {
  if (door.planted_again && time > *door.planted_again) return true;
  return time > door.planted && (!door.removed || time < *door.removed);
}

// How the server answers a request for a door: the script when it is there, the logon page or "not found"
// when it is not.
void answer_doors(Story& story) {
  for (Request& request : story.events.requests) {
    if (request.door < 0) continue;
    const DoorPlan& door = story.doors[static_cast<std::size_t>(request.door)];
    if (there(door, request.end)) continue;
    request.status = door.missing_status;
    request.win32_status = door.missing_status == 404 ? 2 : 0;
    request.effect = false;
  }
}

bool visible(const Story& story, Timestamp time) {
  return !in_gap(story.gaps, "http-proxy", time) || !in_gap(story.gaps, "ecp-server", time);
}

VisitorTruth& visitor_of(DoorTruth& door, const std::string& client) {
  const auto found = std::ranges::find(door.visitors, client, &VisitorTruth::client);
  if (found != door.visitors.end()) return *found;
  return door.visitors.emplace_back(VisitorTruth{client, 0, 0, false});
}

// So soon after the request by which it deleted itself the door must have been missed for that to show.
constexpr std::chrono::minutes kGoneSoon{5};

// Whether a log tells that somebody asked the door to delete itself: it was asked for in vain right
// afterwards, or the command that deleted it was recorded.
bool removal_shows(const Story& story, int index) {
  const DoorPlan& plan = story.doors[static_cast<std::size_t>(index)];
  if (plan.removed_by != "request") return false;
  const bool missed = std::ranges::any_of(story.events.requests, [&](const Request& request) {
    return request.door == index && request.end > *plan.removed && request.end <= *plan.removed + kGoneSoon &&
           !in_gap(story.gaps, "iis-w3c", request.end);
  });
  return missed || std::ranges::any_of(story.event_truth.processes, [&](const ProcessTruth& process) {
           return process.purpose == "removal" && !process.channels.empty() &&
                  process.command_line.find(plan.windows_path) != std::string::npos;
         });
}

std::string remover_of(const Story& story, int index) {
  const DoorPlan& plan = story.doors[static_cast<std::size_t>(index)];
  return plan.removed_by == "request" && !removal_shows(story, index) ? "" : plan.removed_by;
}

void count_visitors(const Story& story, int index, DoorTruth& door) {
  for (const Request& request : story.events.requests) {
    if (request.door != index || in_gap(story.gaps, "iis-w3c", request.end)) continue;
    VisitorTruth& visitor = visitor_of(door, request.client);
    ++visitor.requests;
    if (request.status == 200) ++visitor.answered;
    const bool effect = request.effect && !(request.clean_up && door.removed_by == "request");
    visitor.effective = visitor.effective || effect;
    door.re_entered = door.re_entered || effect;
  }
}

// Whether a log shows that it was gone between its removal and its second planting: it was asked for in vain,
// the scanner that took it away says so, or the command that deleted it was recorded.
bool seen_gone(const Story& story, int index) {
  const DoorPlan& plan = story.doors[static_cast<std::size_t>(index)];
  if (!plan.removed || !plan.planted_again) return false;
  if (plan.removed_by == "defender" || removal_shows(story, index)) return true;
  return std::ranges::any_of(story.events.requests, [&](const Request& request) {
    const bool between = request.end > *plan.removed && request.end < *plan.planted_again;
    return request.door == index && between && !in_gap(story.gaps, "iis-w3c", request.end);
  });
}

std::vector<DoorTruth> door_truths(const Story& story, std::string_view campaign) {
  std::vector<DoorTruth> truths;
  for (std::size_t i = 0; i < story.doors.size(); ++i) {
    const DoorPlan& plan = story.doors[i];
    if (plan.campaign != campaign || !visible(story, plan.planted)) continue;
    DoorTruth door{plan.url,
                   plan.windows_path,
                   plan.tree_path,
                   plan.planted,
                   plan.planter,
                   !plan.removed || plan.planted_again.has_value(),
                   plan.removed,
                   plan.time_stomped,
                   false,
                   remover_of(story, static_cast<int>(i)),
                   {},
                   plan.planted_again,
                   seen_gone(story, static_cast<int>(i))};
    count_visitors(story, static_cast<int>(i), door);
    truths.push_back(std::move(door));
  }
  return truths;
}

bool exploited(const std::vector<RunTruth>& runs) {
  return std::ranges::any_of(runs, [](const RunTruth& run) { return run.outcome != "probe"; });
}

bool swept(const Story& story) {
  return std::ranges::any_of(story.sweepers, [&](const std::string& sweeper) {
    return std::ranges::any_of(story.events.requests, [&](const Request& request) {
      return request.client == sweeper && !in_gap(story.gaps, "iis-w3c", request.end);
    });
  });
}

std::string worst(const Story& story, const std::vector<RunTruth>& runs,
                  const std::vector<DoorTruth>& doors) {
  if (std::ranges::any_of(doors, &DoorTruth::re_entered)) return "re-entered";
  if (!doors.empty()) return "backdoored";
  if (exploited(runs)) return "exploited";
  return runs.empty() && !swept(story) ? "no-evidence" : "probed";
}

template <typename Item>
std::vector<Item> of_campaign(const std::vector<Item>& items, std::string_view campaign) {
  std::vector<Item> chosen;
  std::ranges::copy_if(items, std::back_inserter(chosen),
                       [&](const Item& item) { return item.campaign == campaign; });
  return chosen;
}

std::string what_happened(const Story& story, std::string_view campaign) {
  Story whole = story;
  whole.gaps.clear();
  return worst(whole, of_campaign(whole.runs, campaign), door_truths(whole, campaign));
}

void add_first_exploitation(Truth& truth, const Season& season) {
  for (const RunTruth& run : truth.runs) {
    if (run.outcome == "probe") continue;
    truth.first_exploited = truth.first_exploited ? std::min(*truth.first_exploited, run.start) : run.start;
  }
  truth.before_patch_released = truth.first_exploited && *truth.first_exploited < season.patch_released;
  truth.before_disclosure = truth.first_exploited && *truth.first_exploited < season.disclosed;
}

// A later wave's flaws are open in the build that closed an earlier one's.
std::string exposure_at_end(const Server& server, const Season& season, Timestamp end) {
  if (server.patched && server.kind.season == season.servers) return "patched";
  const auto kind = std::ranges::find_if(server_kinds(), [&](const ServerKind& candidate) {
    return candidate.season == season.servers && candidate.vulnerable == server.build_at(end);
  });
  return kind != server_kinds().end() && kind->has_fix() ? "unpatched" : "unsupported";
}

// Whether the needed logs hold every hour from the beginning of the mass exploitation to the patch.
std::optional<bool> coverage(const Story& story, const Season& season, bool patched) {
  const Timestamp end = patched ? *story.server.patched : story.calendar.last();
  const bool hole = std::ranges::any_of(
      story.gaps, [&](const Gap& gap) { return gap.first < end && gap.last > season.mass_start; });
  if (hole || (patched && story.calendar.first() > season.mass_start)) return false;
  return patched ? std::optional(true) : std::nullopt;
}

void sort_events(Events& events) {
  std::ranges::stable_sort(events.requests, {}, &Request::end);
  std::ranges::stable_sort(events.commands, {}, &EcpCommand::time);
  std::ranges::stable_sort(events.cmdlets, {}, &ShellCmdlet::time);
}

// What a scenario planned for after the last day never happened.
void cut_at_end(Story& story) {
  const Timestamp end = story.calendar.last() - std::chrono::hours(1);
  std::erase_if(story.events.requests, [&](const Request& request) { return request.end >= end; });
  std::erase_if(story.events.commands, [&](const EcpCommand& command) { return command.time >= end; });
  std::erase_if(story.events.cmdlets, [&](const ShellCmdlet& cmdlet) { return cmdlet.time >= end; });
}

// Whether an event of that time is still in the log of that channel at the end.
bool kept(const Story& story, const std::string& channel, Timestamp time) {
  const EventTruth& truth = story.event_truth;
  if (truth.begin && time < *truth.begin) return false;
  return std::ranges::none_of(truth.cleared, [&](const ClearedTruth& cleared) {
    return cleared.channel == channel && time < cleared.time;
  });
}

// The logs that still hold an event of that layout and time about this.
std::vector<std::string> channels_of(const Story& story, Timestamp time,
                                     std::initializer_list<const EvtxLayout*> layouts) {
  std::vector<std::string> channels;
  for (const EvtxLayout* layout : layouts) {
    const bool written = std::ranges::any_of(story.windows_events, [&](const EvtxEvent& event) {
      return event.layout == layout && event.time == time;
    });
    if (written && kept(story, layout->channel, time)) channels.push_back(layout->channel);
  }
  return channels;
}

void cut_event_truth(EventTruth& truth, Timestamp end) {
  const auto late = [&](const auto& item) { return item.time >= end; };
  std::erase_if(truth.plantings, late);
  std::erase_if(truth.processes, late);
  std::erase_if(truth.dumps, late);
  std::erase_if(truth.accounts, late);
  std::erase_if(truth.cleared, late);
  std::erase_if(truth.exports, late);
}

// Order of time, and where each thing can still be read.
void settle_events(Story& story) {
  const Timestamp end = story.calendar.last() - std::chrono::hours(1);
  std::erase_if(story.windows_events, [&](const EvtxEvent& event) { return event.time >= end; });
  std::ranges::stable_sort(story.windows_events, {}, &EvtxEvent::time);
  EventTruth& truth = story.event_truth;
  cut_event_truth(truth, end);
  std::ranges::stable_sort(truth.processes, {}, &ProcessTruth::time);
  std::ranges::stable_sort(truth.plantings, {}, &CmdletTruth::time);
  truth.process_auditing = story.habits.process_auditing;
  truth.sysmon = story.habits.sysmon;
  for (CmdletTruth& planting : truth.plantings) {
    planting.channels =
        channels_of(story, planting.time, {&layouts::cmdlet_succeeded(), &layouts::cmdlet_failed()});
  }
  for (ProcessTruth& process : truth.processes)
    process.channels = channels_of(story, process.time, {&layouts::process(), &layouts::sysmon_process()});
  for (AccountTruth& account : truth.accounts)
    account.channels = channels_of(story, account.time, {&layouts::account_created()});
}

void drop_removed_files(Story& story) {
  for (const DoorPlan& door : story.doors) {
    if (!door.removed || door.planted_again) continue;
    std::erase_if(story.files, [&](const DiskFile& file) { return file.tree_path == door.tree_path; });
  }
}

EventTruth events_of_campaign(const Story& story, std::string_view campaign) {
  EventTruth truth = story.event_truth;
  truth.plantings = of_campaign(truth.plantings, campaign);
  truth.processes = of_campaign(truth.processes, campaign);
  return truth;
}

void add_findings(const Story& story, std::string_view campaign, Truth& truth) {
  for (const RunTruth& run : of_campaign(story.runs, campaign)) {
    if (visible(story, run.start)) truth.runs.push_back(run);
  }
  std::ranges::stable_sort(truth.runs, {}, &RunTruth::start);
  truth.doors = door_truths(story, campaign);
  truth.mailboxes = of_campaign(story.mailboxes, campaign);
  truth.mail_accessed = !truth.mailboxes.empty();
  truth.compromise = worst(story, truth.runs, truth.doors);
  truth.happened = what_happened(story, campaign);
  truth.compromise_confidence_min = exploited(truth.runs) ? "likely" : "possible";
}

// What one wave did to the server.
Truth truth_about(const Story& story, const Season& season) {
  Truth truth;
  truth.campaign = season.campaign;
  truth.events = events_of_campaign(story, season.campaign);
  truth.server = story.server.name;
  truth.product = story.server.kind.product + " " + story.server.kind.cu;
  truth.first = story.calendar.first();
  truth.last = story.calendar.last();
  truth.exposure = exposure_at_end(story.server, season, truth.last);
  add_findings(story, season.campaign, truth);
  add_first_exploitation(truth, season);
  truth.gaps = story.gaps;
  truth.clocks = story.clocks;
  truth.coverage_sufficient = coverage(story, season, truth.exposure == "patched");
  return truth;
}

}  // namespace

Timestamp Calendar::at(double share) const {
  const double seconds = share * 86400.0 * days_;
  return first_ + std::chrono::seconds(static_cast<std::int64_t>(seconds));
}

Timestamp Calendar::between(Random& random, double low, double high) const {
  const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(at(high) - at(low)).count();
  const Timestamp time = at(low) + std::chrono::milliseconds(random.between(0, span));
  return beside_release(time);
}

Timestamp Calendar::beside_release(Timestamp time) const {
  const bool ambiguous = time >= release_ && time < release_ + std::chrono::days(1);
  return ambiguous ? time + std::chrono::days(1) : time;
}

Truth settle(Story& story) {
  cut_at_end(story);
  sort_events(story.events);
  answer_doors(story);
  drop_removed_files(story);
  record_door_use(story);
  settle_events(story);
  Truth truth = truth_about(story, story.season);
  truth.credentials_exposed = story.credentials_exposed;
  for (const DiskFile& file : story.files) {
    if (!file.kind.empty()) truth.files.push_back({file.tree_path, file.kind, file.modified});
  }
  truth.sweepers = story.sweepers;
  truth.noise = story.noise;
  for (const Season& season : story.earlier) truth.earlier.push_back(truth_about(story, season));
  return truth;
}

}  // namespace afterpatch::range
