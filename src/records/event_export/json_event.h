// One event in JSON. Exporters agree on little; the shape is told by the object's own keys:
//
// - evtx_dump: {"Event": {"System": {...}, "EventData": {...}}}, attributes below "#attributes" or in
//   "Name_attributes", texts below "#text";
// - winlogbeat: {"@timestamp": ..., "winlog": {"channel": ..., "event_id": ..., "event_data": {...}}}, nested
// or
//   with dots in the keys, and as Elasticsearch hands it out, below "_source"; winlogbeat 6 without "winlog";
// - flat: {"EventID": 1, "Channel": ..., "Hostname": ..., "Image": ...}, as NXLog, Zircolite and OTRF's
//   Security-Datasets have it.
//
// docs/formats.md says which name of theirs becomes which.
#pragma once

#include <cstdint>
#include <string_view>

#include "records/event_export/event.h"

namespace afterpatch::records::event_export {

enum class JsonReading : std::uint8_t {
  event,
  no_event,  // an object, but it names no event id together with a channel or provider
  damaged,   // no JSON object, or nested deeper than kMaxJsonDepth
};

inline constexpr std::size_t kMaxJsonDepth = 32;

// Adds the values of the object to the event.
JsonReading read_json_event(std::string_view json, Event& event);

}  // namespace afterpatch::records::event_export
