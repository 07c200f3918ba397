// Takes what a scan reports into a store while the scan runs, on a thread of its own.
//
// The output of the scan comes first: a line is in it before it comes here, and it is synced to disk before a
// commit that holds it. The store is told, in the same transaction, how many lines of the output it has, and
// an output is known again by its first line. So whatever ends a scan, the store then holds a beginning of
// the output; when the scan goes on it gets the lines that it lacks, and none twice.
//
// Example:
//   auto feed = StoreFeed::open({"country.db", "scan", 1}, "today.jsonl", "today.state");
//   (*feed)->catch_up();                  // what an earlier run reported
//   StoredScan sink(journal, **feed);     // hand this to the Scanner
//   const auto kept = (*feed)->finish();  // waits until all is committed
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/error.h"
#include "exposure/scan_journal.h"
#include "store/store.h"

namespace afterpatch::app {

struct StorePlace {
  std::string store;      // SQLite file or postgresql://...
  std::string source;     // who saw it
  double every_days = 1;  // distance of two scans of this source
};

// Its functions are called from one thread, that of the scan; told() from any.
class StoreFeed {
 public:
  // What waits to be written; with more than this no new host is begun.
  static constexpr std::size_t kMostWaitingBytes = 8U << 20U;
  // So much may be missing in the store after a kill, until the scan goes on.
  static constexpr std::uint64_t kLinesPerCommit = 10'000;
  static constexpr std::chrono::seconds kLongestUncommitted{1};

  // `output` and `state` are synced before commits; empty: there are none. Fails if the store can't be opened
  // or the source has another rhythm.
  static Result<std::unique_ptr<StoreFeed>> open(const StorePlace& place, const std::filesystem::path& output,
                                                 const std::filesystem::path& state);
  ~StoreFeed();  // what was not committed is left to the next run
  StoreFeed(const StoreFeed&) = delete;
  StoreFeed& operator=(const StoreFeed&) = delete;

  // Gives the lines of the output that the store lacks. To be called before give(), if the output has any;
  // waits while the store is behind.
  Result<void> catch_up();

  // Some whole lines. Never waits; the error is that of the store.
  Result<void> give(std::string_view lines);
  Result<bool> has_room();

  // Waits until all is committed, then makes the tables of servers and cases again.
  Result<void> finish();

  struct Told {
    std::uint64_t lines = 0;     // committed by this run
    std::uint64_t left_out = 0;  // of these, no record that a store takes
  };
  Told told() const;

 private:
  StoreFeed(StorePlace place, std::filesystem::path output, std::filesystem::path state);
  Result<void> begin();
  Result<std::uint64_t> lines_in_store(const std::string& first_line);
  void name_output(std::string_view first_line);
  Error explained(const Error& error) const;

  // On the feed's own thread:
  void run(const std::stop_token& stop);
  Result<void> work(const std::stop_token& stop);
  std::optional<std::string> take(const std::stop_token& stop);
  Result<void> write(std::string_view lines);
  Result<void> write_line(std::string_view line);
  Result<void> commit();
  Result<void> sync_files() const;

  StorePlace place_;
  std::filesystem::path output_;
  std::filesystem::path state_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Writer> writer_;

  // Of the feed's own thread, once it runs.
  std::string digest_;       // by which the output is known again
  std::uint64_t lines_ = 0;  // of the output that were written, those of earlier runs too
  std::uint64_t uncommitted_ = 0;
  std::chrono::steady_clock::time_point last_commit_{};

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::string waiting_;
  bool ended_ = false;  // nothing more will come
  Told told_;
  std::optional<Error> failed_;
  std::jthread thread_;  // last: joined before what it uses is gone
};

// A journal whose lines also go to a store.
class StoredScan final : public exposure::RecordSink {
 public:
  StoredScan(exposure::ScanJournal& journal, StoreFeed& feed) : journal_(journal), feed_(feed) {}

  bool is_done(std::uint64_t position) override { return journal_.is_done(position); }
  Result<void> done(std::uint64_t position, const std::vector<exposure::HostRecord>& records) override;
  Result<bool> has_room() override { return feed_.has_room(); }
  void all_done_below(std::uint64_t position) override { journal_.all_done_below(position); }

 private:
  exposure::ScanJournal& journal_;
  StoreFeed& feed_;
};

}  // namespace afterpatch::app
