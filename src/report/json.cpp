#include "report/json.h"

#include "report/json_fields.h"
#include "report/json_writer.h"

namespace afterpatch::report {
namespace {

void write_detections(JsonWriter& json, const assess::HuntReport& hunt, const assess::ServerReport& server) {
  json.key("detections");
  json.begin_array();
  for (std::size_t i = 0; i < server.detections.size(); ++i) {
    json.begin_object();
    write_detection(json, hunt, server.detections[i], i);
    json.end_object();
  }
  json.end_array();
}

void write_moment(JsonWriter& json, std::string_view name, const std::optional<Timestamp>& time) {
  json.key(name);
  time ? json.value(*time) : json.null();
}

void write_server(JsonWriter& json, const assess::HuntReport& hunt, const assess::ServerReport& server) {
  json.begin_object();
  json.field("names", server.names);
  json.key("verdict");
  json.begin_object();
  write_fields(json, server.verdict);
  json.end_object();
  write_objects(json, "answers", server.answers);
  write_objects(json, "actions", server.actions);
  write_objects(json, "exposure", server.exposure);
  write_moment(json, "patched_at", server.patched_at);
  write_moment(json, "first_evidence", server.first_evidence);
  write_objects(json, "runs", server.runs);
  write_objects(json, "doors", server.doors);
  write_objects(json, "mailboxes", server.mailboxes);
  write_objects(json, "server_events", server.server_events);
  write_objects(json, "coverage", server.coverage);
  write_objects(json, "pivots", server.pivots);
  write_objects(json, "clocks", server.clocks);
  write_objects(json, "timeline", server.timeline);
  json.field("notes", server.notes);
  write_detections(json, hunt, server);
  json.end_object();
}

void write_servers(JsonWriter& json, const assess::HuntReport& hunt) {
  json.key("servers");
  json.begin_array();
  for (const assess::ServerReport& server : hunt.servers) write_server(json, hunt, server);
  json.end_array();
}

void write_rules(JsonWriter& json, const assess::HuntReport& hunt) {
  json.key("rules");
  json.begin_object();
  json.field("loaded", hunt.rules.loaded);
  json.field("idle", hunt.rules.idle);
  write_objects(json, "refused", hunt.rules.refused);
  write_objects(json, "counts", hunt.rule_counts);
  json.end_object();
}

void write_files(JsonWriter& json, const assess::HuntReport& hunt) {
  json.key("files");
  json.begin_object();
  json.field("count", hunt.files);
  json.field("bytes", hunt.bytes);
  json.key("by_kind");
  json.begin_object();
  for (const auto& [kind, count] : hunt.files_by_kind) json.field(kind, count);
  json.end_object();
  json.end_object();
}

void write_other_campaigns(JsonWriter& json, const assess::HuntReport& hunt) {
  json.key("other_campaigns");
  json.begin_array();
  for (const assess::HuntReport& other : hunt.other_campaigns) {
    json.begin_object();
    write_campaign(json, other);
    json.key("verdicts");
    json.begin_array();
    for (const assess::ServerReport& server : other.servers) {
      json.begin_object();
      write_fields(json, server.verdict);
      json.end_object();
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string report_json(const assess::HuntReport& hunt) {
  JsonWriter json(JsonWriter::Layout::indented);
  json.begin_object();
  json.field("schema_version", kSchemaVersion);
  json.key("campaign");
  json.begin_object();
  write_campaign(json, hunt);
  json.end_object();
  write_interruption(json, hunt);
  write_servers(json, hunt);
  write_other_campaigns(json, hunt);
  json.field("sources", hunt.sources);
  write_rules(json, hunt);
  write_objects(json, "problems", hunt.problems);
  write_files(json, hunt);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace afterpatch::report
