#include "detect/events/event_coverage.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "records/evtx/event.h"

namespace afterpatch::detect::events {
namespace {

struct Covered {
  std::string_view channel;
  std::string_view log;
};
constexpr Covered kCovered[] = {
    {"Security", "event-security"},
    {"System", "event-system"},
    {"Application", "event-application"},
    {"MSExchange Management", "event-msexchange-management"},
    {"Microsoft-Windows-Sysmon/Operational", "event-sysmon"},
    {"Microsoft-Windows-PowerShell/Operational", "event-powershell"},
    {"Windows PowerShell", "event-powershell-classic"},
    {"Microsoft-Windows-Windows Defender/Operational", "event-windefend"},
};

constexpr std::uint64_t kTicksOfHour = 36'000'000'000;

}  // namespace

std::string_view coverage_log_of(std::string_view channel) {
  const auto found = std::ranges::find_if(
      kCovered, [&](const Covered& covered) { return equals_ignoring_case(covered.channel, channel); });
  return found == std::end(kCovered) ? std::string_view() : found->log;
}

void ChannelCoverage::add(std::uint64_t written) {
  if (log_.empty()) return;
  const std::uint64_t hour = written / kTicksOfHour;
  if (hour != hour_ || log_ != counted_log_) {
    flush();
    hour_ = hour;
    counted_log_ = log_;
    first_ = last_ = written;
  }
  ++count_;
  first_ = std::min(first_, written);
  last_ = std::max(last_, written);
}

void ChannelCoverage::add(Timestamp written) {
  constexpr std::chrono::seconds kSince1601{11'644'473'600};
  const std::chrono::microseconds since_1601 = written.time_since_epoch() + kSince1601;
  if (since_1601.count() >= 0) add(static_cast<std::uint64_t>(since_1601.count()) * 10);
}

void ChannelCoverage::flush() {
  const std::uint64_t count = std::exchange(count_, 0);
  const auto first = records::evtx::filetime_to_time(first_);
  const auto last = records::evtx::filetime_to_time(last_);
  if (count == 0 || !first || !last) return;
  records::LogSummary& summary = summaries_[std::string(counted_log_)];
  summary.rows_by_hour[hour_of(*first)] += count;
  summary.counts.records += count;
  summary.first = summary.first ? std::min(*summary.first, *first) : *first;
  summary.last = summary.last ? std::max(*summary.last, *last) : *last;
  if (!summary.first_row) summary.first_row = first;
  summary.last_row = last;
}

void ChannelCoverage::move_to(std::map<std::string, records::LogSummary>& summaries) {
  flush();
  for (auto& [log, summary] : std::exchange(summaries_, {})) summaries[log].merge(summary);
}

}  // namespace afterpatch::detect::events
