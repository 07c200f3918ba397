#include "exposure/scan_journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "base/file.h"

namespace afterpatch::exposure {
namespace {

namespace json = boost::json;

constexpr std::size_t kEntryBytes = 16;
constexpr std::uint64_t kMaxStateBytes = 4096 + 4 * kMostStateEntries * kEntryBytes;

std::string little_endian(std::uint64_t number) {
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(number >> (8 * i) & 0xFFU);
  return bytes;
}

std::uint64_t from_little_endian(const char* bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 8; i-- > 0;) number = number << 8U | static_cast<unsigned char>(bytes[i]);
  return number;
}

std::string entry_bytes(std::uint64_t position, std::uint64_t end) {
  return little_endian(position) + little_endian(end);
}

Result<void> write_all(int descriptor, std::string_view bytes, const std::string& what) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0)
      return fail(fmt::format("{} can't be written: {}", what, std::strerror(errno)), "",
                  "is the disk full or the pipe closed? What was reported so far is kept");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<int> open_file(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
  if (descriptor < 0)
    return fail(std::strerror(errno), path.string(), "does its folder exist, and may you write there?");
  return descriptor;
}

std::string text_of(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::uint64_t number_of(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return 0;
  if (value->is_uint64()) return value->get_uint64();
  return value->is_int64() ? static_cast<std::uint64_t>(value->get_int64()) : 0;
}

std::optional<ScanIdentity> parse_head(std::string_view line) {
  boost::system::error_code error;
  const json::value value = json::parse(json::string_view(line.data(), line.size()), error);
  const json::object* head = error ? nullptr : value.if_object();
  if (head == nullptr || number_of(*head, "afterpatch_scan_state") != 1) return std::nullopt;
  return ScanIdentity{text_of(*head, "targets"), number_of(*head, "seed"), text_of(*head, "shard"),
                      static_cast<std::uint16_t>(number_of(*head, "port")), text_of(*head, "plan")};
}

std::string differences(const ScanIdentity& a, const ScanIdentity& b) {
  std::string words;
  const auto add = [&words](bool differs, const char* word) {
    if (differs) words += (words.empty() ? "" : ", ") + std::string(word);
  };
  add(a.targets != b.targets, "targets");
  add(a.seed != b.seed, "--seed");
  add(a.shard != b.shard, "--shard");
  add(a.port != b.port, "--port");
  add(a.plan != b.plan, "the probe plan");
  return words;
}

}  // namespace

Result<std::optional<ScanIdentity>> read_identity(const std::filesystem::path& state) {
  std::error_code error;
  if (!std::filesystem::exists(state, error)) return std::nullopt;
  const auto content = read_file(state, kMaxStateBytes);
  if (!content) return std::unexpected(content.error());
  if (content->empty()) return std::nullopt;  // died before the first line was written
  auto identity = parse_head(std::string_view(*content).substr(0, content->find('\n')));
  if (!identity)
    return fail("no state of a scan", state.string(), "give the file that --state wrote, or a new name");
  return identity;
}

std::string ScanJournal::head() const {
  return json::serialize(json::object{{"afterpatch_scan_state", 1},
                                      {"targets", identity_.targets},
                                      {"seed", identity_.seed},
                                      {"shard", identity_.shard},
                                      {"port", identity_.port},
                                      {"plan", identity_.plan}}) +
         "\n";
}

ScanJournal::ScanJournal(ScanJournal&& other) noexcept
    : state_path_(std::move(other.state_path_)),
      identity_(std::move(other.identity_)),
      output_(std::exchange(other.output_, -1)),
      state_(std::exchange(other.state_, -1)),
      owns_output_(std::exchange(other.owns_output_, false)),
      leave_out_unreached_(other.leave_out_unreached_),
      resumed_(other.resumed_),
      end_(other.end_),
      below_(other.below_),
      done_before_(other.done_before_),
      rewrite_at_(other.rewrite_at_),
      found_done_(std::move(other.found_done_)),
      recent_(std::move(other.recent_)) {}

ScanJournal::~ScanJournal() {
  if (state_ >= 0) ::close(state_);
  if (owns_output_ && output_ >= 0) ::close(output_);
}

ScanJournal ScanJournal::to_descriptor(int descriptor) {
  ScanJournal journal;
  journal.output_ = descriptor;
  return journal;
}

Result<ScanJournal> ScanJournal::to_file(const std::filesystem::path& output) {
  const auto descriptor = open_file(output, O_WRONLY | O_CREAT | O_TRUNC);
  if (!descriptor) return std::unexpected(descriptor.error());
  ScanJournal journal = to_descriptor(*descriptor);
  journal.owns_output_ = true;
  return journal;
}

