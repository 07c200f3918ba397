#include "detect/events/event_detection.h"

#include <algorithm>

#include "base/text.h"
#include "detect/rule_detection.h"

namespace afterpatch::detect::events {
namespace {

// A fact and the fields that hold it, the first that the event has: Sysmon's name, then Security's.
struct FactSource {
  std::string_view fact;
  std::string_view field;
};
constexpr FactSource kFacts[] = {
    {"user", "User"},
    {"user", "SubjectUserName"},
    {"image", "Image"},
    {"image", "NewProcessName"},
    {"command-line", "CommandLine"},
    {"parent-image", "ParentImage"},
    {"parent-image", "ParentProcessName"},
    {"parent-command-line", "ParentCommandLine"},
    {"target-user", "TargetUserName"},
    {"client", "IpAddress"},
    {"target-file", "TargetFilename"},
    {"script", "ScriptBlockText"},
    {"service", "ServiceName"},
    {"threat", "Threat Name"},
    {"path", "Path"},
    {"action-id", "Action ID"},
    {"action", "Action Name"},
    {"error-code", "Error Code"},
};

constexpr std::size_t kMaxFactBytes = 1024;

using Facts = FoundEvent::Facts;

void add_fact(Facts& facts, std::string_view name, std::string value) {
  const bool known = std::ranges::any_of(facts, [&](const auto& fact) { return fact.first == name; });
  value.resize(std::min(value.size(), kMaxFactBytes));
  if (!known && !value.empty() && value != "-") facts.emplace_back(name, std::move(value));
}

// Exchange logs its cmdlets without names: cmdlet, parameters, account (the order of every build since 2010).
void add_cmdlet(Facts& facts, const EventRecord& event) {
  std::vector<std::string> data = event.nameless_data(3);
  if (data.size() < 3) return;
  add_fact(facts, "command-line", data[0] + ' ' + data[1]);
  add_fact(facts, "user", std::move(data[2]));
}

Facts facts_of(const EventRecord& event) {
  Facts facts;
  add_fact(facts, "channel", event.channel());
  add_fact(facts, "provider", event.provider());
  add_fact(facts, "event-id", std::to_string(event.event_id()));
  if (const auto record_id = event.record_id()) add_fact(facts, "record-id", std::to_string(*record_id));
  add_fact(facts, "computer", event.computer());
  for (const auto& [fact, field] : kFacts) add_fact(facts, fact, event.data_text(field));
  if (event.provider() == "MSExchange CmdletLogs") add_cmdlet(facts, event);
  if (event.is_recovered()) add_fact(facts, "recovered", "yes");
  if (event.has_borrowed_names()) add_fact(facts, "names-borrowed", "yes");
  return facts;
}

}  // namespace

std::optional<Timestamp> FoundEvent::time() const {
  if (!time_) time_ = event_.time();
  return *time_;
}

const std::string& FoundEvent::raw() const {
  if (!raw_) raw_ = event_.raw(kMaxRawBytes);
  return *raw_;
}

const FoundEvent::Facts& FoundEvent::facts() const {
  if (!facts_) facts_ = facts_of(event_);
  return *facts_;
}

void add_event_match(const EventRules& rules, RuleNumber number, const FoundEvent& found,
                     const sigma::Event& view, BlockOutcome& outcome) {
  const sigma::Rule* rule = rules.rules()[number].rule;
  const bool correlated = rules.correlated().wants(number);
  const bool kept = rule->shown_alone && outcome.count_match(rule->identity());
  if (!correlated && !kept) return;
  const Place place = found.place();
  if (correlated)
    rules.correlated().add(number, view, {found.time(), place, kEventLog, found.raw()}, outcome.base_matches);
  if (!kept) return;
  Detection detection = detection_of(*rule);
  detection.place = place;
  detection.time = found.time();
  detection.log = kEventLog;
  detection.raw = found.raw();
  detection.fields = found.facts();
  outcome.detections.push_back(std::move(detection));
}

}  // namespace afterpatch::detect::events
