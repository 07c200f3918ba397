// A hunt's report.json (docs/report.schema.json) as a statement `hunted`: only what a count or a cluster
// needs.
#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "app/store_statements.h"
#include "base/hash.h"
#include "web/report_excerpt.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMostMarks = 500;
constexpr std::size_t kLongestMark = 300;  // bytes

const json::array& list_at(const json::object& object, std::string_view key) {
  static const json::array kNone;
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

const json::object& object_at(const json::object& object, std::string_view key) {
  static const json::object kNone;
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_object() ? value->get_object() : kNone;
}

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool flag_at(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

std::optional<Timestamp> time_at(const json::object& object, std::string_view key) {
  return parse_time(text_at(object, key));
}

void keep_earliest(std::optional<Timestamp>& kept, const std::optional<Timestamp>& given) {
  if (given && (!kept || *given < *kept)) kept = given;
}

json::value moment(const std::optional<Timestamp>& time) {
  return time ? json::value(to_iso8601(*time)) : json::value(nullptr);
}

template <typename Visit>
void each_object(const json::array& list, Visit visit) {
  for (const json::value& item : list) {
    if (item.is_object()) visit(item.get_object());
  }
}

std::optional<Timestamp> exploited_at(const json::object& server) {
  std::optional<Timestamp> first;
  each_object(list_at(server, "runs"), [&](const json::object& run) {
    const std::string outcome = text_at(run, "outcome");
    if (!outcome.empty() && outcome != "probe") keep_earliest(first, time_at(run, "start"));
  });
  return first;
}

std::optional<Timestamp> backdoored_at(const json::object& server) {
  std::optional<Timestamp> first;
  each_object(list_at(server, "doors"), [&](const json::object& door) {
    const auto planted = time_at(door, "planted");
    keep_earliest(first, planted ? planted : time_at(door, "first_answered"));
  });
  return first;
}

// The first visit that did something, of somebody who did not plant the door.
std::optional<Timestamp> reentered_at(const json::object& server) {
  std::optional<Timestamp> first;
  each_object(list_at(server, "doors"), [&](const json::object& door) {
    if (!flag_at(door, "re_entered")) return;
    each_object(list_at(door, "visitors"), [&](const json::object& visitor) {
      if (flag_at(visitor, "effective") && !flag_at(visitor, "planter"))
        keep_earliest(first, time_at(visitor, "first"));
    });
  });
  return first;
}

bool has_present_door(const json::object& server) {
  bool present = false;
  each_object(list_at(server, "doors"),
              [&](const json::object& door) { present = present || text_at(door, "presence") == "present"; });
  return present;
}

using Marks = std::set<std::pair<std::string, std::string>>;

void mark(Marks& marks, const std::string& kind, const std::string& value) {
  if (!value.empty() && value.size() <= kLongestMark && marks.size() < kMostMarks) marks.emplace(kind, value);
}

void mark_run(Marks& marks, const json::object& run) {
  const std::string outcome = text_at(run, "outcome");
  if (outcome.empty() || outcome == "probe") return;
  mark(marks, "parameter", text_at(run, "cluster_mark"));
  mark(marks, "address", text_at(run, "client"));
  for (const json::value& agent : list_at(run, "user_agents")) {
    if (agent.is_string()) mark(marks, "user-agent", std::string(agent.get_string()));
  }
}

json::array marks_of(const json::object& server) {
  Marks marks;
  each_object(list_at(server, "doors"), [&](const json::object& door) {
    mark(marks, "door-path", text_at(door, "path"));
    mark(marks, "door-hash", text_at(door, "sha256"));
    mark(marks, "url", text_at(door, "url"));
  });
  each_object(list_at(server, "runs"), [&](const json::object& run) { mark_run(marks, run); });
  each_object(list_at(server, "mailboxes"), [&](const json::object& access) {
    const std::string mailbox = text_at(access, "mailbox");
    if (mailbox != "unknown") mark(marks, "mailbox", mailbox);
  });
  json::array out;
  for (const auto& [kind, value] : marks) out.push_back(json::object{{"kind", kind}, {"value", value}});
  return out;
}

// The end of the evidence: what a hunt says is true as of then, whenever it was run.
std::optional<Timestamp> end_of_evidence(const json::object& server) {
  std::optional<Timestamp> last;
  const auto take = [&](const json::object& span) {
    const auto time = time_at(span, "last");
    if (time && (!last || *time > *last)) last = time;
  };
  each_object(list_at(server, "exposure"), take);
  each_object(list_at(server, "coverage"),
              [&](const json::object& line) { each_object(list_at(line, "spans"), take); });
  return last;
}

std::string last_build(const json::object& server) {
  std::string build;
  each_object(list_at(server, "exposure"), [&](const json::object& span) { build = text_at(span, "build"); });
  return build;
}

std::string content_of(const json::object& server, const std::string& campaign, const std::string& digest) {
  const json::object& verdict = object_at(server, "verdict");
  return json::serialize(json::object{{"campaign", campaign},
                                      {"compromise", text_at(verdict, "compromise")},
                                      {"confidence", text_at(verdict, "compromise_confidence")},
                                      {"exploited", moment(exploited_at(server))},
                                      {"backdoored", moment(backdoored_at(server))},
                                      {"reentered", moment(reentered_at(server))},
                                      {"patched", moment(time_at(server, "patched_at"))},
                                      {"door_present", has_present_door(server)},
                                      {"mail_accessed", flag_at(verdict, "mail_accessed")},
                                      {"credentials_exposed", flag_at(verdict, "credentials_exposed")},
                                      {"build", last_build(server)},
                                      {"report", digest},
                                      {"marks", marks_of(server)}});
}

HuntedServer hunted_server(const json::object& report, const json::object& server,
                           const std::string& campaign, const std::string& digest, Timestamp now) {
  HuntedServer out;
  for (const json::value& name : list_at(server, "names")) {
    if (name.is_string()) out.names.emplace_back(name.get_string());
  }
  out.statement = {.time = end_of_evidence(server).value_or(now),
                   .received = now,
                   .source = "hunt",
                   .kind = "hunted",
                   .subject_kind = "server",
                   .subject = {}};
  out.statement.key = digest;
  out.statement.content = content_of(server, campaign, digest);
  out.evidence = out.statement;
  out.evidence.kind = "hunt-evidence";
  out.evidence.key = "evidence " + digest;
  out.evidence.content = json::serialize(web::evidence_content(report, server, digest));
  return out;
}

}  // namespace

Result<std::vector<HuntedServer>> read_hunt_report(std::string_view text, const std::string& where,
                                                   Timestamp now) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = kMaxDepth;
  const json::value report = json::parse(text, error, {}, options);
  if (error || !report.is_object()) return fail("no report of a hunt: it is no JSON object", where);
  const json::array& servers = list_at(report.get_object(), "servers");
  if (servers.empty()) return fail("no report of a hunt: it names no server", where);
  const std::string campaign = text_at(object_at(report.get_object(), "campaign"), "id");
  const std::string digest = sha256(text);
  std::vector<HuntedServer> out;
  each_object(servers, [&](const json::object& server) {
    out.push_back(hunted_server(report.get_object(), server, campaign, digest, now));
  });
  return out;
}

}  // namespace afterpatch::app
