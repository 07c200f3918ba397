// An exported event as Sigma rules see it.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "detect/events/event_view.h"
#include "records/event_export/event.h"

namespace afterpatch::detect::events {

class ExportView : public EventView {
 public:
  explicit ExportView(const FieldNames& names) : EventView(names) {}

  // `event` must live until the next start.
  void start(const records::event_export::Event& event, Mapping mapping);

  bool any_text(sigma::TextVisitor visit) const override;
  void gather(const EventPlan& plan, ScanTexts& texts) const override;

 private:
  using Fields = std::vector<sigma::FieldId>;

  void collect(sigma::FieldId field, Cell& cell) const override;
  std::string native_text(std::string_view name) const override;
  const Fields* fields_of(const records::event_export::Leaf& leaf);

  const records::event_export::Event* event_ = nullptr;
  std::vector<const Fields*> fields_;                // of each leaf of the event
  std::unordered_map<std::string, Fields> by_name_;  // by a letter for System or not, and the name
  std::string key_;
};

}  // namespace afterpatch::detect::events
