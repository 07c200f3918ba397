#include "report/stix/server_objects.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "report/attack_techniques.h"
#include "report/stix/pattern.h"
#include "report/words.h"

namespace afterpatch::report::stix {
namespace {

using detect::Confidence;

// The standard's limit of number_observed and count (sections 4.14 and 5.2).
constexpr std::uint64_t kMostObserved = 999'999'999;

std::string_view or_unknown(std::string_view text) {
  return text.empty() ? "unknown" : text;
}

class ServerObjects {
 public:
  ServerObjects(Bundle& bundle, const SharedServer& server, const SharedFindings& findings,
                const CaseObjects& objects)
      : bundle_(bundle), server_(server), findings_(findings), campaign_(objects.campaign) {
    identity_ = bundle_.add("identity", {server_.name},
                            {{"name", text(server_.name)},
                             {"description", "The server whose evidence was read"},
                             {"identity_class", "system"}});
  }

  void add_all() {
    if (!campaign_.empty() && server_.compromise >= assess::Compromise::exploited)
      bundle_.relate(campaign_, "targets", identity_, Confidence::likely);
    for (const std::string& cve : server_.cves) add_cve(cve);
    for (const SharedTechnique& technique : server_.techniques) add_technique(technique);
    for (const SharedRun& run : server_.runs) add_run(run);
    for (const SharedDoor& door : server_.doors) add_door(door);
    for (const SharedMailbox& mailbox : server_.mailboxes) add_mailbox_access(mailbox);
    for (const SharedAddress& address : server_.addresses) add_address_indicator(address);
  }

  void add_grouping(std::size_t first_id) {
    json::array refs;
    const auto own = std::span(bundle_.ids()).subspan(first_id);
    for (const std::string& id : own) refs.emplace_back(id);
    if (std::ranges::find(own, identity_) == own.end()) refs.emplace_back(identity_);  // of another campaign
    if (!campaign_.empty()) refs.emplace_back(campaign_);
    bundle_.add("grouping", {server_.name, findings_.campaign},
                {{"name", text(fmt::format("{}: {}", server_.name, findings_.campaign_title))},
                 {"description", text(server_.summary)},
                 {"context", "suspicious-activity"},
                 {"object_refs", std::move(refs)}});
  }

 private:
  // What was seen of one thing: when, how often, and which observables tell it.
  struct Observation {
    std::string_view key;
    Timestamp first;
    Timestamp last;
    std::uint64_t count = 1;
    Confidence confidence = Confidence::possible;
  };

  // Something to look for elsewhere, and what it would mean.
  struct Advice {
    std::string pattern;
    std::string name;
    std::string description;
    std::string_view indicates;  // identifier; may be empty
  };

  void add_cve(const std::string& cve) {
    const std::string id = bundle_.add_public(
        "vulnerability", cve, {},
        {{"name", cve},
         {"external_references", json::array{json::object{{"source_name", "cve"}, {"external_id", cve}}}}});
    if (!campaign_.empty()) bundle_.relate(campaign_, "targets", id, Confidence::confirmed);
  }

  void add_technique(const SharedTechnique& technique) {
    const json::object reference = {
        {"source_name", "mitre-attack"}, {"url", technique_url(technique.id)}, {"external_id", technique.id}};
    const std::string id = bundle_.add_public(
        "attack-pattern", technique.id, {},
        {{"name", technique_name(technique.id)}, {"external_references", json::array{reference}}});
    sight(id, {technique.id, technique.first, technique.last, technique.detections, technique.confidence},
          {});
  }

  // REQUIRES: `refs` not empty.
  std::string observe(const Observation& observation, const Ids& refs) {
    const Timestamp first = is_set(observation.first) ? observation.first : findings_.as_of;
    const Timestamp last = std::max(first, observation.last);
    return bundle_.add("observed-data", {server_.name, findings_.campaign, observation.key},
                       {{"first_observed", timestamp(first)},
                        {"last_observed", timestamp(last)},
                        {"number_observed", std::clamp<std::uint64_t>(observation.count, 1, kMostObserved)},
                        {"object_refs", texts(refs)},
                        {"confidence", confidence_number(observation.confidence)}});
  }

  void sight(std::string_view what, const Observation& observation, const Ids& observed) {
    json::object sighting;
    if (is_set(observation.first)) {
      sighting["first_seen"] = timestamp(observation.first);
      sighting["last_seen"] = timestamp(std::max(observation.first, observation.last));
    }
    sighting["count"] = std::min(observation.count, kMostObserved);
    sighting["sighting_of_ref"] = what;
    if (!observed.empty()) sighting["observed_data_refs"] = texts(observed);
    sighting["where_sighted_refs"] = json::array{text(identity_)};
    sighting["confidence"] = confidence_number(observation.confidence);
    bundle_.add("sighting", {server_.name, findings_.campaign, what}, sighting);
  }

  void advise(const Advice& advice, const Observation& observation, const Ids& observed) {
    const Timestamp from = is_set(observation.first) ? observation.first : findings_.as_of;
    const std::string id = bundle_.add("indicator", {advice.pattern},
                                       {{"name", text(advice.name)},
                                        {"description", text(advice.description)},
                                        {"indicator_types", json::array{"malicious-activity"}},
                                        {"pattern", text(advice.pattern)},
                                        {"pattern_type", "stix"},
                                        {"pattern_version", "2.1"},
                                        {"valid_from", timestamp(from)},
                                        {"confidence", confidence_number(observation.confidence)}});
    if (!advice.indicates.empty()) bundle_.relate(id, "indicates", advice.indicates, observation.confidence);
    for (const std::string& data : observed) bundle_.relate(id, "based-on", data, observation.confidence);
    sight(id, observation, observed);
  }

