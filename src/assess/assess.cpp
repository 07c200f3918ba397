#include "assess/assess.h"

#include <iterator>

#include "assess/actions.h"
#include "assess/answers.h"
#include "assess/coverage.h"
#include "assess/doors.h"
#include "assess/exposure.h"
#include "assess/incident.h"
#include "assess/mail.h"
#include "assess/notes.h"
#include "assess/runs.h"
#include "assess/server_events.h"
#include "assess/timeline.h"
#include "assess/verdict.h"

namespace afterpatch::assess {
namespace {

void take_notes(ServerReport& report, const Runs& runs, const Incident& incident,
                const ExposureHistory& exposure) {
  report.notes = notes_on(report, runs, incident);
  report.notes.insert(report.notes.end(), exposure.notes.begin(), exposure.notes.end());
}

}  // namespace

ServerReport assess(const detect::Findings& findings, const knowledge::Campaign& campaign,
                    const knowledge::Product& product, const std::vector<PivotStep>& pivots) {
  Incident incident(findings, campaign, product);
  const ExposureHistory exposure = exposure_history(findings, campaign, product);
  const Runs runs = find_runs(incident);
  ServerReport report;
  report.names = server_names(findings);
  report.exposure = exposure.spans;
  report.patched_at = exposure.patched_at;
  report.runs = runs.runs;
  report.doors = find_doors(incident, runs);
  report.mailboxes = mailbox_accesses(incident);
  report.server_events = server_events(incident);
  report.coverage = coverage_lines(findings, campaign, product, exposure.patched_at);
  report.pivots = pivots;
  report.clocks = incident.clocks.differences();
  report.verdict = judge(report, runs, exposure.at_end, incident);
  report.first_evidence = first_evidence(report, runs, incident);
  report.timeline = timeline_of(report, incident);
  report.answers = six_answers(report, exposure, runs, incident);
  report.actions = fitting_actions(report, campaign);
  take_notes(report, runs, incident, exposure);
  report.detections = std::move(incident.detections);
  return report;
}

}  // namespace afterpatch::assess
