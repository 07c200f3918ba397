#include "detect/events/event_view.h"

#include <algorithm>

#include "base/text.h"
#include "detect/events/event_rules.h"
#include "records/evtx/layout.h"

namespace afterpatch::detect::events {

using records::evtx::Instance;
using records::evtx::Leaf;
using records::evtx::Part;
using records::evtx::Shape;
using records::evtx::Value;
using records::evtx::ValueType;

namespace {

// Windows Defender names its data "Threat Name"; rules write ThreatName.
std::string without_spaces(std::string_view name) {
  std::string joined(name);
  std::erase(joined, ' ');
  return joined;
}

bool is_text(const Value& value) {
  const auto type = static_cast<ValueType>(value.type & ~records::evtx::kArray);
  return type == ValueType::string || type == ValueType::ansi_string || type == ValueType::xml;
}

// Single values whose text costs more than to look them up. Numbers do not.
bool is_worth_recalling(const Value& value) {
  const auto type = static_cast<ValueType>(value.type);
  return type == ValueType::string || type == ValueType::sid || type == ValueType::guid;
}

}  // namespace

bool is_system_only(std::string_view name) {
  return equals_ignoring_case(name, "EventID") || equals_ignoring_case(name, "Channel") ||
         equals_ignoring_case(name, "Provider_Name");
}

FieldNames::FieldNames(const std::vector<std::string>& names) : size_(names.size()) {
  for (std::size_t i = 0; i < names.size(); ++i)
    ids_[to_lower_ascii(names[i])].push_back(static_cast<sigma::FieldId>(i));
}

std::span<const sigma::FieldId> FieldNames::ids(std::string_view name) const {
  const auto found = ids_.find(to_lower_ascii(name));
  return found == ids_.end() ? std::span<const sigma::FieldId>() : found->second;
}

void EventView::start(Mapping mapping) {
  mapping_ = mapping;
  ++event_;
  texts_used_ = 0;
  if (!has_room()) texts_.clear();
  text_bytes_ = 0;
}

std::string& EventView::new_text() const {
  if (texts_used_ == texts_.size()) texts_.emplace_back();
  std::string& text = texts_[texts_used_++];
  text.clear();
  return text;
}

std::span<const std::string_view> EventView::values(sigma::FieldId field) const {
  Cell& cell = cells_[field];
  if (cell.event != event_) {
    cell.event = event_;
    cell.values.clear();
    collect(field, cell);
    if (mapping_ != Mapping::none) add_mapped(field, cell);
  }
  return cell.values;
}

const std::vector<EventView::Mapped>& EventView::mapped(Mapping mapping) const {
  const auto [found, added] = mapped_.try_emplace(static_cast<std::uint8_t>(mapping));
  if (added) {
    for (const MappedField& how : mapped_fields(mapping))
      for (const sigma::FieldId field : names_.ids(how.sigma_name)) found->second.push_back({field, &how});
  }
  return found->second;
}

void EventView::add_mapped(sigma::FieldId field, Cell& cell) const {
  const bool has_own = !cell.values.empty();
  for (const Mapped& mapped : this->mapped(mapping_)) {
    if (mapped.field != field || (has_own && !is_rewritten(*mapped.how))) continue;
    const std::string first = native_text(mapped.how->first);
    if (first.empty()) continue;
    const std::string second = mapped.how->second.empty() ? std::string() : native_text(mapped.how->second);
    for (std::string& value : mapped_values(mapped.how->form, first, second)) {
      if (std::ranges::find(cell.values, value) != cell.values.end()) continue;
      std::string& text = new_text();
      text = std::move(value);
      cell.values.push_back(text);
    }
  }
}

std::vector<sigma::FieldId> EventView::fields_named(std::string_view name, Part part) const {
  std::vector<sigma::FieldId> fields;
  if (part != Part::system && is_system_only(name)) return fields;
  const auto add = [&](std::string_view written) {
    for (const sigma::FieldId field : names_.ids(written)) fields.push_back(field);
  };
  add(name);
  if (name.find(' ') != std::string_view::npos) add(without_spaces(name));
  return fields;
}

void EventView::gather_mapped(const EventPlan& plan, ScanTexts& texts) const {
  if (mapping_ == Mapping::none) return;
  for (const Mapped& mapped : this->mapped(mapping_)) {
    if (!std::ranges::binary_search(plan.scanned_fields, mapped.field)) continue;
    for (const std::string_view text : values(mapped.field)) {
      texts.bytes += text;
      texts.end_segment({&mapped.field, 1});
    }
  }
}

void EvtxView::start(const records::evtx::Event& event, std::uint64_t generation, Mapping mapping) {
  EventView::start(mapping);
  record_ = &event;
  if (generation != generation_) {
    bindings_.clear();
    scan_lists_.clear();
    memory_.clear();
  }
  generation_ = generation;
}

// None for a leaf that is named event by event.
std::vector<sigma::FieldId> EvtxView::fields_of(const Leaf& leaf) const {
  return leaf.name_slot ? std::vector<sigma::FieldId>() : fields_named(leaf.name, leaf.part);
}

const EvtxView::Binding& EvtxView::binding(const Shape& shape) const {
  if (shape.id >= bindings_.size()) bindings_.resize(shape.id + 1);
  Binding& binding = bindings_[shape.id];
  if (binding.made) return binding;
  for (std::uint32_t i = 0; i < shape.leaves.size(); ++i) {
    if (shape.leaves[i].name_slot) binding.has_named_by_value = true;
    for (const sigma::FieldId field : fields_of(shape.leaves[i])) binding.bound.push_back({field, i});
  }
  std::ranges::sort(binding.bound);
  binding.made = true;
  return binding;
}

void EvtxView::add_leaf(const Instance& instance, const Leaf& leaf, Cell& cell) const {
  const std::size_t items = record_->count_texts(instance, leaf);
  for (std::size_t item = 0; item < items && has_room(); ++item) {
    std::string& text = new_text();
    record_->append_text(instance, leaf, item, text);
    count_bytes(text);
    cell.values.push_back(text);
  }
}

void EvtxView::add_named_by_value(const Instance& instance, sigma::FieldId field, Cell& cell) const {
  for (const Leaf& leaf : instance.shape->leaves) {
    if (!leaf.name_slot) continue;
    std::string name;
    record_->append_name(instance, leaf, name);
    const auto ids = names().ids(name);
    if (!is_system_only(name) && std::ranges::find(ids, field) != ids.end()) add_leaf(instance, leaf, cell);
  }
}

void EvtxView::collect(sigma::FieldId field, Cell& cell) const {
  for (const Instance& instance : record_->instances()) {
    const Binding& binding = this->binding(*instance.shape);
    const auto fits = std::ranges::equal_range(binding.bound, field, {}, &Bound::field);
    for (const Bound& bound : fits) add_leaf(instance, instance.shape->leaves[bound.leaf], cell);
    if (binding.has_named_by_value) add_named_by_value(instance, field, cell);
  }
}

std::string EvtxView::native_text(std::string_view name) const {
  std::string text;
  for (const Instance& instance : record_->instances()) {
    for (const Leaf& leaf : instance.shape->leaves) {
      if (leaf.name_slot || !equals_ignoring_case(leaf.name, name)) continue;
      if (record_->count_texts(instance, leaf) == 0) continue;
      record_->append_text(instance, leaf, 0, text);
      return text;
    }
  }
  return text;
}

bool EvtxView::any_text(sigma::TextVisitor visit) const {
  for (const Instance& instance : record_->instances()) {
    for (const Leaf& leaf : instance.shape->leaves) {
      const std::size_t items = record_->count_texts(instance, leaf);
      for (std::size_t item = 0; item < items && has_room(); ++item) {
        std::string& text = new_text();
        record_->append_text(instance, leaf, item, text);
        count_bytes(text);
        if (visit(text)) return true;
      }
    }
  }
  return false;
}

const EvtxView::ScanList& EvtxView::scan_list(const EventPlan& plan, const Shape& shape) const {
  if (plan.number >= scan_lists_.size()) scan_lists_.resize(plan.number + 1);
  auto& lists = scan_lists_[plan.number];
  if (shape.id >= lists.size()) lists.resize(shape.id + 1);
  ScanList& list = lists[shape.id];
  if (list.made) return list;
  for (std::uint32_t i = 0; i < shape.leaves.size(); ++i) {
    Scanned scanned{i, shape.leaves[i].name_slot.has_value(), {}};
    for (const sigma::FieldId field : fields_of(shape.leaves[i])) {
      if (std::ranges::binary_search(plan.scanned_fields, field)) scanned.fields.push_back(field);
    }
    scanned.is_field = scanned.is_field || !scanned.fields.empty();
    if (!scanned.is_field && !plan.scans_every_text) continue;
    scanned.memory = memory_.add_list();
    list.leaves.push_back(std::move(scanned));
  }
  list.made = true;
  return list;
}

bool EvtxView::is_scanned(const EventPlan& plan, const Scanned& scanned, const Value& value) const {
  if (value.is_null() || value.type == static_cast<std::uint8_t>(ValueType::binxml)) return false;
  return scanned.is_field || plan.scans_every_number || is_text(value);
}

// Whether what the value announces is known, and then adds it; else sees to it that it will be. A leaf that
// is named event by event has other fields every time.
bool EvtxView::recall(const Scanned& scanned, const Value& value, ScanTexts& texts) const {
  if (!is_worth_recalling(value)) return false;
  if (scanned.memory_type == 0) scanned.memory_type = value.type;
  if (scanned.memory_type != value.type) return false;
  if (!memory_.is_worth(scanned.memory, value.bytes)) return false;
  const auto* rules = memory_.find(scanned.memory, value.bytes);
  if (rules == nullptr) {
    texts.fresh.push_back({texts.segments.size(), scanned.memory, value.bytes});
    return false;
  }
  texts.announced.insert(texts.announced.end(), rules->begin(), rules->end());
  return true;
}

void EvtxView::gather_leaf(const EventPlan& plan, const Instance& instance, const Scanned& scanned,
                           ScanTexts& texts) const {
  const Leaf& leaf = instance.shape->leaves[scanned.leaf];
  const Value value = leaf.slot ? record_->value(instance, *leaf.slot) : Value{};
  if (leaf.slot && !is_scanned(plan, scanned, value)) return;
  const bool has_room = texts.bytes.size() < kMaxTextBytes;
  if (has_room && leaf.slot && !leaf.name_slot && recall(scanned, value, texts)) return;
  std::span<const sigma::FieldId> fields = scanned.fields;
  if (leaf.name_slot) {
    std::string name;
    record_->append_name(instance, leaf, name);
    if (!is_system_only(name)) fields = names().ids(name);
  }
  const std::size_t items = leaf.slot ? records::evtx::count_texts(value) : 1;
  for (std::size_t item = 0; item < items && texts.bytes.size() < kMaxTextBytes; ++item) {
    if (leaf.slot) {
      records::evtx::append_text(value, item, texts.bytes);
    } else {
      record_->append_text(instance, leaf, item, texts.bytes);
    }
    texts.end_segment(fields);
  }
}

void EvtxView::gather(const EventPlan& plan, ScanTexts& texts) const {
  for (const Instance& instance : record_->instances())
    for (const Scanned& scanned : scan_list(plan, *instance.shape).leaves)
      gather_leaf(plan, instance, scanned, texts);
  gather_mapped(plan, texts);
}

}  // namespace afterpatch::detect::events
