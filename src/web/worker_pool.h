// Threads that answer requests: each job gets a store of its own for as long as it runs.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/store.h"

namespace afterpatch::web {

// Thread-safe.
class WorkerPool {
 public:
  static Result<std::unique_ptr<WorkerPool>> open(const std::string& store, unsigned workers);
  ~WorkerPool() { join(); }

  void join() { threads_.join(); }  // after the jobs that were given

  auto executor() { return threads_.get_executor(); }

  // Taken by a job that runs on one of the threads; there are as many stores as threads.
  class Lease {
   public:
    explicit Lease(WorkerPool& pool) : pool_(pool), store_(pool.take()) {}
    ~Lease() { pool_.give_back(std::move(store_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    store::Store& store() { return *store_; }

   private:
    WorkerPool& pool_;
    std::unique_ptr<store::Store> store_;
  };

  // Long answers (exports, downloads) may hold all but one of the threads.
  bool begin_long();
  void end_long() { --long_; }

 private:
  explicit WorkerPool(unsigned workers) : workers_(workers), threads_(workers) {}
  std::unique_ptr<store::Store> take();
  void give_back(std::unique_ptr<store::Store> store);

  unsigned workers_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<store::Store>> free_;
  std::atomic<unsigned> long_ = 0;
  boost::asio::thread_pool threads_;
};

}  // namespace afterpatch::web
