// Writes small MaxMind DB files for tests (format 2.0: maxmind.github.io/MaxMind-DB).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/network.h"

namespace afterpatch::constituency {

struct MmdbRecord {
  Network network;
  std::string country;          // "DE"; empty: no such field
  std::uint32_t as_number = 0;  // 0: no such field
  std::string as_name;
};

// The file's bytes. Networks must not overlap.
std::string made_mmdb(const std::vector<MmdbRecord>& records);

}  // namespace afterpatch::constituency
