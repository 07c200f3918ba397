#include "web/store_watch.h"

#include <condition_variable>
#include <thread>

#include <fmt/format.h>

#include "web/clock.h"

namespace afterpatch::web {
namespace {

constexpr std::chrono::seconds kLookEvery{1};
constexpr std::chrono::hours kDropSessionsEvery{1};

class PollingWatch : public StoreWatch {
 public:
  PollingWatch(Shared& shared, std::unique_ptr<store::Store> store)
      : shared_(shared), store_(std::move(store)) {
    look();
    thread_ = std::thread([this] { run(); });
  }
  ~PollingWatch() override {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    condition_.notify_all();
    thread_.join();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    while (!condition_.wait_for(lock, kLookEvery, [this] { return stop_; })) look();
  }

  void look() {
    drop_sessions();
    const auto mark = store_->change_mark();
    if (!mark) {
      if (shared_.log) shared_.log("error: " + to_string(mark.error()));
      return;
    }
    if (*mark == mark_) return;
    mark_ = *mark;
    shared_.set_mark(mark_);
    const std::string data = fmt::format("{{\"time\":\"{}\"}}", to_iso8601(current_time()));
    for (const char* kind : {"situation", "servers", "cases", "notices"}) shared_.events.publish(kind, data);
  }

  void drop_sessions() {
    const Timestamp now = current_time();
    if (now - dropped_ < kDropSessionsEvery) return;
    dropped_ = now;
    const auto done = store_->accounts().drop_sessions(now - shared_.settings.session_idle, now);
    if (!done && shared_.log) shared_.log("error: " + to_string(done.error()));
  }

  Shared& shared_;
  std::unique_ptr<store::Store> store_;
  std::string mark_;
  Timestamp dropped_{};
  std::mutex mutex_;
  std::condition_variable condition_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<StoreWatch>> StoreWatch::start(Shared& shared) {
  auto store = store::Store::open(shared.settings.store);
  if (!store) return std::unexpected(store.error());
  if (auto done = (*store)->keep_little(); !done) return std::unexpected(done.error());
  return std::make_unique<PollingWatch>(shared, std::move(*store));
}

}  // namespace afterpatch::web
