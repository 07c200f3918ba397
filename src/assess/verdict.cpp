#include "assess/verdict.h"

#include <algorithm>

#include "assess/attack_requests.h"
#include "assess/coverage.h"
#include "assess/doors.h"
#include "assess/planting.h"
#include "assess/self_removal.h"
#include "assess/server_events.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;
using detect::Step;

// What carries one state, and how surely.
struct Carrier {
  bool found = false;
  Confidence confidence = Confidence::possible;
  Evidence evidence;

  void add(Confidence how_sure, const Evidence& by) {
    found = true;
    confidence = stronger(confidence, how_sure);
    add_evidence(evidence, by);
  }
};

// Something ran under the web server long enough after a door was planted that it was not the planter's own
// check: whoever it was came back through it. For servers whose web logs are gone.
void add_later_execution(Carrier& carrier, const ServerReport& report) {
  std::optional<Timestamp> planted;
  for (const Door& door : report.doors)
    if (counts(door) && door.planted) planted = std::min(planted.value_or(*door.planted), *door.planted);
  if (!planted) return;
  for (const ServerEvent& event : report.server_events) {
    if (!proves_execution(event) || !event.time || *event.time - *planted <= kOwnCheck) continue;
    if (is_self_removal(event, report.doors)) continue;
    carrier.add(Confidence::likely, event.evidence);
  }
}

Carrier re_entered(const ServerReport& report) {
  Carrier carrier;
  add_later_execution(carrier, report);
  for (const Door& door : report.doors) {
    if (counts(door) && door.re_entered) carrier.add(door.confidence, door.evidence);
  }
  return carrier;
}

Carrier backdoored(const ServerReport& report) {
  Carrier carrier;
  for (const Door& door : report.doors) {
    if (counts(door)) carrier.add(door.confidence, door.evidence);
  }
  return carrier;
}

Carrier exploited(const ServerReport& report, const Runs& runs, const Incident& incident) {
  Carrier carrier;
  for (const ServerEvent& event : report.server_events)
    if (proves_execution(event)) carrier.add(event.confidence, event.evidence);
  for (const Run& run : runs.runs) {
    if (proves_exploitation(run, incident)) carrier.add(run.confidence, run.evidence);
  }
  for (const std::size_t index : runs.without_time) {
    const Detection& d = incident.detections[index];
    if (rung_of(d) == RunOutcome::probe || d.confidence < Confidence::likely) continue;
    carrier.add(Confidence::likely, {index});
  }
  return carrier;
}

Carrier probed(const Runs& runs, const Incident& incident) {
  Carrier carrier;
  for (const Run& run : runs.runs) carrier.add(run.confidence, run.evidence);
  for (const std::size_t index : runs.without_time) carrier.add(Confidence::possible, {index});
  for (std::size_t i = 0; i < incident.detections.size(); ++i) {
    const Detection& d = incident.detections[i];
    const bool swept = d.step == Step::backdoor_miss || d.step == Step::backdoor_request;
    if (swept && may_decide(d, incident.campaign.id)) carrier.add(d.confidence, {i});
  }
  return carrier;
}

void take(Verdict& verdict, Compromise state, const Carrier& carrier) {
  if (!carrier.found || verdict.compromise >= state) return;
  verdict.compromise = state;
  verdict.compromise_confidence = carrier.confidence;
  verdict.evidence = carrier.evidence;
}

void judge_mail(Verdict& verdict, const ServerReport& report) {
  for (const MailboxAccess& access : report.mailboxes) {
    if (access.confidence == Confidence::possible && verdict.compromise < Compromise::exploited) continue;
    verdict.mail_accessed = true;
    verdict.mail_confidence = stronger(verdict.mail_confidence, access.confidence);
  }
}

// A dump at a suspicious place is also what support staff leave: alone it counts only when it is likely.
void judge_credentials(Verdict& verdict, const Incident& incident) {
  for (const Detection& d : incident.detections) {
    if (d.step != Step::credential_access || !may_decide(d, incident.campaign.id)) continue;
    if (d.confidence == Confidence::possible && verdict.compromise < Compromise::exploited) continue;
    verdict.credentials_exposed = true;
    verdict.credentials_confidence = stronger(verdict.credentials_confidence, d.confidence);
  }
}

void judge_mitigation(Verdict& verdict, const Incident& incident) {
  for (const Detection& d : incident.detections) {
    if (d.step != Step::mitigation || !may_decide(d, incident.campaign.id)) continue;
    verdict.mitigated = true;
    verdict.mitigation_confidence = stronger(verdict.mitigation_confidence, d.confidence);
  }
}

}  // namespace

Verdict judge(const ServerReport& report, const Runs& runs, Exposure exposure, const Incident& incident) {
  Verdict verdict;
  verdict.exposure = exposure;
  verdict.partial = incident.findings.interrupted.has_value();
  verdict.coverage_sufficient = !verdict.partial && is_sufficient(report.coverage);
  take(verdict, Compromise::re_entered, re_entered(report));
  take(verdict, Compromise::backdoored, backdoored(report));
  take(verdict, Compromise::exploited, exploited(report, runs, incident));
  take(verdict, Compromise::probed, probed(runs, incident));
  if (verdict.compromise == Compromise::no_evidence) {
    verdict.compromise_confidence = verdict.coverage_sufficient ? Confidence::likely : Confidence::possible;
  }
  judge_mail(verdict, report);
  judge_credentials(verdict, incident);
  judge_mitigation(verdict, incident);
  return verdict;
}

std::optional<Timestamp> first_evidence(const ServerReport& report, const Runs& runs,
                                        const Incident& incident) {
  std::optional<Timestamp> first;
  const auto take_time = [&](std::optional<Timestamp> time) {
    if (time && *time != Timestamp{}) first = std::min(first.value_or(*time), *time);
  };
  for (const Run& run : runs.runs) {
    if (proves_exploitation(run, incident)) take_time(run.start);
  }
  for (const Door& door : report.doors) {
    if (!counts(door)) continue;
    take_time(door.planted);
    take_time(door.first_answered);
  }
  for (const MailboxAccess& access : report.mailboxes) {
    if (access.confidence >= Confidence::likely) take_time(access.first);
  }
  for (const ServerEvent& event : report.server_events) {
    if (proves_execution(event)) take_time(event.time);
  }
  return first;
}

}  // namespace afterpatch::assess
