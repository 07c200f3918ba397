#include "range/evtx_document.h"

#include <fmt/format.h>

#include <array>

#include "base/hash.h"
#include "range/evtx_value.h"

namespace afterpatch::range {
namespace {

constexpr std::string_view kEventNamespace = "http://schemas.microsoft.com/win/2004/08/events/event";

// Slots of the outer template, numbered as Windows does. 14 to 18 are never used here and stay null.
enum Slot : std::uint16_t {
  kLevel,
  kOpcode,
  kTask,
  kEventId,
  kQualifiers,
  kKeywords,
  kTime,
  kActivity,
  kProcess,
  kThread,
  kRecordId,
  kVersion,
  kUser,
  kRelatedActivity,
  kPayload = 19,
  kSlots
};

constexpr std::array<EvtxType, kSlots> kTypes = {
    EvtxType::uint8,  EvtxType::uint8,    EvtxType::uint16, EvtxType::uint16, EvtxType::uint16,
    EvtxType::hex64,  EvtxType::filetime, EvtxType::guid,   EvtxType::uint32, EvtxType::uint32,
    EvtxType::uint64, EvtxType::uint8,    EvtxType::sid,    EvtxType::guid,   EvtxType::null,
    EvtxType::null,   EvtxType::null,     EvtxType::null,   EvtxType::null,   EvtxType::binary_xml};

// What fills the places of an event that differ: slots of a template, or texts.
class Filling {
 public:
  virtual ~Filling() = default;
  virtual bool has(std::uint16_t slot) const = 0;
  // What open() is told, so that readers leave the element out when the slot is null.
  virtual std::uint16_t dependency(std::uint16_t) const { return BinaryXml::kNoDependency; }
  virtual void put(BinaryXml& xml, std::uint16_t slot) const = 0;
  virtual void put_payload(BinaryXml& xml) const = 0;
};

class SlotFilling : public Filling {
 public:
  bool has(std::uint16_t) const override { return true; }
  std::uint16_t dependency(std::uint16_t slot) const override { return slot; }
  void put(BinaryXml& xml, std::uint16_t slot) const override { xml.slot(slot, kTypes[slot]); }
  void put_payload(BinaryXml& xml) const override { xml.slot(kPayload, EvtxType::binary_xml); }
};

void leaf(BinaryXml& xml, const Filling& filling, std::string_view name, std::uint16_t slot) {
  if (!filling.has(slot)) return;
  xml.open(name, false, filling.dependency(slot));
  xml.content();
  filling.put(xml, slot);
  xml.close();
}

void text_leaf(BinaryXml& xml, std::string_view name, std::string_view text) {
  xml.open(name);
  xml.content();
  xml.text(text);
  xml.close();
}

// An element without content and up to two attributes.
void attributes_only(BinaryXml& xml, const Filling& filling, std::string_view name, std::string_view first,
                     std::uint16_t first_slot, std::string_view second = {}, std::uint16_t second_slot = 0) {
  const bool has_first = filling.has(first_slot);
  const bool has_second = !second.empty() && filling.has(second_slot);
  xml.open(name, has_first || has_second);
  if (has_first) {
    xml.attribute(first, has_second);
    filling.put(xml, first_slot);
  }
  if (has_second) {
    xml.attribute(second, false);
    filling.put(xml, second_slot);
  }
  xml.close_empty();
}

void provider(BinaryXml& xml, const EvtxLayout& layout) {
  xml.open("Provider", true);
  xml.attribute("Name", !layout.provider_guid.empty());
  xml.text(layout.provider);
  if (!layout.provider_guid.empty()) {
    xml.attribute("Guid", false);
    xml.text("{" + layout.provider_guid + "}");
  }
  xml.close_empty();
}

void event_id(BinaryXml& xml, const Filling& filling) {
  const bool qualified = filling.has(kQualifiers);
  xml.open("EventID", qualified, filling.dependency(kEventId));
  if (qualified) {
    xml.attribute("Qualifiers", false);
    filling.put(xml, kQualifiers);
  }
  xml.content();
  filling.put(xml, kEventId);
  xml.close();
}

// Classic providers have neither version, opcode, correlation nor process.
void system(BinaryXml& xml, const EvtxLayout& layout, std::string_view computer, const Filling& filling) {
  xml.open("System");
  xml.content();
  provider(xml, layout);
  event_id(xml, filling);
  if (!layout.classic()) leaf(xml, filling, "Version", kVersion);
  leaf(xml, filling, "Level", kLevel);
  leaf(xml, filling, "Task", kTask);
  if (!layout.classic()) leaf(xml, filling, "Opcode", kOpcode);
  leaf(xml, filling, "Keywords", kKeywords);
  attributes_only(xml, filling, "TimeCreated", "SystemTime", kTime);
  leaf(xml, filling, "EventRecordID", kRecordId);
  if (!layout.classic()) {
    attributes_only(xml, filling, "Correlation", "ActivityID", kActivity, "RelatedActivityID",
                    kRelatedActivity);
    attributes_only(xml, filling, "Execution", "ProcessID", kProcess, "ThreadID", kThread);
  }
  text_leaf(xml, "Channel", layout.channel);
  text_leaf(xml, "Computer", computer);
  attributes_only(xml, filling, "Security", "UserID", kUser);
  xml.close();
}

void event(BinaryXml& xml, const EvtxLayout& layout, std::string_view computer, const Filling& filling) {
  xml.open("Event", true, filling.dependency(kPayload));
  xml.attribute("xmlns", false);
  xml.text(kEventNamespace);
  xml.content();
  system(xml, layout, computer, filling);
  filling.put_payload(xml);
  xml.close();
}

void named_slots(BinaryXml& xml, const EvtxLayout& layout) {
  for (std::uint16_t slot = 0; slot < layout.fields.size(); ++slot) {
    xml.open("Data", true);
    xml.attribute("Name", false);
    xml.text(layout.fields[slot].name);
    xml.content();
    xml.slot(slot, layout.fields[slot].type, false);
    xml.close();
  }
}

// The element is left out when its slot is null and repeated for every text of an array.
void array_slot(BinaryXml& xml) {
  xml.open("Data", false, 0);
  xml.content();
  xml.slot(0, EvtxType::text_array);
  xml.close();
  xml.open("Binary", false, 2);
  xml.content();
  xml.slot(2, EvtxType::binary);
  xml.close();
}

void field_slots(BinaryXml& xml, const EvtxLayout& layout) {
  for (std::uint16_t slot = 0; slot < layout.fields.size(); ++slot) {
    xml.open(layout.fields[slot].name);
    xml.content();
    xml.slot(slot, layout.fields[slot].type, false);
    xml.close();
  }
}

// <EventData> or <UserData>, around what `body` writes.
template <typename Body>
void payload(BinaryXml& xml, const EvtxLayout& layout, Body body) {
  const bool user = layout.payload == EvtxPayload::user_data;
  xml.open(user ? "UserData" : "EventData");
  xml.content();
  if (user) {
    xml.open(layout.user_element, true);
    xml.attribute("xmlns", false);
    xml.text(layout.user_namespace);
    xml.content();
  }
  body();
  if (user) xml.close();
  xml.close();
}

void payload_slots(BinaryXml& xml, const EvtxLayout& layout) {
  payload(xml, layout, [&] {
    if (layout.payload == EvtxPayload::named_data) return named_slots(xml, layout);
    if (layout.payload == EvtxPayload::unnamed_data) return array_slot(xml);
    field_slots(xml, layout);
  });
}

// Elements with texts: what a reader would show for the slots.
class TextFilling : public Filling {
 public:
  TextFilling(const EvtxEvent& filled, std::uint64_t record_id) : event_(filled) {
    const EvtxLayout& layout = *filled.layout;
    texts_[kLevel] = std::to_string(layout.level);
    texts_[kTask] = std::to_string(layout.task);
    texts_[kEventId] = std::to_string(layout.event_id);
    texts_[kKeywords] = fmt::format("0x{:016x}", layout.keywords);
    texts_[kTime] = to_iso8601(filled.time);
    texts_[kRecordId] = std::to_string(record_id);
    texts_[kUser] = filled.user_sid;
    if (layout.classic()) {
      texts_[kQualifiers] = std::to_string(layout.qualifiers);
      return;
    }
    texts_[kOpcode] = std::to_string(layout.opcode);
    texts_[kVersion] = std::to_string(layout.version);
    texts_[kProcess] = std::to_string(filled.process_id);
    texts_[kThread] = std::to_string(filled.thread_id);
  }
  bool has(std::uint16_t slot) const override { return !texts_[slot].empty(); }
  void put(BinaryXml& xml, std::uint16_t slot) const override { xml.text(texts_[slot]); }
  void put_payload(BinaryXml& xml) const override {
    payload(xml, *event_.layout, [&] {
      for (std::size_t i = 0; i < event_.values.size(); ++i) put_value(xml, i);
    });
  }

