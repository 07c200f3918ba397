#include "assess/replanting.h"

#include <algorithm>

#include <fmt/format.h>

#include "assess/doors.h"
#include "assess/planting.h"
#include "assess/scanner_actions.h"
#include "assess/server_events.h"
#include "assess/url_path.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;

// Of one door; a scanner that fails tries again for ever.
constexpr std::size_t kMaxScannerActions = 8;

// A moment, or a stretch, in which the door was not there.
struct Absence {
  Timestamp first;
  Timestamp last;
  bool scanner = false;
  bool request = false;  // deleted by its own request: that it was gone is likely, not seen
};

void add_misses(std::vector<Absence>& absences, const std::vector<Visit>& visits) {
  for (const Visit& visit : visits)
    if (visit.timed && was_missed(visit)) absences.push_back({visit.first, visit.last});
}

bool is_about(const Detection& d, const Door& door, const Incident& incident) {
  const std::string path = reported_path(d);
  if (path.empty()) return false;
  const bool same_path = path == to_lower_ascii(door.path);
  return same_path || (!door.url.empty() && normal_url(incident.product.url_of(path)) == door.url);
}

// The same action may be told by several rules: each once.
std::vector<ScannerAction> scanner_actions(const Door& door, const Incident& incident) {
  std::vector<ScannerAction> actions;
  for (const Detection& d : incident.detections) {
    if (actions.size() >= kMaxScannerActions) break;
    auto action = scanner_action(d);
    if (!action || !is_about(d, door, incident)) continue;
    if (std::ranges::find(actions, action->words, &ScannerAction::words) == actions.end())
      actions.push_back(std::move(*action));
  }
  return actions;
}

void add_scanner(std::vector<Absence>& absences, const std::vector<ScannerAction>& actions) {
  for (const ScannerAction& action : actions)
    if (action.outcome == ScannerOutcome::taken_away) absences.push_back({action.time, action.time, true});
}

std::vector<Absence> absences_of(const std::vector<Visit>& visits, const std::vector<ScannerAction>& actions,
                                 const std::vector<SelfRemoval>& removals) {
  std::vector<Absence> absences;
  for (const SelfRemoval& removal : removals) absences.push_back({removal.when, removal.when, false, true});
  add_misses(absences, visits);
  add_scanner(absences, actions);
  std::ranges::stable_sort(absences, {}, &Absence::first);
  return absences;
}

std::optional<Timestamp> answered_after(const std::vector<Visit>& visits, Timestamp gone) {
  std::optional<Timestamp> first;
  for (const Visit& visit : visits) {
    if (!visit.timed || !was_answered(visit) || visit.last <= gone) continue;
    const Timestamp when = visit.first > gone ? visit.first : visit.last;
    first = std::min(first.value_or(when), when);
  }
  return first;
}

bool was_there_before(const Door& door, const std::vector<Visit>& visits, Timestamp gone) {
  if (door.planted && *door.planted < gone) return true;
  return std::ranges::any_of(
      visits, [&](const Visit& visit) { return visit.timed && was_answered(visit) && visit.first < gone; });
}

// What is known of one return.
class Return {
 public:
  Return(const DoorGround& ground, const std::vector<Visit>& visits, const Runs& runs, Timestamp gone)
      : gone_(gone), answered_(answered_after(visits, gone)) {
    const auto file_time = ground.file_time;
    if (file_time && *file_time > gone && (!answered_ || *file_time <= *answered_ + kWriteToFileTime))
      file_time_ = file_time;
    for (const Run& run : runs.runs) {
      if (writer_ == nullptr && is_writer(run, ground, visits)) writer_ = &run;
    }
    proven_ = writer_ != nullptr || (answered_ && ground.file_found);
  }

  bool proven() const { return proven_; }
  // Not merely an answer and a file that may be as old as the door.
  bool written() const { return writer_ != nullptr || (proven_ && file_time_); }
  std::optional<Timestamp> answered() const { return answered_; }

  Planting planting(Timestamp gone_by) const {
    Planting planting;
    planting.gone_by = gone_by;
    if (writer_ != nullptr) {
      planting.planted = writer_->written.value_or(writer_->start);
      planting.planted_by = writer_->written_by.empty() ? "request for a write" : writer_->written_by;
      planting.planted_client = writer_->client;
      planting.evidence = writer_->evidence;
    } else {
      planting.planted = file_time_ ? *file_time_ : *answered_;
      planting.planted_by = file_time_ ? "file time" : "answers again";
    }
    return planting;
  }

