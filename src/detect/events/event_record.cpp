#include "detect/events/event_record.h"

#include <algorithm>

#include "base/text.h"
#include "records/evtx/event_xml.h"

namespace afterpatch::detect::events {

using records::evtx::Instance;
using records::evtx::Leaf;
using records::evtx::Part;

namespace {

// Without EventID there is no text that could be odd.
bool is_odd(std::string_view text, std::uint32_t event_id) {
  return !text.empty() && text != std::to_string(event_id);
}

// The text that Event::event_id() reads.
std::string event_id_text(const records::evtx::Event& event) {
  std::string text;
  for (const Instance& instance : event.instances()) {
    const std::uint32_t place = instance.shape->system.event_id;
    if (place == records::evtx::SystemLeaves::kNone) continue;
    const Leaf& leaf = instance.shape->leaves[place];
    if (event.count_texts(instance, leaf) > 0) event.append_text(instance, leaf, 0, text);
    return text;
  }
  return text;
}

// An export may hold several.
bool has_odd_event_id(const records::event_export::Event& event) {
  return std::ranges::any_of(event.leaves(), [&](const records::event_export::Leaf& leaf) {
    return leaf.part == records::event_export::Part::system && equals_ignoring_case(leaf.name, "EventID") &&
           is_odd(leaf.text, event.event_id());
  });
}

}  // namespace

EventKey EvtxRecord::key() const {
  const std::uint32_t event_id = event_.event_id();
  return {event_.channel(), event_.provider(), event_id, is_odd(event_id_text(event_), event_id)};
}

EventKey ExportRecord::key() const {
  return {std::string(event_.channel()), std::string(event_.provider()), event_.event_id(),
          has_odd_event_id(event_)};
}

std::string EvtxRecord::data_text(std::string_view name) const {
  std::string text;
  for (const Instance& instance : event_.instances()) {
    for (const Leaf& leaf : instance.shape->leaves) {
      if (leaf.part != Part::data || leaf.name != name || event_.count_texts(instance, leaf) == 0) continue;
      event_.append_text(instance, leaf, 0, text);
      return text;
    }
  }
  return text;
}

std::vector<std::string> EvtxRecord::nameless_data(std::size_t wanted) const {
  std::vector<std::string> texts;
  for (const Instance& instance : event_.instances()) {
    for (const Leaf& leaf : instance.shape->leaves) {
      if (leaf.part != Part::data || leaf.name != "Data") continue;
      const std::size_t items = event_.count_texts(instance, leaf);
      for (std::size_t item = 0; item < items && texts.size() < wanted; ++item)
        event_.append_text(instance, leaf, item, texts.emplace_back());
    }
  }
  return texts;
}

std::string EvtxRecord::raw(std::size_t max_bytes) const {
  std::string xml = records::evtx::to_xml(event_, max_bytes);
  xml.resize(std::min(xml.size(), max_bytes));
  return xml;
}

std::string ExportRecord::data_text(std::string_view name) const {
  return std::string(event_.first(Part::data, name));
}

std::vector<std::string> ExportRecord::nameless_data(std::size_t wanted) const {
  std::vector<std::string> texts;
  for (const records::event_export::Leaf& leaf : event_.leaves()) {
    if (texts.size() == wanted) break;
    if (leaf.part == Part::data && leaf.name == "Data") texts.emplace_back(leaf.text);
  }
  return texts;
}

std::string ExportRecord::raw(std::size_t max_bytes) const {
  return std::string(event_.raw.substr(0, max_bytes));
}

}  // namespace afterpatch::detect::events
