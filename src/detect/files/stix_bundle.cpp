// Reads STIX 2.1 bundles (OASIS): "indicator" objects with a STIX pattern; observables only when asked for.
#include <array>
#include <utility>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/text.h"
#include "detect/files/indicator_reader.h"
#include "detect/files/stix_pattern.h"

namespace afterpatch::detect::files {
namespace {

namespace json = boost::json;

bool is_digest(IndicatorType type) {
  return type == IndicatorType::sha256 || type == IndicatorType::sha1 || type == IndicatorType::md5;
}

std::string note_of(const json::object& object) {
  const std::string_view name = json_text(object, "name");
  const std::string_view description = json_text(object, "description");
  if (name.empty()) return std::string(description);
  return description.empty() ? std::string(name) : fmt::format("{}: {}", name, description);
}

// Confidence 0 to 100 (STIX 2.1, appendix A); below 30 is "low" in its scales.
bool has_low_confidence(const json::object& object) {
  const auto* confidence = object.if_contains("confidence");
  const auto* number = confidence == nullptr ? nullptr : confidence->if_int64();
  return number != nullptr && *number < 30;
}

void read_indicator(const json::object& object, IndicatorSink& sink) {
  const std::string_view pattern = json_text(object, "pattern");
  const std::string_view language = json_text(object, "pattern_type");
  const std::string_view id = json_text(object, "id");
  if (const auto* revoked = object.if_contains("revoked");
      revoked != nullptr && revoked->if_bool() != nullptr && *revoked->if_bool()) {
    return sink.refuse(id, "was revoked by its maker");
  }
  if (!language.empty() && language != "stix") {
    return sink.refuse(id,
                       fmt::format("its pattern is written in '{}', not in STIX", language.substr(0, 40)));
  }
  const auto parsed = parse_stix_pattern(pattern);
  if (!parsed) return sink.refuse(id, fmt::format("its pattern {}", parsed.error().what));
  if (!parsed->ignored.empty()) {
    sink.refuse(id,
                fmt::format("its pattern also compares {}, which Afterpatch can't look for; the rest is used",
                            parsed->ignored));
  }
  const bool low = has_low_confidence(object);
  for (const StixTerm& term : parsed->terms) {
    const bool strong = !low && is_strong_by_default(term.type) && (!term.partial || is_digest(term.type));
    if (!sink.take(term.type, term.value, note_of(object), strong)) return;
  }
}

void read_file_object(const json::object& object, IndicatorSink& sink) {
  const auto* hashes = object.if_contains("hashes");
  const auto* table = hashes == nullptr ? nullptr : hashes->if_object();
  if (table == nullptr) {
    sink.take(IndicatorType::file_name, json_text(object, "name"), note_of(object), false);
    return;
  }
  for (const auto& member : *table) {
    const std::string_view kind(member.key().data(), member.key().size());
    sink.take_word(kind, json_text(*table, kind), note_of(object), {});
  }
}

void read_observable(const json::object& object, std::string_view type, IndicatorSink& sink) {
  if (type == "file") return read_file_object(object, sink);
  constexpr std::array<std::pair<std::string_view, IndicatorType>, 4> kValues = {
      {{"ipv4-addr", IndicatorType::ip},
       {"ipv6-addr", IndicatorType::ip},
       {"domain-name", IndicatorType::domain},
       {"url", IndicatorType::url}}};
  for (const auto& [name, indicator_type] : kValues) {
    if (name == type)
      sink.take(indicator_type, json_text(object, "value"), note_of(object),
                is_strong_by_default(indicator_type));
  }
}

bool is_observable(std::string_view type) {
  return type == "file" || type == "ipv4-addr" || type == "ipv6-addr" || type == "domain-name" ||
         type == "url";
}

}  // namespace

void read_stix(const json::value& bundle, const IndicatorOptions& options, IndicatorSink& sink) {
  const auto* root = bundle.if_object();
  const auto* member = root == nullptr ? nullptr : root->if_contains("objects");
  const auto* objects = member == nullptr ? nullptr : member->if_array();
  if (objects == nullptr) return sink.refuse("bundle", "holds no list of objects");
  for (const json::value& item : *objects) {
    const auto* object = item.if_object();
    if (object == nullptr) {
      sink.refuse("bundle", "holds something that is no JSON object");
      continue;
    }
    const std::string_view type = json_text(*object, "type");
    if (type == "indicator") read_indicator(*object, sink);
    if (!is_observable(type)) continue;
    if (options.stix_objects)
      read_observable(*object, type, sink);
    else
      sink.refuse(fmt::format("{} {}", type, json_text(*object, "id")),
                  "is an observed object that no indicator pattern names");
  }
}

}  // namespace afterpatch::detect::files
