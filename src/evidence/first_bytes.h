// The start of a file, unpacked when it is a .gz: what recognising goes by.
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "base/error.h"

namespace afterpatch::evidence {

inline constexpr std::size_t kFirstBytes = 64U << 10U;

struct FirstBytes {
  std::string bytes;  // at most kFirstBytes, unpacked
  bool gzip = false;
  std::string damage;  // why a .gz could not be unpacked so far; else empty
  struct stat status{};
};

Result<FirstBytes> read_first_bytes(const std::filesystem::path& file);

}  // namespace afterpatch::evidence
