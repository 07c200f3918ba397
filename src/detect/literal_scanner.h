// Finds many literals at once in a block of log text, ignoring ASCII case. This is what makes a pass fast: a
// row in which no necessary literal of any rule occurs is never split into columns. By q-grams where a
// literal is long enough (qgram_scanner.h), else by Vectorscan (block mode). The price of both is set by hits
// more than by bytes, so callers choose rare literals (sigma/witness.h).
//
// Example:
//   auto scanner = LiteralScanner::compile({{"x-beresource-cookie", false}});
//   LiteralScanner::Scratch scratch = scanner->make_scratch();
//   scanner->scan(block, scratch, [](std::uint32_t literal, std::size_t end) { ... });
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "detect/qgram_scanner.h"
#include "detect/scan_literal.h"

namespace afterpatch::detect {

// Immutable after compile(); shared between threads. A Scratch belongs to one thread at a time.
class LiteralScanner {
 public:
  // An empty set is fine: it never hits. The number of a literal is its place in `literals`. `sample` is
  // ordinary text of the kind to be scanned (qgram_scanner.h); it sets the speed and nothing else.
  static Result<LiteralScanner> compile(const std::vector<ScanLiteral>& literals,
                                        std::string_view sample = {});

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

  // Calls `on_hit(literal, end)` for every occurrence, in no particular order.
  // REQUIRES: block.size() < 4 GiB; the scratch was made by this scanner.
  void scan(std::string_view block, Scratch& scratch, const OnLiteral& on_hit) const;

 private:
  Result<void> compile_rest(const std::vector<ScanLiteral>& literals);

  std::shared_ptr<const QGramScanner> grams_;
  std::shared_ptr<void> database_;        // of the others; null when there are none
  std::vector<std::uint32_t> left_over_;  // number in the database -> number of the literal
};

}  // namespace afterpatch::detect