 private:
  // A write after the door was gone and before it answered again, by whoever then got an answer, or close to
  // the file's own time.
  bool is_writer(const Run& run, const DoorGround& ground, const std::vector<Visit>& visits) const {
    if (run.outcome < RunOutcome::write_attempted) return false;
    const Timestamp written = run.written.value_or(run.start);
    if (written <= gone_ || (answered_ && written > *answered_ + std::chrono::seconds(2))) return false;
    const bool near_file = file_time_ && std::chrono::abs(*file_time_ - written) <= kWriteToFileTime;
    const bool answered_soon = std::ranges::any_of(visits, [&](const Visit& visit) {
      return visit.timed && was_answered(visit) && visit.last > gone_ && visit.first <= run.end + kOwnCheck &&
             visit.last >= run.start && (run.client.empty() || visit.client == run.client);
    });
    const std::string path = to_lower_ascii(ground.door.path);
    const bool named = !path.empty() && std::ranges::find(run.written_paths, path) != run.written_paths.end();
    return near_file || answered_soon || named;
  }

  Timestamp gone_;
  std::optional<Timestamp> answered_;
  std::optional<Timestamp> file_time_;
  const Run* writer_ = nullptr;
  bool proven_ = false;
};

std::string unproven(Timestamp gone, const Return& back) {
  return back.answered()
             ? fmt::format(
                   "It was not there at {} and answered again at {}: written again, or merely out of "
                   "reach for a while",
                   to_minute_text(gone), to_minute_text(*back.answered()))
             : fmt::format("It was not there at {}, yet its file is in the evidence: put back later",
                           to_minute_text(gone));
}

void add_reason(Door& door, std::string reason) {
  if (std::ranges::find(door.reasons, reason) == door.reasons.end())
    door.reasons.push_back(std::move(reason));
}

// When it went for good: after its last planting and its last answer.
void note_scanner(Door& door, const std::vector<Absence>& absences) {
  for (const Absence& absence : absences) {
    if (!absence.scanner) continue;
    door.removed_by = "Windows Defender";
    const bool returned = (door.last_answered && *door.last_answered > absence.last) ||
                          (!door.replanted.empty() && door.replanted.back().planted > absence.last);
    if (returned) continue;
    door.removed_before = std::min(door.removed_before.value_or(absence.first), absence.first);
  }
}

}  // namespace

void judge_replanting(DoorGround& ground, const std::vector<Visit>& visits,
                      const std::vector<SelfRemoval>& removals, const Runs& runs, const Incident& incident) {
  Door& door = ground.door;
  const std::vector<ScannerAction> actions = scanner_actions(door, incident);
  for (const ScannerAction& action : actions) add_reason(door, action.words);
  const std::vector<Absence> absences = absences_of(visits, actions, removals);
  std::optional<Timestamp> gone_by;
  for (std::size_t i = 0; i < absences.size() && door.replanted.size() < kMaxReplantings; ++i) {
    const Absence& absence = absences[i];
    const bool since = !door.replanted.empty() && absence.first <= door.replanted.back().planted;
    if (since || !was_there_before(door, visits, absence.first)) continue;
    const Return back(ground, visits, runs, absence.last);
    // The next absence may come before the return, and then it is the one that the return follows.
    const bool gone_still =
        i + 1 < absences.size() && back.answered() && absences[i + 1].first < *back.answered();
    // A command that deletes may fail: an answer alone shows nothing then.
    if (absence.request && !gone_still && !back.written()) continue;
    if (!gone_by) gone_by = absence.first;
    if (gone_still) continue;
    if (back.proven()) {
      door.replanted.push_back(back.planting(*gone_by));
      add_evidence(door.evidence, door.replanted.back().evidence);
      gone_by.reset();
    } else if (back.answered()) {
      add_reason(door, unproven(absence.last, back));
      gone_by.reset();  // it was there again, however it came: a later absence begins anew
    } else if (ground.file_found && i + 1 == absences.size()) {
      add_reason(door, unproven(absence.last, back));
    }
  }
  note_scanner(door, absences);
}

std::optional<Reinfection> latest_reinfection(const std::vector<Door>& doors) {
  std::optional<Reinfection> latest;
  const auto take = [&](const Door& door, Timestamp gone_by, Timestamp planted) {
    if (!latest || planted > latest->planted) latest = Reinfection{&door, gone_by, planted};
  };
  for (const Door& door : doors) {
    if (!counts(door)) continue;
    for (const Planting& again : door.replanted) take(door, again.gone_by, again.planted);
    for (const Door& gone : doors) {
      if (&gone == &door || !counts(gone) || !gone.removed_before || !door.planted) continue;
      if (*gone.removed_before < *door.planted) take(door, *gone.removed_before, *door.planted);
    }
  }
  return latest;
}

}  // namespace afterpatch::assess
