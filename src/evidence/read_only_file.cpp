#include "evidence/read_only_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace afterpatch::evidence {
namespace {

int open_quietly(const std::filesystem::path& path) {
  constexpr int kFlags = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
  const int descriptor = ::open(path.c_str(), kFlags | O_NOATIME);
  // Only a file's owner may ask for O_NOATIME.
  return descriptor < 0 && errno == EPERM ? ::open(path.c_str(), kFlags) : descriptor;
}

}  // namespace

std::string system_message(std::string_view what, int error_number) {
  return fmt::format("{}: {}", what, std::generic_category().message(error_number));
}

Result<ReadOnlyFile> ReadOnlyFile::open(const std::filesystem::path& path) {
  struct stat status{};
  // Looked at before it is opened too: to open some devices is to use them.
  if (::stat(path.c_str(), &status) != 0)
    return fail(system_message("can't be opened", errno), path.string());
  if (!S_ISREG(status.st_mode)) return fail("is no regular file", path.string());
  const int descriptor = open_quietly(path);
  if (descriptor < 0) return fail(system_message("can't be opened", errno), path.string());
  ReadOnlyFile file(descriptor, status, path);
  if (::fstat(descriptor, &file.status_) != 0)
    return fail(system_message("can't be read", errno), path.string());
  if (!S_ISREG(file.status_.st_mode)) return fail("is no regular file", path.string());
  return file;
}

ReadOnlyFile::ReadOnlyFile(int descriptor, const struct stat& status, std::filesystem::path path)
    : descriptor_(descriptor), status_(status), path_(std::move(path)) {}

ReadOnlyFile::ReadOnlyFile(ReadOnlyFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      status_(other.status_),
      path_(std::move(other.path_)) {}

ReadOnlyFile& ReadOnlyFile::operator=(ReadOnlyFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(status_, other.status_);
  std::swap(path_, other.path_);
  return *this;
}

ReadOnlyFile::~ReadOnlyFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::size_t> ReadOnlyFile::read(std::span<char> buffer) {
  std::size_t have = 0;
  while (have < buffer.size()) {
    const ssize_t got = ::read(descriptor_, buffer.data() + have, buffer.size() - have);
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && have > 0) break;  // what was read stands; the next call meets the error again
    if (got < 0) return fail(system_message("can't be read", errno), path_.string());
    have += static_cast<std::size_t>(got);
  }
  return have;
}

Result<std::size_t> ReadOnlyFile::read_at(std::uint64_t offset, std::span<char> buffer) const {
  std::size_t have = 0;
  while (have < buffer.size()) {
    const ssize_t got =
        ::pread(descriptor_, buffer.data() + have, buffer.size() - have, static_cast<off_t>(offset + have));
    if (got == 0) break;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && have > 0) break;
    if (got < 0) return fail(system_message("can't be read", errno), path_.string());
    have += static_cast<std::size_t>(got);
  }
  return have;
}

}  // namespace afterpatch::evidence
