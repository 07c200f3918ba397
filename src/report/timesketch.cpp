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

using Cells = std::array<std::string, kColumns.size()>;

std::string& cell(Cells& cells, std::string_view column) {
  return cells[static_cast<std::size_t>(std::ranges::find(kColumns, column) - kColumns.begin())];
}

// One of the two. Its cells are made when it is written, since rows of logs are large and many.
struct Event {
  Timestamp time;
  const ServerReport* server = nullptr;
  const detect::Detection* detection = nullptr;
  const assess::TimelineEvent* concluded = nullptr;
};

// Timesketch's own examples write the zone as +00:00.
std::string datetime_text(Timestamp time) {
  std::string text = to_iso8601(time);
  text.pop_back();
  return text + "+00:00";
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

void fill(const HuntReport& hunt, const ServerReport& server, const detect::Detection& detection,
          Cells& cells) {
  const detect::Place& place = detection.place;
  cell(cells, "message") = message_of(detection);
  cell(cells, "timestamp_desc") = place.line == 0 ? "File modified" : "Logged";
  cell(cells, "clock") = clock_words(server, detection);
  cell(cells, "step") = to_string(detection.step);
  cell(cells, "confidence") = to_string(detection.confidence);
  cell(cells, "level") = detection.level;
  cell(cells, "rule") = detection.title;
  cell(cells, "rule_id") = detection.rule_id;
  cell(cells, "log") = detection.log;
  cell(cells, "source") = source_name(hunt, place);
  cell(cells, "file") = place.artefact;
  cell(cells, "line") = std::to_string(place.line);
  cell(cells, "offset") = std::to_string(place.offset);
  cell(cells, "client") = detection.field("client");
  cell(cells, "path") = detection.field("path");
  cell(cells, "status") = detection.field("status");
  cell(cells, "user_agent") = detection.field("user-agent");
  cell(cells, "text") = detection.raw;
}

// What Afterpatch concludes from the rows is marked as such.
Cells cells_of(const HuntReport& hunt, const Event& event) {
  Cells cells;
  cell(cells, "datetime") = datetime_text(event.time);
  cell(cells, "timestamp") = std::to_string(event.time.time_since_epoch().count());
  cell(cells, "server") = server_name(*event.server);
  if (event.detection != nullptr) {
    fill(hunt, *event.server, *event.detection, cells);
  } else {
    cell(cells, "message") = event.concluded->what;
    cell(cells, "timestamp_desc") = "Afterpatch: " + event.concluded->lane;
  }
  return cells;
}

std::vector<Event> events_of(const HuntReport& hunt) {
  std::vector<Event> events;
  for (const ServerReport& server : hunt.servers) {
    for (const auto& concluded : server.timeline)
      events.push_back({concluded.time, &server, nullptr, &concluded});
    for (const auto& detection : server.detections) {
      if (detection.time) events.push_back({*detection.time, &server, &detection, nullptr});
    }
  }
  std::ranges::stable_sort(events, {}, &Event::time);
  return events;
}

}  // namespace

std::string timesketch_jsonl(const assess::HuntReport& hunt) {
  std::string out;
  for (const Event& event : events_of(hunt)) {
    const Cells cells = cells_of(hunt, event);
    JsonWriter json(JsonWriter::Layout::compact);
    json.begin_object();
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
      if (kColumns[i] == "timestamp") {
        json.field(kColumns[i], event.time.time_since_epoch().count());
      } else {
        json.field(kColumns[i], cells[i]);
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
    for (const std::string& value : cells_of(hunt, event)) row.cell(value);
    out += row.finish();
  }
  return out;
}

}  // namespace afterpatch::report
