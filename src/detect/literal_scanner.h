// Finds many literals at once in a block of log text, ignoring ASCII case. This is what makes a pass fast: a
// row in which no necessary literal of any rule occurs is never split into columns. By Vectorscan (block
// mode), whose price is set by hits more than by bytes, so callers choose rare literals (sigma/witness.h).
//
// Example:
//   auto scanner = LiteralScanner::compile({{"x-beresource-cookie", false}});
//   LiteralScanner::Scratch scratch = scanner->make_scratch();
//   scanner->scan(block, scratch, [](std::uint32_t literal, std::size_t end) { ... });
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace afterpatch::detect {

struct ScanLiteral {
  std::string text;            // not empty; any bytes
  bool space_or_plus = false;  // a space in `text` also stands for '+', as IIS writes it
};

// Immutable after compile(); shared between threads. A Scratch belongs to one thread at a time.
class LiteralScanner {
 public:
  // An empty set is fine: it never hits. The number of a literal is its place in `literals`.
  static Result<LiteralScanner> compile(const std::vector<ScanLiteral>& literals);

  class Scratch {
   public:
    Scratch() = default;
    Scratch(Scratch&&) noexcept = default;
    Scratch& operator=(Scratch&&) noexcept = default;

   private:
    friend class LiteralScanner;
    struct Free {
      void operator()(void* scratch) const;
    };
    std::unique_ptr<void, Free> scratch_;
  };
  Scratch make_scratch() const;

  // Calls `on_hit(literal, end)` for every occurrence, by rising `end` (offset just past it).
  // REQUIRES: block.size() < 4 GiB; the scratch was made by this scanner.
  void scan(std::string_view block, Scratch& scratch,
            const std::function<void(std::uint32_t literal, std::size_t end)>& on_hit) const;

  bool empty() const { return database_ == nullptr; }

 private:
  std::shared_ptr<void> database_;
};

}  // namespace afterpatch::detect
