#include "detect/events/event_detection.h"

#include <algorithm>

#include "base/text.h"
#include "detect/rule_detection.h"
#include "records/evtx/event_xml.h"

namespace afterpatch::detect::events {
namespace {

using records::evtx::Event;
using records::evtx::Instance;
using records::evtx::Leaf;
using records::evtx::Part;

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
};

constexpr std::size_t kMaxFactBytes = 1024;

std::string text_of(const Event& event, std::string_view field) {
  std::string text;
  for (const Instance& instance : event.instances()) {
    for (const Leaf& leaf : instance.shape->leaves) {
      if (leaf.part != Part::data || leaf.name != field || event.count_texts(instance, leaf) == 0) continue;
      event.append_text(instance, leaf, 0, text);
      text.resize(std::min(text.size(), kMaxFactBytes));
      return text;
    }
  }
  return text;
}

// The first values of <Data> without names, whether they are elements of their own or items of one array.
std::vector<std::string> nameless_data(const Event& event, std::size_t wanted) {
  std::vector<std::string> texts;
  for (const Instance& instance : event.instances()) {
    for (const Leaf& leaf : instance.shape->leaves) {
      if (leaf.part != Part::data || leaf.name != "Data") continue;
      const std::size_t items = event.count_texts(instance, leaf);
      for (std::size_t item = 0; item < items && texts.size() < wanted; ++item)
        event.append_text(instance, leaf, item, texts.emplace_back());
    }
  }
  return texts;
}

using Facts = std::vector<std::pair<std::string, std::string>>;

void add_fact(Facts& facts, std::string_view name, std::string value) {
  const bool known = std::ranges::any_of(facts, [&](const auto& fact) { return fact.first == name; });
  if (!known && !value.empty() && value != "-") facts.emplace_back(name, std::move(value));
}

// Exchange logs its cmdlets without names: cmdlet, parameters, account (the order of every build since 2010).
void add_cmdlet(Facts& facts, const Event& event) {
  std::vector<std::string> data = nameless_data(event, 3);
  if (data.size() < 3) return;
  std::string command = data[0] + ' ' + data[1];
  command.resize(std::min(command.size(), kMaxFactBytes));
  add_fact(facts, "command-line", std::move(command));
  add_fact(facts, "user", std::move(data[2]));
}

Facts facts_of(const Event& event) {
  Facts facts;
  add_fact(facts, "channel", event.channel());
  add_fact(facts, "provider", event.provider());
  add_fact(facts, "event-id", std::to_string(event.event_id()));
  add_fact(facts, "record-id", std::to_string(event.record_id));
  add_fact(facts, "computer", event.computer());
  for (const auto& [fact, field] : kFacts) add_fact(facts, fact, text_of(event, field));
  if (event.provider() == "MSExchange CmdletLogs") add_cmdlet(facts, event);
  if (event.recovered) add_fact(facts, "recovered", "yes");
  if (event.borrowed_template) add_fact(facts, "names-borrowed", "yes");
  return facts;
}

}  // namespace

void add_event_match(const EventRules& rules, RuleNumber number, const FoundEvent& found,
                     const sigma::Event& view, BlockOutcome& outcome) {
  const sigma::Rule* rule = rules.rules()[number].rule;
  const Event& event = found.event;
  const Place place{found.artefact.source, found.artefact.path, found.offset + event.offset, 0};
  const bool correlated = rules.correlated().wants(number);
  const bool kept = rule->shown_alone && ++outcome.rule_matches[rule->identity()] <= kMaxKeptPerRule;
  if (!correlated && !kept) return;
  const std::string raw = records::evtx::to_xml(event, kMaxRawBytes).substr(0, kMaxRawBytes);
  if (correlated)
    rules.correlated().add(number, view, {event.time(), place, kEventLog, raw}, outcome.base_matches);
  if (!kept) return;
  Detection detection =
      detection_of(*rule, rules.rules()[number].of_campaign ? rules.campaign_id() : std::string());
  detection.place = place;
  detection.time = event.time();
  detection.log = kEventLog;
  detection.raw = raw;
  detection.fields = facts_of(event);
  outcome.detections.push_back(std::move(detection));
}

}  // namespace afterpatch::detect::events
