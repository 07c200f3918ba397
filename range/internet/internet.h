// The internet range: a population of servers on 127.0.0.0/8, in one process. One listening socket a thread
// takes connections for all of 127.0.0.0/8; the address that was asked tells which host answers, so hosts
// cost nothing until they are asked. It takes connections by the loopback interface only.
//
// With Family::ipv6 it answers for fd12:af7e::/32 instead. The system must send those addresses to loopback,
// which takes an administrator, or a user's own network namespace (docs/range.md):
//   ip -6 route add local fd12:af7e::/32 dev lo
//
// Example:
//   auto internet = Internet::start({.population = {.seed = 7, .hosts = 10'000}, .day = 3, .port = 8443});
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/error.h"
#include "range/internet/population.h"

namespace afterpatch::range {

struct InternetSettings {
  PopulationSettings population;
  int day = 0;                // day 0 is 2021-03-05
  std::uint16_t port = 8443;  // 0: any free one
  unsigned threads = 1;
  std::filesystem::path request_log;  // empty: requests are only counted
};

class Internet {
 public:
  // Listens when it returns. Fails when the port is taken or the request log can't be written.
  static Result<std::unique_ptr<Internet>> start(const InternetSettings& settings);
  virtual ~Internet() = default;  // closes every connection

  virtual std::uint16_t port() const = 0;
  virtual const Population& population() const = 0;
  virtual std::uint64_t connections() const = 0;
  virtual std::uint64_t requests() const = 0;
  // Thread-safe; connections that are made from now on see the new day.
  virtual void set_day(int day) = 0;
  virtual void flush_log() = 0;
};

}  // namespace afterpatch::range
