// Reads MISP events (MISP core format, "Event" > "Attribute" and "Object" > "Attribute").
#include <array>
#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/text.h"
#include "detect/files/indicator_reader.h"

namespace afterpatch::detect::files {
namespace {

namespace json = boost::json;

// Composite types "a|b": what each half is. Ports and the names beside digests only narrow a match down, so
// they are left out; the digest or the address stands by itself.
struct Composite {
  std::string_view type;
  std::string_view first;
  std::string_view second;
};
constexpr std::array kComposites = {
    Composite{"filename|md5", "", "md5"},       Composite{"filename|sha1", "", "sha1"},
    Composite{"filename|sha256", "", "sha256"}, Composite{"ip-src|port", "ip-src", ""},
    Composite{"ip-dst|port", "ip-dst", ""},     Composite{"domain|ip", "domain", "ip"},
    Composite{"hostname|port", "hostname", ""},
};

const json::array* array_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  return value == nullptr ? nullptr : value->if_array();
}

bool is_true(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr) return false;
  if (const auto* flag = value->if_bool()) return *flag;
  if (const auto* number = value->if_int64()) return *number != 0;
  const std::string_view text = json_text(object, name);
  return text == "1" || equals_ignoring_case(text, "true");
}

void read_composite(const Composite& composite, std::string_view value, std::string_view note,
                    IndicatorSink& sink) {
  const auto bar = value.find('|');
  if (bar == std::string_view::npos)
    return sink.refuse(value, fmt::format("type '{}' without '|' in its value", composite.type));
  if (!composite.first.empty()) sink.take_word(composite.first, value.substr(0, bar), note, {});
  if (!composite.second.empty()) sink.take_word(composite.second, value.substr(bar + 1), note, {});
}

void read_attribute(const json::value& attribute, std::string_view event, IndicatorSink& sink) {
  const auto* object = attribute.if_object();
  if (object == nullptr) return sink.refuse("Attribute", "is no JSON object");
  const std::string_view type = json_text(*object, "type");
  const std::string_view value = json_text(*object, "value");
  if (is_true(*object, "deleted")) return sink.refuse(value, "was deleted by its maker");
  if (!is_true(*object, "to_ids"))
    return sink.refuse(fmt::format("{} {}", type, value), "is marked as not meant for detection (to_ids)");
  const std::string_view comment = json_text(*object, "comment");
  const std::string note = comment.empty() ? std::string(event) : fmt::format("{} ({})", comment, event);
  for (const Composite& composite : kComposites) {
    if (composite.type == type) return read_composite(composite, value, note, sink);
  }
  sink.take_word(type, value, note, {});
}

void read_attributes(const json::object& owner, std::string_view event, IndicatorSink& sink) {
  const json::array* attributes = array_in(owner, "Attribute");
  if (attributes == nullptr) return;
  for (const json::value& attribute : *attributes) read_attribute(attribute, event, sink);
}

void read_event(const json::object& event, IndicatorSink& sink) {
  const std::string_view info = json_text(event, "info");
  read_attributes(event, info, sink);
  const json::array* objects = array_in(event, "Object");
  if (objects == nullptr) return;
  for (const json::value& item : *objects) {
    if (const auto* object = item.if_object()) read_attributes(*object, info, sink);
  }
}

void read_wrapped_event(const json::value& value, IndicatorSink& sink) {
  const auto* object = value.if_object();
  if (object == nullptr) return sink.refuse("Event", "is no JSON object");
  const auto* inner = object->if_contains("Event");
  const auto* event = inner == nullptr ? object : inner->if_object();
  if (event == nullptr) return sink.refuse("Event", "is no JSON object");
  read_event(*event, sink);
}

}  // namespace

void read_misp(const json::value& events, IndicatorSink& sink) {
  const auto* root = events.if_object();
  const json::array* list = root == nullptr ? events.if_array() : array_in(*root, "response");
  if (list == nullptr) return read_wrapped_event(events, sink);
  for (const json::value& event : *list) read_wrapped_event(event, sink);
}

}  // namespace afterpatch::detect::files
