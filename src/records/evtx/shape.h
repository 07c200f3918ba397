// What a template says: the elements and attributes of an event and which value goes where, compiled once
// from BinXml. Many thousand records share one shape; a record then is only a list of values.
//
// A record without template gets a shape too: its literal values are numbered as if they had been
// substituted, so that records alike share it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "records/evtx/names.h"

namespace afterpatch::records::evtx {

// One step of writing the XML. Steps of one shape are compared as numbers, so equal shapes have equal steps.
struct Step {
  enum class Kind : std::uint32_t {
    open_element,  // operand: NameId
    attribute,     // operand: NameId; the value's parts follow
    close_start,   // the attributes end, the content begins
    end_element,
    text,           // operand: NameId of a literal text
    character,      // operand: code point of a character reference
    entity,         // operand: NameId of an entity reference ("amp", "lt", ...)
    slot,           // operand: number of the value
    optional_slot,  // the same; a null value means that nothing is written
  };
  Kind kind = Kind::text;
  std::uint32_t operand = 0;
  bool operator==(const Step&) const = default;
};
using Steps = std::vector<Step>;

// Whether the operand is a NameId.
inline bool has_name(Step::Kind kind) {
  using Kind = Step::Kind;
  return kind == Kind::open_element || kind == Kind::attribute || kind == Kind::text || kind == Kind::entity;
}
inline bool is_slot(Step::Kind kind) {
  return kind == Step::Kind::slot || kind == Step::Kind::optional_slot;
}

// Where in the event a value stands; rules for System and for the rest never mix.
enum class Part : std::uint8_t {
  system,     // Event/System
  data,       // Event/EventData, Event/UserData and whatever else a provider writes
  rendering,  // Event/RenderingInfo: the message as text, put in by a collector
};

// A named value: the text of one element, or one attribute.
//
// Names are those that Sigma rules use: <Data Name="X"> and <ComplexData Name="X"> are X, <Data> without
// name is "Data", other elements are named by themselves ("EventID", "Channel", "Param1"), attributes by
// element and attribute ("Provider_Name", "TimeCreated_SystemTime"). Namespaces and their prefixes are left
// out. In the part `rendering` names begin with "RenderingInfo_".
struct Leaf {
  std::string name;
  Part part = Part::data;
  std::uint32_t first_step = 0;  // its parts: text, character, entity, slots, ...
  std::uint32_t end_step = 0;
  // The only part, when that is a slot: most leaves.
  std::optional<std::uint32_t> slot;
  // <Data Name="%5">: the name itself is a value; then `name` is empty.
  std::optional<std::uint32_t> name_slot;
};

// What decides the route of an event; places in Shape::leaves.
struct SystemLeaves {
  static constexpr std::uint32_t kNone = static_cast<std::uint32_t>(-1);
  std::uint32_t channel = kNone;
  std::uint32_t provider = kNone;
  std::uint32_t event_id = kNone;
  std::uint32_t computer = kNone;
  std::uint32_t time_created = kNone;
};

// Immutable. `id` is unique among the shapes of one reader.
struct Shape {
  std::uint32_t id = 0;
  Steps steps;
  std::vector<Leaf> leaves;
  SystemLeaves system;
};

// REQUIRES: the steps came from compile_steps() with the same names.
Shape make_shape(std::uint32_t id, Steps steps, const NameTable& names);

}  // namespace afterpatch::records::evtx
