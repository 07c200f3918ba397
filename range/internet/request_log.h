// Who was asked what and when, as the servers saw it: for tests of a scanner's politeness. One CSV line each:
//   time_us,address,event,detail
// time_us: microseconds since 1970, UTC, when the server's program saw it; event: "connection", or "request"
// with "GET /owa/ Host=mail.org17.example" as detail.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string_view>

#include "base/error.h"
#include "range/internet/population.h"

namespace afterpatch::range {

// Thread-safe.
class RequestLog {
 public:
  // Counts only, unless `file` is given.
  static Result<std::unique_ptr<RequestLog>> open(const std::filesystem::path& file);

  void connection(const Host& host);
  void request(const Host& host, std::string_view line, std::string_view asked_host);
  void flush();

  std::uint64_t connections() const { return connections_; }
  std::uint64_t requests() const { return requests_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void write(const Host& host, std::string_view event, const std::string& detail);

  std::mutex mutex_;
  std::unique_ptr<std::FILE, Close> file_;
  std::atomic<std::uint64_t> connections_{0};
  std::atomic<std::uint64_t> requests_{0};
};

}  // namespace afterpatch::range
