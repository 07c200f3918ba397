#include "records/summary_counter.h"

#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace afterpatch::records {
namespace {

using std::chrono::milliseconds;

bool is_build_number(std::string_view text) {
  return !text.empty() && text.size() <= 6 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "15.1.2176.2" from the four version columns.
std::string build_of_columns(const Record& record) {
  std::string build;
  for (const std::string_view name : {"MajorVersion", "MinorVersion", "BuildVersion", "RevisionVersion"}) {
    const auto part = record.value(name);
    if (!part || !is_build_number(*part)) return {};
    build += build.empty() ? "" : ".";
    build += *part;
  }
  return build;
}

// The ECP logs write "S:BLD=15.1.2375.7" (server) or "S:Bld=15.1.2375.7" (activity) into EventData.
std::string build_of_event_data(std::string_view data) {
  std::size_t at = data.find("S:BLD=");
  if (at == data.npos) at = data.find("S:Bld=");
  if (at == data.npos) return {};
  const std::string_view value = data.substr(at + 6);
  const std::string_view build = value.substr(0, value.find_first_not_of("0123456789."));
  const auto parts = split(build, '.');
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), is_build_number) ? std::string(build)
                                                                                       : "";
}

void widen(std::optional<Timestamp>& first, std::optional<Timestamp>& last, Timestamp from, Timestamp to) {
  first = first ? std::min(*first, from) : from;
  last = last ? std::max(*last, to) : to;
}

}  // namespace

std::string build_of(const Record& record) {
  std::string build = build_of_columns(record);
  const auto event_data = build.empty() ? record.value("EventData") : std::nullopt;
  return event_data ? build_of_event_data(*event_data) : build;
}

std::string_view server_of(const Record& record) {
  for (const std::string_view name : {"ServerHostName", "ServerName", "s-computername"}) {
    if (const auto server = record.value(name); server && !server->empty()) return *server;
  }
  return {};
}

void SummaryCounter::add(const Record& record, std::string_view date) {
  flush();
  summary_.guessed_header = summary_.guessed_header || (record.header != nullptr && record.header->guessed);
  summary_.local_time = summary_.local_time || (record.header != nullptr && record.header->local_time);
  const auto time = time_of(record, date);
  if (!time) return;
  add_time(*time);
  if (record.damaged) return;
  if (std::string build = build_of(record); !build.empty()) add_build(std::move(build), *time);
  if (const std::string_view server = server_of(record); !server.empty()) {
    server_ = server;
    add_server(server, 1);
  }
}

void SummaryCounter::add_time(Timestamp time) {
  const std::int64_t hour = hour_of(time);
  hour_start_ = start_of_hour(hour);
  ++summary_.rows_by_hour[hour];
  widen(summary_.first, summary_.last, time, time);
  if (summary_.last_row && time < *summary_.last_row - std::chrono::hours(1)) ++summary_.time_backwards;
  if (!summary_.first_row) summary_.first_row = time;
  summary_.last_row = time;
}

void SummaryCounter::add_build(std::string build, Timestamp time) {
  auto& builds = summary_.builds;
  const auto same = [&](const BuildSighting& sighting) { return sighting.build == build; };
  if (!builds.empty() && same(builds.back())) {
    build_ = &builds.back();
  } else if (builds.size() < kMaxBuildStretches) {
    build_ = &builds.emplace_back(BuildSighting{std::move(build), time, time, 0});
  } else {
    const auto earlier = std::find_if(builds.rbegin(), builds.rend(), same);
    build_ = earlier == builds.rend() ? nullptr : &*earlier;
  }
  if (build_ == nullptr) return;
  build_->first = std::min(build_->first, time);
  build_->last = std::max(build_->last, time);
  ++build_->rows;
}

void SummaryCounter::add_server(std::string_view server, std::uint64_t rows) {
  const auto known = summary_.servers.find(std::string(server));
  if (known != summary_.servers.end()) {
    known->second += rows;
  } else if (summary_.servers.size() < kMaxServers) {
    summary_.servers.emplace(server, rows);
  }
}

void SummaryCounter::flush() {
  if (rows_.rows == 0) return;
  summary_.rows_by_hour[hour_of(hour_start_)] += rows_.rows;
  widen(summary_.first, summary_.last, hour_start_ + milliseconds(rows_.min),
        hour_start_ + milliseconds(rows_.max));
  summary_.last_row = hour_start_ + milliseconds(last_milliseconds_);
  if (with_build_.rows > 0 && build_ != nullptr) {
    build_->first = std::min(build_->first, Timestamp(hour_start_ + milliseconds(with_build_.min)));
    build_->last = std::max(build_->last, Timestamp(hour_start_ + milliseconds(with_build_.max)));
    build_->rows += with_build_.rows;
  }
  if (with_server_ > 0) add_server(server_, with_server_);
  rows_ = with_build_ = HourRows();
  with_server_ = 0;
}

}  // namespace afterpatch::records
