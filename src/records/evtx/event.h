// One event as a shape and a list of values that lie in the chunk. Nothing is turned into text before it is
// asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "records/evtx/binxml.h"
#include "records/evtx/shape.h"
#include "records/evtx/value.h"

namespace afterpatch::records::evtx {

// A filled-in shape. The event itself is instance 0; values that are BinXml (EventData, as Windows writes
// it) are instances of their own.
struct Instance {
  const Shape* shape = nullptr;
  std::uint32_t first_value = 0;
  std::uint32_t value_count = 0;
  std::uint32_t depth = 0;
};

// Views into the chunk and the reader: valid until the reader's next call.
class Event {
 public:
  std::uint64_t record_id = 0;
  std::uint64_t written = 0;  // FILETIME of the record's header, UTC
  std::size_t offset = 0;     // in the chunk
  std::size_t size = 0;
  bool recovered = false;  // RecordSpan::recovered
  // Its template, or that of a nested part, is missing: values are there, names are not.
  bool without_template = false;
  // The same, but a template of that name and number of values stood elsewhere in the file: names are likely.
  bool borrowed_template = false;
  Damage damage = Damage::none;  // of a nested part; the rest of the event stands

  std::span<const Instance> instances() const { return instances_; }
  // A null value when the instance has no such slot.
  Value value(const Instance& instance, std::uint32_t slot) const;
  // The instance that the value of a slot stands for; null when it is an ordinary value.
  const Instance* nested(const Instance& instance, std::uint32_t slot) const;

  // Texts that a leaf has: 0 when it is absent (a null value) or a nested instance, several for arrays.
  std::size_t count_texts(const Instance& instance, const Leaf& leaf) const;
  // REQUIRES: item < count_texts().
  void append_text(const Instance& instance, const Leaf& leaf, std::size_t item, std::string& out) const;
  // Its name, which may be a value itself.
  void append_name(const Instance& instance, const Leaf& leaf, std::string& out) const;

  // The text of one part of a value. REQUIRES: the step is a text, character, entity or slot.
  void append_step(const Instance& instance, const Step& step, std::size_t item, std::string& out) const;
  // Whether it is a slot without value.
  bool is_absent(const Instance& instance, const Step& step) const;
  const NameTable& names() const { return *names_; }

  // Of System; empty or 0 when the event has none.
  std::string channel() const { return system_text(&SystemLeaves::channel); }
  std::string provider() const { return system_text(&SystemLeaves::provider); }
  std::string computer() const { return system_text(&SystemLeaves::computer); }
  std::uint32_t event_id() const;
  // TimeCreated, else when the record was written.
  std::optional<Timestamp> time() const;

 private:
  friend class EventReader;
  std::string system_text(std::uint32_t SystemLeaves::* leaf) const;

  struct Nested {
    std::uint32_t value;  // place in values_
    std::uint32_t instance;
  };
  const NameTable* names_ = nullptr;
  std::vector<Instance> instances_;
  std::vector<Value> values_;
  std::vector<Nested> nested_;
};

// FILETIME (100 ns since 1601) to microseconds; nullopt outside the years 1601..9999.
std::optional<Timestamp> filetime_to_time(std::uint64_t filetime);

}  // namespace afterpatch::records::evtx
