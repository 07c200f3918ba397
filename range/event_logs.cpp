#include "range/event_logs.h"

#include <algorithm>

#include "range/log_tree.h"

namespace afterpatch::range {

std::string event_log_file_name(std::string_view channel) {
  std::string name;
  for (const char c : channel) {
    if (c == '/') {
      name += "%4";
    } else {
      name += c;
    }
  }
  return name + ".evtx";
}

EventLogs::EventLogs(const std::filesystem::path& drive, std::string computer, const EventTruth& truth)
    : folder_(drive / "Windows/System32/winevt/Logs"),
      computer_(std::move(computer)),
      begin_(truth.begin),
      cleared_(truth.cleared) {}

std::size_t EventLogs::clearings_until(const std::string& channel, Timestamp time) const {
  return static_cast<std::size_t>(std::ranges::count_if(cleared_, [&](const ClearedTruth& cleared) {
    return cleared.channel == channel && cleared.time <= time;
  }));
}

// The log as it is at that time: a new file when it was cleared since the last event.
Result<EventLogs::Log*> EventLogs::log_at(const std::string& channel, Timestamp time) {
  Log& log = logs_[channel];
  const std::size_t clearings = clearings_until(channel, time);
  if (log.writer && log.clearings == clearings) return &log;
  std::error_code ignored;  // a folder that can't be made shows when the file is opened
  std::filesystem::create_directories(folder_, ignored);
  log.file = folder_ / event_log_file_name(channel);
  log.clearings = clearings;
  auto writer = EvtxWriter::create(log.file, {.computer = computer_, .first_record_id = log.next_id});
  if (!writer) return std::unexpected(writer.error());
  log.writer.emplace(std::move(*writer));
  return &log;
}

void EventLogs::write(const EvtxEvent& event) {
  if (error_ || (begin_ && event.time < *begin_)) return;
  const auto log = log_at(event.layout->channel, event.time);
  const auto written = log ? (*log)->writer->write(event) : Result<void>(std::unexpected(log.error()));
  if (!written) {
    error_ = written.error();
    return;
  }
  ++(*log)->next_id;
  (*log)->last = event.time;
}

Result<void> EventLogs::close() {
  if (error_) return std::unexpected(*error_);
  for (const ClearedTruth& cleared : cleared_) {
    const auto log = log_at(cleared.channel, cleared.time);
    if (!log) return std::unexpected(log.error());
    (*log)->last = std::max((*log)->last, cleared.time);
  }
  for (auto& [channel, log] : logs_) {
    if (const auto finished = log.writer->finish(); !finished) return finished;
    if (const auto set = set_modified(log.file, log.last); !set) return set;
  }
  return {};
}

}  // namespace afterpatch::range
