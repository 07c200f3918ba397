#include "web/upload_folder.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <memory>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "base/hex.h"
#include "base/text.h"

namespace afterpatch::web {
namespace {

constexpr std::size_t kLongestName = 100;
constexpr const char* kNext = "is there room, and may the server write to its folder for uploads?";

std::unexpected<Error> system_failure(const std::string& what, const std::filesystem::path& path) {
  return fail(fmt::format("{}: {}", what, std::strerror(errno)), path.string(), kNext);
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// Only SHA-256: twenty gigabytes are not hashed three times (base/hash.h).
class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  std::string finish() {
    std::array<char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), &size);
    return to_hex(std::string_view(digest.data(), size));
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

bool is_safe(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

bool write_all(int fd, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t done = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(done));
    offset += static_cast<std::uint64_t>(done);
  }
  return true;
}

// So that a new name is still there after the power went.
bool sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.get() >= 0 && ::fsync(opened.get()) == 0;
}

}  // namespace

std::string safe_name(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  std::string out;
  for (const char c : name) out.push_back(is_safe(c) ? c : '_');
  if (out.size() > kLongestName) out.erase(0, out.size() - kLongestName);
  out.erase(0, std::min(out.find_first_not_of(".-"), out.size()));
  return out.empty() ? "evidence" : out;
}

UploadFolder::~UploadFolder() {
  if (lock_ >= 0) ::close(lock_);
}

Result<void> UploadFolder::take() {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) return fail("the folder for uploads can't be made: " + error.message(), folder_.string());
  const std::filesystem::path file = folder_ / ".lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) return system_failure("the folder for uploads can't be written to", folder_);
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return {};
  ::close(lock_);
  lock_ = -1;
  return fail("another server uses this folder for uploads", folder_.string(), "give each its own --uploads");
}

std::mutex& UploadFolder::lock_of(const std::string& id) {
  return locks_[std::hash<std::string>{}(id) % locks_.size()];
}

Result<void> UploadFolder::create(const std::string& id) {
  const std::filesystem::path folder = folder_ / id;
  for (const std::filesystem::path& made : {folder, evidence(id)}) {
    if (::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST)
      return system_failure("an upload's folder can't be made", made);
  }
  if (!sync_folder(folder) || !sync_folder(folder_))
    return system_failure("an upload's folder can't be synced", folder);
  return {};
}

Result<void> UploadFolder::write(const std::string& id, const std::string& name, std::uint64_t offset,
                                 std::string_view bytes) {
  const std::filesystem::path file = evidence(id) / safe_name(name);
  const Descriptor opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (opened.get() < 0) return system_failure("an upload can't be opened", file);
  if (!write_all(opened.get(), bytes, offset) || ::fdatasync(opened.get()) != 0)
    return system_failure("an upload can't be written", file);
  if (offset == 0 && !sync_folder(evidence(id))) return system_failure("an upload can't be synced", file);
  return {};
}

Result<std::string> UploadFolder::finish(const std::string& id, const std::string& name,
                                         std::uint64_t length) {
  const std::filesystem::path file = evidence(id) / safe_name(name);
  const Descriptor opened(::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (opened.get() < 0) return system_failure("an upload can't be opened", file);
  if (::ftruncate(opened.get(), static_cast<off_t>(length)) != 0 || ::fsync(opened.get()) != 0)
    return system_failure("an upload can't be finished", file);
  Sha256 hasher;
  std::vector<char> buffer(1U << 20U);
  for (;;) {
    const ssize_t got = ::read(opened.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("an upload can't be read", file);
    if (got == 0) return hasher.finish();
    hasher.add({buffer.data(), static_cast<std::size_t>(got)});
  }
}

void UploadFolder::remove(const std::string& id) {
  std::error_code ignored;  // what stays is found and removed when the server starts again
  std::filesystem::remove_all(folder_ / id, ignored);
}

Result<std::uint64_t> UploadFolder::free_bytes() const {
  std::error_code error;
  const auto space = std::filesystem::space(folder_, error);
  if (error) return fail("the disk can't be asked for its room: " + error.message(), folder_.string());
  return space.available;
}

}  // namespace afterpatch::web
