// Lines of scans by others: what is read can be written and read again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exposure/host_record.h"

using namespace afterpatch::exposure;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto record = parse_json_line({reinterpret_cast<const char*>(data), size});
  if (!record) return 0;
  const std::string line = to_json_line(*record);
  const auto again = parse_json_line(line);
  if (!again || to_json_line(*again) != line) std::abort();
  return 0;
}