  void add_run(const SharedRun& run) {
    if (run.address.empty()) return;
    const std::string key = fmt::format("run {} {}", run.address, timestamp(run.start));
    observe({key, run.start, run.end, run.requests, run.confidence},
            add_requests(bundle_, {run.address, "", "", run.start, run.end}));
  }

  void add_visit(const SharedDoor& door, const SharedVisit& visit, const std::string& malware) {
    if (visit.address.empty()) return;
    const std::string_view method = visit.methods.empty() ? std::string_view() : visit.methods.front();
    const Ids ids = add_requests(bundle_, {visit.address, method, door.url_path, visit.first, visit.last});
    const std::string key = fmt::format("visit {} {}", visit.address, malware);
    observe({key, visit.first, visit.last, visit.requests, door.confidence}, ids);
    if (visit.effective) bundle_.relate(malware, "communicates-with", ids.back(), door.confidence);
  }

  std::string add_malware(const SharedDoor& door, std::size_t number, const Ids& file) {
    const bool web_shell = door.kind == "web-shell";
    json::object malware = {{"name", text(fmt::format("{} {}", door.kind, or_unknown(door.file_name)))},
                            {"description", text(fmt::format("Back door; at the end of the evidence: {}",
                                                             to_string(door.presence)))},
                            {"malware_types", json::array{web_shell ? "webshell" : "backdoor"}},
                            {"is_family", false}};
    if (door.first_seen) malware["first_seen"] = timestamp(*door.first_seen);
    if (door.last_seen) malware["last_seen"] = timestamp(*door.last_seen);
    if (!file.empty()) malware["sample_refs"] = json::array{text(file.front())};
    malware["confidence"] = confidence_number(door.confidence);
    return bundle_.add("malware",
                       {server_.name, findings_.campaign, std::to_string(number), door.url_path, door.sha256},
                       malware);
  }

  void add_door(const SharedDoor& door) {
    const Ids file = add_file(bundle_, door);
    const std::string malware = add_malware(door, ++doors_, file);
    if (!campaign_.empty()) bundle_.relate(campaign_, "uses", malware, door.confidence);
    const Timestamp first = door.first_seen.value_or(Timestamp{});
    const Observation seen{malware, first, door.last_seen.value_or(first), 1, door.confidence};
    Ids observed;
    if (!file.empty()) observed.push_back(observe(seen, file));
    if (!door.url_path.empty()) {
      const std::string key = "url " + malware;
      observe({key, seen.first, seen.last, 1, door.confidence},
              {add_url(bundle_, server_.host, door.url_path)});
    }
    for (const SharedVisit& visit : door.visits) add_visit(door, visit, malware);
    advise_door(door, malware, seen, observed);
  }

  void advise_door(const SharedDoor& door, const std::string& malware, const Observation& seen,
                   const Ids& observed) {
    if (door.kind != "web-shell") return;
    const std::string name = fmt::format("web shell {}", or_unknown(door.file_name));
    if (!door.sha256.empty())
      advise({sha256_pattern(door.sha256), name + ": content", "Any file with this content is the back door",
              malware},
             seen, observed);
    if (!door.file_name.empty() && !door.folder.empty())
      advise({file_pattern(door.file_name, door.folder), name + ": place",
              "No build of the product has a file of this name there", malware},
             seen, observed);
    if (!door.url_path.empty())
      advise({url_path_pattern(door.url_path), name + ": requests",
              "A request with status 200 or 500 says that the back door is there", malware},
             seen, {});
  }

  void add_mailbox_access(const SharedMailbox& mailbox) {
    const std::string key =
        fmt::format("mailbox {} {} {}", mailbox.name, mailbox.how, timestamp(mailbox.first));
    observe({key, mailbox.first, mailbox.last, mailbox.requests, mailbox.confidence},
            {add_mailbox(bundle_, mailbox.name)});
  }

  void add_address_indicator(const SharedAddress& address) {
    const Observation seen{address.value, address.first, address.last, address.requests, address.confidence};
    const Ids observed = {observe(seen, {add_address(bundle_, address.value)})};
    if (!address.harmful) return;
    std::string description = fmt::format("This address {}. Addresses are rented and shared", address.did);
    for (const std::string& agent : address.user_agents)
      description += fmt::format("; user agent: {}", agent);
    advise({address_pattern(address.value, address.is_v6), fmt::format("{} {}", address.value, address.did),
            description, campaign_},
           seen, observed);
  }

  Bundle& bundle_;
  const SharedServer& server_;
  const SharedFindings& findings_;
  const std::string& campaign_;
  std::string identity_;
  std::size_t doors_ = 0;
};

}  // namespace

void add_server(Bundle& bundle, const SharedServer& server, const SharedFindings& findings,
                const CaseObjects& objects) {
  const std::size_t first_id = bundle.ids().size();
  ServerObjects of_server(bundle, server, findings, objects);
  of_server.add_all();
  of_server.add_grouping(first_id);
}

}  // namespace afterpatch::report::stix
