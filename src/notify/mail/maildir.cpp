#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "base/text.h"
#include "notify/mail/mailbox.h"
#include "notify/mail/mime_reader.h"
#include "notify/mail/remembered.h"

namespace afterpatch::notify {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxHead = 64U << 10U;

struct Entry {
  fs::file_time_type time;
  std::string name;  // unique, without the flags after ":"
  fs::path path;
};

std::string read_head(const fs::path& path, std::size_t limit) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(limit, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(limit));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file.gcount())));
  return bytes;
}

class Maildir : public Mailbox {
 public:
  Maildir(fs::path folder, RememberedLines remembered)
      : folder_(std::move(folder)), remembered_(std::move(remembered)) {}

  Result<std::uint64_t> for_each_new(const VisitMessage& visit) override {
    const std::set<std::string> seen = remembered_.all();
    std::uint64_t visited = 0;
    for (const Entry& entry : entries()) {
      if (seen.contains(entry.name)) continue;
      const std::optional<std::string> message = bytes_of(entry);
      if (!message) continue;  // moved away meanwhile: the next run finds it
      if (const Result<void> done = visit(*message); !done) return std::unexpected(done.error());
      if (const Result<void> kept = remembered_.add(entry.name); !kept) return std::unexpected(kept.error());
      ++visited;
    }
    return visited;
  }

  Result<bool> holds(const std::string& message_id) override {
    for (const Entry& entry : entries())
      for (const MailHeader& header : read_headers(read_head(entry.path, kMaxHead)))
        if (header.name == "message-id" && header.value == message_id) return true;
    return false;
  }

 private:
  // A message that is read by someone moves from new to cur and gets flags: the name before ":" stays.
  std::vector<Entry> entries() const {
    std::vector<Entry> found;
    for (const char* part : {"new", "cur"}) {
      std::error_code gone;
      for (const fs::directory_entry& file : fs::directory_iterator(folder_ / part, gone)) {
        const std::string name = file.path().filename().string();
        if (name.starts_with('.') || !file.is_regular_file(gone)) continue;
        found.push_back({file.last_write_time(gone), name.substr(0, name.find(':')), file.path()});
      }
    }
    std::ranges::sort(found, {}, [](const Entry& entry) { return std::tie(entry.time, entry.name); });
    return found;
  }

  static std::optional<std::string> bytes_of(const Entry& entry) {
    std::error_code gone;
    if (!fs::exists(entry.path, gone)) return std::nullopt;
    return read_head(entry.path, kMaxMessageBytes);
  }

  fs::path folder_;
  RememberedLines remembered_;
};

}  // namespace

Result<std::unique_ptr<Mailbox>> open_maildir(fs::path folder, fs::path remembered) {
  std::error_code ignored;
  if (!fs::is_directory(folder / "cur", ignored) && !fs::is_directory(folder / "new", ignored))
    return fail("not a Maildir: it has neither cur nor new", folder.string(),
                "give the folder that holds them");
  Result<RememberedLines> lines = RememberedLines::open(std::move(remembered));
  if (!lines) return std::unexpected(lines.error());
  return std::make_unique<Maildir>(std::move(folder), std::move(*lines));
}

}  // namespace afterpatch::notify
