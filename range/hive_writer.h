// Writes a Windows registry hive: keys, their last-written times, texts and numbers. As much of the format as
// an exported SOFTWARE hive needs, all in one bin; no transaction log, no class names, no big data.
//
// Source of the format: libyal's "Windows NT Registry File (REGF) format" (libregf, documentation/), and
// M. Suhanov's "Windows registry file format specification".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"

namespace afterpatch::range {

struct HiveValue {
  std::string name;                               // ASCII
  std::variant<std::string, std::uint32_t> data;  // REG_SZ (UTF-8 here) or REG_DWORD
};

struct HiveKey {
  std::string name;  // ASCII
  Timestamp written;
  std::vector<HiveValue> values{};
  std::vector<HiveKey> keys{};
};

// The keys below `path` ("Microsoft\\Windows"), made where they are missing; `written` for those.
HiveKey& key_at(HiveKey& root, std::string_view path, Timestamp written);

// The file. `path_in_header`: as Windows notes where it was loaded from, at most its last 31 characters kept.
std::string hive_file(const HiveKey& root, std::string_view path_in_header);

}  // namespace afterpatch::range
