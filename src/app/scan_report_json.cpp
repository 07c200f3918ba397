#include "app/scan_report.h"
#include "report/json_writer.h"

namespace afterpatch::app {
namespace {

using report::JsonWriter;
using store::Picture;
using store::Standing;
using store::StandingCounts;

std::string date_of(std::int64_t day) {
  return to_date_text(Timestamp(std::chrono::days(day)));
}

// All standings of servers; `other` and `absent` are no servers.
void write_counts(JsonWriter& json, const StandingCounts& counts) {
  for (const Standing standing : {Standing::unpatched, Standing::unsupported, Standing::build_ambiguous,
                                  Standing::unknown, Standing::patched, Standing::not_affected})
    json.field(store::name_of(standing), store::count_of(counts, standing));
}

void write_share(JsonWriter& json, const StandingCounts& counts) {
  const store::PatchedShare share = store::patched_share(counts);
  json.key("patched_share");
  if (share.denominator == 0) return json.null();
  json.begin_object();
  json.field("among_known", share.among_known);
  json.field("low", share.low);
  json.field("high", share.high);
  json.field("servers", share.denominator);
  json.end_object();
}

void write_days(JsonWriter& json, const Picture& picture) {
  json.key("days");
  json.begin_array();
  for (const store::DayCounts& day : picture.days) {
    json.begin_object();
    json.field("day", date_of(day.day));
    write_counts(json, day.counts);
    json.field("other", store::count_of(day.counts, Standing::other));
    write_share(json, day.counts);
    json.field("new", day.seen_first);
    json.field("gone", day.gone);
    json.field("returned", day.returned);
    json.field("doubtful", day.doubtful);
    json.end_object();
  }
  json.end_array();
}

std::string_view word_of(store::HalfLifeMethod method) {
  switch (method) {
    case store::HalfLifeMethod::kaplan_meier:
      return "kaplan-meier";
    case store::HalfLifeMethod::exponential:
      return "exponential";
    default:
      return "none";
  }
}

void write_optional(JsonWriter& json, std::string_view name, const std::optional<double>& number) {
  json.key(name);
  if (number)
    json.value(*number);
  else
    json.null();
}

void write_half_life(JsonWriter& json, const store::HalfLife& half) {
  const bool known = half.method != store::HalfLifeMethod::none;
  json.key("half_life");
  json.begin_object();
  json.field("method", word_of(half.method));
  write_optional(json, "days", known ? std::optional(half.days) : std::nullopt);
  write_optional(json, "low", half.low);
  write_optional(json, "high", half.high);
  json.field("servers", half.servers);
  json.field("patched", half.patched);
  json.end_object();
}

void write_groups(JsonWriter& json, std::string_view name, const std::vector<store::GroupCounts>& groups) {
  json.key(name);
  json.begin_array();
  for (const store::GroupCounts& group : groups) {
    json.begin_object();
    json.field("key", group.key);
    write_counts(json, group.counts);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::string scan_report_json(const Picture& picture) {
  JsonWriter json(JsonWriter::Layout::indented);
  json.begin_object();
  json.field("sources", picture.sources);
  write_days(json, picture);
  json.key("gone_as");
  json.begin_object();
  write_counts(json, picture.gone_as);
  json.end_object();
  json.field("patches_that_came_off", picture.odd_days);
  write_half_life(json, picture.half_life);
  write_groups(json, "countries", picture.countries);
  write_groups(json, "networks", picture.networks);
  write_groups(json, "sectors", picture.sectors);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace afterpatch::app
