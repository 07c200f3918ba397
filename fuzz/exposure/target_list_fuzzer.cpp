// Lists of targets from other tools: nothing special is ever scanned unless it is loopback by itself.
#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "exposure/special_ranges.h"
#include "exposure/target_reader.h"

using namespace afterpatch::exposure;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream input(std::string(reinterpret_cast<const char*>(data), size));
  TargetSet targets;
  TargetReading reading;
  (void)read_targets(input, "list", 443, targets, reading);
  targets.seal();
  const std::uint64_t count = targets.size();
  for (std::uint64_t i = 0; i < count; i += 1 + count / 50) {
    const Target target = targets.at(i);
    if (target.address && special_ranges().contains(*target.address) && !is_loopback(*target.address))
      std::abort();
    if (!target.address && host_name(target.name) != target.name) std::abort();
  }
  return 0;
}
