#include "report/timesketch.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "report/clock.h"
#include "report/csv_row.h"
#include "report/json_writer.h"
#include "report/words.h"

namespace afterpatch::report {
namespace {

constexpr std::array<std::string_view, 21> kColumns = {
    "message",    "datetime", "timestamp", "timestamp_desc", "clock",  "server",     "step",
    "confidence", "level",    "rule",      "rule_id",        "log",    "source",     "file",
    "line",       "offset",   "client",    "path",           "status", "user_agent", "text"};

struct Event {
  Timestamp time;
  std::array<std::string, kColumns.size()> cells;
};

std::string& cell(Event& event, std::string_view column) {
  return event.cells[static_cast<std::size_t>(std::ranges::find(kColumns, column) - kColumns.begin())];
}

// Timesketch's own examples write the zone as +00:00.
std::string datetime_text(Timestamp time) {
  std::string text = to_iso8601(time);
  text.pop_back();
  return text + "+00:00";
}

Event event_at(Timestamp time, std::string_view server) {
  Event event{time, {}};
  cell(event, "datetime") = datetime_text(time);
  cell(event, "timestamp") = std::to_string(time.time_since_epoch().count());
  cell(event, "server") = server;
  return event;
}

std::string message_of(const detect::Detection& detection) {
  std::string message =
      fmt::format("{} [{}, {}]", detection.title, to_string(detection.step), to_string(detection.confidence));
  for (const std::string_view fact : {"client", "method", "path", "status", "user", "command-line"}) {
    if (const std::string_view value = detection.field(fact); !value.empty())
      message += fmt::format(" {}", value);
  }
  return message;
}

Event event_of(const HuntReport& hunt, const ServerReport& server, const detect::Detection& detection) {
  const detect::Place& place = detection.place;
  Event event = event_at(*detection.time, server_name(server));
  cell(event, "message") = message_of(detection);
  cell(event, "timestamp_desc") = place.line == 0 ? "File modified" : "Logged";
  cell(event, "clock") = clock_words(server, detection);
  cell(event, "step") = to_string(detection.step);
  cell(event, "confidence") = to_string(detection.confidence);
  cell(event, "level") = detection.level;
  cell(event, "rule") = detection.title;
  cell(event, "rule_id") = detection.rule_id;
  cell(event, "log") = detection.log;
  cell(event, "source") = source_name(hunt, place);
  cell(event, "file") = place.artefact;
  cell(event, "line") = std::to_string(place.line);
  cell(event, "offset") = std::to_string(place.offset);
  cell(event, "client") = detection.field("client");
  cell(event, "path") = detection.field("path");
  cell(event, "status") = detection.field("status");
  cell(event, "user_agent") = detection.field("user-agent");
  cell(event, "text") = detection.raw;
  return event;
}

// What Afterpatch concludes from the rows, marked as such.
Event event_of(const ServerReport& server, const assess::TimelineEvent& concluded) {
  Event event = event_at(concluded.time, server_name(server));
  cell(event, "message") = concluded.what;
  cell(event, "timestamp_desc") = "Afterpatch: " + concluded.lane;
  return event;
}

std::vector<Event> events_of(const HuntReport& hunt) {
  std::vector<Event> events;
  for (const ServerReport& server : hunt.servers) {
    for (const auto& concluded : server.timeline) events.push_back(event_of(server, concluded));
    for (const auto& detection : server.detections) {
      if (detection.time) events.push_back(event_of(hunt, server, detection));
    }
  }
  std::ranges::stable_sort(events, {}, &Event::time);
  return events;
}

}  // namespace

std::string timesketch_jsonl(const assess::HuntReport& hunt) {
  std::string out;
  for (const Event& event : events_of(hunt)) {
    JsonWriter json(JsonWriter::Layout::compact);
    json.begin_object();
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      if (kColumns[i] == "timestamp") {
        json.field(kColumns[i], event.time.time_since_epoch().count());
      } else {
        json.field(kColumns[i], event.cells[i]);
      }
    }
    json.end_object();
    out += json.take() + "\n";
  }
  return out;
}

std::string timesketch_csv(const assess::HuntReport& hunt) {
  std::string out;
  for (const std::string_view column : kColumns) out += fmt::format("{}{}", out.empty() ? "" : ",", column);
  out += '\n';
  for (const Event& event : events_of(hunt)) {
    CsvRow row;
    for (const std::string& value : event.cells) row.cell(value);
    out += row.finish();
  }
  return out;
}

}  // namespace afterpatch::report
