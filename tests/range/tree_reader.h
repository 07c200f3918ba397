// Reads a made tree back for tests, with nothing but base: these readers are for well-formed logs only.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "range/evidence.h"

namespace afterpatch::range {

using Row = std::map<std::string, std::string>;  // column -> value, where it has one

// A folder below the system's temporary folder, removed at the end.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& name);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string text_of(const std::filesystem::path& file);
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder);  // sorted

// Rows of every IIS log of a site ("W3SVC1"). A row whose number of fields is not that of its #Fields is left
// out and counted.
std::vector<Row> iis_rows(const Truth& truth, const std::string& site, int* odd = nullptr);
// Rows of every Exchange log below Logging/<folder>.
std::vector<Row> exchange_rows(const Truth& truth, const std::string& folder, int* odd = nullptr);

}  // namespace afterpatch::range
