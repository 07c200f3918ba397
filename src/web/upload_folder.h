// Where bytes of uploads lie. A file's bytes are on disk before they are acknowledged, and the folder is
// named by the server, so nothing that a client sends becomes part of a path but a few safe characters of
// the file's own name.
//
//   <folder>/<id>/evidence/<safe name>     what was sent
//   <folder>/<id>/report/                  what the hunt wrote
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

#include "base/error.h"

namespace afterpatch::web {

// "C:\logs\u_ex210303.log" -> "u_ex210303.log": the part behind the last / or \, of it letters, digits and
// "._-" (anything else becomes "_"), no leading dot or dash, at most 100 bytes (the end is kept, since it
// tells the kind); "evidence" if nothing is left.
std::string safe_name(std::string_view name);

// Thread-safe, if writers of one upload hold lock_of() it.
class UploadFolder {
 public:
  explicit UploadFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Makes the folder and takes it for this process. Fails if another process has it.
  Result<void> take();
  ~UploadFolder();
  UploadFolder(const UploadFolder&) = delete;
  UploadFolder& operator=(const UploadFolder&) = delete;

  bool available() const { return lock_ >= 0; }
  std::mutex& lock_of(const std::string& id);

  Result<void> create(const std::string& id);
  // Writes `bytes` at `offset` and returns when they are on disk.
  Result<void> write(const std::string& id, const std::string& name, std::uint64_t offset,
                     std::string_view bytes);
  // SHA-256 of the first `length` bytes, in hexadecimal; what lies behind them (written, but never
  // acknowledged) is cut off.
  Result<std::string> finish(const std::string& id, const std::string& name, std::uint64_t length);
  void remove(const std::string& id);

  std::filesystem::path evidence(const std::string& id) const { return folder_ / id / "evidence"; }
  std::filesystem::path report(const std::string& id) const { return folder_ / id / "report"; }
  Result<std::uint64_t> free_bytes() const;  // of the disk

 private:
  std::filesystem::path folder_;
  int lock_ = -1;
  std::array<std::mutex, 64> locks_;
};

}  // namespace afterpatch::web
