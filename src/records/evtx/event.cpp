#include "records/evtx/event.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text.h"
#include "records/evtx/layout.h"

namespace afterpatch::records::evtx {
namespace {

// XML 1.0, section 4.6; others stay as they are written.
void append_entity(std::string_view name, std::string& out) {
  constexpr std::pair<std::string_view, char> kPredefined[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [known, character] : kPredefined) {
    if (name == known) {
      out += character;
      return;
    }
  }
  out.append("&").append(name).append(";");
}

}  // namespace

Value Event::value(const Instance& instance, std::uint32_t slot) const {
  return slot < instance.value_count ? values_[instance.first_value + slot] : Value{};
}

const Instance* Event::nested(const Instance& instance, std::uint32_t slot) const {
  if (slot >= instance.value_count) return nullptr;
  const std::uint32_t value = instance.first_value + slot;
  const auto found = std::find_if(nested_.begin(), nested_.end(),
                                  [&](const Nested& nested) { return nested.value == value; });
  return found == nested_.end() ? nullptr : &instances_[found->instance];
}

std::size_t Event::count_texts(const Instance& instance, const Leaf& leaf) const {
  if (!leaf.slot) return 1;
  const Value value = this->value(instance, *leaf.slot);
  if (value.is_null() || value.type == static_cast<std::uint8_t>(ValueType::binxml)) return 0;
  return evtx::count_texts(value);
}

void Event::append_text(const Instance& instance, const Leaf& leaf, std::size_t item,
                        std::string& out) const {
  if (leaf.slot) return evtx::append_text(value(instance, *leaf.slot), item, out);
  const std::size_t bound = out.size() + kMaxLeafBytes;
  for (std::uint32_t at = leaf.first_step; at < leaf.end_step && out.size() < bound; ++at)
    append_step(instance, instance.shape->steps[at], 0, out);
}

void Event::append_name(const Instance& instance, const Leaf& leaf, std::string& out) const {
  if (!leaf.name_slot) {
    out += leaf.name;
  } else {
    evtx::append_text(value(instance, *leaf.name_slot), 0, out);
  }
}

void Event::append_step(const Instance& instance, const Step& step, std::size_t item,
                        std::string& out) const {
  switch (step.kind) {
    case Step::Kind::slot:
    case Step::Kind::optional_slot:
      return evtx::append_text(value(instance, step.operand), item, out);
    case Step::Kind::character:
      return append_utf8(out, step.operand);
    case Step::Kind::entity:
      return append_entity(names_->text(step.operand), out);
    default:
      out += names_->text(step.operand);
  }
}

bool Event::is_absent(const Instance& instance, const Step& step) const {
  return is_slot(step.kind) && value(instance, step.operand).is_null();
}

std::string Event::system_text(std::uint32_t SystemLeaves::* leaf) const {
  std::string text;
  for (const Instance& instance : instances_) {
    const std::uint32_t place = instance.shape->system.*leaf;
    if (place == SystemLeaves::kNone) continue;
    const Leaf& found = instance.shape->leaves[place];
    if (count_texts(instance, found) > 0) append_text(instance, found, 0, text);
    return text;
  }
  return text;
}

std::uint32_t Event::event_id() const {
  const std::string text = system_text(&SystemLeaves::event_id);
  std::uint32_t id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  return id;
}

std::optional<Timestamp> filetime_to_time(std::uint64_t filetime) {
  constexpr std::int64_t kSecondsTo1970 = 11'644'473'600;  // from 1601-01-01
  constexpr std::uint64_t kEndOfYear9999 = 2'650'467'744'000'000'000;
  if (filetime == 0 || filetime >= kEndOfYear9999) return std::nullopt;
  return Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(filetime / 10)) -
                   std::chrono::seconds(kSecondsTo1970));
}

std::optional<Timestamp> Event::time() const {
  const std::string text = system_text(&SystemLeaves::time_created);
  if (const auto time = text.empty() ? std::nullopt : parse_time(text)) return time;
  return filetime_to_time(written);
}

}  // namespace afterpatch::records::evtx
