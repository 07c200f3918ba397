// A scan: goes through its targets in random order, asks each host what its plan says, and hands on what came
// of it. One thread; more cores are used by more processes with --shard, which share no host.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "base/error.h"
#include "exposure/host_plan.h"
#include "exposure/network_table.h"
#include "exposure/opt_out.h"
#include "exposure/politeness.h"
#include "exposure/record_sink.h"
#include "exposure/target_order.h"

namespace afterpatch::exposure {

struct ScanSettings {
  std::uint16_t port = 443;
  Limits limits;
  std::size_t connections = 1000;  // most hosts at once
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds answer_timeout{10000};
  std::string user_agent;
  std::uint64_t first_position = 0;
  std::string resolver;           // name servers, see NameLookup::make
  double lookups_per_second = 0;  // of names; 0: no limit
  bool reverse_names = false;     // of hosts that were reached
  bool domains = false;           // names are domains: their mail hosts are found and probed
};

// What a scan has seen so far. Written by the scan's thread; read by any.
struct ScanCounts {
  std::atomic<std::uint64_t> position{0};  // in the order of targets; all of the shard and others
  std::atomic<std::uint64_t> hosts{0};     // records
  std::atomic<std::uint64_t> reached{0};
  std::atomic<std::uint64_t> opted_out{0};
  std::atomic<std::uint64_t> refused{0};   // special addresses that names led to
  std::atomic<std::uint64_t> nameless{0};  // names without an address
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> in_flight{0};

  struct Tables {
    std::map<std::string, std::uint64_t> products;
    std::map<std::string, std::uint64_t> exposures;  // of self-hosted and hybrid servers
    std::map<std::string, std::uint64_t> errors;     // by kind
  };
  Tables tables() const;
  void add(const HostRecord& record);

 private:
  mutable std::mutex mutex_;
  Tables tables_;
};

class Scanner {
 public:
  // All must outlive it. `networks` may be null.
  Scanner(const TargetSet& targets, const TargetOrder& order, const ProbeContext& context,
          ScanSettings settings, OptOutFile& opt_out, const NetworkTable* networks, RecordSink& sink,
          ScanCounts& counts);

  // Until all is done, `stop` is set (hosts that are being probed are then left for the next run), or the
  // sink fails.
  Result<void> run(const std::atomic<bool>& stop);

 private:
  class Run;
  const TargetSet& targets_;
  const TargetOrder& order_;
  const ProbeContext& context_;
  ScanSettings settings_;
  OptOutFile& opt_out_;
  const NetworkTable* networks_;
  RecordSink& sink_;
  ScanCounts& counts_;
};

}  // namespace afterpatch::exposure
