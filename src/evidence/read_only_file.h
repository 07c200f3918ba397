// Opens evidence without changing it or waiting for it.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <span>

#include "base/error.h"

namespace afterpatch::evidence {

// A regular file, open for reading. Movable, closes itself.
class ReadOnlyFile {
 public:
  // Never blocks on FIFOs or devices, and leaves the access time alone where the system allows it. Fails when
  // it can't be opened or is no regular file.
  static Result<ReadOnlyFile> open(const std::filesystem::path& path);

  ReadOnlyFile(ReadOnlyFile&& other) noexcept;
  ReadOnlyFile& operator=(ReadOnlyFile&& other) noexcept;
  ~ReadOnlyFile();

  // Fills the buffer from the front; fewer bytes only at the end.
  Result<std::size_t> read(std::span<char> buffer);
  // The same for what stands at `offset`; where the next read() begins does not change.
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> buffer) const;
  const struct stat& status() const { return status_; }

 private:
  ReadOnlyFile(int descriptor, const struct stat& status, std::filesystem::path path);

  int descriptor_ = -1;
  struct stat status_{};
  std::filesystem::path path_;
};

// "can't be opened: Permission denied"
std::string system_message(std::string_view what, int error_number);

}  // namespace afterpatch::evidence
