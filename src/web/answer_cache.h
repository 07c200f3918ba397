// Answers that depend on the store and the target only, kept until the store changes.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace afterpatch::web {

struct CachedAnswer {
  std::string content_type;
  std::string body;
  std::string etag;
};

// Thread-safe. Forgets what was used longest ago when it holds more than `most_bytes`.
class AnswerCache {
 public:
  explicit AnswerCache(std::size_t most_bytes = 32U << 20U) : most_bytes_(most_bytes) {}

  // nullopt if there is none made under `mark`.
  std::optional<CachedAnswer> find(const std::string& target, const std::string& mark);
  void keep(const std::string& target, const std::string& mark, const CachedAnswer& answer);

 private:
  struct Entry {
    std::string target;
    CachedAnswer answer;
  };
  void forget_all_of_other(const std::string& mark);

  std::mutex mutex_;
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::string mark_;
  std::list<Entry> entries_;  // used last first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_target_;
};

}  // namespace afterpatch::web
