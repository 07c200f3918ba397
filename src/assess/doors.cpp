#include "assess/doors.h"

#include <algorithm>

#include <fmt/format.h>

#include "assess/door_grounds.h"
#include "assess/network_address.h"
#include "assess/planting.h"
#include "assess/replanting.h"
#include "assess/self_removal.h"
#include "assess/url_path.h"
#include "assess/visits.h"

namespace afterpatch::assess {
namespace {

// A request may end, and be logged, just before the row that proves the write it caused.
constexpr std::chrono::minutes kBeforeWrite{1};

bool folder_was_seen(const Door& door, const detect::Findings& findings) {
  const std::string folder(url_folder(door.url));
  return !door.url.empty() &&
         std::binary_search(findings.web_folders.begin(), findings.web_folders.end(), folder);
}

// A file at the door's place that no rule judged, but that is not one of the product's.
const detect::WebFile* unjudged_file(const Door& door, const detect::Findings& findings) {
  for (const auto& file : findings.web_files) {
    if (!door.url.empty() && normal_url(file.url) == door.url) return &file;
  }
  return nullptr;
}

void note_misses(Door& door, const std::vector<Visit>& visits) {
  std::optional<Timestamp> since = door.last_answered ? door.last_answered : door.planted;
  if (!door.replanted.empty()) since = std::max(since.value_or(Timestamp{}), door.replanted.back().planted);
  if (!since) return;
  for (const Visit& visit : visits) {
    if (!visit.timed || !was_missed(visit) || visit.last <= *since) continue;
    const Timestamp missed = visit.first > *since ? visit.first : visit.last;
    door.removed_before = std::min(door.removed_before.value_or(missed), missed);
  }
}

void judge_presence(DoorGround& ground, const std::vector<Visit>& visits, const detect::Findings& findings) {
  Door& door = ground.door;
  const detect::WebFile* file = ground.file_found ? nullptr : unjudged_file(door, findings);
  if (file != nullptr) {
    door.path = file->windows_path;
    door.sha256 = file->sha256;
    ground.file_time = file->modified;
    door.reasons.emplace_back("A file that the product does not ship lies at this place");
  }
  note_misses(door, visits);
  if (ground.file_found || file != nullptr) {
    door.presence = Presence::present;
    door.removed_before.reset();
  } else if (folder_was_seen(door, findings)) {
    door.presence = Presence::removed;
    door.reasons.emplace_back("Its folder is part of the evidence, the file is not");
  } else if (door.removed_before) {
    door.presence = Presence::removed;
  }
}

// A door that answered after a log proved the write needs no look at its text.
void judge_confidence(Door& door, const Runs& runs) {
  if (!door.first_answered || !door.planted || door.confidence < Confidence::likely) return;
  for (const Run& run : runs.runs) {
    const bool proven = run.outcome == RunOutcome::write_proven && run.confidence == Confidence::confirmed;
    if (proven && run.written && *run.written == *door.planted) door.confidence = Confidence::confirmed;
  }
}

// Times in which an intruder's visit is only the trying of what was just planted.
class OwnChecks {
 public:
  OwnChecks(const Door& door, const std::vector<DoorVisitor>& visitors, const Runs& runs) : runs_(runs) {
    all_inside_ = std::all_of(visitors.begin(), visitors.end(),
                              [](const DoorVisitor& v) { return is_inside_address(v.client); });
    start_ = door.planted && door.planted_by != "file time" ? door.planted : door.first_answered;
    client_ = !door.planted_client.empty() ? door.planted_client : first_answered_client(visitors);
  }

  bool covers(const Visit& visit) const {
    const bool same_client = visit.client == client_ || all_inside_;
    if (same_client && start_ && visit.last <= *start_ + kOwnCheck) return true;
    return std::any_of(runs_.runs.begin(), runs_.runs.end(), [&](const Run& run) {
      return run.client == visit.client && run.outcome >= RunOutcome::write_attempted &&
             visit.first >= run.start - kBeforeWrite && visit.last <= run.end + kOwnCheck;
    });
  }