Result<ScanJournal> ScanJournal::open(const std::filesystem::path& output, const std::filesystem::path& state,
                                      const ScanIdentity& identity) {
  const auto earlier = read_identity(state);
  if (!earlier) return std::unexpected(earlier.error());
  std::error_code error;
  const auto size = std::filesystem::exists(output, error) ? std::filesystem::file_size(output, error) : 0;
  if (!*earlier && size > 0)
    return fail("a new scan would write over a file with content", output.string(),
                "give its --state, or a new name");
  if (*earlier && **earlier != identity)
    return fail("this state belongs to another scan: " + differences(**earlier, identity) + " differ",
                state.string(), "give the same arguments, or a new --state and --output");
  ScanJournal journal;
  journal.state_path_ = state;
  journal.identity_ = identity;
  const auto out = open_file(output, O_WRONLY | O_CREAT);
  if (!out) return std::unexpected(out.error());
  journal.output_ = *out;
  journal.owns_output_ = true;
  std::string content;
  if (*earlier) content = read_file(state, kMaxStateBytes).value_or("");
  const auto loaded = journal.load(content, size);
  if (!loaded) return std::unexpected(loaded.error());
  const auto written = journal.rewrite();
  if (!written) return std::unexpected(written.error());
  return journal;
}

// Entries are in the order of their ends, so the first one that the output does not hold ends the list.
Result<void> ScanJournal::load(const std::string& content, std::uint64_t output_bytes) {
  resumed_ = !content.empty();
  const std::size_t first = std::min(content.find('\n'), content.size());
  for (std::size_t at = first + 1; at + kEntryBytes <= content.size(); at += kEntryBytes) {
    const std::uint64_t position = from_little_endian(content.data() + at);
    const std::uint64_t end = from_little_endian(content.data() + at + 8);
    if (end > output_bytes || end < end_) break;
    end_ = end;
    if ((position & kBelow) != 0) {
      below_ = std::max(below_, position & ~kBelow);
    } else {
      recent_.emplace_back(position, end);
    }
  }
  for (const auto& [position, end] : recent_) found_done_.push_back(position);
  std::ranges::sort(found_done_);
  done_before_ = found_done_.size();
  if (::ftruncate(output_, static_cast<off_t>(end_)) != 0 ||
      ::lseek(output_, static_cast<off_t>(end_), SEEK_SET) < 0)
    return fail(fmt::format("the output can't be cut to its last whole line: {}", std::strerror(errno)));
  return {};
}

Result<void> ScanJournal::rewrite() {
  ::fdatasync(output_);  // the new file relies on what it no longer lists one by one
  std::erase_if(recent_, [this](const auto& entry) { return entry.first < below_; });
  std::string content = head();
  content += entry_bytes(below_ | kBelow, recent_.empty() ? end_ : 0);
  for (const auto& [position, end] : recent_) content += entry_bytes(position, end);
  if (const auto written = write_file(state_path_, content); !written) return written;
  const auto descriptor = open_file(state_path_, O_WRONLY | O_APPEND);
  if (!descriptor) return std::unexpected(descriptor.error());
  if (state_ >= 0) ::close(state_);
  state_ = *descriptor;
  rewrite_at_ = std::max<std::uint64_t>(kMostStateEntries, 2 * recent_.size());
  return {};
}

bool ScanJournal::is_done(std::uint64_t position) {
  return position < below_ || std::ranges::binary_search(found_done_, position);
}

Result<void> ScanJournal::append_entry(std::uint64_t position, std::uint64_t end) {
  if (state_ < 0) return {};
  if (recent_.size() >= rewrite_at_) {
    if (const auto written = rewrite(); !written) return written;
  }
  recent_.emplace_back(position, end);
  return write_all(state_, entry_bytes(position, end), "the state");
}

Result<void> ScanJournal::done(std::uint64_t position, const std::vector<HostRecord>& records) {
  const auto reported = report(position, records);
  return reported ? Result<void>() : std::unexpected(reported.error());
}

Result<std::string> ScanJournal::report(std::uint64_t position, const std::vector<HostRecord>& records) {
  std::string lines;
  for (const HostRecord& record : records) {
    if (record.reached || !leave_out_unreached_) lines += to_json_line(record) + "\n";
  }
  if (const auto noted = append_entry(position, end_ + lines.size()); !noted)
    return std::unexpected(noted.error());
  if (const auto written = write_all(output_, lines, "the output"); !written)
    return std::unexpected(written.error());
  end_ += lines.size();
  return lines;
}

}  // namespace afterpatch::exposure
