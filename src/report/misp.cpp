#include "report/misp.h"

#include <chrono>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/text.h"
#include "report/attack_techniques.h"
#include "report/json_tree.h"
#include "report/uuid.h"
#include "report/words.h"

namespace afterpatch::report {
namespace {

namespace json = boost::json;

// The object template `file` of MISP's directory of objects (MISP/misp-objects, objects/file).
constexpr std::string_view kFileTemplate = "688c46fb-5edb-40a3-8273-1af7923e2215";
constexpr std::string_view kFileTemplateVersion = "25";

json::string text(std::string_view bytes) {
  const std::string utf8 = to_utf8(bytes);
  return json::string(utf8.data(), utf8.size());
}

std::string unix_seconds(Timestamp time) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
}

// MISP's own form of a time that was seen: microseconds and "+00:00".
std::string seen_text(Timestamp time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const std::string whole = to_iso8601(second);
  return fmt::format("{}.{:06}+00:00", whole.substr(0, whole.size() - 1), (time - second).count());
}

// "1" high to "4" undefined.
std::string_view threat_level(const std::vector<SharedFindings>& campaigns) {
  assess::Compromise worst = assess::Compromise::no_evidence;
  for (const SharedFindings& findings : campaigns)
    for (const SharedServer& server : findings.servers) worst = std::max(worst, server.compromise);
  if (worst >= assess::Compromise::backdoored) return "1";
  if (worst == assess::Compromise::exploited) return "2";
  return worst == assess::Compromise::probed ? "3" : "4";
}

struct Attribute {
  std::string_view category;
  std::string_view type;
  std::string_view value;
  bool to_ids = false;
  std::string comment;
  std::optional<Timestamp> first = std::nullopt;
  std::optional<Timestamp> last = std::nullopt;
  std::string_view relation = {};  // its place in an object
};

class Event {
 public:
  // REQUIRES: not empty; they share case and time.
  explicit Event(const std::vector<SharedFindings>& campaigns)
      : campaigns_(campaigns), findings_(campaigns.front()) {}

  json::object made() {
    for (const SharedFindings& findings : campaigns_)
      for (const SharedServer& server : findings.servers) add_server(server, findings);
    json::object event = head();
    event["Tag"] = std::move(tags_);
    event["Attribute"] = std::move(attributes_);
    event["Object"] = std::move(objects_);
    return {{"Event", std::move(event)}};
  }

 private:
  std::string uuid(std::string_view key) const {
    return uuid_v5(kOwnNamespace,
                   fmt::format("misp\n{}\n{}\n{}", findings_.case_id, to_string(findings_.share), key));
  }

  std::string titles() const {
    std::string all;
    for (const SharedFindings& findings : campaigns_)
      all += fmt::format("{}{}", all.empty() ? "" : ", ", findings.campaign_title);
    return all;
  }

  json::object head() {
    const std::string_view tlp = findings_.share == Share::with_victims ? "tlp:red" : "tlp:amber";
    tags_.insert(tags_.begin(), json::object{{"name", tlp}});
    return {{"uuid", uuid("event")},
            {"info", text(fmt::format("Afterpatch: {} (case {})", titles(), findings_.case_id))},
            {"date", to_date_text(findings_.as_of)},
            {"timestamp", unix_seconds(findings_.as_of)},
            {"published", false},
            {"publish_timestamp", "0"},
            {"threat_level_id", threat_level(campaigns_)},
            {"analysis", "1"},
            {"distribution", "0"},
            {"sharing_group_id", "0"},
            {"Orgc", json::object{{"name", "Afterpatch"}, {"uuid", uuid_v5(kOwnNamespace, "organisation")}}}};
  }

  json::object attribute(const Attribute& given) const {
    json::object made;
    made["uuid"] = uuid(fmt::format("{}|{}|{}|{}|{}|{}", attributes_.size(), objects_.size(), given.type,
                                    given.value, given.relation, given.comment));
    if (!given.relation.empty()) made["object_relation"] = given.relation;
    made["category"] = given.category;
    made["type"] = given.type;
    made["value"] = text(given.value);
    made["to_ids"] = given.to_ids;
    made["comment"] = text(given.comment);
    made["distribution"] = "5";
    made["timestamp"] = unix_seconds(findings_.as_of);
    made["disable_correlation"] = given.category == "Targeting data";
    if (given.first && is_set(*given.first)) made["first_seen"] = seen_text(*given.first);
    if (given.first && is_set(*given.first) && given.last)
      made["last_seen"] = seen_text(std::max(*given.first, *given.last));
    return made;
  }

