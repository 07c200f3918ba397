#include "web/hunt_queue.h"

#include <algorithm>
#include <condition_variable>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "notify/case_book.h"
#include "situation/situation.h"
#include "web/clock.h"
#include "web/report_excerpt.h"
#include "web/sandbox.h"

namespace afterpatch::web {
namespace {

namespace fs = std::filesystem;
using store::UploadRow;
using store::UploadState;

constexpr int kMostAttempts = 3;
constexpr std::chrono::seconds kLookEvery{10};
constexpr std::chrono::hours kForgotten{14 * 24};  // an upload that nobody goes on with
constexpr std::uint64_t kMostUnpacked = 100ULL << 30U;

bool ends_with_any(const std::string& name, std::initializer_list<std::string_view> endings) {
  for (const std::string_view ending : endings)
    if (ends_with_ignoring_case(name, ending)) return true;
  return false;
}

// How to unpack it; empty if it is no archive.
std::vector<std::string> unpack_command(const fs::path& file, const fs::path& into) {
  const std::string name = file.filename().string();
  if (ends_with_any(name, {".zip"}))
    return {"/usr/bin/unzip", "-qq", "-o", file.string(), "-d", into.string()};
  if (ends_with_any(name, {".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2"}))
    return {"/usr/bin/tar", "--no-same-owner", "--no-same-permissions", "-xf", file.string(),
            "-C",           into.string()};
  return {};
}

std::string said_of(const SandboxOutcome& outcome) {
  switch (outcome.end) {
    case SandboxEnd::exited:
      return fmt::format("it ended with status {}", outcome.status);
    case SandboxEnd::killed:
      return "it needed more memory or time than it may have, or broke";
    case SandboxEnd::too_long:
      return "it took longer than it may";
    case SandboxEnd::too_much:
      return "it unpacks to more than is taken";
    case SandboxEnd::stopped:
      return "the server was stopped";
  }
  return {};
}

class BackgroundHunts : public HuntQueue {
 public:
  BackgroundHunts(Shared& shared, std::unique_ptr<store::Store> store)
      : shared_(shared), store_(std::move(store)), confinement_(best_confinement()) {}

  ~BackgroundHunts() override {
    stop_ = true;
    wake();
    if (thread_.joinable()) thread_.join();
  }

  Result<void> begin() {
    if (auto done = take_up_again(); !done) return done;
    thread_ = std::thread([this] { run(); });
    return {};
  }

  void wake() override {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    condition_.notify_all();
  }

 private:
  store::Uploads& uploads() { return store_->uploads(); }
  void log(const std::string& line) {
    if (shared_.log) shared_.log(line);
  }

  // What the last server left: hunts that were under way, and uploads whose last byte it had just taken.
  Result<void> take_up_again() {
    const auto hunting = uploads().in_state(UploadState::hunting);
    if (!hunting) return std::unexpected(hunting.error());
    for (const UploadRow& row : *hunting)
      if (auto done = set(row, UploadState::waiting, ""); !done) return done;
    const auto receiving = uploads().in_state(UploadState::receiving);
    if (!receiving) return std::unexpected(receiving.error());
    for (const UploadRow& row : *receiving)
      if (row.received == row.length)
        if (auto done = set(row, UploadState::waiting, ""); !done) return done;
    return {};
  }

  Result<void> set(const UploadRow& row, UploadState state, const std::string& message) {
    auto done = uploads().set_state(row.id, state, message, current_time());
    shared_.store_changed_here();
    return done;
  }

  void run() {
    while (!stop_) {
      const auto waiting = uploads().in_state(UploadState::waiting);
      if (!waiting) log("error: " + to_string(waiting.error()));
      if (waiting && !waiting->empty()) {
        hunt(waiting->front());
        continue;
      }
      forget_old();
      std::unique_lock lock(mutex_);
      condition_.wait_for(lock, kLookEvery, [this] { return woken_ || stop_; });
      woken_ = false;
    }
  }

