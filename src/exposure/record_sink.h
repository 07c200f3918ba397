// Where finished hosts go.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "exposure/host_record.h"

namespace afterpatch::exposure {

// Called from the scan's thread.
class RecordSink {
 public:
  virtual ~RecordSink() = default;

  // Whether the target at this position was finished in an earlier run.
  virtual bool is_done(std::uint64_t position) = 0;
  // The target at this position is finished; it gave these records, often one, for a name with several
  // addresses more, for an address that opted out none. An error ends the scan: what can't be kept must not
  // be asked for.
  virtual Result<void> done(std::uint64_t position, const std::vector<HostRecord>& records) = 0;
  // False: no new host is begun until it is true again. An error ends the scan. Asked some times a second.
  virtual Result<bool> has_room() { return true; }
  // All targets below this position are finished or not ours.
  virtual void all_done_below(std::uint64_t position) = 0;
};

}  // namespace afterpatch::exposure
