// Expressions of yara_pattern.h, compiled for Vectorscan: several for one walk through a file, or each by
// itself, compiled when it is first asked for. Many in one walk are slow as soon as a few of them begin with
// what is common, so only few are walked for in every file (yara_prefilter.h).
//
// Immutable; shared between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/files/yara_text.h"

struct hs_database;
struct hs_scratch;

namespace afterpatch::detect::files {

class YaraPatternSet {
 public:
  // False when they can't be compiled. An empty set finds nothing.
  bool compile(const std::vector<std::string>& patterns);

  // Room for any number of sets. Belongs to one thread.
  class Scratch {
    friend class YaraPatternSet;
    std::shared_ptr<hs_scratch> room_;
    std::vector<const YaraPatternSet*> ready_;
  };
  // Called with the pattern's place in the list and the offset just past the match.
  using OnMatch = std::function<void(std::uint32_t pattern, std::size_t end)>;
  // False when the walk failed: then any of the patterns may be in the file.
  // REQUIRES: bytes.size() < 4 GiB.
  bool find(std::string_view bytes, Scratch& scratch, const OnMatch& on_match) const;
  // False when none of them is in the file for sure; looks no further than to the first match.
  bool may_be_in(std::string_view bytes, Scratch& scratch) const;

 private:
  bool prepare(Scratch& scratch) const;
  template <typename OnOne>
  bool walk(std::string_view bytes, Scratch& scratch, OnOne on_one) const;
  std::shared_ptr<hs_database> database_;  // null when there are no patterns
};

// Each pattern as a set of its own.
class YaraSinglePatterns {
 public:
  explicit YaraSinglePatterns(std::vector<std::string> patterns);
  // Null when it can't be compiled. Thread-safe.
  const YaraPatternSet* of(std::size_t pattern) const;

 private:
  struct Single {
    std::once_flag made;
    std::unique_ptr<YaraPatternSet> set;
  };
  std::vector<std::string> patterns_;
  mutable std::deque<Single> singles_;
};

// The patterns of a string that has literals, too: where these stand everywhere they say nothing, and the
// patterns more.
class YaraStringPatterns {
 public:
  // Null when there are none. `string` must stay where it is. Thread-safe.
  const YaraPatternSet* of(const YaraStringText& string) const;

 private:
  mutable std::mutex making_;
  mutable std::unordered_map<const YaraStringText*, std::unique_ptr<YaraPatternSet>> sets_;
};

}  // namespace afterpatch::detect::files
