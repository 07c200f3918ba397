#include "app/scan_store_feed.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "app/store_import.h"
#include "base/hash.h"

namespace afterpatch::app {
namespace {

using std::chrono::steady_clock;

Result<void> sync_file(const std::filesystem::path& path) {
  if (path.empty()) return {};
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail(std::strerror(errno), path.string());
  const bool synced = ::fdatasync(descriptor) == 0 || errno == EINVAL || errno == EROFS;  // pipes can't be
  const int error = errno;
  ::close(descriptor);
  if (!synced) return fail(std::strerror(error), path.string(), "is the disk full or broken?");
  return {};
}

}  // namespace

StoreFeed::StoreFeed(StorePlace place, std::filesystem::path output, std::filesystem::path state)
    : place_(std::move(place)), output_(std::move(output)), state_(std::move(state)) {}

StoreFeed::~StoreFeed() = default;

Result<std::unique_ptr<StoreFeed>> StoreFeed::open(const StorePlace& place,
                                                   const std::filesystem::path& output,
                                                   const std::filesystem::path& state) {
  std::unique_ptr<StoreFeed> feed(new StoreFeed(place, output, state));
  if (const auto begun = feed->begin(); !begun) return std::unexpected(begun.error());
  return feed;
}

Result<void> StoreFeed::begin() {
  auto store = store::Store::open(place_.store);
  if (!store) return std::unexpected(store.error());
  store_ = std::move(*store);
  const auto gap = std::chrono::microseconds(static_cast<std::int64_t>(place_.every_days * 2 * 86'400e6));
  auto writer = store_->write(place_.source, gap);
  if (!writer) return std::unexpected(writer.error());
  writer_ = std::move(*writer);
  return {};
}

void StoreFeed::name_output(std::string_view first_line) {
  digest_ = sha256(fmt::format("output of a scan that begins with\n{}\n", first_line));
}

// How many lines of the output the store holds already. If it says more than there are, the output is not
// what it was, and all of it is given: what stands already is not doubled by that.
Result<std::uint64_t> StoreFeed::lines_in_store(const std::string& first_line) {
  name_output(first_line);
  const auto followed = writer_->followed(digest_);
  if (!followed || *followed == 0) return followed;
  std::ifstream output(output_, std::ios::binary);
  std::uint64_t there = 0;
  for (std::string line; there < *followed && std::getline(output, line);) ++there;
  return there == *followed ? there : 0;
}

Result<void> StoreFeed::catch_up() {
  std::ifstream output(output_, std::ios::binary);
  std::string line;
  if (output_.empty() || !std::getline(output, line)) return {};
  const auto known = lines_in_store(line);
  if (!known) return std::unexpected(known.error());
  lines_ = *known;
  std::uint64_t number = 0;
  do {
    if (++number <= *known) continue;
    if (const auto given = give(line + "\n"); !given) return given;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return failed_ || waiting_.size() < kMostWaitingBytes; });
  } while (std::getline(output, line));
  return {};
}

Result<void> StoreFeed::give(std::string_view lines) {
  {
    const std::lock_guard lock(mutex_);
    if (failed_) return std::unexpected(explained(*failed_));
    waiting_ += lines;
  }
  if (!thread_.joinable()) {
    last_commit_ = steady_clock::now();
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  changed_.notify_all();
  return {};
}

Result<bool> StoreFeed::has_room() {
  const std::lock_guard lock(mutex_);
  if (failed_) return std::unexpected(explained(*failed_));
  return waiting_.size() < kMostWaitingBytes;
}

Result<void> StoreFeed::finish() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (failed_) return std::unexpected(explained(*failed_));
  const auto renewed = renew_tables(*store_);
  return renewed ? Result<void>() : std::unexpected(explained(renewed.error()));
}

StoreFeed::Told StoreFeed::told() const {
  const std::lock_guard lock(mutex_);
  return told_;
}

Error StoreFeed::explained(const Error& error) const {
  std::string next = "what was committed is kept";
  if (!output_.empty()) {
    next = "every host reported so far is in " + output_.string() + "; mend the store, then " +
           (state_.empty() ? "import that file" : "give the same command again to go on");
  }
  return {"the scan ends because its store can't be written: " + error.what, error.where, std::move(next)};
}

void StoreFeed::run(const std::stop_token& stop) {
  const auto done = work(stop);
  if (done) return;
  const std::lock_guard lock(mutex_);
  failed_ = done.error();
  changed_.notify_all();
}

Result<void> StoreFeed::work(const std::stop_token& stop) {
  while (const auto lines = take(stop)) {
    if (const auto written = write(*lines); !written) return written;
    if (uncommitted_ == 0 || steady_clock::now() - last_commit_ < kLongestUncommitted) continue;
    if (const auto kept = commit(); !kept) return kept;
  }
  return uncommitted_ > 0 && !stop.stop_requested() ? commit() : Result<void>();
}

// All that waits; empty if nothing came for so long that it is time to commit; nullopt if nothing will come.
std::optional<std::string> StoreFeed::take(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, kLongestUncommitted, [this] { return ended_ || !waiting_.empty(); });
  if (stop.stop_requested() || (ended_ && waiting_.empty())) return std::nullopt;
  changed_.notify_all();
  return std::exchange(waiting_, {});
}

Result<void> StoreFeed::write(std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (const auto written = write_line(lines.substr(0, end)); !written) return written;
    lines.remove_prefix(std::min(end, lines.size() - 1) + 1);
    if (uncommitted_ < kLinesPerCommit) continue;
    if (const auto kept = commit(); !kept) return kept;
  }
  return {};
}

// A line that a store does not take stays in the output, and counts as one of its lines.
Result<void> StoreFeed::write_line(std::string_view line) {
  if (digest_.empty()) name_output(line);
  ++lines_;
  ++uncommitted_;
  auto read = store::read_scan_line(line, fmt::format("{}:{}", output_.string(), lines_));
  if (read) return writer_->add(std::move(*read));
  const std::lock_guard lock(mutex_);
  ++told_.left_out;
  return {};
}

Result<void> StoreFeed::commit() {
  if (const auto synced = sync_files(); !synced) return synced;
  if (const auto noted = writer_->note_followed(digest_, output_.string(), lines_); !noted) return noted;
  if (const auto kept = writer_->commit(); !kept) return kept;
  last_commit_ = steady_clock::now();
  const std::lock_guard lock(mutex_);
  told_.lines += std::exchange(uncommitted_, 0);
  return {};
}

// The state names what the output holds, so it must not be the older of the two.
Result<void> StoreFeed::sync_files() const {
  const auto synced = sync_file(output_);
  return synced ? sync_file(state_) : synced;
}

Result<void> StoredScan::done(std::uint64_t position, const std::vector<exposure::HostRecord>& records) {
  const auto lines = journal_.report(position, records);
  if (!lines) return std::unexpected(lines.error());
  return lines->empty() ? Result<void>() : feed_.give(*lines);
}

}  // namespace afterpatch::app
