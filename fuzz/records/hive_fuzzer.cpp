// Reads a hive as the product does, and one level of everything else: no read outside, no endless work.
#include <cstdint>
#include <string_view>

#include "records/registry/hive.h"

namespace registry = afterpatch::records::registry;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  registry::HiveText text({reinterpret_cast<const char*>(data), size});
  auto hive = registry::Hive::open(text);
  if (!hive) return 0;
  for (const std::string_view path : {"Microsoft\\Windows\\CurrentVersion\\Uninstall", "A", ""}) {
    const auto key = hive->find(path);
    if (!key) continue;
    for (const auto& below : hive->keys_below(*key)) {
      for (const auto& value : hive->values_of(below)) {
        if (value.name.size() > 4 * registry::kMaxNameBytes) __builtin_trap();
        if (value.text.size() > 4 * registry::kMaxValueBytes) __builtin_trap();
      }
    }
  }
  return 0;
}
