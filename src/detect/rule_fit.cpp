#include "detect/rule_fit.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "detect/events/event_fit.h"
#include "detect/log_blocks.h"
#include "detect/log_names.h"
#include "detect/row_event.h"
#include "detect/sigma/correlation_engine.h"
#include "detect/sigma/log_source.h"
#include "records/record.h"

namespace afterpatch::detect {
namespace {

void collect_fields(const sigma::Detection& detection, std::set<std::string>& fields) {
  for (const sigma::Detection& part : detection.parts) collect_fields(part, fields);
  if (detection.kind != sigma::Detection::Kind::item || !detection.item.field) return;
  fields.insert(*detection.item.field);
  for (const sigma::Value& value : detection.item.values) {
    if (const auto* reference = std::get_if<sigma::FieldReference>(&value.kind))
      fields.insert(reference->field);
  }
}

// Of its selections, and of the correlations that name it.
std::set<std::string> fields_of(const sigma::RuleSet& set, std::size_t rule) {
  std::set<std::string> fields;
  for (const sigma::Selection& selection : set.rules[rule].selections)
    collect_fields(selection.detection, fields);
  const auto correlated = sigma::correlation_fields(set.correlations, rule);
  if (correlated) fields.insert(correlated->begin(), correlated->end());
  return fields;
}

std::vector<std::set<std::string>> fields_of_all(const sigma::RuleSet& set) {
  std::vector<std::set<std::string>> fields;
  for (std::size_t i = 0; i < set.rules.size(); ++i) fields.push_back(fields_of(set, i));
  return fields;
}

bool is_for(const sigma::Rule& rule, std::string_view log) {
  const sigma::Route* route = sigma::find_route(log);
  return route != nullptr && sigma::applies(rule.log_source, *route);
}

// One log family over all files: which of the fields that its rules name had a value yet.
class SeenFields {
 public:
  explicit SeenFields(const std::set<std::string>& fields)
      : fields_(fields.begin(), fields.end()), seen_(fields.size()), unseen_(fields.size()) {}

  bool all_seen() const { return unseen_ == 0; }

  void read(const records::Record& record) {
    if (!event_ || !event_->is_for(*record.header)) event_.emplace(fields_, *record.header);
    const sigma::Event& event = event_->start(record);
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (seen_[i] || !event.is_present(static_cast<sigma::FieldId>(i))) continue;
      seen_[i] = true;
      --unseen_;
    }
  }

  bool has(const std::string& field) const {
    const auto at = std::ranges::lower_bound(fields_, field);
    return seen_[static_cast<std::size_t>(at - fields_.begin())];
  }

 private:
  std::vector<std::string> fields_;  // sorted; event_ refers to it
  std::vector<bool> seen_;
  std::size_t unseen_;
  std::optional<RowEvent> event_;
};

class Fitting {
 public:
  explicit Fitting(const sigma::RuleSet& set)
      : set_(set), fields_(fields_of_all(set)), events_(set, fields_) {}

  void read(const evidence::Artefact& artefact) {
    if (events::is_event_log(artefact)) return read_events(artefact);
    const std::string_view log = log_of(artefact);
    if (log.empty() && artefact.kind != evidence::Kind::mixed_log) return;
    if (!log.empty() && is_done(log)) return;
    auto blocks = LogBlocks::open(artefact);
    if (!blocks) return fit_.problems.push_back({artefact.path, "can't be read: " + blocks.error().what, 1});
    LogBlock block;
    while (!(!log.empty() && is_done(log)) && blocks->next(block)) read(block, log);
    if (!blocks->failure().empty())
      fit_.problems.push_back({artefact.path, "can't be read to its end: " + blocks->failure(), 1});
  }

  EvidenceFit finish() {
    for (const auto& [log, seen] : seen_) fit_.logs.push_back(log);
    for (std::size_t i = 0; i < set_.rules.size(); ++i) fit_.rules.push_back(fit_of(i));
    add_event_logs();
    return std::move(fit_);
  }

 private:
  void read_events(const evidence::Artefact& artefact) {
    if (const auto read = events_.read(artefact); !read)
      fit_.problems.push_back({artefact.path, "can't be read to its end: " + read.error().what, 1});
  }

  void add_event_logs() {
    std::set<std::string> logs(fit_.logs.begin(), fit_.logs.end());
    for (const RuleFit& rule : fit_.rules) logs.insert(rule.logs.begin(), rule.logs.end());
    fit_.logs.assign(logs.begin(), logs.end());
    fit_.records += events_.events();
    if (events_.has_too_many_kinds())
      fit_.problems.push_back({"", "too many kinds of Windows events: the last ones were not counted", 1});
  }

  bool is_done(std::string_view log) const {
    const auto seen = seen_.find(log);
    return seen != seen_.end() && seen->second.all_seen();
  }

  void read(const LogBlock& block, std::string_view log) {
    records::RecordReader reader(block.bytes, block.header, block.offset, block.date);
    while (reader.next()) {
      const records::Record& record = reader.record();
      if (record.header == nullptr) continue;
      const std::string_view family = log.empty() ? log_of(*record.header) : log;
      if (sigma::find_route(family) == nullptr) continue;
      ++fit_.records;
      seen_of(family).read(record);
    }
  }

  SeenFields& seen_of(std::string_view log) {
    const auto known = seen_.find(log);
    if (known != seen_.end()) return known->second;
    std::set<std::string> fields;
    for (std::size_t i = 0; i < set_.rules.size(); ++i) {
      if (is_for(set_.rules[i], log)) fields.insert(fields_[i].begin(), fields_[i].end());
    }
    return seen_.try_emplace(std::string(log), fields).first->second;
  }

  RuleFit fit_of(std::size_t number) const {
    const sigma::Rule& rule = set_.rules[number];
    RuleFit fit{rule.identity(), rule.title, rule.file, rule.line, {}, {}};
    for (const std::string& log : fit_.logs) {
      if (is_for(rule, log)) fit.logs.push_back(log);
    }
    const std::vector<std::string> text_logs = fit.logs;
    for (const std::string& log : events_.logs_of(number)) fit.logs.push_back(log);
    if (fit.logs.empty()) return fit;
    for (const std::string& field : fields_[number]) {
      const bool anywhere = std::ranges::any_of(
          text_logs, [&](const std::string& log) { return seen_.find(log)->second.has(field); });
      if (!anywhere && !events_.has(number, field)) fit.absent_fields.push_back(field);
    }
    return fit;
  }

  const sigma::RuleSet& set_;
  std::vector<std::set<std::string>> fields_;  // by rule
  events::EventFitting events_;
  std::map<std::string, SeenFields, std::less<>> seen_;
  EvidenceFit fit_;
};

}  // namespace

EvidenceFit fit_rules(const sigma::RuleSet& set, const evidence::Inventory& inventory) {
  Fitting fitting(set);
  for (const evidence::Artefact& artefact : inventory.artefacts) fitting.read(artefact);
  return fitting.finish();
}

}  // namespace afterpatch::detect
