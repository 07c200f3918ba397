// Every fault of a file is collected, not only the first: whoever writes knowledge wants the whole list at
// once.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace afterpatch::knowledge {

class Faults {
 public:
  void add(Error error) { errors_.push_back(std::move(error)); }
  void add(std::string what, const std::string& file, std::uint64_t line, std::string next = {}) {
    errors_.push_back({std::move(what), fmt::format("{}:{}", file, line), std::move(next)});
  }
  bool empty() const { return errors_.empty(); }
  const std::vector<Error>& all() const { return errors_; }
  std::vector<Error> take() { return std::move(errors_); }

 private:
  std::vector<Error> errors_;
};

}  // namespace afterpatch::knowledge
