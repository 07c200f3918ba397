// The fields of each part of a report as JSON members, shared by report.json and the line format: one
// function a struct of assess/server_report.h, writing its members into the object that is open.
// docs/report.schema.json describes them.
#pragma once

#include "assess/server_report.h"
#include "report/json_writer.h"

namespace afterpatch::report {

void write_fields(JsonWriter& json, const assess::Verdict& verdict);
void write_fields(JsonWriter& json, const assess::Answer& answer);
void write_fields(JsonWriter& json, const assess::Action& action);
void write_fields(JsonWriter& json, const assess::ExposureSpan& span);
void write_fields(JsonWriter& json, const assess::Run& run);
void write_fields(JsonWriter& json, const assess::Planting& planting);
void write_fields(JsonWriter& json, const assess::Door& door);
void write_fields(JsonWriter& json, const assess::DoorVisitor& visitor);
void write_fields(JsonWriter& json, const assess::MailboxAccess& access);
void write_fields(JsonWriter& json, const assess::ServerEvent& event);
void write_fields(JsonWriter& json, const assess::CoverageLine& line);
void write_fields(JsonWriter& json, const assess::CoverageSpan& span);
void write_fields(JsonWriter& json, const assess::CoverageGap& gap);
void write_fields(JsonWriter& json, const assess::PivotStep& step);
void write_fields(JsonWriter& json, const assess::ClockDifference& clock);
void write_fields(JsonWriter& json, const assess::TimelineEvent& event);
void write_fields(JsonWriter& json, const detect::RefusedRule& rule);
void write_fields(JsonWriter& json, const detect::RuleCount& count);
void write_fields(JsonWriter& json, const evidence::Problem& problem);

// A detection needs its hunt, whose sources name its place, and its index, by which conclusions refer to it.
void write_detection(JsonWriter& json, const assess::HuntReport& hunt, const detect::Detection& detection,
                     std::size_t index);

// Member `interrupted`: how far a hunt that was ended early came, else null.
void write_interruption(JsonWriter& json, const assess::HuntReport& hunt);

// The campaign and its window, as members of the open object.
void write_campaign(JsonWriter& json, const assess::HuntReport& hunt);

// An array of objects.
template <typename Items>
void write_objects(JsonWriter& json, std::string_view name, const Items& items) {
  json.key(name);
  json.begin_array();
  for (const auto& item : items) {
    json.begin_object();
    write_fields(json, item);
    json.end_object();
  }
  json.end_array();
}

}  // namespace afterpatch::report
