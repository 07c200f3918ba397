#include "assess/answers.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "assess/coverage.h"
#include "assess/doors.h"
#include "assess/mail_words.h"
#include "assess/patch_dates.h"
#include "assess/replanting.h"
#include "assess/self_removal.h"
#include "assess/server_event_words.h"
#include "assess/wording.h"

namespace afterpatch::assess {
namespace {

constexpr std::size_t kShownName = 70;

struct Facts {
  const ServerReport& report;
  const ExposureHistory& exposure;
  const Runs& runs;
  const Incident& incident;

  std::string when(Timestamp time) const { return to_minute_text(time); }
  bool can_tell() const { return report.verdict.coverage_sufficient; }
  bool partial() const { return report.verdict.partial; }
  std::string why_not() const {
    return partial() ? "the hunt was interrupted" : "the logs do not cover the crucial days";
  }
};

Answer answer(std::string question, std::string title, const Sentences& sentences, Confidence confidence,
              Evidence evidence = {}) {
  return {std::move(question), std::move(title), sentences.text(), confidence, std::move(evidence)};
}

const ExposureSpan* latest_span(const ServerReport& report) {
  const auto latest = std::max_element(report.exposure.begin(), report.exposure.end(),
                                       [](const auto& a, const auto& b) { return a.last < b.last; });
  return latest == report.exposure.end() ? nullptr : &*latest;
}

std::string open_since(const Facts& f) {
  for (const ExposureSpan& span : f.report.exposure) {
    if (span.status == Exposure::unpatched || span.status == Exposure::unsupported) return f.when(span.first);
  }
  return {};
}

std::string build_text(const ExposureSpan& span) {
  return span.build_name.empty() ? span.build : fmt::format("{} ({})", span.build, span.build_name);
}

Answer exposed(const Facts& f) {
  Sentences text;
  const ExposureSpan* span = latest_span(f.report);
  const auto confidence = [&] { return span == nullptr ? Confidence::possible : Confidence::confirmed; };
  if (span == nullptr) {
    text.add(f.partial() ? "Can't tell: no log read so far names the build the server ran."
                         : "Can't tell: no log here names the build the server ran.");
    text.add("Find the version of ExSetup.exe and the dates of its updates.");
  } else if (f.exposure.patched_at) {
    const std::string since = open_since(f);
    text.add(since.empty() ? fmt::format("Yes: open until {}, when the update was installed ({}).",
                                         f.when(*f.exposure.patched_at), f.exposure.patched_record)
                           : fmt::format("Yes: open from {} or earlier to {}.", since,
                                         f.when(*f.exposure.last_unfixed)));
    if (!since.empty()) text.add(fmt::format("Fixed build first seen {}.", f.when(*f.exposure.patched_at)));
  } else if (f.report.verdict.exposure == Exposure::unpatched) {
    text.add(fmt::format("Yes, and not patched at the logs' end, {}.", f.when(span->last)));
    text.add(fmt::format("Build {}.", build_text(*span)));
  } else if (f.report.verdict.exposure == Exposure::unsupported) {
    text.add(fmt::format("Yes: no fix was ever made for build {}.", build_text(*span)));
    text.add(fmt::format("Last seen {}.", f.when(span->last)));
  } else if (f.report.verdict.exposure == Exposure::patched) {
    text.add(fmt::format("Not as far as the logs go: fixed build {} since {} or earlier.", build_text(*span),
                         f.when(span->first)));
    text.add("Before that: can't tell.");
  } else if (f.report.verdict.exposure == Exposure::not_affected) {
    text.add(fmt::format("No: build {} never had these flaws.", build_text(*span)));
  } else if (f.report.verdict.exposure == Exposure::build_ambiguous) {
    text.add(fmt::format("Can't tell: only the cumulative update is logged ({}), not the security update.",
                         build_text(*span)));
  } else {
    text.add(fmt::format("Can't tell: build {} is in no table.", span->build));
  }
  if (f.report.verdict.mitigated && f.report.verdict.exposure != Exposure::patched)
    text.add("A mitigation was in place when the files were collected; it removes nothing.");
  return answer("exposed", "Was it exposed?", text, confidence());
}

std::vector<const Run*> break_ins(const Facts& f) {
  std::vector<const Run*> proven;
  for (const Run& run : f.report.runs) {
    if (proves_exploitation(run, f.incident)) proven.push_back(&run);
  }
  return proven;
}

std::string relative_to_patch(const Facts& f, const Run& run) {
  const knowledge::Campaign& campaign = f.incident.campaign;
  const Timestamp first = run.start;
  if (f.exposure.patched_at && first > *f.exposure.patched_at) {
    return "That is after a fixed build was first seen: the door was open before, or the update failed.";
  }
  if (first < campaign.disclosed && campaign.disclosed <= campaign.patch_released)
    return "That is before the flaws were public.";
  const Timestamp patched = PatchDates(campaign, f.incident.product).of_used(run.cves);
  if (first < patched) return "That is before the patch existed.";
  const auto days =
      std::chrono::floor<std::chrono::days>(first) - std::chrono::floor<std::chrono::days>(patched);
  if (days.count() == 0) return "That is the day on which the patch came out.";
  return fmt::format("That is {} after the patch came out.",
                     count_of(static_cast<std::uint64_t>(days.count()), "day"));
}

std::size_t clients_of(const std::vector<const Run*>& runs) {
  std::set<std::string> clients;
  for (const Run* run : runs) {
    if (!run->client.empty()) clients.insert(run->client);
  }
  return clients.size();
}

std::string from_where(const std::vector<const Run*>& runs) {
  const std::size_t clients = clients_of(runs);
  return clients == 0 ? "an address that no log names" : count_of(clients, "address", "addresses");
}

void tell_nothing_found(const Facts& f, Sentences& text, std::string_view found_none) {
  if (f.can_tell()) {
    text.add(fmt::format("{} in the logs, which cover the crucial days.", found_none));
  } else {
    text.add(fmt::format("Can't tell: {}, but {}.", std::string("n") + std::string(found_none.substr(1)),
                         f.why_not()));
  }
}

std::string how_sure(Confidence confidence) {
  switch (confidence) {
    case Confidence::confirmed:
      return "Yes";
    case Confidence::likely:
      return "Very likely";
    case Confidence::possible:
      return "Possibly";
  }
  return "Possibly";
}

void tell_probed(const Facts& f, Sentences& text) {
  const auto& runs = f.report.runs;
  if (!runs.empty()) {
    text.add(fmt::format("Somebody looked for the flaw {}, first {}; no sign that it worked.",
                         runs.size() == 1 ? "once" : fmt::format("{} times", runs.size()),
                         f.when(runs.front().start)));
  } else {
    text.add("Somebody looked for other people's back doors; no sign that a flaw was used.");
  }
  text.add(f.can_tell() ? "" : fmt::format("More can't be told: {}.", f.why_not()));
}

Answer broken_into(const Facts& f) {
  Sentences text;
  const Verdict& verdict = f.report.verdict;
  if (verdict.compromise == Compromise::no_evidence) {
    tell_nothing_found(f, text, "No trace of an attack");
  } else if (verdict.compromise == Compromise::probed) {
    tell_probed(f, text);
  } else if (const auto runs = break_ins(f); !runs.empty()) {
    text.add(fmt::format("{}, first {}: {} from {}.", how_sure(verdict.compromise_confidence),
                         f.when(runs.front()->start), count_of(runs.size(), "attack run"), from_where(runs)));
    text.add(relative_to_patch(f, *runs.front()));
    text.add(programs_ran(f.report));
  } else if (const auto ran = first_execution(f.report)) {
    text.add(fmt::format("{}, first {}.", how_sure(verdict.compromise_confidence), f.when(*ran)));
    text.add(programs_ran(f.report));
    text.add("No web log shows by which request.");
  } else {
    text.add(fmt::format("{}: a back door was found.", how_sure(verdict.compromise_confidence)));
    text.add(f.report.first_evidence ? fmt::format("First sign {}.", f.when(*f.report.first_evidence)) : "");
    text.add("The logs do not show how it came there.");
  }
  return answer("exploited", "Was it broken into?", text, verdict.compromise_confidence, verdict.evidence);
}

// Of what carries a door, the part that answers one question; all of it when no row is of that kind.
template <typename Wanted>
Evidence telling_part(const Door& door, const Incident& incident, Wanted wanted) {
  Evidence part;
  for (const std::size_t index : door.evidence) {
    if (wanted(incident.detections[index])) part.push_back(index);
  }
  return part.empty() ? door.evidence : part;
}

bool shows_planting(const detect::Detection& d) {
  return d.step == detect::Step::write || d.step == detect::Step::backdoor_file ||
         d.step == detect::Step::backdoor_trace;
}

bool is_visit_of_returner(const detect::Detection& d, const Door& door) {
  return d.step == detect::Step::backdoor_request &&
         std::ranges::any_of(door.visitors, [&](const DoorVisitor& visitor) {
           return visitor.effective && visitor.client == d.field("client");
         });
}

struct DoorCount {
  std::size_t all = 0;
  std::size_t present = 0;
  std::size_t removed = 0;
  std::size_t doubtful = 0;
  const Door* first = nullptr;
  Confidence confidence = Confidence::possible;
  Evidence evidence;
};

DoorCount count_doors(const Facts& f) {
  DoorCount count;
  for (const Door& door : f.report.doors) {
    if (!counts(door)) {
      ++count.doubtful;
      continue;
    }
    ++count.all;
    if (door.presence == Presence::present) ++count.present;
    if (door.presence == Presence::removed) ++count.removed;
    const bool better = count.first == nullptr ||
                        (door.presence == Presence::present && count.first->presence != Presence::present);
    if (better) count.first = &door;
    count.confidence = stronger(count.confidence, door.confidence);
    add_evidence(count.evidence, telling_part(door, f.incident, shows_planting));
  }
  return count;
}

std::string where_now(const Facts& f, const DoorCount& count) {
  if (count.present > 0)
    return count.all == 1 ? "It is still there." : fmt::format("{} still there.", count.present);
  if (count.removed < count.all) return "Whether it is still there can't be told from this evidence.";
  if (count.all == 1 && count.first->removed_before) {
    return fmt::format("It was gone by {}; gone is not undone.", f.when(*count.first->removed_before));
  }
  return count.all == 1 ? "It is no longer there; gone is not undone." : "All are gone; gone is not undone.";
}

// "Planted A, gone by B, planted again C UTC.", the zone once: an answer has little room.
std::string planted_again(const Facts& f, const Door& first) {
  const auto again = latest_reinfection(f.report.doors);
  if (!again) return {};
  const auto brief = [&](Timestamp time) {
    std::string text = f.when(time);
    if (text.ends_with(" UTC")) text.resize(text.size() - 4);
    return text;
  };
  const std::string planted = first.planted ? fmt::format("Planted {}, gone", brief(*first.planted)) : "Gone";
  return fmt::format("{} by {}, {} {}.", planted, brief(again->gone_by),
                     again->door->replanted.empty() ? "another planted" : "planted again",
                     f.when(again->planted));
}

Answer left_behind(const Facts& f) {
  Sentences text;
  const DoorCount count = count_doors(f);
  if (count.all > 0) {
    text.add(fmt::format("{}: {}, {}.", how_sure(count.confidence), count_of(count.all, "back door"),
                         shorten(name_of(*count.first), kShownName)));
    const std::string again = planted_again(f, *count.first);
    text.add(again);
    text.add(where_now(f, count));
    text.add(again.empty() && count.first->planted ? fmt::format("Planted {}.", f.when(*count.first->planted))
                                                   : "");
    text.add(planted_as(f.report));
  } else if (count.doubtful > 0) {
    text.add(fmt::format("Look at {}: {}; nothing proves a back door.", count_of(count.doubtful, "odd page"),
                         shorten(name_of(f.report.doors.front()), kShownName)));
  } else if (f.partial()) {
    text.add("Can't tell: none was found in what was read, but the hunt was interrupted.");
  } else if (f.incident.findings.web_folders.empty() && f.incident.findings.known_good_files == 0) {
    text.add(
        "Can't tell: the server's web folders are not part of this evidence, and no log shows a back door.");
  } else {
    text.add("No back door was found in the web folders given or in the logs.");
    text.add("Other ways to stay (accounts, tasks, services) show only as far as their files were given.");
  }
  return answer("left-behind", "Is anything left behind?", text, count.confidence, count.evidence);
}

struct Returns {
  std::set<std::string> clients;
  std::uint64_t requests = 0;
  std::optional<Timestamp> last;
  bool looked = false;
  Evidence evidence;
};

Returns count_returns(const Facts& f) {
  Returns returns;
  for (const Door& door : f.report.doors) {
    if (!counts(door)) continue;
    for (const DoorVisitor& visitor : door.visitors) {
      returns.looked = returns.looked || !visitor.planter;
      if (!door.re_entered || !visitor.effective) continue;
      returns.clients.insert(visitor.client);
      returns.requests += visitor.answered;
      returns.last = std::max(returns.last.value_or(visitor.last), visitor.last);
    }
    if (!door.re_entered) continue;
    add_evidence(returns.evidence, telling_part(door, f.incident, [&](const auto& d) {
                   return is_visit_of_returner(d, door);
                 }));
  }
  return returns;
}

// The first door that was asked to delete itself; nullptr if none was.
const Door* self_removed(const Facts& f) {
  const auto found = std::ranges::find_if(
      f.report.doors, [](const Door& door) { return counts(door) && remover_of(door) != nullptr; });
  return found == f.report.doors.end() ? nullptr : &*found;
}

Answer returned(const Facts& f) {
  Sentences text;
  const Returns returns = count_returns(f);
  const bool came_back = f.report.verdict.compromise == Compromise::re_entered;
  const bool any_door = count_doors(f).all > 0;
  if (came_back && returns.requests == 0) {
    text.add(fmt::format("{}: {}", how_sure(f.report.verdict.compromise_confidence), programs_ran(f.report)));
    text.add("No web log shows who asked for it.");
  } else if (came_back) {
    text.add(fmt::format("{}: {} through the back door by {}, last {}.",
                         how_sure(f.report.verdict.compromise_confidence),
                         count_of(returns.requests, "answered request"),
                         count_of(returns.clients.size(), "address", "addresses"),
                         returns.last ? f.when(*returns.last) : "at an unknown time"));
  } else if (!any_door) {
    text.add(f.partial()
                 ? "Can't tell: no back door was found in what was read, but the hunt was interrupted."
                 : "No back door is known, so no use of one can be shown.");
  } else if (const Door* door = self_removed(f)) {
    const DoorVisitor& remover = *remover_of(*door);
    text.add(fmt::format("No sign of it: {} only asked the back door to delete itself, {}.", remover.client,
                         f.when(removal_time(*door).value_or(remover.last))));
  } else if (returns.looked) {
    text.add("No sign of it: others asked whether the back door is there, but no request did anything.");
  } else {
    text.add("No use of the back door after planting is logged.");
  }
  if (!came_back && any_door && !f.can_tell())
    text.add(fmt::format("It can't be ruled out: {}.", f.why_not()));
  if (!came_back && self_removed(f) != nullptr) text.add("No log tells who that was.");
  return answer("returned", "Did anyone come back?", text,
                came_back ? f.report.verdict.compromise_confidence : Confidence::possible, returns.evidence);
}

std::vector<const MailboxAccess*> accesses_that_count(const ServerReport& report) {
  std::vector<const MailboxAccess*> accesses;
  for (const MailboxAccess& access : report.mailboxes)
    if (access.confidence >= report.verdict.mail_confidence) accesses.push_back(&access);
  return accesses;
}

Answer mail(const Facts& f) {
  Sentences text;
  Evidence evidence;
  const auto accesses = accesses_that_count(f.report);
  for (const MailboxAccess* access : accesses) add_evidence(evidence, access->evidence);
  if (f.report.verdict.mail_accessed && !accesses.empty()) {
    text.add(fmt::format("{}: {}, first {}.", how_sure(f.report.verdict.mail_confidence),
                         what_was_taken(accesses), f.when(accesses.front()->first)));
    text.add(mailboxes_named(accesses));
  } else if (f.report.verdict.compromise >= Compromise::exploited) {
    text.add(f.partial() ? "No reading of mail by the flaw was seen before the hunt was interrupted."
                         : "No reading of mail by the flaw is logged.");
    text.add("An intruder who got inside could read all mail by other ways that these logs do not show.");
  } else {
    tell_nothing_found(f, text, "No reading of mail by the flaw");
  }
  return answer("mail", "Was mail read?", text, f.report.verdict.mail_confidence, evidence);
}

const CoverageLine* worst_log(const ServerReport& report) {
  const CoverageLine* worst = nullptr;
  for (const CoverageLine& line : report.coverage) {
    if (!line.needed) continue;
    const auto rank = [](const CoverageLine& l) { return std::pair(!l.decisive, l.share_of_crucial_days); };
    if (worst == nullptr || rank(line) < rank(*worst)) worst = &line;
  }
  return worst;
}

std::string percent(double share) {
  if (share > 0 && share < 0.01) return "under 1 %";
  return fmt::format("{} %", static_cast<int>(share * 100));
}

// Needed logs that do not decide, but hide something when they are not there.
std::string other_logs_missing(const ServerReport& report, const CoverageLine* told) {
  std::string titles;
  for (const CoverageLine& line : report.coverage) {
    if (!line.needed || &line == told || line.share_of_crucial_days >= kSufficientShare) continue;
    titles += fmt::format("{}{}", titles.empty() ? "" : ", ", line.title);
  }
  return titles.empty() ? titles : fmt::format("Not enough of: {}.", titles);
}

Answer unknowns(const Facts& f) {
  Sentences text;
  const CoverageLine* worst = worst_log(f.report);
  const TimeRange days =
      crucial_days(f.incident.campaign, f.exposure.patched_at, collected_at(f.incident.findings));
  if (f.partial()) {
    text.add("Whatever was not read: the hunt was interrupted. Run it again to its end.");
  } else if (worst == nullptr) {
    text.add("Can't tell: the campaign names no log that would have to be here.");
  } else if (worst->share_of_crucial_days < kSufficientShare) {
    text.add(worst->files == 0 ? fmt::format("{}: none here.", worst->title)
                               : fmt::format("{}: {} of the days that matter ({} to {}) are covered.",
                                             worst->title, percent(worst->share_of_crucial_days),
                                             to_date_text(days.first), to_date_text(days.last)));
    text.add(worst->gaps.empty() || worst->gaps.front().hides.empty()
                 ? ""
                 : fmt::format("Hidden by that: {}.", worst->gaps.front().hides));
  } else {
    const bool all = worst->share_of_crucial_days >= 1;
    text.add(fmt::format("The logs that decide cover {} of the days that matter ({} to {}).",
                         all ? "all" : "at least " + percent(worst->share_of_crucial_days),
                         to_date_text(days.first), to_date_text(days.last)));
  }
  text.add(logs_cleared(f.report));
  if (!f.partial()) text.add(other_logs_missing(f.report, worst));
  text.add("What an intruder did on other machines does not show here.");
  return answer("unknowns", "What can't be known?", text, Confidence::possible);
}

}  // namespace

std::vector<Answer> six_answers(const ServerReport& report, const ExposureHistory& exposure, const Runs& runs,
                                const Incident& incident) {
  const Facts facts{report, exposure, runs, incident};
  return {exposed(facts),  broken_into(facts), left_behind(facts),
          returned(facts), mail(facts),        unknowns(facts)};
}

}  // namespace afterpatch::assess
