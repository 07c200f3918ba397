#include <cstdint>
#include <cstdlib>

#include "records/key_value.h"

// Each entry that parsing gives must be found by its key, as the first of that key.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace afterpatch::records;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<KeyValue> entries;
  std::deque<std::string> scratch;
  parse_key_values(text, entries, scratch);
  if (entries.empty() || entries[0].key.empty()) return 0;
  const auto found = find_value(text, entries[0].key);
  if (!found || *found != entries[0].value) std::abort();
  return 0;
}
