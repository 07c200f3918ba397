// Writes events into the log folders of a collected C: drive, rolling files as Exchange and IIS do. Memory
// stays bounded: every log holds at most one buffer. Not thread-safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "range/events.h"
#include "range/server.h"

namespace afterpatch::range {

// Sets a file's modification time. UTC.
Result<void> set_modified(const std::filesystem::path& file, Timestamp time);

// One log that is open at a time. The file's own time becomes that of its last row.
class RollingLog {
 public:
  RollingLog() = default;
  ~RollingLog();
  RollingLog(const RollingLog&) = delete;
  RollingLog& operator=(const RollingLog&) = delete;

  // Rows go to `file`; when it is another one than before, the old one is closed and `header` begins the new
  // one. The same file with another `epoch` (fields changed, IIS restarted) gets the header again.
  void append(const std::filesystem::path& file, std::uint64_t epoch, const std::string& header,
              const std::string& row, Timestamp time);
  void cut_last_line();  // the newest file was collected while it was being written
  Result<void> close();

 private:
  void flush();

  std::filesystem::path folder_;
  std::filesystem::path file_;
  int descriptor_ = -1;  // opened by the first flush
  std::uint64_t epoch_ = 0;
  std::string buffer_;
  std::size_t last_row_ = 0;  // length of the last row in the buffer
  Timestamp last_time_{};
  std::optional<Error> error_;
};

// A build as the rows name it.
struct BuildSpan {
  std::string build;
  Timestamp first;
  Timestamp last;
};

class LogTree {
 public:
  // `drive` is the folder that stands for C:. `gaps` are left out.
  LogTree(std::filesystem::path drive, const Server& server, std::vector<Gap> gaps, Random random);

  // Rows of that log ("iis-w3c", "ecp-server") say a time that is so much later than the truth.
  void set_clock(const std::string& log, std::chrono::seconds ahead) { clocks_[log] = ahead; }

  // Events must come in order of time.
  void write(const Request& request);
  void write(const EcpCommand& command);
  void write(const ShellCmdlet& cmdlet);
  void write_oab_generator(Timestamp time, const std::string& message);

  void cut_last_line_of_iis() { front_.cut_last_line(); }
  Result<void> close();
  const std::vector<BuildSpan>& builds() const { return builds_; }

 private:
  std::chrono::seconds clock_of(const std::string& log) const;
  void write_front_end(const Request& request);
  void write_back_end(const Request& request);
  void write_http_proxy(const Request& request);
  void write_ews(const Request& request);
  void write_remote_shell(const Request& request);
  std::filesystem::path remote_shell_file(std::string_view kind, Timestamp time) const;
  std::filesystem::path iis_file(std::string_view site, Timestamp time) const;
  std::uint64_t restarts_until(Timestamp time) const;
  unsigned part_of_hour(Timestamp time) const;
  void saw_build(Timestamp time);

  std::filesystem::path drive_;
  const Server& server_;
  std::vector<Gap> gaps_;
  std::map<std::string, std::chrono::seconds> clocks_;
  Random random_;
  Random shell_ids_;  // of its own, so that the other logs do not depend on these
  std::string row_;
  RollingLog front_;
  RollingLog back_;
  RollingLog ews_;
  RollingLog ecp_;
  RollingLog activity_;
  RollingLog oab_;
  RollingLog shell_requests_;
  RollingLog shell_cmdlets_;
  std::map<App, RollingLog> http_proxy_;
  std::vector<BuildSpan> builds_;
};

// Folders below the drive.
std::filesystem::path exchange_folder();  // "Program Files/Microsoft/Exchange Server/V15"

}  // namespace afterpatch::range
