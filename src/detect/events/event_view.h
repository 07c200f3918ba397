// A Windows event as Sigma rules see it: fields by name, with the values that rules for Sysmon expect where
// Windows' own events hold the same under another name (field_mapping.h). What is asked for is turned into
// text once.
//
// Names are compared ignoring case, and spaces in the event's names may be left out in the rules'. EventID,
// Channel and Provider_Name are those of System only, since they also decide which rules are asked; any other
// name may stand in System and in the event's data, and then the field has both values.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/events/announcement_memory.h"
#include "detect/events/field_mapping.h"
#include "detect/sigma/event.h"
#include "records/evtx/event.h"

namespace afterpatch::detect::events {

// Whether a field of that name (any case) is taken from System alone.
bool is_system_only(std::string_view name);

// The fields that rules name, by name. Immutable; shared between threads.
class FieldNames {
 public:
  // `names` are Program::field_names(); a FieldId is a place there.
  explicit FieldNames(const std::vector<std::string>& names);

  // Several when rules write one name in several cases.
  std::span<const sigma::FieldId> ids(std::string_view name) const;
  std::size_t size() const { return size_; }

 private:
  std::unordered_map<std::string, std::vector<sigma::FieldId>> ids_;
  std::size_t size_;
};

struct EventPlan;

// The texts of one event that a plan wants scanned, one after another, and which fields each is a value of.
struct ScanTexts {
  struct Segment {
    std::size_t end;  // in `bytes`
    std::span<const sigma::FieldId> fields;
  };
  // A segment whose value is to be remembered with what it announces.
  struct New {
    std::size_t segment;
    std::uint32_t list;
    std::string_view value;
  };
  std::string bytes;
  std::vector<Segment> segments;
  std::vector<New> fresh;                // in the order of the segments
  std::vector<std::uint32_t> announced;  // rules, by values that are known and therefore not in `bytes`

  void clear() {
    bytes.clear();
    segments.clear();
    fresh.clear();
    announced.clear();
  }
  // What was appended to `bytes` since the last segment becomes one.
  void end_segment(std::span<const sigma::FieldId> fields) {
    bytes += '\0';  // so that no literal is found across two texts
    segments.push_back({bytes.size(), fields});
  }
};

// Not thread-safe. Texts that it hands out live until the next start.
class EventView : public sigma::Event {
 public:
  // `names` must outlive it.
  explicit EventView(const FieldNames& names) : names_(names), cells_(names.size()) {}

  std::span<const std::string_view> values(sigma::FieldId field) const override;
  bool any_text(sigma::TextVisitor visit) const override = 0;
  // Every value of the plan's fields, and every other text if it wants them.
  virtual void gather(const EventPlan& plan, ScanTexts& texts) const = 0;
  // What a segment of ScanTexts::fresh announced, rising, each once. REQUIRES: gather() gave it last.
  virtual void learn(const ScanTexts::New&, std::vector<std::uint32_t>) const {}

 protected:
  struct Cell {
    std::uint64_t event = 0;
    std::vector<std::string_view> values;
  };

  void start(Mapping mapping);
  const FieldNames& names() const { return names_; }
  // The event's own values of a field; mapped ones are added by the caller.
  virtual void collect(sigma::FieldId field, Cell& cell) const = 0;
  // First value of a native field by name; empty when it is absent.
  virtual std::string native_text(std::string_view name) const = 0;
  // Fields that rules name so, for a value of that name.
  std::vector<sigma::FieldId> fields_named(std::string_view name, records::evtx::Part part) const;
  // Values of the plan's fields that the mapping may have made.
  void gather_mapped(const EventPlan& plan, ScanTexts& texts) const;
  // Room for one text, empty, its storage kept from event to event.
  std::string& new_text() const;
  // A hostile event may name one long value thousands of times: texts beyond this are left out.
  bool has_room() const { return text_bytes_ < kMaxTextBytes; }
  void count_bytes(const std::string& text) const { text_bytes_ += text.size(); }

  static constexpr std::size_t kMaxTextBytes = std::size_t{4} << 20U;

 private:
  struct Mapped {
    sigma::FieldId field;
    const MappedField* how;
  };
  const std::vector<Mapped>& mapped(Mapping mapping) const;
  void add_mapped(sigma::FieldId field, Cell& cell) const;

  const FieldNames& names_;
  Mapping mapping_ = Mapping::none;
  std::uint64_t event_ = 0;
  mutable std::vector<Cell> cells_;
  mutable std::deque<std::string> texts_;
  mutable std::size_t texts_used_ = 0;
  mutable std::size_t text_bytes_ = 0;
  mutable std::unordered_map<std::uint8_t, std::vector<Mapped>> mapped_;
};

// Of an EVTX record.
class EvtxView : public EventView {
 public:
  explicit EvtxView(const FieldNames& names) : EventView(names) {}

  // `event` must live until the next start; `generation` is its reader's.
  void start(const records::evtx::Event& event, std::uint64_t generation, Mapping mapping);

  bool any_text(sigma::TextVisitor visit) const override;
  void gather(const EventPlan& plan, ScanTexts& texts) const override;
  void learn(const ScanTexts::New& fresh, std::vector<std::uint32_t> rules) const override {
    memory_.learn(fresh.list, fresh.value, std::move(rules));
  }

 private:
  // What of a shape a plan wants scanned.
  struct Scanned {
    std::uint32_t leaf;
    bool is_field;  // else only wanted for keywords
    std::vector<sigma::FieldId> fields;
    std::uint32_t memory = 0;  // the list of its values
    // Of the values in that list, since values of two types may have the same bytes; 0 before the first.
    mutable std::uint8_t memory_type = 0;
  };
  struct ScanList {
    bool made = false;
    std::vector<Scanned> leaves;
  };
  const ScanList& scan_list(const EventPlan& plan, const records::evtx::Shape& shape) const;
  bool is_scanned(const EventPlan& plan, const Scanned& scanned, const records::evtx::Value& value) const;
  void gather_leaf(const EventPlan& plan, const records::evtx::Instance& instance, const Scanned& scanned,
                   ScanTexts& texts) const;
  bool recall(const Scanned& scanned, const records::evtx::Value& value, ScanTexts& texts) const;
  std::vector<sigma::FieldId> fields_of(const records::evtx::Leaf& leaf) const;

  struct Bound {
    sigma::FieldId field;
    std::uint32_t leaf;
    auto operator<=>(const Bound&) const = default;
  };
  // Which leaf of a shape gives which field, by field.
  struct Binding {
    bool made = false;
    bool has_named_by_value = false;  // <Data Name="%5">: names are known only event by event
    std::vector<Bound> bound;
  };

  void collect(sigma::FieldId field, Cell& cell) const override;
  std::string native_text(std::string_view name) const override;
  const Binding& binding(const records::evtx::Shape& shape) const;
  void add_leaf(const records::evtx::Instance& instance, const records::evtx::Leaf& leaf, Cell& cell) const;
  void add_named_by_value(const records::evtx::Instance& instance, sigma::FieldId field, Cell& cell) const;

  const records::evtx::Event* record_ = nullptr;
  std::uint64_t generation_ = 0;
  mutable std::vector<Binding> bindings_;                  // by Shape::id
  mutable std::vector<std::vector<ScanList>> scan_lists_;  // by EventPlan::number and Shape::id
  mutable AnnouncementMemory memory_;
};

}  // namespace afterpatch::detect::events
