#include "detect/events/event_fit.h"

#include <algorithm>

#include "detect/events/event_detection.h"
#include "detect/events/known_fields.h"
#include "detect/events/windows_log_sources.h"

namespace afterpatch::detect::events {
namespace {

std::vector<std::string> event_fields(const sigma::RuleSet& set,
                                      const std::vector<std::set<std::string>>& fields) {
  std::set<std::string> all;
  for (std::size_t i = 0; i < set.rules.size(); ++i)
    if (is_for_windows_events(set.rules[i].log_source)) all.insert(fields[i].begin(), fields[i].end());
  return {all.begin(), all.end()};
}

}  // namespace

EventFitting::EventFitting(const sigma::RuleSet& set, const std::vector<std::set<std::string>>& fields)
    : set_(set), fields_(fields), all_fields_(event_fields(set, fields)), names_(all_fields_) {}

EventFitting::Kind EventFitting::make_kind(const EventKey& key) const {
  Kind kind;
  kind.mapping = mapping_of(key);
  std::set<std::string> wanted;
  for (std::size_t i = 0; i < set_.rules.size(); ++i) {
    if (!fits(set_.rules[i].log_source, key) || !can_match(set_.rules[i], key)) continue;
    kind.rules.insert(i);
    wanted.insert(fields_[i].begin(), fields_[i].end());
  }
  for (const std::string& field : wanted) {
    const auto place = std::ranges::lower_bound(all_fields_, field) - all_fields_.begin();
    kind.unseen.push_back(static_cast<sigma::FieldId>(place));
  }
  return kind;
}

bool EventFitting::visit(const ReadEvent& event) {
  ++events_;
  const EventKey key = key_of(event.record);
  auto known = kinds_.find(key);
  if (known == kinds_.end()) {
    too_many_ = too_many_ || kinds_.size() >= kMaxKinds;
    if (kinds_.size() >= kMaxKinds) return true;
    known = kinds_.emplace(key, make_kind(key)).first;
  }
  Kind& kind = known->second;
  if (kind.unseen.empty()) return true;
  const EventView& view = event.view(kind.mapping);
  std::erase_if(kind.unseen, [&](sigma::FieldId field) {
    const bool present = view.is_present(field);
    if (present) kind.seen.insert(field);
    return present;
  });
  return true;
}

Result<void> EventFitting::read(const evidence::Artefact& artefact) {
  return for_each_event(artefact, names_, [this](const ReadEvent& event) { return visit(event); });
}

std::set<std::string> EventFitting::logs_of(std::size_t rule) const {
  std::set<std::string> logs;
  for (const auto& [key, kind] : kinds_)
    if (kind.rules.contains(rule)) logs.insert(std::string(kEventLog) + '/' + key.channel);
  return logs;
}

bool EventFitting::has(std::size_t rule, const std::string& field) const {
  const auto place = std::ranges::lower_bound(all_fields_, field) - all_fields_.begin();
  return std::ranges::any_of(kinds_, [&](const auto& entry) {
    return entry.second.rules.contains(rule) &&
           entry.second.seen.contains(static_cast<sigma::FieldId>(place));
  });
}

}  // namespace afterpatch::detect::events
