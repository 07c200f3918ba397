#include "assess/server_events.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"

namespace afterpatch::assess {
namespace {

using detect::Detection;
using detect::Step;

// Steps that the answers tell of; a scanner's find of a web shell leads to a back door (door_grounds.h).
bool is_told(Step step) {
  switch (step) {
    case Step::exploit:
    case Step::write_attempt:
    case Step::write:
    case Step::backdoor_file:
    case Step::backdoor_trace:
    case Step::mail_access:
    case Step::execution:
    case Step::credential_access:
    case Step::staging:
    case Step::cleanup:
      return true;
    default:
      return false;
  }
}

ServerEvent event_of(const Detection& d, std::size_t index) {
  ServerEvent event;
  event.time = d.time;
  event.step = d.step;
  event.what = d.title;
  event.account = d.field("user");
  event.process = d.field("image");
  event.command = d.field("command-line");
  event.parent = d.field("parent-image");
  event.channel = d.field("channel");
  event.recovered = !d.field("recovered").empty();
  event.confidence = d.confidence;
  event.evidence.push_back(index);
  return event;
}

// The rule that tells more names the record.
void join(ServerEvent& event, const Detection& d, std::size_t index) {
  if (std::tuple(d.confidence, d.step) > std::tuple(event.confidence, event.step)) {
    event.confidence = d.confidence;
    event.step = d.step;
    event.what = d.title;
  }
  add_evidence(event.evidence, index);
}

// The value of an Exchange command's parameter for the file that it writes, without the host of an
// administrative share: "\\127.0.0.1\C$\inetpub\x.aspx" gives "C$\inetpub\x.aspx".
std::string output_file(const std::string& command) {
  const std::string lower = to_lower_ascii(command);
  for (const std::string_view parameter : {"-filepath ", "-requestfile "}) {
    const std::size_t at = lower.find(parameter);
    if (at == std::string::npos) continue;
    std::string_view value = std::string_view(command).substr(at + parameter.size());
    value.remove_prefix(std::min(value.find_first_not_of("\"' "), value.size()));
    value = value.substr(0, value.find_first_of("\"'"));
    if (!value.starts_with("\\\\")) return std::string(value);
    const std::size_t share = value.find('\\', 2);
    return share == std::string_view::npos ? std::string() : std::string(value.substr(share + 1));
  }
  return {};
}

void keep_earliest(std::vector<ServerEvent>& events) {
  std::map<Step, std::size_t> kept;
  std::erase_if(events, [&](const ServerEvent& event) { return ++kept[event.step] > kMaxServerEvents; });
}

}  // namespace

bool is_event(const detect::Detection& detection) {
  return detection.log == "windows-events";
}

std::vector<ServerEvent> server_events(const Incident& incident) {
  std::vector<ServerEvent> events;
  std::map<std::tuple<std::uint32_t, std::string_view, std::uint64_t>, std::size_t> by_place;
  for (std::size_t i = 0; i < incident.detections.size(); ++i) {
    const Detection& d = incident.detections[i];
    if (!is_event(d) || !may_decide(d, incident.campaign.id) || !is_told(d.step)) continue;
    const auto place = std::tuple(d.place.source, std::string_view(d.place.artefact), d.place.offset);
    const auto [known, added] = by_place.emplace(place, events.size());
    if (added) {
      events.push_back(event_of(d, i));
    } else {
      join(events[known->second], d, i);
    }
  }
  keep_earliest(events);
  return events;
}

std::string command_text(const Detection& detection) {
  const std::string_view line = detection.field("command-line");
  if (!line.empty()) return std::string(line);
  return std::string(detection.field("command")) + " " + std::string(detection.field("parameters"));
}

std::string reported_path(const detect::Detection& detection) {
  std::string_view path = detection.field("target-file");
  if (path.empty()) path = detection.field("path");
  const std::string output = path.empty() ? output_file(command_text(detection)) : std::string();
  if (!output.empty()) path = output;
  for (const std::string_view mark : {"containerfile:_", "file:_", "file:"})
    if (starts_with_ignoring_case(path, mark)) path.remove_prefix(mark.size());
  path = path.substr(0, path.find_first_of(";|"));
  path = path.substr(0, path.find("->"));
  if (path.size() > 2 && (path[1] == ':' || path[1] == '$')) path.remove_prefix(2);
  return path.starts_with('\\') ? to_lower_ascii(path) : std::string();
}

bool proves_execution(const ServerEvent& event) {
  return event.step == Step::execution && event.confidence >= Confidence::likely;
}

}  // namespace afterpatch::assess
