// The event logs of a tree: one file for each channel, named as Windows names it, in
// Windows\System32\winevt\Logs. Not thread-safe.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "range/evtx_writer.h"
#include "range/truth.h"

namespace afterpatch::range {

// "Microsoft-Windows-Sysmon/Operational" is in "Microsoft-Windows-Sysmon%4Operational.evtx".
std::string event_log_file_name(std::string_view channel);

class EventLogs {
 public:
  // `drive` is the folder that stands for C:. What is older than `truth.begin` is left out; a cleared log
  // begins again, with its first record's id following the last.
  EventLogs(const std::filesystem::path& drive, std::string computer, const EventTruth& truth);

  // Events must come in order of time.
  void write(const EvtxEvent& event);
  // Sets each file's time to that of its last event.
  Result<void> close();

 private:
  struct Log {
    std::filesystem::path file;
    std::optional<EvtxWriter> writer;
    std::uint64_t next_id = 1;
    Timestamp last{};
    std::size_t clearings = 0;  // of this channel, already done
  };
  Result<Log*> log_at(const std::string& channel, Timestamp time);
  std::size_t clearings_until(const std::string& channel, Timestamp time) const;

  std::filesystem::path folder_;
  std::string computer_;
  std::optional<Timestamp> begin_;
  std::vector<ClearedTruth> cleared_;
  std::map<std::string, Log> logs_;
  std::optional<Error> error_;
};

}  // namespace afterpatch::range
