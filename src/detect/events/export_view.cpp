#include "detect/events/export_view.h"

#include <algorithm>

#include "base/text.h"
#include "detect/events/event_rules.h"

namespace afterpatch::detect::events {

using records::event_export::Leaf;
using records::event_export::Part;

namespace {

bool intersects(const std::vector<sigma::FieldId>& fields, const std::vector<sigma::FieldId>& rising) {
  return std::ranges::any_of(fields,
                             [&](sigma::FieldId field) { return std::ranges::binary_search(rising, field); });
}

}  // namespace

const ExportView::Fields* ExportView::fields_of(const Leaf& leaf) {
  key_.assign(1, leaf.part == Part::system ? 's' : 'd');
  key_ += leaf.name;
  const auto [found, added] = by_name_.try_emplace(key_);
  if (added) found->second = fields_named(leaf.name, leaf.part);
  return &found->second;
}

void ExportView::start(const records::event_export::Event& event, Mapping mapping) {
  constexpr std::size_t kMaxNames = 16384;  // a hostile export may hold millions
  EventView::start(mapping);
  event_ = &event;
  if (by_name_.size() > kMaxNames) by_name_.clear();
  fields_.clear();
  for (const Leaf& leaf : event.leaves()) fields_.push_back(fields_of(leaf));
}

void ExportView::collect(sigma::FieldId field, Cell& cell) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (std::ranges::find(*fields_[i], field) != fields_[i]->end())
      cell.values.push_back(event_->leaves()[i].text);
  }
}

std::string ExportView::native_text(std::string_view name) const {
  for (const Leaf& leaf : event_->leaves())
    if (equals_ignoring_case(leaf.name, name)) return std::string(leaf.text);
  return {};
}

bool ExportView::any_text(sigma::TextVisitor visit) const {
  return std::ranges::any_of(event_->leaves(), [&](const Leaf& leaf) { return visit(leaf.text); });
}

void ExportView::gather(const EventPlan& plan, ScanTexts& texts) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (!plan.scans_every_text && !intersects(*fields_[i], plan.scanned_fields)) continue;
    texts.bytes += event_->leaves()[i].text;
    texts.end_segment(*fields_[i]);
  }
  gather_mapped(plan, texts);
}

}  // namespace afterpatch::detect::events
