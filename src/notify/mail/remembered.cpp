#include "notify/mail/remembered.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/file.h"
#include "base/text.h"

namespace afterpatch::notify {
namespace {

Result<void> append_durably(const std::filesystem::path& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  const bool good = file >= 0 &&
                    ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                    ::fdatasync(file) == 0;
  const int why = errno;
  if (file >= 0) ::close(file);
  if (good) return {};
  return fail("can't remember which mail was read: " + std::string(std::strerror(why)), path.string(),
              "make room or give another file");
}

}  // namespace

Result<RememberedLines> RememberedLines::open(std::filesystem::path path) {
  RememberedLines remembered(std::move(path));
  if (const Result<void> writable = append_durably(remembered.path_, {}); !writable)
    return std::unexpected(writable.error());
  const Result<std::string> content = read_file(remembered.path_, 1ULL << 30U);
  if (!content) return std::unexpected(content.error());
  if (!content->empty() && !content->ends_with('\n'))
    if (const Result<void> closed = append_durably(remembered.path_, "~\n"); !closed)
      return std::unexpected(closed.error());
  const std::size_t whole = content->rfind('\n');
  if (whole == std::string::npos) return remembered;
  for (const std::string_view line : split(std::string_view(*content).substr(0, whole), '\n'))
    remembered.lines_.emplace(line);
  return remembered;
}

Result<void> RememberedLines::add(const std::string& line) {
  if (const Result<void> kept = append_durably(path_, line + "\n"); !kept) return kept;
  lines_.insert(line);
  return {};
}

}  // namespace afterpatch::notify
