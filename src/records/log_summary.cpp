#include "records/log_summary.h"

#include <algorithm>
#include <utility>

#include "records/row_stepper.h"
#include "records/row_template.h"
#include "records/summary_counter.h"

namespace afterpatch::records {
namespace {

void add_counts(ReadCounts& to, const ReadCounts& from) {
  to.records += from.records;
  to.damaged += from.damaged;
  to.without_header += from.without_header;
  to.overlong += from.overlong;
  to.header_lines += from.header_lines;
  to.lines += from.lines;
  to.other_lines += from.other_lines;
}

void add_builds(std::vector<BuildSighting>& to, const std::vector<BuildSighting>& from) {
  for (const BuildSighting& sighting : from) {
    const auto same = [&](const BuildSighting& known) { return known.build == sighting.build; };
    const bool has_room = to.size() < kMaxBuildStretches;
    auto known = to.empty() ? to.rend() : has_room ? to.rbegin() : std::find_if(to.rbegin(), to.rend(), same);
    if (known != to.rend() && same(*known)) {
      known->first = std::min(known->first, sighting.first);
      known->last = std::max(known->last, sighting.last);
      known->rows += sighting.rows;
    } else if (has_room) {
      to.push_back(sighting);
    }
  }
}

std::optional<Timestamp> earlier(std::optional<Timestamp> a, std::optional<Timestamp> b) {
  return a && b ? std::min(*a, *b) : a ? a : b;
}
std::optional<Timestamp> later_of(std::optional<Timestamp> a, std::optional<Timestamp> b) {
  return a && b ? std::max(*a, *b) : a ? a : b;
}

// Passes rows that the template matches, from the stepper's place on.
void skip_matching_rows(RowStepper& stepper, LineCursor& cursor, const RowTemplate& row_template,
                        SummaryCounter& counter) {
  const std::string_view block = stepper.cutter().block();
  while (!stepper.at_end()) {
    const std::size_t at = stepper.at();
    const std::size_t line_end = cursor.next_end(at, block.size());
    if (line_end == block.size() || line_end - at >= kMaxRecordBytes) return;
    std::string_view row = block.substr(at, line_end - at);
    if (row.ends_with('\r')) row.remove_suffix(1);
    const auto match = row_template.match(row);
    if (!match) return;
    counter.add_like_last(match->milliseconds, match->has_build, match->has_server);
    stepper.skip_record(line_end + 1);
  }
}

}  // namespace

void LogSummary::merge(const LogSummary& later) {
  const bool jumps_back = later.continues_file && last_row && later.first_row &&
                          *later.first_row < *last_row - std::chrono::hours(1);
  time_backwards += later.time_backwards + (jumps_back ? 1 : 0);
  for (const auto& [hour, rows] : later.rows_by_hour) rows_by_hour[hour] += rows;
  for (const auto& [server, rows] : later.servers) {
    const auto known = servers.find(server);
    if (known != servers.end()) {
      known->second += rows;
    } else if (servers.size() < kMaxServers) {
      servers.emplace(server, rows);
    }
  }
  add_builds(builds, later.builds);
  add_counts(counts, later.counts);
  first = earlier(first, later.first);
  last = later_of(last, later.last);
  if (!first_row) first_row = later.first_row;
  if (later.last_row) last_row = later.last_row;
  guessed_header = guessed_header || later.guessed_header;
  local_time = local_time || later.local_time;
}

LogSummary summarise(std::string_view block, const HeaderPtr& header, std::uint64_t offset,
                     std::string_view date) {
  return summarise(block, LineIndex(block), header, offset, date);
}

LogSummary summarise(std::string_view block, const LineIndex& lines, const HeaderPtr& header,
                     std::uint64_t offset, std::string_view date) {
  LogSummary summary;
  summary.continues_file = offset > 0;
  RowStepper stepper(RowCutter(block, lines), header, offset, std::string(date));
  LineCursor cursor(lines);
  {
    SummaryCounter counter(summary);
    RowTemplate row_template;
    HeaderPtr in_force = header;
    Record record;
    while (!stepper.at_end()) {
      const bool is_record = stepper.step(record);
      if (stepper.header() != in_force) {
        in_force = stepper.header();
        row_template = RowTemplate();
      }
      if (!is_record) continue;
      counter.add(record, stepper.date());
      row_template.set(record);
      const bool can_match =
          row_template.header() == in_force.get() && in_force != nullptr && !stepper.cutter().has_nul();
      if (can_match) skip_matching_rows(stepper, cursor, row_template, counter);
    }
  }
  summary.counts = stepper.counts();
  return summary;
}

}  // namespace afterpatch::records