  void add(const Attribute& given) { attributes_.emplace_back(attribute(given)); }

  void add_server(const SharedServer& server, const SharedFindings& findings) {
    const std::string comment = campaigns_.size() == 1
                                    ? server.summary
                                    : fmt::format("{}: {}", findings.campaign_title, server.summary);
    add({"Targeting data", "target-machine", server.name, false, comment});
    for (const SharedAddress& address : server.addresses) add_address(address);
    for (const SharedDoor& door : server.doors) add_door(door);
    for (const SharedMailbox& mailbox : server.mailboxes) add_mailbox(mailbox);
    for (const std::string& cve : server.cves) add({"External analysis", "vulnerability", cve, false, ""});
    for (const SharedTechnique& technique : server.techniques) add_tag(technique);
  }

  void add_address(const SharedAddress& address) {
    const std::string comment = fmt::format("{} ({})", address.did, to_string(address.confidence));
    add({"Network activity", "ip-src", address.value, address.harmful, comment, address.first, address.last});
    for (const std::string& agent : address.user_agents)
      add({"Network activity", "user-agent", agent, false, address.value + " " + address.did});
  }

  void add_door(const SharedDoor& door) {
    const std::string comment = fmt::format("{}, {}; at the end of the evidence: {}", door.kind,
                                            to_string(door.confidence), to_string(door.presence));
    if (!door.url_path.empty())
      add({"Network activity", "uri", door.url_path, door.kind == "web-shell", comment, door.first_seen,
           door.last_seen});
    if (!door.file_name.empty() || !door.sha256.empty()) add_file(door, comment);
  }

  void add_file(const SharedDoor& door, const std::string& comment) {
    json::array members;
    const auto member = [&](std::string_view relation, std::string_view type, std::string_view value,
                            bool to_ids) {
      if (value.empty()) return;
      const std::string_view category = type == "text" ? "Other" : "Payload delivery";
      members.emplace_back(
          attribute({category, type, value, to_ids, comment, door.first_seen, door.last_seen, relation}));
    };
    member("filename", "filename", door.file_name, false);
    member("path", "text", door.folder, false);
    member("sha256", "sha256", door.sha256, door.kind == "web-shell");
    member("state", "text", "Malicious", false);
    objects_.emplace_back(json::object{{"uuid", uuid(fmt::format("file {}", objects_.size()))},
                                       {"name", "file"},
                                       {"meta-category", "file"},
                                       {"description", "File object describing a file with meta-information"},
                                       {"template_uuid", kFileTemplate},
                                       {"template_version", kFileTemplateVersion},
                                       {"timestamp", unix_seconds(findings_.as_of)},
                                       {"distribution", "5"},
                                       {"comment", text(comment)},
                                       {"Attribute", std::move(members)}});
  }

  void add_mailbox(const SharedMailbox& mailbox) {
    const std::string from = mailbox.address.empty() ? "" : " from " + mailbox.address;
    add({"Targeting data", "target-user", mailbox.name, false,
         fmt::format("{}, {}{} ({})", mailbox.how, count_text(mailbox.requests, "request", "requests"), from,
                     to_string(mailbox.confidence)),
         mailbox.first, mailbox.last});
  }

  // The galaxy's tags hold the name, so a technique whose name is not known gets none.
  void add_tag(const SharedTechnique& technique) {
    std::string name = technique_name(technique.id);
    if (name == technique.id) return;
    if (const std::size_t colon = name.rfind(": "); colon != std::string::npos) name.erase(0, colon + 2);
    json::object tag = {
        {"name", fmt::format("misp-galaxy:mitre-attack-pattern=\"{} - {}\"", name, technique.id)}};
    for (const json::value& known : tags_) {
      if (known.get_object() == tag) return;
    }
    tags_.emplace_back(std::move(tag));
  }

  const std::vector<SharedFindings>& campaigns_;
  const SharedFindings& findings_;  // the worst; what all share
  json::array tags_;
  json::array attributes_;
  json::array objects_;
};

}  // namespace

std::string misp_event(const assess::HuntReport& hunt, Share share) {
  const std::vector<SharedFindings> campaigns = share_campaigns(hunt, share);
  return document_text(Event(campaigns).made());
}

}  // namespace afterpatch::report
