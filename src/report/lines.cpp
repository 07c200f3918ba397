#include "report/lines.h"

#include <string_view>

#include "report/csv_row.h"
#include "report/json.h"
#include "report/json_fields.h"
#include "report/json_writer.h"
#include "report/words.h"

namespace afterpatch::report {
namespace {

// One line: `fill` writes the members after `type`.
template <typename Fill>
void add_line(std::string& out, std::string_view type, Fill fill) {
  JsonWriter json(JsonWriter::Layout::compact);
  json.begin_object();
  json.field("type", type);
  fill(json);
  json.end_object();
  out += json.take();
  out += '\n';
}

template <typename Items>
void add_lines(std::string& out, std::string_view type, std::size_t server, const Items& items) {
  for (const auto& item : items) {
    add_line(out, type, [&](JsonWriter& json) {
      json.field("server", server);
      write_fields(json, item);
    });
  }
}

void add_hunt(std::string& out, const HuntReport& hunt) {
  add_line(out, "hunt", [&](JsonWriter& json) {
    json.field("schema_version", kSchemaVersion);
    json.key("campaign");
    json.begin_object();
    write_campaign(json, hunt);
    json.end_object();
    write_interruption(json, hunt);
    json.field("sources", hunt.sources);
    json.field("files", hunt.files);
    json.field("bytes", hunt.bytes);
    json.field("rules_loaded", hunt.rules.loaded);
    json.field("rules_idle", hunt.rules.idle);
  });
}

void add_verdict(std::string& out, std::size_t index, const ServerReport& server) {
  add_line(out, "verdict", [&](JsonWriter& json) {
    json.field("server", index);
    json.field("names", server.names);
    write_fields(json, server.verdict);
  });
}

void add_notes(std::string& out, std::size_t index, const ServerReport& server) {
  for (const std::string& note : server.notes) {
    add_line(out, "note", [&](JsonWriter& json) {
      json.field("server", index);
      json.field("text", note);
    });
  }
}

void add_detections(std::string& out, const HuntReport& hunt, std::size_t index) {
  const ServerReport& server = hunt.servers[index];
  for (std::size_t i = 0; i < server.detections.size(); ++i) {
    add_line(out, "detection", [&](JsonWriter& json) {
      json.field("server", index);
      write_detection(json, hunt, server.detections[i], i);
    });
  }
}

void add_server(std::string& out, const HuntReport& hunt, std::size_t index) {
  const ServerReport& server = hunt.servers[index];
  add_verdict(out, index, server);
  add_lines(out, "answer", index, server.answers);
  add_lines(out, "action", index, server.actions);
  add_lines(out, "exposure", index, server.exposure);
  add_lines(out, "run", index, server.runs);
  add_lines(out, "door", index, server.doors);
  add_lines(out, "mailbox", index, server.mailboxes);
  add_lines(out, "server-event", index, server.server_events);
  add_lines(out, "coverage", index, server.coverage);
  add_lines(out, "pivot", index, server.pivots);
  add_lines(out, "timeline", index, server.timeline);
  add_notes(out, index, server);
  add_detections(out, hunt, index);
}

std::string csv_row(const HuntReport& hunt, const detect::Detection& detection) {
  const detect::Place& place = detection.place;
  CsvRow row;
  row.cell(detection.time ? to_iso8601(*detection.time) : "").cell(to_string(detection.step));
  row.cell(to_string(detection.confidence)).cell(detection.level).cell(to_string(detection.rule_kind));
  row.cell(detection.rule_id).cell(detection.title).cell(source_name(hunt, place)).cell(place.artefact);
  row.cell(place.line).cell(place.offset);
  row.cell(detection.field("client")).cell(detection.field("path")).cell(detection.field("status"));
  return row.cell(detection.raw).finish();
}

}  // namespace

std::string jsonl_text(const HuntReport& hunt) {
  std::string out;
  add_hunt(out, hunt);
  for (std::size_t i = 0; i < hunt.servers.size(); ++i) add_server(out, hunt, i);
  for (const auto& rule : hunt.rules.refused) {
    add_line(out, "refused-rule", [&](JsonWriter& json) { write_fields(json, rule); });
  }
  for (const auto& problem : hunt.problems) {
    add_line(out, "problem", [&](JsonWriter& json) { write_fields(json, problem); });
  }
  return out;
}

std::string csv_text(const HuntReport& hunt) {
  std::string out =
      "time,step,confidence,level,rule_kind,rule_id,title,source,artefact,line,offset,client,path,status,"
      "raw\n";
  for (const ServerReport& server : hunt.servers) {
    for (const detect::Detection& detection : server.detections) out += csv_row(hunt, detection);
  }
  return out;
}

}  // namespace afterpatch::report
