// Which rules for Windows events could match the events that really occur, told by channel, provider and
// event id, and which of the fields that they name ever have a value there.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "detect/events/event_log.h"
#include "detect/sigma/rule_set.h"

namespace afterpatch::detect::events {

// Not thread-safe. The set and the fields must outlive it.
class EventFitting {
 public:
  // `fields`: those that each rule of the set names.
  EventFitting(const sigma::RuleSet& set, const std::vector<std::set<std::string>>& fields);

  // Reads the log to its end. Fails when it can't be read; what was read counts. REQUIRES: is_event_log().
  Result<void> read(const evidence::Artefact& artefact);

  std::uint64_t events() const { return events_; }
  // Kinds beyond kMaxKinds were left out.
  bool has_too_many_kinds() const { return too_many_; }

  // "windows-events/Security" and the like, sorted: channels that some event of the rule's kinds is in.
  std::set<std::string> logs_of(std::size_t rule) const;
  // Whether the field has a value in some event of the rule's kinds.
  bool has(std::size_t rule, const std::string& field) const;

 private:
  static constexpr std::size_t kMaxKinds = 4096;
  struct Kind {
    std::set<std::size_t> rules;
    Mapping mapping = Mapping::none;
    std::vector<sigma::FieldId> unseen;
    std::set<sigma::FieldId> seen;
  };
  bool visit(const ReadEvent& event);
  Kind make_kind(const EventKey& key) const;

  const sigma::RuleSet& set_;
  const std::vector<std::set<std::string>>& fields_;
  std::vector<std::string> all_fields_;  // sorted; a FieldId is a place there
  FieldNames names_;
  std::map<EventKey, Kind> kinds_;
  std::uint64_t events_ = 0;
  bool too_many_ = false;
};

}  // namespace afterpatch::detect::events