 private:
  void put_value(BinaryXml& xml, std::size_t index) const {
    const EvtxLayout& layout = *event_.layout;
    if (layout.payload == EvtxPayload::user_data)
      return text_leaf(xml, layout.fields[index].name, event_.values[index]);
    xml.open("Data", layout.payload == EvtxPayload::named_data);
    if (layout.payload == EvtxPayload::named_data) {
      xml.attribute("Name", false);
      xml.text(layout.fields[index].name);
    }
    xml.content();
    xml.text(event_.values[index]);
    xml.close();
  }

  const EvtxEvent& event_;
  std::array<std::string, kSlots> texts_;
};

// The table of a template instance: number of values, then size u16, type u8 and a zero for each, then the
// values.
class ValueTable {
 public:
  ValueTable(std::string& chunk, std::size_t count) : chunk_(chunk), next_(chunk.size() + 4) {
    append_little_endian(chunk_, static_cast<std::uint32_t>(count));
    chunk_.append(count * 4, '\0');
  }
  void add_null() { next_ += 4; }
  // `append` appends the value to the chunk.
  template <typename Append>
  void add(EvtxType type, Append append) {
    const std::size_t begin = chunk_.size();
    append();
    store_little_endian(chunk_, next_, static_cast<std::uint16_t>(chunk_.size() - begin));
    chunk_[next_ + 2] = static_cast<char>(type);
    next_ += 4;
  }
  template <std::unsigned_integral Number>
  void add(EvtxType type, Number value) {
    add(type, [&] { append_little_endian(chunk_, value); });
  }

