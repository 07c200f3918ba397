#include "report/json_fields.h"

#include <optional>

#include "base/text.h"
#include "report/base64.h"
#include "report/words.h"

namespace afterpatch::report {
namespace {

void write_optional(JsonWriter& json, std::string_view name, const std::optional<Timestamp>& time) {
  json.key(name);
  time ? json.value(*time) : json.null();
}

// Bytes of evidence as text; where they are not UTF-8, exactly as well.
void write_bytes(JsonWriter& json, std::string_view name, const std::string& bytes) {
  json.field(name, bytes);
  if (!is_utf8(bytes)) json.field(std::string(name) + "_base64", to_base64(bytes));
}

void write_place(JsonWriter& json, const assess::HuntReport& hunt, const detect::Place& place) {
  json.key("place");
  json.begin_object();
  json.field("source", source_name(hunt, place));
  write_bytes(json, "artefact", place.artefact);
  json.field("offset", place.offset);
  json.field("line", place.line);
  json.end_object();
}

void write_named_facts(JsonWriter& json, const detect::Detection& detection) {
  json.key("fields");
  json.begin_array();
  for (const auto& [name, value] : detection.fields) {
    json.begin_object();
    json.field("name", name);
    json.field("value", value);
    json.end_object();
  }
  json.end_array();
}

void write_statuses(JsonWriter& json, const assess::DoorVisitor& visitor) {
  json.key("by_status");
  json.begin_object();
  for (const auto& [status, requests] : visitor.by_status) json.field(std::to_string(status), requests);
  json.end_object();
}

}  // namespace

void write_fields(JsonWriter& json, const assess::Verdict& verdict) {
  json.field("exposure", to_string(verdict.exposure));
  json.field("mitigated", verdict.mitigated);
  json.field("mitigation_confidence", to_string(verdict.mitigation_confidence));
  json.field("compromise", to_string(verdict.compromise));
  json.field("compromise_confidence", to_string(verdict.compromise_confidence));
  json.field("mail_accessed", verdict.mail_accessed);
  json.field("mail_confidence", to_string(verdict.mail_confidence));
  json.field("credentials_exposed", verdict.credentials_exposed);
  json.field("credentials_confidence", to_string(verdict.credentials_confidence));
  json.field("coverage_sufficient", verdict.coverage_sufficient);
  json.field("partial", verdict.partial);
  json.field("headline", headline(verdict));
  json.field("evidence", verdict.evidence);
}

void write_fields(JsonWriter& json, const assess::Answer& answer) {
  json.field("question", answer.question);
  json.field("title", answer.title);
  json.field("text", answer.text);
  json.field("confidence", to_string(answer.confidence));
  json.field("evidence", answer.evidence);
}

void write_fields(JsonWriter& json, const assess::Action& action) {
  json.field("id", action.id);
  json.field("title", action.title);
  json.field("text", action.text);
  json.field("points", action.points);
  json.field("commands", action.commands);
  json.field("check", action.check);
  json.field("who", action.who);
  json.field("now", action.now);
}

void write_fields(JsonWriter& json, const assess::ExposureSpan& span) {
  json.field("build", span.build);
  json.field("build_name", span.build_name);
  json.field("first", span.first);
  json.field("last", span.last);
  json.field("status", to_string(span.status));
  json.field("open_cves", span.open_cves);
  json.field("source", span.source);
}

void write_fields(JsonWriter& json, const assess::Run& run) {
  json.field("start", run.start);
  json.field("end", run.end);
  json.field("client", run.client);
  json.field("outcome", to_string(run.outcome));
  json.field("hosts", run.hosts);
  json.field("user_agents", run.user_agents);
  json.field("cves", run.cves);
  json.field("requests", run.requests);
  json.field("before_patch_released", run.before_patch_released);
  json.field("before_disclosure", run.before_disclosure);
  json.field("accounts", run.accounts);
  json.field("cluster_mark", run.cluster_mark);
  json.field("confidence", to_string(run.confidence));
  write_optional(json, "written", run.written);
  json.field("written_paths", run.written_paths);
  json.field("written_by", run.written_by);
  json.field("evidence", run.evidence);
}

void write_fields(JsonWriter& json, const assess::DoorVisitor& visitor) {
  json.field("client", visitor.client);
  json.field("requests", visitor.requests);
  json.field("answered", visitor.answered);
  write_statuses(json, visitor);
  json.field("methods", visitor.methods);
  json.field("user_agents", visitor.user_agents);
  json.field("first", visitor.first);
  json.field("last", visitor.last);
  json.field("planter", visitor.planter);
  json.field("effective", visitor.effective);
}

void write_fields(JsonWriter& json, const assess::Planting& planting) {
  json.field("gone_by", planting.gone_by);
  json.field("planted", planting.planted);
  json.field("planted_by", planting.planted_by);
  json.field("planted_client", planting.planted_client);
  json.field("evidence", planting.evidence);
}

void write_fields(JsonWriter& json, const assess::Door& door) {
  json.field("kind", door.kind);
  json.field("path", door.path);
  json.field("url", door.url);
  json.field("sha256", door.sha256);
  json.field("presence", to_string(door.presence));
  json.field("confidence", to_string(door.confidence));
  write_optional(json, "planted", door.planted);
  json.field("planted_by", door.planted_by);
  json.field("planted_client", door.planted_client);
  write_optional(json, "first_answered", door.first_answered);
  write_optional(json, "last_answered", door.last_answered);
  write_optional(json, "removed_before", door.removed_before);
  json.field("removed_by", door.removed_by);
  write_objects(json, "replanted", door.replanted);
  write_objects(json, "visitors", door.visitors);
  json.field("re_entered", door.re_entered);
  json.field("reasons", door.reasons);
  json.field("evidence", door.evidence);
}

void write_fields(JsonWriter& json, const assess::MailboxAccess& access) {
  json.field("mailbox", access.mailbox);
  json.field("how", access.how);
  json.field("client", access.client);
  json.field("first", access.first);
  json.field("last", access.last);
  json.field("requests", access.requests);
  json.key("response_bytes");
  access.response_bytes < 0 ? json.null() : json.value(access.response_bytes);
  json.field("confidence", to_string(access.confidence));
  json.field("evidence", access.evidence);
}

void write_fields(JsonWriter& json, const assess::ServerEvent& event) {
  write_optional(json, "time", event.time);
  json.field("step", to_string(event.step));
  json.field("what", event.what);
  json.field("account", event.account);
  json.field("process", event.process);
  json.field("command", event.command);
  json.field("parent", event.parent);
  json.field("channel", event.channel);
  json.field("recovered", event.recovered);
  json.field("confidence", to_string(event.confidence));
  json.field("evidence", event.evidence);
}

void write_fields(JsonWriter& json, const assess::CoverageSpan& span) {
  json.field("first", span.first);
  json.field("last", span.last);
}

void write_fields(JsonWriter& json, const assess::CoverageGap& gap) {
  json.field("first", gap.first);
  json.field("last", gap.last);
  json.field("hides", gap.hides);
}

void write_fields(JsonWriter& json, const assess::CoverageLine& line) {
  json.field("log", line.log);
  json.field("title", line.title);
  json.field("needed", line.needed);
  json.field("decisive", line.decisive);
  json.field("files", line.files);
  json.field("bytes", line.bytes);
  json.field("rows", line.rows);
  json.field("damaged_rows", line.damaged_rows);
  write_objects(json, "spans", line.spans);
  write_objects(json, "gaps", line.gaps);
  json.field("share_of_window", line.share_of_window);
  json.field("share_of_crucial_days", line.share_of_crucial_days);
  json.field("local_time", line.local_time);
  json.field("guessed_header", line.guessed_header);
  json.field("note", line.note);
}

void write_fields(JsonWriter& json, const assess::PivotStep& step) {
  json.field("round", step.round);
  json.field("kind", step.kind);
  json.field("value", step.value);
  json.field("because", step.because);
  json.field("matches", step.matches);
}

void write_fields(JsonWriter& json, const assess::ClockDifference& clock) {
  json.field("log", clock.log);
  json.field("reference", clock.reference);
  json.field("ahead_seconds", static_cast<std::int64_t>(clock.ahead.count()));
  json.field("pairs", clock.pairs);
}

void write_fields(JsonWriter& json, const assess::TimelineEvent& event) {
  json.field("time", event.time);
  json.field("lane", event.lane);
  json.field("what", event.what);
  json.field("evidence", event.evidence);
}

void write_fields(JsonWriter& json, const detect::RefusedRule& rule) {
  json.field("file", rule.file);
  json.field("line", rule.line);
  json.field("rule", rule.rule);
  json.field("reason", rule.reason);
}

void write_fields(JsonWriter& json, const detect::RuleCount& count) {
  json.field("rule_id", count.rule_id);
  json.field("title", count.title);
  json.field("matches", count.matches);
  json.field("kept", count.kept);
}

void write_interruption(JsonWriter& json, const assess::HuntReport& hunt) {
  json.key("interrupted");
  if (!hunt.interrupted) return json.null();
  json.begin_object();
  json.field("stage", hunt.interrupted->stage);
  json.field("bytes_read", hunt.interrupted->bytes_read);
  json.field("bytes_total", hunt.interrupted->bytes_total);
  json.end_object();
}

void write_fields(JsonWriter& json, const evidence::Problem& problem) {
  json.field("artefact", problem.artefact);
  json.field("what", problem.what);
  json.field("count", problem.count);
}

void write_detection(JsonWriter& json, const assess::HuntReport& hunt, const detect::Detection& detection,
                     std::size_t index) {
  json.field("index", index);
  write_optional(json, "time", detection.time);
  json.field("step", to_string(detection.step));
  json.field("confidence", to_string(detection.confidence));
  json.field("level", detection.level);
  json.field("rule_kind", to_string(detection.rule_kind));
  json.field("rule_id", detection.rule_id);
  json.field("title", detection.title);
  json.field("campaign", detection.campaign);
  json.field("cves", detection.cves);
  json.field("techniques", detection.techniques);
  write_place(json, hunt, detection.place);
  json.field("log", detection.log);
  write_bytes(json, "raw", detection.raw);
  write_named_facts(json, detection);
}

void write_campaign(JsonWriter& json, const assess::HuntReport& hunt) {
  json.field("id", hunt.campaign);
  json.field("name", hunt.campaign_name);
  json.field("title", hunt.campaign_title);
  json.field("window_start", hunt.window_start);
  json.field("window_end", hunt.window_end);
  json.field("mass_start", hunt.mass_start);
  json.field("patch_released", hunt.patch_released);
  json.field("disclosed", hunt.disclosed);
}

}  // namespace afterpatch::report
