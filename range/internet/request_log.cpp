#include "range/internet/request_log.h"

#include <chrono>

#include <fmt/format.h>

#include "base/escape.h"
#include "range/internet/population.h"

namespace afterpatch::range {

Result<std::unique_ptr<RequestLog>> RequestLog::open(const std::filesystem::path& file) {
  auto log = std::make_unique<RequestLog>();
  if (file.empty()) return log;
  log->file_.reset(std::fopen(file.c_str(), "w"));
  if (log->file_ == nullptr) return fail("the request log can't be written", file.string());
  fmt::print(log->file_.get(), "time_us,address,event,detail\n");
  return log;
}

void RequestLog::connection(const Host& host) {
  ++connections_;
  if (file_ != nullptr) write(host, "connection", {});
}

void RequestLog::request(const Host& host, std::string_view line, std::string_view asked_host) {
  ++requests_;
  if (file_ != nullptr) write(host, "request", fmt::format("{} Host={}", line, asked_host));
}

void RequestLog::write(const Host& host, std::string_view event, const std::string& detail) {
  using std::chrono::microseconds;
  const auto now = std::chrono::floor<microseconds>(std::chrono::system_clock::now());
  const std::lock_guard lock(mutex_);
  fmt::print(file_.get(), "{},{},{},{}\n", now.time_since_epoch().count(), host.address(), event,
             escape_csv(detail));
}

void RequestLog::flush() {
  const std::lock_guard lock(mutex_);
  if (file_ != nullptr) std::fflush(file_.get());
}

}  // namespace afterpatch::range