 private:
  std::string& chunk_;
  std::size_t next_;
};

Error wrong_value(const EvtxLayout& layout, std::size_t index) {
  return {fmt::format("the value of field {} is not of its type", index),
          fmt::format("{} event {}", layout.provider, layout.event_id), ""};
}

// Sixteen bytes that depend on all of the description.
std::string make_guid(const std::string& description) {
  const std::string digits = sha256(description).substr(0, 32);
  const std::string text = fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4),
                                       digits.substr(12, 4), digits.substr(16, 4), digits.substr(20));
  std::string guid;
  append_guid(guid, text);
  return guid;
}

Result<void> check(const EvtxEvent& checked) {
  const EvtxLayout& layout = *checked.layout;
  if (!layout.classic() && checked.values.size() > layout.fields.size())
    return fail("more values than fields", fmt::format("{} event {}", layout.provider, layout.event_id));
  return {};
}

}  // namespace

const EvtxDocuments::Guids& EvtxDocuments::guids_of(const EvtxLayout& layout) {
  const auto known = guids_.find(&layout);
  if (known != guids_.end()) return known->second;
  std::string inner =
      fmt::format("{}|{}|{}", static_cast<int>(layout.payload), layout.user_element, layout.user_namespace);
  for (const EvtxField& field : layout.fields)
    inner += fmt::format("|{}:{}", field.name, static_cast<int>(field.type));
  const std::string outer = fmt::format("{}|{}|{}|{}|{}", layout.provider, layout.provider_guid,
                                        layout.channel, layout.classic(), computer_);
  return guids_.emplace(&layout, Guids{make_guid(outer), make_guid(inner)}).first->second;
}

