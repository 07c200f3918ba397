// A baseline of the user's own: which files a clean server had, by place and content. Made by `afterpatch
// baseline make` of a clean server (or of the same one before it was attacked), given to `hunt --baseline`.
//
// Format (docs/baselines.md): JSON lines, UTF-8. The first line says what the file is:
//   {"afterpatch-baseline":1,"product":"exchange","tool":"0.1.0","folder":"/mnt/clean","date":"2021-01-05T08:00:00Z"}
// and each further line names one file, by its path on the server (evidence::Artefact::windows_path):
//   {"path":"\\inetpub\\wwwroot\\iisstart.htm","sha256":"0123...","size":703}
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"

namespace afterpatch::detect::files {

inline constexpr std::uint64_t kMaxBaselineBytes = 1ULL << 30U;
inline constexpr int kBaselineFormat = 1;

struct BaselineHeader {
  std::string product;
  std::string tool;    // version of the program that made it
  std::string folder;  // as the user named it
  std::string date;    // RFC 3339, UTC
};

struct BaselineFile {
  std::string path;  // lower case, '\' between parts, with a leading '\'
  std::string sha256;
  std::uint64_t size = 0;
};

// One line of the file, with its line end.
std::string baseline_line(const BaselineHeader& header);
std::string baseline_line(const BaselineFile& file);

enum class BaselineAnswer {
  not_covered,    // the baseline knows nothing of this part of the disk
  not_listed,     // it knows the folder, or one above it, and has no such file
  other_content,  // it has the file with another content
  listed,         // same place, same content
};

// Any number of baselines in one: what one of them lists is listed. Thread-safe once filled.
class Baseline {
 public:
  // Adds one file of lines. Fails with file and line at the first that is no baseline's.
  Result<void> add(const std::filesystem::path& file);
  // `name` stands in errors.
  Result<void> add_text(std::string_view text, const std::string& name);

  // `windows_path` as in evidence::Artefact; `sha256` may be empty when the file could not be read: then a
  // listed path is never `listed`.
  BaselineAnswer answer(std::string_view windows_path, std::string_view sha256) const;
  bool empty() const { return files_.empty(); }
  std::size_t size() const { return files_.size(); }

 private:
  bool covers(std::string_view windows_path) const;

  std::unordered_map<std::string, std::vector<std::string>> files_;  // path -> SHA-256
  std::unordered_set<std::string> folders_;                          // that hold a listed file
};

}  // namespace afterpatch::detect::files
