#include "evidence/spooled_input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "evidence/read_only_file.h"

namespace afterpatch::evidence {
namespace {

std::filesystem::path path_of(int descriptor) {
  return fmt::format("/proc/self/fd/{}", descriptor);
}

std::string temporary_folder() {
  const char* named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? named : "/tmp";
}

int open_nameless_file(const std::string& folder) {
  std::string name = folder + "/afterpatch-XXXXXX";
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor >= 0) ::unlink(name.c_str());
  return descriptor;
}

bool write_all(int descriptor, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(descriptor, bytes, size);
    if (written < 0 && errno != EINTR) return false;
    if (written <= 0) continue;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace

SpooledInput::~SpooledInput() {
  ::close(descriptor_);
}

std::filesystem::path SpooledInput::path() const {
  return path_of(descriptor_);
}

Result<std::shared_ptr<SpooledInput>> SpooledInput::spool(int input, const std::atomic<bool>* cancelled) {
  const std::string folder = temporary_folder();
  const int output = open_nameless_file(folder);
  if (output < 0) {
    return fail(system_message("no temporary file for standard input", errno), folder,
                "set TMPDIR to a folder with room");
  }
  auto spooled = std::make_shared<SpooledInput>(output);
  std::vector<char> buffer(1U << 20U);
  for (std::uint64_t total = 0;;) {
    if (cancelled != nullptr && *cancelled) return spooled;
    const ssize_t got = ::read(input, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_message("standard input can't be read", errno), "standard input");
    if (got == 0) return spooled;
    if (!write_all(output, buffer.data(), static_cast<std::size_t>(got))) {
      return fail(system_message(fmt::format("standard input can't be kept after {} bytes", total), errno),
                  folder, "set TMPDIR to a folder with more room, or name the file instead of piping it");
    }
    total += static_cast<std::uint64_t>(got);
  }
}

std::filesystem::path reopenable_path(int descriptor) {
  struct stat status{};
  const bool is_whole_file =
      ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && ::lseek(descriptor, 0, SEEK_CUR) == 0;
  const std::filesystem::path path = path_of(descriptor);
  return is_whole_file && ReadOnlyFile::open(path) ? path : std::filesystem::path();
}

}  // namespace afterpatch::evidence
