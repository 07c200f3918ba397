// Which messages of a mailbox were read: a file of lines that only grows. A line is on disk when add()
// returns; half a line after a power cut is closed with "~", so that it means nothing.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "base/error.h"

namespace afterpatch::notify {

// Not thread-safe.
class RememberedLines {
 public:
  // Makes the file if it is missing.
  static Result<RememberedLines> open(std::filesystem::path path);

  const std::set<std::string>& all() const { return lines_; }
  Result<void> add(const std::string& line);  // REQUIRES: no line break in it

 private:
  explicit RememberedLines(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
  std::set<std::string> lines_;
};

}  // namespace afterpatch::notify
