#include "web/report_excerpt.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/file.h"
#include "base/hash.h"

namespace afterpatch::web {
namespace {

namespace json = boost::json;

constexpr std::size_t kDeepest = 32;
constexpr std::size_t kMostMarks = 200;
constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kMostRanges = 100;  // of one log
constexpr std::size_t kMostLogs = 50;
constexpr std::array<std::string_view, 5> kLevels = {"no-evidence", "probed", "exploited", "backdoored",
                                                     "re-entered"};

const json::value* member(const json::object& object, std::string_view name) {
  return object.if_contains(name);
}
std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(std::string_view(value->get_string()).substr(0, kLongestText));
}
bool flag_of(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  return value != nullptr && value->is_bool() && value->get_bool();
}
json::array list_of(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  return value != nullptr && value->is_array() ? value->get_array() : json::array();
}
json::object object_of(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  return value != nullptr && value->is_object() ? value->get_object() : json::object();
}

// Calls `take` with each object in the list.
template <typename Take>
void for_each_object(const json::array& list, const Take& take) {
  for (const json::value& item : list)
    if (item.is_object()) take(item.get_object());
}

std::size_t level_of(const json::object& server) {
  const std::string word = text_of(object_of(server, "verdict"), "compromise");
  return static_cast<std::size_t>(std::ranges::find(kLevels, word) - kLevels.begin()) % kLevels.size();
}

json::object worst_server(const json::object& report) {
  json::object worst;
  for_each_object(list_of(report, "servers"), [&](const json::object& server) {
    if (worst.empty() || level_of(server) > level_of(worst)) worst = server;
  });
  return worst;
}

bool any_door_present(const json::object& server) {
  bool present = false;
  for_each_object(list_of(server, "doors"), [&](const json::object& door) {
    present = present || text_of(door, "presence") == "present";
  });
  return present;
}

json::object verdict_of(const json::object& server) {
  const json::object verdict = object_of(server, "verdict");
  json::array answers;
  for_each_object(list_of(server, "answers"), [&](const json::object& answer) {
    answers.push_back({{"question", text_of(answer, "title")}, {"answer", text_of(answer, "text")}});
  });
  return {{"exposure", text_of(verdict, "exposure")},
          {"compromise", text_of(verdict, "compromise")},
          {"confidence", text_of(verdict, "compromise_confidence")},
          {"door_present", any_door_present(server)},
          {"mail_accessed", flag_of(verdict, "mail_accessed")},
          {"credentials_exposed", flag_of(verdict, "credentials_exposed")},
          {"partial", flag_of(verdict, "partial") || !flag_of(verdict, "coverage_sufficient")},
          {"answers", std::move(answers)}};
}

json::array steps_of(const json::object& server) {
  json::array steps;
  for_each_object(list_of(server, "actions"), [&](const json::object& action) {
    steps.push_back({{"id", text_of(action, "id")},
                     {"title", text_of(action, "title")},
                     {"text", text_of(action, "text")},
                     {"commands", list_of(action, "commands")},
                     {"check", text_of(action, "check")}});
  });
  return steps;
}

std::string place_text(const json::object& place) {
  const json::value* line = member(place, "line");
  const json::value* offset = member(place, "offset");
  if (line != nullptr && line->is_number() && line->to_number<double>() > 0)
    return "line " + json::serialize(*line);
  return offset != nullptr ? "byte " + json::serialize(*offset) : std::string();
}

json::object evidence_of(const json::object& detection) {
  const json::object place = object_of(detection, "place");
  const json::value* time = member(detection, "time");
  return {{"time", time != nullptr ? *time : json::value(nullptr)},
          {"title", text_of(detection, "title")},
          {"level", text_of(detection, "level")},
          {"step", text_of(detection, "step")},
          {"source", text_of(place, "source")},
          {"artefact", text_of(place, "artefact")},
          {"place", place_text(place)},
          {"raw", text_of(detection, "raw")}};
}

json::array ranges_of(const json::object& line) {
  json::array out;
  for_each_object(list_of(line, "spans"), [&](const json::object& span) {
    if (out.size() < kMostRanges)
      out.push_back({{"first", text_of(span, "first")}, {"last", text_of(span, "last")}});
  });
  return out;
}

json::array coverage_of(const json::object& report, const json::object& server) {
  const json::object campaign = object_of(report, "campaign");
  json::array out;
  for_each_object(list_of(server, "coverage"), [&](const json::object& line) {
    if (!flag_of(line, "needed") || out.size() == kMostLogs) return;
    out.push_back({{"log", text_of(line, "title")},
                   {"needed_from", text_of(campaign, "window_start")},
                   {"needed_to", text_of(campaign, "window_end")},
                   {"ranges", ranges_of(line)},
                   {"says", text_of(line, "note")}});
  });
  return out;
}

// As many of the first detections as fit, and how many there are.
json::array first_evidence(const json::object& server, std::uint64_t& total) {
  json::array out;
  std::size_t bytes = 0;
  for_each_object(list_of(server, "detections"), [&](const json::object& detection) {
    ++total;
    if (out.size() == kMostEvidence || bytes > kMostEvidenceBytes) return;
    json::object one = evidence_of(detection);
    bytes += json::serialize(one).size();
    if (bytes <= kMostEvidenceBytes) out.push_back(std::move(one));
  });
  return out;
}

// The earliest time (ISO 8601 in UTC sorts as text) or null.
void keep_earliest(json::object& out, std::string_view name, const std::string& time) {
  if (time.empty()) return;
  json::value& kept = out[name];
  if (!kept.is_string() || std::string_view(kept.get_string()) > time) kept = time;
}

void add_mark(json::array& marks, const char* kind, const std::string& value) {
  if (!value.empty() && marks.size() < kMostMarks) marks.push_back({{"kind", kind}, {"value", value}});
}

void add_door(json::object& out, json::array& marks, const json::object& door) {
  keep_earliest(out, "backdoored", text_of(door, "planted"));
  add_mark(marks, "door-path", text_of(door, "path"));
  add_mark(marks, "door-hash", text_of(door, "sha256"));
  add_mark(marks, "url", text_of(door, "url"));
  for_each_object(list_of(door, "visitors"), [&](const json::object& visitor) {
    if (flag_of(visitor, "effective") && !flag_of(visitor, "planter"))
      keep_earliest(out, "reentered", text_of(visitor, "first"));
    add_mark(marks, "address", text_of(visitor, "client"));
  });
}

void add_run(json::object& out, json::array& marks, const json::object& run) {
  const std::string outcome = text_of(run, "outcome");
  if (outcome != "probed" && !outcome.empty()) keep_earliest(out, "exploited", text_of(run, "start"));
  add_mark(marks, "address", text_of(run, "client"));
  for (const json::value& agent : list_of(run, "user_agents"))
    if (agent.is_string()) add_mark(marks, "user-agent", std::string(agent.get_string()));
}

json::object hunted_of(const json::object& report, const json::object& server, const std::string& digest) {
  const json::object verdict = object_of(server, "verdict");
  json::object out{{"campaign", text_of(object_of(report, "campaign"), "id")},
                   {"compromise", text_of(verdict, "compromise")},
                   {"confidence", text_of(verdict, "compromise_confidence")},
                   {"exploited", nullptr},
                   {"backdoored", nullptr},
                   {"reentered", nullptr},
                   {"patched", nullptr},
                   {"door_present", any_door_present(server)},
                   {"mail_accessed", flag_of(verdict, "mail_accessed")},
                   {"credentials_exposed", flag_of(verdict, "credentials_exposed")},
                   {"report", digest}};
  keep_earliest(out, "patched", text_of(server, "patched_at"));
  json::array marks;
  for_each_object(list_of(server, "runs"), [&](const json::object& run) { add_run(out, marks, run); });
  for_each_object(list_of(server, "doors"), [&](const json::object& door) { add_door(out, marks, door); });
  if (level_of(server) < 4)
    out["reentered"] = nullptr;  // the verdict weighs visits; a single one may not count
  if (level_of(server) < 2) out["exploited"] = nullptr;
  std::string build;
  for_each_object(list_of(server, "exposure"),
                  [&](const json::object& span) { build = text_of(span, "build"); });
  out["build"] = build;
  out["marks"] = std::move(marks);
  return out;
}

}  // namespace

