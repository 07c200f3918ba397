// What is told of an event on which a rule matched, however the event came: EVTX or an export.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "detect/events/event_key.h"
#include "records/event_export/event.h"
#include "records/evtx/event.h"

namespace afterpatch::detect::events {

// A view of one event.
class EventRecord {
 public:
  virtual ~EventRecord() = default;

  // Of System; empty or 0 when the event has none.
  virtual std::string channel() const = 0;
  virtual std::string provider() const = 0;
  virtual std::string computer() const = 0;
  virtual std::uint32_t event_id() const = 0;
  // The three that decide which rules are asked.
  virtual EventKey key() const = 0;
  virtual std::optional<std::uint64_t> record_id() const = 0;
  virtual std::optional<Timestamp> time() const = 0;

  // The first value of the event's data of that name; empty when there is none.
  virtual std::string data_text(std::string_view name) const = 0;
  // The first values of <Data> without names, whether they are elements of their own or items of one array.
  virtual std::vector<std::string> nameless_data(std::size_t wanted) const = 0;
  // Left over from before the log was overwritten or cleared.
  virtual bool is_recovered() const { return false; }
  virtual bool has_borrowed_names() const { return false; }  // from elsewhere in the file, its own are gone
  // The event as text; at most `max_bytes`.
  virtual std::string raw(std::size_t max_bytes) const = 0;
};

class EvtxRecord : public EventRecord {
 public:
  // The event must outlive it.
  explicit EvtxRecord(const records::evtx::Event& event) : event_(event) {}

  std::string channel() const override { return event_.channel(); }
  std::string provider() const override { return event_.provider(); }
  std::string computer() const override { return event_.computer(); }
  std::uint32_t event_id() const override { return event_.event_id(); }
  EventKey key() const override;
  std::optional<std::uint64_t> record_id() const override { return event_.record_id; }
  std::optional<Timestamp> time() const override { return event_.time(); }
  std::string data_text(std::string_view name) const override;
  std::vector<std::string> nameless_data(std::size_t wanted) const override;
  bool is_recovered() const override { return event_.recovered; }
  bool has_borrowed_names() const override { return event_.borrowed_template; }
  std::string raw(std::size_t max_bytes) const override;  // XML

 private:
  const records::evtx::Event& event_;
};

class ExportRecord : public EventRecord {
 public:
  // The event must outlive it.
  explicit ExportRecord(const records::event_export::Event& event) : event_(event) {}

  std::string channel() const override { return std::string(event_.channel()); }
  std::string provider() const override { return std::string(event_.provider()); }
  std::string computer() const override { return std::string(event_.computer()); }
  std::uint32_t event_id() const override { return event_.event_id(); }
  EventKey key() const override;
  std::optional<std::uint64_t> record_id() const override { return event_.record_id(); }
  std::optional<Timestamp> time() const override { return event_.time(); }
  std::string data_text(std::string_view name) const override;
  std::vector<std::string> nameless_data(std::size_t wanted) const override;
  std::string raw(std::size_t max_bytes) const override;  // as the export has it

 private:
  const records::event_export::Event& event_;
};

}  // namespace afterpatch::detect::events
