#include "assess/planting.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::assess {
namespace {

// IIS writes whole seconds, and rows carry the end of a request.
constexpr std::chrono::seconds kLogSkew{2};

void note_answers(Door& door, const std::vector<Visit>& visits) {
  for (const Visit& visit : visits) {
    if (!visit.timed || !was_answered(visit)) continue;
    door.first_answered = std::min(door.first_answered.value_or(visit.first), visit.first);
    door.last_answered = std::max(door.last_answered.value_or(visit.last), visit.last);
  }
}

Timestamp write_time(const Run& run) {
  return run.written.value_or(run.start);
}

bool may_have_written(const Run& run, const Door& door) {
  if (run.outcome < RunOutcome::write_attempted) return false;
  return !door.first_answered || write_time(run) <= *door.first_answered + kLogSkew;
}

bool is_near(Timestamp a, Timestamp b, std::chrono::microseconds reach) {
  return a - b <= reach && b - a <= reach;
}

bool visited_soon_after(const Run& run, const std::vector<Visit>& visits) {
  return std::any_of(visits.begin(), visits.end(), [&](const Visit& v) {
    return v.timed && v.client == run.client && was_answered(v) && v.first >= run.start &&
           v.first <= run.end + kOwnCheck;
  });
}

bool names_file(const Run& run, const Door& door) {
  const std::string path = to_lower_ascii(door.path);
  return !path.empty() && std::ranges::find(run.written_paths, path) != run.written_paths.end();
}

// What ties a run to this door; 0 = only that it could have been.
int tie_strength(const Run& run, const DoorGround& ground, const std::vector<Visit>& visits) {
  int strength = names_file(run, ground.door) ? 8 : 0;
  if (!ground.parameter.empty() && run.cluster_mark.ends_with("parameter " + ground.parameter)) strength += 4;
  if (ground.file_time && is_near(*ground.file_time, write_time(run), kWriteToFileTime)) strength += 4;
  if (!run.client.empty() && visited_soon_after(run, visits)) strength += 2;
  if (ground.door.first_answered && *ground.door.first_answered <= run.end + kOwnCheck) strength += 1;
  return strength;
}

struct Writers {
  std::vector<const Run*> best;  // those tied most strongly, earliest first
  int strength = 0;
};

Writers writers_of(const DoorGround& ground, const std::vector<Visit>& visits, const Runs& runs,
                   RunOutcome outcome) {
  Writers writers;
  for (const Run& run : runs.runs) {
    if (run.outcome != outcome || !may_have_written(run, ground.door)) continue;
    const int strength = tie_strength(run, ground, visits);
    if (strength > writers.strength) writers = {{}, strength};
    if (strength == writers.strength) writers.best.push_back(&run);
  }
  return writers;
}

bool one_client(const std::vector<const Run*>& runs) {
  return std::all_of(runs.begin(), runs.end(),
                     [&](const Run* run) { return run->client == runs.front()->client; });
}

void take_writer(Door& door, const Writers& writers) {
  const Run& run = *writers.best.front();
  door.planted = write_time(run);
  door.planted_by = run.written_by.empty() ? "HttpProxy log: request for a write" : run.written_by;
  if (one_client(writers.best)) {
    door.planted_client = run.client;
  } else {
    door.reasons.emplace_back("Several intruders wrote files; which of them planted this one can't be told");
  }
  for (const Run* writer : writers.best) add_evidence(door.evidence, writer->evidence);
}

// Why a file's time can't be the time of planting; empty if it can.
std::string doubt_about(Timestamp file_time, const Door& door, const knowledge::Campaign& campaign) {
  if (door.planted && file_time < *door.planted - kWriteToFileTime) {
    return fmt::format("The file's time, {}, is earlier than the write that a log proves: it was set back",
                       to_minute_text(file_time));
  }
  if (file_time < campaign.window_start) {
    return fmt::format("The file's time, {}, lies before the campaign: set back, copied, or older than it",
                       to_minute_text(file_time));
  }
  if (door.first_answered && file_time > *door.first_answered + kLogSkew) {
    return fmt::format(
        "The file's time, {}, is later than its first answer: rewritten, or changed by collecting",
        to_minute_text(file_time));
  }
  return {};
}

void plant_by_file_time(DoorGround& ground, const knowledge::Campaign& campaign) {
  if (!ground.file_time) return;
  std::string doubt = doubt_about(*ground.file_time, ground.door, campaign);
  if (!doubt.empty()) {
    ground.door.reasons.push_back(std::move(doubt));
  } else if (!ground.door.planted) {
    ground.door.planted = ground.file_time;
    ground.door.planted_by = "file time";
  }
}

void plant_by_first_answer(Door& door) {
  if (door.planted || !door.first_answered) return;
  door.planted = door.first_answered;
  door.planted_by = "first answer";
}

}  // namespace

void judge_planting(DoorGround& ground, const std::vector<Visit>& visits, const Runs& runs,
                    const Incident& incident) {
  note_answers(ground.door, visits);
  const Writers proven = writers_of(ground, visits, runs, RunOutcome::write_proven);
  const Writers attempted = writers_of(ground, visits, runs, RunOutcome::write_attempted);
  if (!proven.best.empty() && proven.strength >= attempted.strength) {
    take_writer(ground.door, proven);
  } else if (attempted.strength > 0) {
    take_writer(ground.door, attempted);
  }
  plant_by_file_time(ground, incident.campaign);
  plant_by_first_answer(ground.door);
}

}  // namespace afterpatch::assess
