// Keeps the output of a scan and where the scan is, so that after kill -9, a full disk or a power cut nothing
// is probed twice that was reported, and nothing is lost.
//
// The state file is a line of JSON that names the scan, then 16 bytes for every finished target: its
// position, and where its lines will end in the output, both little-endian. That entry is written before the
// lines are. On opening, an entry counts only if the output is as long as it says; what is left of the output
// behind the last whole entry is cut off. So the two files can't disagree, in whatever order a dying machine
// wrote them.
//
// A position with kBelow added says that everything below it is done; a file that has grown is written anew
// with one such entry in front.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "exposure/record_sink.h"

namespace afterpatch::exposure {

inline constexpr std::uint64_t kBelow = 1ULL << 63U;
inline constexpr std::uint64_t kMostStateEntries = 4'000'000;  // 64 MB; then the file is written anew

// What must be the same for a scan to go on.
struct ScanIdentity {
  std::string targets;  // TargetSet::digest()
  std::uint64_t seed = 0;
  std::string shard;  // "1/1"
  std::uint16_t port = 443;
  std::string plan;  // SHA-256 of the probe plan

  bool operator==(const ScanIdentity&) const = default;
};

// Reads only the first line: which seed a scan that is to go on was started with. nullopt if there is no
// file.
Result<std::optional<ScanIdentity>> read_identity(const std::filesystem::path& state);

// Not thread-safe.
class ScanJournal final : public RecordSink {
 public:
  // Goes on with `state` if it exists, else begins it and empties `output`. Fails if it belongs to another
  // scan, or if a new scan would write over an output that has content.
  static Result<ScanJournal> open(const std::filesystem::path& output, const std::filesystem::path& state,
                                  const ScanIdentity& identity);
  // Without a state: lines go to a descriptor (not owned), or to a file that is made anew.
  static ScanJournal to_descriptor(int descriptor);
  static Result<ScanJournal> to_file(const std::filesystem::path& output);

  ~ScanJournal() override;
  ScanJournal(ScanJournal&& other) noexcept;
  ScanJournal& operator=(ScanJournal&&) = delete;

  // Hosts that no connection could be made to are finished without a line.
  void leave_out_unreached() { leave_out_unreached_ = true; }

  bool is_done(std::uint64_t position) override;
  Result<void> done(std::uint64_t position, const std::vector<HostRecord>& records) override;
  // The same; gives back the lines that the output now ends with, for who keeps them elsewhere too.
  Result<std::string> report(std::uint64_t position, const std::vector<HostRecord>& records);
  void all_done_below(std::uint64_t position) override { below_ = std::max(below_, position); }

  // Where a scan that goes on begins: everything below is done.
  std::uint64_t first_position() const { return below_; }
  std::uint64_t done_before() const { return done_before_; }  // entries found on opening, without those below
  bool resumed() const { return resumed_; }

 private:
  ScanJournal() = default;
  Result<void> load(const std::string& content, std::uint64_t output_bytes);
  Result<void> append_entry(std::uint64_t position, std::uint64_t end);
  Result<void> rewrite();
  std::string head() const;

  std::filesystem::path state_path_;
  ScanIdentity identity_;
  int output_ = -1;
  int state_ = -1;
  bool owns_output_ = false;
  bool leave_out_unreached_ = false;
  bool resumed_ = false;
  std::uint64_t end_ = 0;  // of the output
  std::uint64_t below_ = 0;
  std::uint64_t done_before_ = 0;
  std::uint64_t rewrite_at_ = kMostStateEntries;
  std::vector<std::uint64_t> found_done_;                        // sorted: what an earlier run finished
  std::vector<std::pair<std::uint64_t, std::uint64_t>> recent_;  // entries in the file, for writing it anew
};

}  // namespace afterpatch::exposure
