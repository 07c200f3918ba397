#include "assess/door_grounds.h"

#include <algorithm>

#include <fmt/format.h>

#include "assess/network_address.h"
#include "assess/pivots.h"
#include "assess/server_events.h"
#include "assess/tool_marks.h"
#include "assess/url_path.h"
#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;
using detect::RuleKind;
using detect::Step;
using detect::WebFile;

constexpr std::size_t kMaxReasons = 12;

void add_reason(Door& door, std::string reason) {
  if (reason.empty() || door.reasons.size() >= kMaxReasons) return;
  if (std::find(door.reasons.begin(), door.reasons.end(), reason) == door.reasons.end()) {
    door.reasons.push_back(std::move(reason));
  }
}

std::string reason_of(const Detection& d) {
  const std::string_view reason = d.field("reason");
  return reason.empty() ? d.title : fmt::format("{}: {}", d.title, reason);
}

const WebFile* web_file_of(const Incident& incident, const Detection& d) {
  for (const WebFile& file : incident.findings.web_files) {
    if (file.source == d.place.source && file.artefact == d.place.artefact) return &file;
  }
  return nullptr;
}

std::string windows_path_of(const Detection& d, const WebFile* file) {
  if (file != nullptr && !file->windows_path.empty()) return file->windows_path;
  const std::string_view path = d.field("windows-path");
  return std::string(path.empty() ? std::string_view(d.place.artefact) : path);
}

std::string url_of_file(const Incident& incident, const Detection& d, const WebFile* file,
                        const std::string& path) {
  if (file != nullptr && !file->url.empty()) return normal_url(file->url);
  const std::string_view url = d.field("url");
  return normal_url(url.empty() ? incident.product.url_of(path) : std::string(url));
}

DoorReason reason_kind(RuleKind kind) {
  return kind == RuleKind::placement || kind == RuleKind::known_good ? DoorReason::place
                                                                     : DoorReason::content;
}

class Grounds {
 public:
  explicit Grounds(const Incident& incident) : incident_(incident) {}

  void add(const Detection& d, std::size_t index) {
    if (is_event(d) || !reported_path(d).empty()) return add_reported_file(d, index);
    if (!d.field("door-kind").empty()) return add_other_door(d, index);
    if (d.step == Step::backdoor_file) add_file(d, index);
    if (d.step == Step::backdoor_trace) add_trace(d, index);
    if (d.step == Step::backdoor_request) add_request(d, index);
  }

  // A page that no build ships, asked for by a client that used the flaw, and answered. Outside the product's
  // own applications another application may have answered: there only a request that did something counts.
  void add_visited(const std::string& url, const std::vector<Visit>& visits,
                   const std::set<std::string>& intruders) {
    bool answered = false;
    bool telling = false;
    for (const Visit& visit : visits) {
      if (!intruders.contains(visit.client) || !was_answered(visit)) continue;
      answered = true;
      const bool page = visit.status != 500 && is_in_product_application(incident_.product, url);
      telling = telling || page || was_effective(visit);
    }
    if (!answered || !is_foreign_script(incident_.product, url)) return;
    DoorGround& ground = at(url, "");
    ground.reasons.insert(DoorReason::requested);
    if (telling) ground.door.confidence = stronger(ground.door.confidence, Confidence::likely);
    add_reason(ground.door,
               "A client that used the flaw asked for this page, no build ships it, and it answered");
  }

  std::vector<DoorGround> take() {
    std::vector<DoorGround> all;
    for (auto& [key, ground] : grounds_) {
      ground.door.confidence = confidence_of(ground.reasons, ground.door.confidence);
      all.push_back(std::move(ground));
    }
    return all;
  }

 private:
  DoorGround& at(const std::string& url, const std::string& path) {
    const std::string key =
        url.empty() ? "\\" + to_lower_ascii(path) : url;  // a path never begins like a URL
    DoorGround& ground = grounds_[key];
    ground.door.kind = "web-shell";
    if (ground.door.url.empty()) ground.door.url = url;
    if (ground.door.path.empty()) ground.door.path = path;
    return ground;
  }

  void add_ground(DoorGround& ground, const Detection& d, std::size_t index) {
    ground.door.confidence = stronger(ground.door.confidence, d.confidence);
    add_reason(ground.door, reason_of(d));
    add_evidence(ground.door.evidence, index);
    if (ground.parameter.empty()) ground.parameter = shell_parameter(d.raw);
  }

