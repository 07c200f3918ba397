#include "report/stix_rules.h"

#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/time.h"

namespace afterpatch::report {
namespace {

namespace json = boost::json;
using Words = std::set<std::string, std::less<>>;

const std::map<std::string, std::vector<std::string>, std::less<>> kRequired = {
    {"attack-pattern", {"name"}},
    {"campaign", {"name"}},
    {"directory", {"path"}},
    {"file", {}},
    {"grouping", {"context", "object_refs"}},
    {"identity", {"name"}},
    {"indicator", {"pattern", "pattern_type", "valid_from"}},
    {"ipv4-addr", {"value"}},
    {"ipv6-addr", {"value"}},
    {"malware", {"is_family"}},
    {"marking-definition", {"definition_type", "definition"}},
    {"network-traffic", {"protocols"}},
    {"observed-data", {"first_observed", "last_observed", "number_observed", "object_refs"}},
    {"relationship", {"relationship_type", "source_ref", "target_ref"}},
    {"sighting", {"sighting_of_ref"}},
    {"url", {"value"}},
    {"user-account", {}},
    {"vulnerability", {"name"}}};

const Words kObservables = {"directory",       "file", "ipv4-addr",   "ipv6-addr",
                            "network-traffic", "url",  "user-account"};

// Member that refers -> types it may refer to; empty: any but relationships and the like.
const std::map<std::string, Words, std::less<>> kTargets = {
    {"created_by_ref", {"identity"}},
    {"object_marking_refs", {"marking-definition"}},
    {"where_sighted_refs", {"identity", "location"}},
    {"observed_data_refs", {"observed-data"}},
    {"sample_refs", {"file", "artifact"}},
    {"src_ref", {"ipv4-addr", "ipv6-addr", "mac-addr", "domain-name"}},
    {"parent_directory_ref", {"directory"}},
    {"sighting_of_ref", {}},
    {"source_ref", {}},
    {"target_ref", {}}};

// Appendix B: source, relationship, targets.
const std::map<std::pair<std::string, std::string>, Words> kRelationships = {
    {{"campaign", "targets"}, {"identity", "location", "vulnerability"}},
    {{"campaign", "uses"}, {"attack-pattern", "infrastructure", "malware", "tool"}},
    {{"indicator", "indicates"},
     {"attack-pattern", "campaign", "infrastructure", "intrusion-set", "malware", "threat-actor", "tool"}},
    {{"indicator", "based-on"}, {"observed-data"}},
    {{"malware", "communicates-with"}, {"ipv4-addr", "ipv6-addr", "domain-name", "url"}}};

const std::map<std::string, std::string, std::less<>> kTlp = {
    {"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "white"},
    {"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "green"},
    {"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "amber"},
    {"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red"}};

constexpr std::pair<const char*, const char*> kOrdered[] = {{"created", "modified"},
                                                            {"first_observed", "last_observed"},
                                                            {"first_seen", "last_seen"},
                                                            {"start", "end"},
                                                            {"valid_from", "valid_until"}};
constexpr const char* kTimes[] = {"created",    "modified",   "first_observed", "last_observed",
                                  "first_seen", "last_seen",  "start",          "end",
                                  "valid_from", "valid_until"};

std::string word(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string().c_str(), value->get_string().size())
                                     : std::string();
}

std::string type_of_id(std::string_view id) {
  return std::string(id.substr(0, id.find("--")));
}

class Checker {
 public:
  std::vector<std::string> check(const json::value& bundle) {
    const json::object* root = bundle.if_object();
    const json::value* objects = root ? root->if_contains("objects") : nullptr;
    if (!objects || !objects->is_array() || objects->get_array().empty()) return {": is no bundle"};
    id_ = word(*root, "id");
    if (word(*root, "type") != "bundle") say("type is not 'bundle'");
    check_id("bundle", id_);
    for (const json::value& object : objects->get_array()) index(object.as_object());
    for (const json::value& object : objects->get_array()) check_object(object.as_object());
    return std::move(violations_);
  }

 private:
  void say(std::string_view what) { violations_.push_back(fmt::format("{}: {}", id_, what)); }

  void index(const json::object& object) {
    id_ = word(object, "id");
    if (!objects_.emplace(id_, &object).second) say("is there twice");
  }

  void check_id(std::string_view type, const std::string& id) {
    static const RE2 kUuid("[0-9a-f]{8}-[0-9a-f]{4}-[45][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    const bool sound =
        id.starts_with(std::string(type) + "--") && RE2::FullMatch(id.substr(type.size() + 2), kUuid);
    if (!sound) say("identifier is not TYPE--UUID");
  }

  void check_object(const json::object& object) {
    id_ = word(object, "id");
    const std::string type = word(object, "type");
    const auto required = kRequired.find(type);
    if (required == kRequired.end()) return say(fmt::format("type '{}' is none that we write", type));
    check_id(type, id_);
    if (word(object, "spec_version") != "2.1") say("spec_version is not 2.1");
    for (const std::string& member : required->second) {
      if (!object.contains(member)) say(fmt::format("'{}' is missing", member));
    }
    check_values(object);
    check_times(object, type);
    check_references(object);
    check_type(object, type);
  }

  void check_values(const json::value& value) {
    if (value.is_null()) say("holds null");
    if (const auto* array = value.if_array()) {
      if (array->empty()) say("holds an empty list");
      for (const json::value& item : *array) check_values(item);
    }
    if (const auto* object = value.if_object()) {
      if (object->empty()) say("holds an empty object");
      for (const auto& member : *object) check_values(member.value());
    }
  }

  std::optional<Timestamp> time_of(const json::object& object, const char* name) {
    static const RE2 kForm(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z)");
    const std::string text = word(object, name);
    const auto time = RE2::FullMatch(text, kForm) ? parse_time(text) : std::nullopt;
    if (object.contains(name) && !time) say(fmt::format("'{}' is no time in UTC", name));
    return time;
  }

  void check_times(const json::object& object, const std::string& type) {
    for (const char* name : kTimes) (void)time_of(object, name);
    for (const auto& [first, last] : kOrdered) {
      const auto from = time_of(object, first);
      const auto to = time_of(object, last);
      if (from && to && *to < *from) say(fmt::format("'{}' is before '{}'", last, first));
    }
    if (kObservables.contains(type)) return;
    if (!time_of(object, "created")) say("'created' is missing");
    if (type != "marking-definition" && !time_of(object, "modified")) say("'modified' is missing");
    if (word(object, "created").find('.') == std::string::npos) say("'created' has no milliseconds");
  }

  void check_reference(std::string_view member, const json::value& value) {
    const std::string id = value.is_string() ? std::string(value.get_string().c_str()) : std::string();
    if (!objects_.contains(id)) say(fmt::format("'{}' leads nowhere: {}", member, id));
    const auto allowed = kTargets.find(member);
    if (allowed == kTargets.end()) return;
    const std::string type = type_of_id(id);
    const bool fits = allowed->second.empty()
                          ? type != "relationship" && type != "sighting" && type != "marking-definition"
                          : allowed->second.contains(type);
    if (!fits) say(fmt::format("'{}' leads to a {}", member, type));
  }

  void check_references(const json::object& object) {
    for (const auto& member : object) {
      const std::string_view name(member.key().data(), member.key().size());
      if (name.ends_with("_ref")) check_reference(name, member.value());
      if (!name.ends_with("_refs") || !member.value().is_array()) continue;
      for (const json::value& item : member.value().get_array()) check_reference(name, item);
    }
  }

  void check_range(const json::object& object, const char* name, std::int64_t least, std::int64_t most) {
    const json::value* value = object.if_contains(name);
    if (!value) return;
    const std::int64_t* number = value->if_int64();
    if (!number || *number < least || *number > most) say(fmt::format("'{}' is out of range", name));
  }

  void check_type(const json::object& object, const std::string& type) {
    check_range(object, "confidence", 0, 100);
    check_range(object, "number_observed", 1, 999'999'999);
    check_range(object, "count", 0, 999'999'999);
    if (type == "relationship") check_relationship(object);
    if (type == "observed-data") check_observation(object);
    if (type == "marking-definition") check_marking(object);
    if (type == "indicator" && !is_stix_pattern(word(object, "pattern"))) say("its pattern can't be read");
    if (type == "file" && !object.contains("name") && !object.contains("hashes"))
      say("has no name and no hash");
    if (type == "network-traffic") check_traffic(object);
    if (type == "url" && !RE2::FullMatch(word(object, "value"), R"(https?://[!-~]+)")) say("is no URL");
  }

  void check_relationship(const json::object& object) {
    const std::pair key{type_of_id(word(object, "source_ref")), word(object, "relationship_type")};
    const auto known = kRelationships.find(key);
    const std::string target = type_of_id(word(object, "target_ref"));
    if (known == kRelationships.end() || !known->second.contains(target))
      say(fmt::format("'{} {} {}' is none of the standard's", key.first, key.second, target));
  }

  void check_traffic(const json::object& object) {
    if (!object.contains("src_ref") && !object.contains("dst_ref")) say("has neither end");
    const json::value* active = object.if_contains("is_active");
    if (object.contains("end") && (!active || active->as_bool())) say("has ended and is active");
  }

  void check_marking(const json::object& object) {
    const auto known = kTlp.find(id_);
    const json::object* definition = object.at("definition").if_object();
    if (known == kTlp.end() || !definition || word(*definition, "tlp") != known->second)
      say("is none of the four TLP markings");
  }

  // Section 4.14: the observables of one observation are one connected graph.
  void check_observation(const json::object& object) {
    Words left;
    for (const json::value& ref : object.at("object_refs").as_array()) left.emplace(ref.as_string().c_str());
    for (const std::string& id : left) {
      if (!kObservables.contains(type_of_id(id))) say("observes what is no observable");
    }
    Words reached = {*left.begin()};
    for (std::size_t before = 0; before != reached.size();) {
      before = reached.size();
      for (const std::string& id : left) {
        if (touches(id, reached)) reached.insert(id);
      }
    }
    if (reached != left) say("observes things that have nothing to do with each other");
  }

  bool touches(const std::string& id, const Words& reached) const {
    for (const std::string& other : reached) {
      if (refers(id, other) || refers(other, id)) return true;
    }
    return false;
  }

  bool refers(const std::string& from, const std::string& to) const {
    const auto object = objects_.find(from);
    if (object == objects_.end()) return false;
    for (const auto& member : *object->second) {
      if (std::string_view(member.key()).ends_with("_ref") && word(*object->second, member.key()) == to)
        return true;
    }
    return false;
  }

  std::map<std::string, const json::object*, std::less<>> objects_;
  std::vector<std::string> violations_;
  std::string id_;
};

}  // namespace

bool is_stix_pattern(std::string_view text) {
  constexpr const char* kComparison =
      R"([a-z0-9-]+:[a-z_]+(\.([a-z_]+|'[A-Za-z0-9-]+'))* (=|MATCHES) '([^'\\]|\\['\\])*')";
  static const RE2 kPattern(fmt::format(R"((?s)\[{0}( AND {0})*\])", kComparison));
  return RE2::FullMatch(text, kPattern);
}

std::vector<std::string> stix_violations(const boost::json::value& bundle) {
  return Checker().check(bundle);
}

}  // namespace afterpatch::report
