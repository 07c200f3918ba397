// Runs jobs on several threads and hands their results back in the order in which the jobs were given, so
// that output never depends on threads. Memory is bounded: at most `threads + ahead` jobs are in flight.
//
// Example:
//   OrderedPool<Block, Hits> pool(2, scan_block, [&](Hits&& hits) { merge(std::move(hits)); });
//   while (read(block)) pool.give(std::move(block));   // waits when too much is in flight
//   pool.finish();
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace afterpatch {

// `work` is called from the pool's threads and must be thread-safe; `take` is called from the thread that
// calls give() and finish(). Neither may throw.
template <typename Job, typename Outcome>
class OrderedPool {
 public:
  using Work = std::function<Outcome(Job&&, unsigned thread)>;
  using Take = std::function<void(Outcome&&)>;

  OrderedPool(unsigned threads, Work work, Take take, std::size_t ahead = 4)
      : work_(std::move(work)), take_(std::move(take)), in_flight_limit_(threads + ahead) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this, i] { run(i); });
  }

  ~OrderedPool() { stop(); }
  OrderedPool(const OrderedPool&) = delete;
  OrderedPool& operator=(const OrderedPool&) = delete;

  void give(Job job) {
    take_ready(/*until_in_flight=*/in_flight_limit_ - 1);
    const std::lock_guard lock(mutex_);
    jobs_.emplace_back(next_given_++, std::move(job));
    job_given_.notify_one();
  }

  // Waits for every job and takes its result.
  void finish() { take_ready(0); }

 private:
  void run(unsigned thread) {
    for (;;) {
      std::unique_lock lock(mutex_);
      job_given_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      auto [number, job] = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      Outcome outcome = work_(std::move(job), thread);
      lock.lock();
      outcomes_.emplace(number, std::move(outcome));
      job_done_.notify_one();
    }
  }

  // Takes finished results in order; waits while more than `until_in_flight` are still out.
  void take_ready(std::size_t until_in_flight) {
    std::unique_lock lock(mutex_);
    for (;;) {
      const auto ready = outcomes_.find(next_taken_);
      if (ready == outcomes_.end()) {
        if (next_given_ - next_taken_ <= until_in_flight) return;
        job_done_.wait(lock);
        continue;
      }
      Outcome outcome = std::move(ready->second);
      outcomes_.erase(ready);
      ++next_taken_;
      lock.unlock();
      take_(std::move(outcome));
      lock.lock();
    }
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      jobs_.clear();
    }
    job_given_.notify_all();
    threads_.clear();  // joins
  }

  Work work_;
  Take take_;
  std::size_t in_flight_limit_;
  std::mutex mutex_;
  std::condition_variable job_given_;
  std::condition_variable job_done_;
  std::deque<std::pair<std::size_t, Job>> jobs_;
  std::map<std::size_t, Outcome> outcomes_;
  std::size_t next_given_ = 0;
  std::size_t next_taken_ = 0;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace afterpatch
