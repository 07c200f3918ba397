#include "report/stix/bundle.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/stix/ids.h"
#include "report/words.h"

namespace afterpatch::report::stix {
namespace {

// The day on which STIX 2.1 became a standard: for what has no time of its own.
constexpr Timestamp kNoTime = std::chrono::sys_days{std::chrono::year{2021} / 6 / 10};

// Section 7.2.1.4 fixes identifier and content of each.
struct Marking {
  std::string_view id;
  std::string_view name;
  std::string_view word;
};
constexpr Marking kAmber = {"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "TLP:AMBER", "amber"};
constexpr Marking kRed = {"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "TLP:RED", "red"};

json::object marking_definition(const Marking& marking) {
  return {{"type", "marking-definition"},
          {"spec_version", "2.1"},
          {"id", marking.id},
          {"created", "2017-01-20T00:00:00.000Z"},
          {"definition_type", "tlp"},
          {"name", marking.name},
          {"definition", json::object{{"tlp", marking.word}}}};
}

void append(json::object& object, const json::object& members) {
  for (const auto& member : members) object[member.key()] = member.value();
}

}  // namespace

std::string timestamp(Timestamp time) {
  std::string written = to_iso8601(time);
  if (written.find('.') == std::string::npos) written.insert(written.size() - 1, ".000");
  return written;
}

int confidence_number(detect::Confidence confidence) {
  switch (confidence) {
    case detect::Confidence::confirmed:
      return 85;
    case detect::Confidence::likely:
      return 50;
    case detect::Confidence::possible:
      break;
  }
  return 15;
}

json::string text(std::string_view bytes) {
  const std::string utf8 = to_utf8(bytes);
  return json::string(utf8.data(), utf8.size());
}

json::array texts(const std::vector<std::string>& items) {
  json::array array;
  for (const std::string& item : items) array.emplace_back(text(item));
  return array;
}

Bundle::Bundle(const SharedFindings& findings) : findings_(findings) {
  const Marking& marking = findings.share == Share::with_victims ? kRed : kAmber;
  marking_ = marking.id;
  created_ = timestamp(is_set(findings.as_of) ? findings.as_of : kNoTime);
  objects_.emplace_back(marking_definition(marking));
  tool_ = add_public("identity", "tool", kNoTime,
                     {{"name", "Afterpatch"},
                      {"description", "Program that reads evidence of a server and says what happened to it"},
                      {"identity_class", "system"}});
}

std::string Bundle::keep(json::object object, std::string id) {
  if (!known_.insert(id).second) return id;
  objects_.emplace_back(std::move(object));
  ids_.push_back(id);
  return id;
}

json::object Bundle::head(std::string_view type, const std::string& id, const std::string& created) const {
  json::object object = {{"type", type}, {"spec_version", "2.1"}, {"id", id}};
  if (!tool_.empty()) object["created_by_ref"] = tool_;
  object["created"] = created;
  object["modified"] = created;
  return object;
}

std::string Bundle::add_observable(std::string_view type, const json::object& contributing,
                                   const json::object& others) {
  std::string id = observable_id(type, contributing);
  json::object object = {{"type", type}, {"spec_version", "2.1"}, {"id", id}};
  append(object, contributing);
  append(object, others);
  object["object_marking_refs"] = json::array{json::string(marking_)};
  return keep(std::move(object), std::move(id));
}

std::string Bundle::add(std::string_view type, std::initializer_list<std::string_view> key,
                        const json::object& members) {
  std::string joined = findings_.case_id;
  joined += to_string(findings_.share);
  for (const std::string_view part : key) joined += fmt::format("\n{}", part);
  std::string id = object_id(type, {joined});
  json::object object = head(type, id, created_);
  append(object, members);
  object["object_marking_refs"] = json::array{json::string(marking_)};
  return keep(std::move(object), std::move(id));
}

std::string Bundle::add_public(std::string_view type, std::string_view key, Timestamp created,
                               const json::object& members) {
  std::string id = object_id(type, {key});
  json::object object = head(type, id, timestamp(is_set(created) ? created : kNoTime));
  append(object, members);
  return keep(std::move(object), std::move(id));
}

std::string Bundle::relate(std::string_view source, std::string_view type, std::string_view target,
                           detect::Confidence confidence) {
  return add("relationship", {source, type, target},
             {{"relationship_type", type},
              {"source_ref", source},
              {"target_ref", target},
              {"confidence", confidence_number(confidence)}});
}

json::object Bundle::take() {
  const std::string id = object_id("bundle", {findings_.case_id, to_string(findings_.share)});
  return {{"type", "bundle"}, {"id", id}, {"objects", std::move(objects_)}};
}

}  // namespace afterpatch::report::stix
