#include "web/worker_pool.h"

namespace afterpatch::web {

Result<std::unique_ptr<WorkerPool>> WorkerPool::open(const std::string& store, unsigned workers) {
  std::unique_ptr<WorkerPool> pool(new WorkerPool(workers));
  for (unsigned i = 0; i < workers; ++i) {
    auto opened = store::Store::open(store);
    if (!opened) return std::unexpected(opened.error());
    if (auto done = (*opened)->keep_little(); !done) return std::unexpected(done.error());
    pool->free_.push_back(std::move(*opened));
  }
  return pool;
}

std::unique_ptr<store::Store> WorkerPool::take() {
  const std::lock_guard lock(mutex_);
  auto store = std::move(free_.back());
  free_.pop_back();
  return store;
}

void WorkerPool::give_back(std::unique_ptr<store::Store> store) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(store));
}

bool WorkerPool::begin_long() {
  if (++long_ < workers_) return true;
  --long_;
  return false;
}

}  // namespace afterpatch::web