json::object evidence_content(const json::object& report, const json::object& server,
                              const std::string& digest) {
  std::uint64_t total = 0;
  json::array evidence = first_evidence(server, total);
  json::array coverage = coverage_of(report, server);
  // Hostile names of logs can't make it longer than a statement may be.
  while (json::serialize(coverage).size() > kMostEvidenceBytes / 2) coverage.pop_back();
  return {{"campaign", text_of(object_of(report, "campaign"), "id")},
          {"report", digest},
          {"evidence", std::move(evidence)},
          {"evidence_total", total},
          {"coverage", std::move(coverage)}};
}

Result<ReportExcerpt> read_report(const std::filesystem::path& report_json) {
  const auto text = read_file(report_json, kMaxReportBytes);
  if (!text) return std::unexpected(text.error());
  json::parse_options options;
  options.max_depth = kDeepest;
  boost::system::error_code error;
  const json::value value = json::parse(*text, error, {}, options);
  if (error || !value.is_object()) return fail("this is no report of a hunt", report_json.string());
  const json::object& report = value.get_object();
  const json::object server = worst_server(report);
  if (server.empty()) return fail("the report speaks of no server", report_json.string());
  ReportExcerpt out;
  for (const json::value& name : list_of(server, "names"))
    if (name.is_string()) out.names.emplace_back(name.get_string());
  out.verdict = verdict_of(server);
  out.steps = steps_of(server);
  out.kept = evidence_content(report, server, sha256(*text));
  out.coverage = out.kept.at("coverage").get_array();
  out.evidence = out.kept.at("evidence").get_array();
  out.evidence_total = out.kept.at("evidence_total").to_number<std::uint64_t>();
  out.hunted = hunted_of(report, server, sha256(*text));
  return out;
}

}  // namespace afterpatch::web