  void forget_old() {
    const auto receiving = uploads().in_state(UploadState::receiving);
    if (!receiving) return;
    for (const UploadRow& row : *receiving) {
      if (current_time() - row.changed < kForgotten) return;  // those changed first come first
      shared_.uploads.remove(row.id);
      [[maybe_unused]] const auto done = set(row, UploadState::cancelled, "Nothing came for two weeks.");
    }
  }

  void hunt(const UploadRow& row) {
    log(fmt::format("hunting in upload {} of case {}: {} bytes", row.id, row.case_number, row.length));
    auto done =
        row.attempts < kMostAttempts ? try_hunt(row) : fail("Reading it stopped the server several times.");
    if (!done && stop_) return;  // still `hunting`: taken up again
    ++shared_.metrics.hunts;
    if (!done) {
      ++shared_.metrics.failed_hunts;
      log(fmt::format("error: upload {}: {}", row.id, to_string(done.error())));
      [[maybe_unused]] const auto kept = set(row, UploadState::failed, done.error().what);
    }
    shared_.events.publish("cases", fmt::format("{{\"time\":\"{}\"}}", to_iso8601(current_time())));
  }

  Result<void> try_hunt(const UploadRow& row) {
    if (auto done = uploads().count_attempt(row.id); !done) return done;
    if (auto done = set(row, UploadState::hunting, ""); !done) return done;
    if (auto done = check_digest(row); !done) return done;
    const auto source = unpacked(row);
    if (!source) return std::unexpected(source.error());
    if (auto done = run_hunt(row, *source); !done) return done;
    if (auto done = tell_store(row); !done) return done;
    return set(row, UploadState::answered, "");
  }

  Result<void> check_digest(const UploadRow& row) {
    const auto digest = shared_.uploads.finish(row.id, row.name, row.length);
    if (!digest) return std::unexpected(digest.error());
    if (!row.sha256.empty() && row.sha256 != *digest)
      return fail("What arrived is not what was announced (SHA-256 differs). Send it again.");
    if (auto done = uploads().set_digest(row.id, *digest); !done) return done;
    const boost::json::object content{
        {"name", to_utf8(row.name)}, {"sha256", *digest}, {"bytes", row.length}};
    return keep({row.created, current_time(), "victim", "uploaded", "case", row.case_number, row.id,
                 boost::json::serialize(content)});
  }

  Result<void> keep(const store::Statement& statement) { return notify::record(*store_, {statement}); }

  SandboxJob job_of(const UploadRow& row) {
    SandboxJob job;
    job.readable = {shared_.uploads.evidence(row.id)};
    job.output = shared_.uploads.evidence(row.id).parent_path() / "output.txt";
    job.limits = shared_.settings.hunt;
    return job;
  }

  // An archive may hold more than the disk: what must stay free stays free, for the store lies there too.
  Result<std::uint64_t> room_to_unpack() {
    const auto free = shared_.uploads.free_bytes();
    if (!free) return std::unexpected(free.error());
    const std::uint64_t kept = shared_.settings.free_space;
    if (*free <= kept) return fail("There is no room to unpack the archive now. Call us, and we make room.");
    return std::min(kMostUnpacked, *free - kept);
  }

  // The folder to hunt in: what was sent, or what an archive holds. Archives are unpacked in the sandbox too.
  Result<fs::path> unpacked(const UploadRow& row) {
    const fs::path evidence = shared_.uploads.evidence(row.id);
    const fs::path into = evidence.parent_path() / "unpacked";
    SandboxJob job = job_of(row);
    job.command = unpack_command(evidence / safe_name(row.name), into);
    if (job.command.empty()) return evidence;
    if (confinement_ != Confinement::bubblewrap)
      return fail("This server can't unpack archives safely. Send the logs themselves, not packed together.");
    std::error_code error;
    fs::remove_all(into, error);
    fs::create_directory(into, error);
    job.writable = into;
    const auto room = room_to_unpack();
    if (!room) return std::unexpected(room.error());
    job.most_bytes = *room;
    job.limits.file_bytes = shared_.settings.upload_limit;
    const auto outcome = run_confined(job, confinement_, stop_);
    if (!outcome) return std::unexpected(outcome.error());
    // unzip: 1 is "with warnings" (its manual, "Diagnostics")
    if (outcome->end != SandboxEnd::exited || outcome->status > 1) {
      fs::remove_all(into, error);
      return fail(fmt::format("The archive can't be unpacked: {}.", said_of(*outcome)));
    }
    return into;
  }

