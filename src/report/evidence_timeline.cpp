#include "report/evidence_timeline.h"

#include <algorithm>
#include <vector>

#include "report/clock.h"
#include "report/csv_row.h"
#include "report/words.h"

namespace afterpatch::report {
namespace {

using detect::Detection;

std::vector<const Detection*> by_time(const ServerReport& server) {
  std::vector<const Detection*> ordered;
  for (const Detection& detection : server.detections) ordered.push_back(&detection);
  std::ranges::stable_sort(ordered, [](const Detection* a, const Detection* b) {
    if (a->time.has_value() != b->time.has_value()) return a->time.has_value();
    return a->time < b->time;
  });
  return ordered;
}

std::string row_of(const HuntReport& hunt, const ServerReport& server, const Detection& detection) {
  const detect::Place& place = detection.place;
  CsvRow row;
  row.cell(detection.time ? to_iso8601(*detection.time) : "").cell(clock_words(server, detection));
  row.cell(server_name(server)).cell(source_name(hunt, place)).cell(place.artefact);
  row.cell(place.line).cell(place.offset).cell(detection.log);
  row.cell(to_string(detection.step)).cell(to_string(detection.confidence)).cell(detection.level);
  row.cell(to_string(detection.rule_kind)).cell(detection.rule_id).cell(detection.title);
  row.cell(detection.campaign).cell(detection.field("client")).cell(detection.field("user"));
  row.cell(detection.field("path")).cell(detection.field("status")).cell(detection.raw);
  return row.finish();
}

}  // namespace

std::string evidence_timeline(const assess::HuntReport& hunt) {
  std::string out =
      "time,clock,server,source,file,line,offset,log,step,confidence,level,rule_kind,rule_id,rule,campaign,"
      "client,account,path,status,text\n";
  for (const ServerReport& server : hunt.servers) {
    for (const Detection* detection : by_time(server)) out += row_of(hunt, server, *detection);
  }
  return out;
}

}  // namespace afterpatch::report
