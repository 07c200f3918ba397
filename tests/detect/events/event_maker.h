// Windows events for tests, in memory: chunks as the event log service writes them (a template for the event,
// another one for its data), and wrong wherever a test asks for it.
//
// Example:
//   EventLog log;
//   log.add({.channel = "Security", .event_id = 4688, .data = {text("NewProcessName", "C:\\x.exe")}});
//   for (const std::string& chunk : log.chunks()) ...
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "range/evtx_value.h"
#include "records/evtx/chunk_maker.h"

namespace afterpatch::detect::events {

using records::evtx::ChunkMaker;
using records::evtx::MadeValue;
using records::evtx::ValueType;

inline std::string utf16_of(std::string_view utf8) {
  std::string bytes;
  range::append_utf16(bytes, utf8);
  return bytes;
}

// One <Data>; without name it is <Data>value</Data>.
struct MadeData {
  std::string name;
  MadeValue value = {};
  bool named_by_value = false;  // <Data Name="%5">: the name is a value of the event, too
};

inline MadeData text(std::string name, std::string_view utf8) {
  return {std::move(name), {ValueType::string, utf16_of(utf8)}};
}
inline MadeData null(std::string name) {
  return {std::move(name)};
}
// Every text ends with a NUL, as Windows writes arrays.
inline MadeData texts(std::string name, const std::vector<std::string>& items) {
  MadeData data{std::move(name), {ValueType::string, {}, {}, true}};
  for (const std::string& item : items) data.value.bytes += utf16_of(item) + std::string(2, '\0');
  return data;
}
// `written` as the range writes it: "0x1f", "S-1-5-18", ...
inline MadeData typed(std::string name, range::EvtxType type, std::string_view written) {
  MadeData data{std::move(name), {static_cast<ValueType>(type), {}}};
  range::append_value(data.value.bytes, type, written);
  return data;
}
inline MadeData named_by_value(std::string name, std::string_view utf8) {
  MadeData data = text(std::move(name), utf8);
  data.named_by_value = true;
  return data;
}

struct MadeEvent {
  std::string channel = "Security";
  std::string provider = "Provider";
  std::uint16_t event_id = 1;
  std::vector<MadeData> data = {};
};

// Events in chunks, in their order. Events of the same fields share a template.
class EventLog {
 public:
  void add(const MadeEvent& event) {
    if (chunks_.empty() || chunks_.back().size() > kFull) begin_chunk();
    chunks_.back().record(++records_, [&](ChunkMaker& c) { write(c, event); }, kWritten);
  }

  std::vector<std::string> chunks() const {
    std::vector<std::string> all;
    for (const ChunkMaker& chunk : chunks_) all.push_back(chunk.bytes());
    return all;
  }

 private:
  static constexpr std::size_t kFull = 30000;  // room for one more event
  static constexpr std::uint64_t kWritten =
      (1614754186ULL + 11644473600ULL) * 10000000;  // 2021-03-03 06:49:46
  static constexpr std::uint32_t kOuter = 1;

  void begin_chunk() { chunks_.emplace_back(); }

  static void outer(ChunkMaker& c) {
    c.open("Event").close_start();
    c.open("System").close_start();
    c.open_with_attributes("Provider").attribute("Name").slot(0).close_empty();
    c.element("EventID", [](ChunkMaker& e) { e.slot(1, ValueType::uint16); });
    c.element("Channel", [](ChunkMaker& e) { e.slot(2); });
    c.end();
    c.optional(3, ValueType::binxml);
    c.end();
  }

  static void inner(ChunkMaker& c, const std::vector<MadeData>& data) {
    c.open("EventData").close_start();
    std::uint16_t slot = 0;
    for (const MadeData& one : data) {
      if (one.name.empty()) {
        c.open("Data").close_start();
      } else if (one.named_by_value) {
        c.open_with_attributes("Data").attribute("Name").slot(slot++).close_start();
      } else {
        c.open_with_attributes("Data").attribute("Name").text(one.name).close_start();
      }
      c.slot(slot++).end();
    }
    c.end();
  }

  // What makes the template another one.
  static std::string key_of(const std::vector<MadeData>& data) {
    std::string key;
    for (const MadeData& one : data) key += one.named_by_value ? std::string("*") : one.name + '\n';
    return key;
  }

  void write(ChunkMaker& c, const MadeEvent& event) {
    const auto guid =
        inner_.try_emplace(key_of(event.data), kOuter + 1 + static_cast<std::uint32_t>(inner_.size()))
            .first->second;
    std::vector<MadeValue> values;
    for (const MadeData& one : event.data) {
      if (one.named_by_value) values.push_back({ValueType::string, utf16_of(one.name)});
      values.push_back(one.value);
    }
    const auto data = [&, values](ChunkMaker& n) {
      n.fragment();
      n.instance(guid, [&](ChunkMaker& d) { inner(d, event.data); }, values);
      n.stop();
    };
    const auto optional_text = [](const std::string& utf8) {
      return utf8.empty() ? MadeValue{} : MadeValue{ValueType::string, utf16_of(utf8)};
    };
    c.fragment();
    c.instance(kOuter, outer,
               {optional_text(event.provider),
                {ValueType::uint16, records::evtx::little_endian(event.event_id)},
                optional_text(event.channel),
                {ValueType::binxml, {}, data}});
    c.stop();
  }

  std::vector<ChunkMaker> chunks_;
  std::uint64_t records_ = 0;
  std::map<std::string, std::uint32_t> inner_;
};

}  // namespace afterpatch::detect::events