  static void add_weak_reason(DoorGround& ground, DoorReason kind, std::optional<std::string> sentence) {
    if (!sentence) return;
    ground.reasons.insert(kind);
    add_reason(ground.door, std::move(*sentence));
  }

  void add_file(const Detection& d, std::size_t index) {
    const WebFile* file = web_file_of(incident_, d);
    const std::string path = windows_path_of(d, file);
    DoorGround& ground = at(url_of_file(incident_, d, file, path), path);
    ground.file_found = true;
    ground.reasons.insert(reason_kind(d.rule_kind));
    if (file != nullptr) {
      add_weak_reason(ground, DoorReason::time, late_arrival(*file));
      add_weak_reason(ground, DoorReason::name, telling_name(file->windows_path));
    }
    if (ground.door.sha256.empty())
      ground.door.sha256 = file != nullptr ? file->sha256 : std::string(d.field("sha256"));
    if (!ground.file_time) ground.file_time = file != nullptr && file->modified ? file->modified : d.time;
    add_ground(ground, d, index);
  }

  // A module, a virtual directory, a task: the setting that makes it is the evidence, and what it names is
  // the door. Each stands for itself, whatever else was found at that path.
  void add_other_door(const Detection& d, std::size_t index) {
    if (d.step != Step::backdoor_file) return;
    const std::string kind(d.field("door-kind"));
    DoorGround& ground = at("", kind + " " + std::string(d.field("door-path")));
    ground.door.kind = kind;
    ground.door.path = d.field("door-path");
    ground.file_found = true;
    if (!ground.file_time) ground.file_time = d.time;
    add_ground(ground, d, index);
  }

  // A log tells that a script was written or found; whether it is still there the folders tell.
  void add_reported_file(const Detection& d, std::size_t index) {
    const std::string path = reported_path(d);
    const bool telling = d.step == Step::backdoor_file || d.step == Step::write;
    if (!telling || path.empty()) return;
    const std::string url = normal_url(incident_.product.url_of(path));
    if (url.empty() || !is_foreign_script(incident_.product, url)) return;
    DoorGround& ground = at(url, path);
    ground.reasons.insert(DoorReason::written);
    add_ground(ground, d, index);
  }

  void add_trace(const Detection& d, std::size_t index) {
    const std::string_view page = d.field("url").empty() ? d.field("path") : d.field("url");
    DoorGround& ground =
        at(page.starts_with('/') ? normal_url(page) : "", page.starts_with('/') ? "" : d.place.artefact);
    add_ground(ground, d, index);
  }

  // One request that was answered proves little; it is likely at best until something else speaks for the
  // page.
  void add_request(const Detection& d, std::size_t index) {
    const std::string url = normal_url(d.field("path"));
    if (!is_foreign_script(incident_.product, url)) return;
    DoorGround& ground = at(url, "");
    ground.reasons.insert(DoorReason::requested);
    const Confidence before = ground.door.confidence;
    add_ground(ground, d, index);
    ground.door.confidence = stronger(before, weaker(d.confidence, Confidence::likely));
  }

  const Incident& incident_;
  std::map<std::string, DoorGround> grounds_;
};

// A balancer's or proxy's address is shared with the server's own users: what it asked for says nothing.
std::set<std::string> intruders_of(const Incident& incident, const Runs& runs) {
  std::set<std::string> clients;
  for (const Run& run : runs.runs) {
    if (!run.client.empty() && proves_exploitation(run, incident)) clients.insert(run.client);
  }
  for (const std::string& shared : flooding_clients(incident.findings)) clients.erase(shared);
  std::erase_if(clients, [](const std::string& client) { return is_inside_address(client); });
  return clients;
}

}  // namespace

std::vector<DoorGround> door_grounds(const Incident& incident, const Runs& runs, const VisitIndex& visits) {
  Grounds grounds(incident);
  for (std::size_t i = 0; i < incident.detections.size(); ++i) {
    if (may_decide(incident.detections[i], incident.campaign.id)) grounds.add(incident.detections[i], i);
  }
  const std::set<std::string> intruders = intruders_of(incident, runs);
  for (const auto& [url, theirs] : visits.all()) grounds.add_visited(url, theirs, intruders);
  return grounds.take();
}

}  // namespace afterpatch::assess
