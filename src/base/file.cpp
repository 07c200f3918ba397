#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace afterpatch {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int close() {
    const int result = fd_ >= 0 ? ::close(fd_) : 0;
    fd_ = -1;
    return result;
  }

 private:
  int fd_;
};

std::unexpected<Error> system_failure(const std::string& what, const std::filesystem::path& path) {
  return fail(fmt::format("{}: {}", what, std::strerror(errno)), path.string());
}

bool write_all(int fd, const std::string& content) {
  for (std::size_t at = 0; at < content.size();) {
    const ssize_t written = ::write(fd, content.data() + at, content.size() - at);
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) at += static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (file.get() < 0) return system_failure("can't be opened", path);
  std::string content;
  std::array<char, 1U << 16U> buffer;
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got == 0) return content;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("can't be read", path);
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > limit)
      return fail(fmt::format("larger than the limit of {} bytes", limit), path.string());
  }
}

Result<void> write_file(const std::filesystem::path& path, const std::string& content) {
  const std::filesystem::path beside = path.string() + ".part";
  Descriptor file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.get() < 0) return system_failure("can't be created", path);
  if (!write_all(file.get(), content) || file.close() != 0 || ::rename(beside.c_str(), path.c_str()) != 0) {
    auto failure = system_failure("can't be written", path);
    ::unlink(beside.c_str());
    return failure;
  }
  return {};
}

}  // namespace afterpatch
