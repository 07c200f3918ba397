// Windows events as the range makes them: a layout, which many events share, and the values of one event.
// Values are text; the layout says of what type each is stored. Shapes follow real records (Server 2016:
// MSExchange Management, Security, System, Sysmon).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace afterpatch::range {

// Types of values in binary XML, by their codes ([MS-EVEN6] 2.2.12.3, libevtx documentation "Value types").
enum class EvtxType : std::uint8_t {
  null = 0x00,
  text = 0x01,
  uint8 = 0x04,
  uint16 = 0x06,
  int32 = 0x07,
  uint32 = 0x08,
  uint64 = 0x0a,
  boolean = 0x0d,   // "true", "false"; four bytes
  binary = 0x0e,    // hexadecimal digits
  guid = 0x0f,      // "54849625-5478-4994-A5BA-3E3B0328C30D"
  filetime = 0x11,  // RFC 3339
  sid = 0x13,       // "S-1-5-18"
  hex32 = 0x14,     // "0x1f"
  hex64 = 0x15,
  binary_xml = 0x21,
  text_array = 0x81
};

struct EvtxField {
  std::string name;
  EvtxType type = EvtxType::text;
};

// What stands beside <System>.
enum class EvtxPayload {
  named_data,    // <EventData><Data Name="...">: providers with a manifest
  unnamed_data,  // <EventData><Data>: classic providers, one array of texts; no fields, any number of values
  user_data      // <UserData><element xmlns="..."><Field>: the event log service itself
};

// Everything but what differs from event to event.
struct EvtxLayout {
  std::string provider{};
  std::string provider_guid{};  // empty: classic providers have none
  std::string channel{};
  std::uint16_t event_id = 0;
  std::uint16_t qualifiers = 0;  // classic providers only
  std::uint8_t version = 0;
  std::uint8_t level = 4;
  std::uint16_t task = 0;
  std::uint8_t opcode = 0;
  std::uint64_t keywords = 0x8000000000000000;
  EvtxPayload payload = EvtxPayload::named_data;
  std::vector<EvtxField> fields{};  // of named_data and user_data
  std::string user_element{};       // user_data: name and name space of the element that holds the fields
  std::string user_namespace{};

  bool classic() const { return payload == EvtxPayload::unnamed_data; }
};

struct EvtxEvent {
  const EvtxLayout* layout = nullptr;  // not null; lives longer than the writer
  Timestamp time;
  std::uint32_t process_id = 0;  // not written for classic providers
  std::uint32_t thread_id = 0;
  std::string user_sid{};             // empty: none
  std::vector<std::string> values{};  // UTF-8, in the order of the fields; missing ones are null
};

}  // namespace afterpatch::range