  Result<void> run_hunt(const UploadRow& row, const fs::path& source) {
    const Settings& settings = shared_.settings;
    SandboxJob job = job_of(row);
    job.writable = shared_.uploads.report(row.id);
    std::error_code error;
    fs::create_directories(job.writable, error);
    job.readable = {source, settings.program, settings.knowledge};
    job.command = {settings.program.string(),
                   "hunt",
                   source.string(),
                   "--report",
                   job.writable.string(),
                   "--knowledge",
                   settings.knowledge.string(),
                   "--no-progress",
                   "--threads",
                   "1"};
    const auto outcome = run_confined(job, confinement_, stop_);
    if (!outcome) return std::unexpected(outcome.error());
    fs::remove_all(shared_.uploads.evidence(row.id).parent_path() / "unpacked", error);
    if (outcome->end == SandboxEnd::exited && outcome->status == 0) return {};
    return fail(fmt::format("The hunt did not come to its end: {}.", said_of(*outcome)));
  }

  Result<void> tell_store(const UploadRow& row) {
    const auto report = read_report(shared_.uploads.report(row.id) / "report.json");
    if (!report) return std::unexpected(report.error());
    const auto servers = store_->cases().servers_of(row.case_number);
    if (!servers) return std::unexpected(servers.error());
    const auto server = server_of(*report, *servers);
    if (!server) {
      log(fmt::format("upload {}: which of the case's servers it is from can't be told", row.id));
      return {};
    }
    const std::string subject = store::server_subject(server->address, server->port);
    auto kept = keep({current_time(), current_time(), "hunt", "hunted", "server", subject, "upload " + row.id,
                      boost::json::serialize(report->hunted)});
    if (kept)
      kept = keep({current_time(), current_time(), "hunt", "hunt-evidence", "server", subject,
                   "evidence of upload " + row.id, boost::json::serialize(report->kept)});
    if (kept) kept = store_->servers().refresh();
    if (!kept) return kept;
    const auto clusters = situation::save_clusters(*store_);
    if (!clusters) return std::unexpected(clusters.error());
    return {};
  }

  // The only one, or the one whose name the evidence tells.
  std::optional<store::CaseServer> server_of(const ReportExcerpt& report,
                                             const std::vector<store::CaseServer>& servers) {
    if (servers.size() == 1) return servers.front();
    std::optional<store::CaseServer> found;
    for (const store::CaseServer& server : servers) {
      const auto row = store_->servers().server(server.address, server.port);
      if (!row || !*row || !is_named(report, (*row)->name)) continue;
      if (found) return std::nullopt;
      found = server;
    }
    return found;
  }

  static bool is_named(const ReportExcerpt& report, const std::string& name) {
    if (name.empty()) return false;
    for (const std::string& known : report.names)
      if (equals_ignoring_case(known, name)) return true;
    return false;
  }

  Shared& shared_;
  std::unique_ptr<store::Store> store_;
  Confinement confinement_;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::condition_variable condition_;
  bool woken_ = false;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<HuntQueue>> HuntQueue::start(Shared& shared) {
  if (auto taken = shared.uploads.take(); !taken) return std::unexpected(taken.error());
  auto store = store::Store::open(shared.settings.store);
  if (!store) return std::unexpected(store.error());
  if (auto done = (*store)->keep_little(); !done) return std::unexpected(done.error());
  auto queue = std::make_unique<BackgroundHunts>(shared, std::move(*store));
  if (auto begun = queue->begin(); !begun) return std::unexpected(begun.error());
  shared.wake_hunts = [waker = queue.get()] { waker->wake(); };
  return queue;
}

}  // namespace afterpatch::web
