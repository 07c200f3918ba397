// Real log lines by others, which are not part of this checkout.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace afterpatch {

// The folder of AFTERPATCH_SAMPLES, by default beside the checkout.
inline std::filesystem::path samples_folder() {
  const char* named = std::getenv("AFTERPATCH_SAMPLES");
  return named != nullptr ? std::filesystem::path(named)
                          : std::filesystem::path(AFTERPATCH_SOURCE_DIR) / ".." / "shared" / "samples";
}

inline std::optional<std::string> read_sample(const std::string& name) {
  std::ifstream file(samples_folder() / name, std::ios::binary);
  if (!file) return std::nullopt;
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

}  // namespace afterpatch
