// Which hours the event logs that matter for a hunt cover, counted event by event.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/time.h"
#include "records/log_summary.h"

namespace afterpatch::detect::events {

// "event-security" and the like for the channels whose coverage is told, by System/Channel; empty for the
// hundreds of others.
std::string_view coverage_log_of(std::string_view channel);

// Not thread-safe. Costs next to nothing for events of the hour of the one before.
class ChannelCoverage {
 public:
  void start(std::string_view log) { log_ = log; }
  // `written`: FILETIME. That of the record's header, when Windows wrote it; exports have TimeCreated alone.
  void add(std::uint64_t written);
  void add(Timestamp written);
  // Adds what was counted, and forgets it.
  void flush();
  void move_to(std::map<std::string, records::LogSummary>& summaries);

 private:
  std::string_view log_;
  std::string_view counted_log_;
  std::uint64_t hour_ = 0;  // FILETIME hours
  std::uint64_t count_ = 0;
  std::uint64_t first_ = 0;
  std::uint64_t last_ = 0;
  std::map<std::string, records::LogSummary> summaries_;
};

}  // namespace afterpatch::detect::events