Result<void> EvtxDocuments::append(std::string& chunk, const EvtxEvent& appended, std::uint64_t record_id) {
  if (const auto sound = check(appended); !sound) return sound;
  BinaryXml xml(chunk);
  xml.fragment();
  if (templates_) {
    if (const auto written = append_instance(chunk, appended, record_id); !written) return written;
  } else {
    event(xml, *appended.layout, computer_, TextFilling(appended, record_id));
  }
  xml.end_of_stream();
  return {};
}

Result<void> EvtxDocuments::append_instance(std::string& chunk, const EvtxEvent& appended,
                                            std::uint64_t record_id) {
  const EvtxLayout& layout = *appended.layout;
  BinaryXml xml(chunk);
  xml.template_instance(guids_of(layout).outer, [&] {
    xml.fragment();
    event(xml, layout, computer_, SlotFilling());
    xml.end_of_stream();
  });
  bool sound = true;
  Result<void> inner;
  ValueTable table(chunk, kSlots);
  table.add(EvtxType::uint8, layout.level);
  layout.classic() ? table.add_null() : table.add(EvtxType::uint8, layout.opcode);
  table.add(EvtxType::uint16, layout.task);
  table.add(EvtxType::uint16, layout.event_id);
  layout.classic() ? table.add(EvtxType::uint16, layout.qualifiers) : table.add_null();
  table.add(EvtxType::hex64, layout.keywords);
  table.add(EvtxType::filetime, to_filetime(appended.time));
  table.add_null();
  table.add(EvtxType::uint32, appended.process_id);
  table.add(EvtxType::uint32, appended.thread_id);
  table.add(EvtxType::uint64, record_id);
  layout.classic() ? table.add_null() : table.add(EvtxType::uint8, layout.version);
  if (appended.user_sid.empty()) {
    table.add_null();
  } else {
    table.add(EvtxType::sid, [&] { sound = append_value(chunk, EvtxType::sid, appended.user_sid); });
  }
  for (int unused = kRelatedActivity; unused < kPayload; ++unused) table.add_null();
  table.add(EvtxType::binary_xml, [&] { inner = append_inner_instance(chunk, appended); });
  if (!sound) return fail("'" + appended.user_sid + "' is no SID", layout.provider);
  return inner;
}

Result<void> EvtxDocuments::append_inner_instance(std::string& chunk, const EvtxEvent& appended) {
  const EvtxLayout& layout = *appended.layout;
  BinaryXml xml(chunk);
  xml.fragment();
  xml.template_instance(guids_of(layout).inner, [&] {
    xml.fragment();
    payload_slots(xml, layout);
    xml.end_of_stream();
  });
  if (layout.classic()) {
    ValueTable table(chunk, 3);
    table.add(EvtxType::text_array, [&] {
      for (const std::string& value : appended.values) append_value(chunk, EvtxType::text, value);
    });
    table.add_null();
    table.add_null();
    return {};
  }
  ValueTable table(chunk, layout.fields.size());
  std::size_t wrong = layout.fields.size();
  for (std::size_t i = 0; i < appended.values.size(); ++i) {
    const EvtxType type = layout.fields[i].type;
    table.add(type, [&] {
      if (!append_value(chunk, type, appended.values[i])) wrong = i;
    });
  }
  if (wrong < layout.fields.size()) return std::unexpected(wrong_value(layout, wrong));
  return {};
}

}  // namespace afterpatch::range