 private:
  static std::string first_answered_client(const std::vector<DoorVisitor>& visitors) {
    const auto first =
        std::find_if(visitors.begin(), visitors.end(), [](const auto& v) { return v.answered > 0; });
    return first == visitors.end() ? std::string{} : first->client;
  }

  const Runs& runs_;
  bool all_inside_ = false;
  std::optional<Timestamp> start_;
  std::string client_;
};

// `removals`: by those who only asked the door to delete itself.
void judge_return(Door& door, const std::vector<Visit>& visits, const Runs& runs,
                  const std::vector<SelfRemoval>& removals) {
  const OwnChecks checks(door, door.visitors, runs);
  for (DoorVisitor& visitor : door.visitors) {
    visitor.planter = !door.planted_client.empty() && visitor.client == door.planted_client;
    if (std::ranges::find(removals, visitor.client, &SelfRemoval::client) != removals.end()) continue;
    for (const Visit& visit : visits) {
      if (visit.client != visitor.client) continue;
      if (!was_effective(visit) || checks.covers(visit)) continue;
      visitor.effective = true;
      door.re_entered = door.re_entered || visit.timed;
    }
  }
}

void add_visit_evidence(Door& door, const std::vector<Visit>& visits) {
  for (const Visit& visit : visits) add_evidence(door.evidence, visit.evidence);
}

Door finish(DoorGround& ground, const std::vector<Visit>& visits, const Incident& incident,
            const Runs& runs) {
  if (!ground.file_found) {
    if (const auto* file = unjudged_file(ground.door, incident.findings)) ground.file_time = file->modified;
  }
  judge_planting(ground, visits, runs, incident);
  ground.door.visitors = visitors_of(visits);
  const auto removals = self_removals(ground.door, visits, runs, incident);
  judge_replanting(ground, visits, removals, runs, incident);
  judge_presence(ground, visits, incident.findings);
  judge_confidence(ground.door, runs);
  const auto proven = proven_removals(ground.door, visits, removals);
  for (const SelfRemoval& removal : proven) tell_self_removal(ground.door, removal);
  judge_return(ground.door, visits, runs, proven);
  add_visit_evidence(ground.door, visits);
  return std::move(ground.door);
}

Door unnamed_door(const Run& run) {
  Door door;
  door.kind = "web-shell";
  door.confidence = weaker(run.confidence, Confidence::likely);
  door.planted = run.written;
  door.planted_by = run.written_by;
  door.planted_client = run.client;
  door.reasons.emplace_back(
      "A log proves that a file was written; the row does not name it and nothing else does");
  door.evidence = run.evidence;
  return door;
}

void add_unnamed_door(std::vector<Door>& doors, const Runs& runs) {
  if (std::any_of(doors.begin(), doors.end(), [](const Door& door) { return counts(door); })) return;
  for (const Run& run : runs.runs) {
    if (run.outcome != RunOutcome::write_proven || run.confidence < Confidence::likely) continue;
    doors.push_back(unnamed_door(run));
    return;
  }
}

auto order_of(const Door& door) {
  return std::tuple(!door.planted.has_value(), door.planted.value_or(Timestamp{}), std::string_view(door.url),
                    std::string_view(door.path));
}

}  // namespace

std::vector<Door> find_doors(const Incident& incident, const Runs& runs) {
  const VisitIndex visits(incident);
  std::vector<Door> doors;
  for (DoorGround& ground : door_grounds(incident, runs, visits)) {
    const std::vector<Visit>& theirs = visits.to(ground.door.url);
    doors.push_back(finish(ground, theirs, incident, runs));
  }
  add_unnamed_door(doors, runs);
  std::stable_sort(doors.begin(), doors.end(),
                   [](const Door& a, const Door& b) { return order_of(a) < order_of(b); });
  return doors;
}

std::string name_of(const Door& door) {
  if (!door.path.empty()) return door.path;
  return door.url.empty() ? "a web shell of unknown name" : door.url;
}

}  // namespace afterpatch::assess
