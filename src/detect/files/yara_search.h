// Where the literals of YARA rules stand in a file: by q-grams where a literal is long enough
// (detect/qgram_scanner.h), else by Vectorscan.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detect/literal_scanner.h"

namespace afterpatch::detect::files {

// What one file holds. Belongs to one thread; its room is used again for the next file.
struct YaraHits {
  struct Place {
    std::uint32_t literal = 0;
    std::uint32_t end = 0;  // offset just past it
  };
  std::vector<bool> found;              // by literal
  std::vector<std::uint32_t> literals;  // that were found, in no particular order
  std::vector<Place> places;            // in no particular order
  std::vector<std::uint16_t> counts;    // by literal: its places; kMostPlaces + 1 when not all are kept

  // More places than these, of one literal or of all together, are not kept.
  static constexpr std::uint16_t kMostPlaces = 500;
  static constexpr std::size_t kMostPlacesOfAll = 200'000;

  void start(std::size_t literal_count);
  void note(std::uint32_t literal, std::size_t end);
  bool is_everywhere(std::uint32_t literal) const { return counts[literal] > kMostPlaces; }
};

// Immutable; shared between threads.
class YaraSearch {
 public:
  // `literals`: lower case, at least kMinLiteral bytes each. `sample` as in qgram_scanner.h. Null when the
  // search can't be built.
  static std::unique_ptr<const YaraSearch> make(const std::vector<std::string>& literals,
                                                std::string_view sample);

  using Scratch = LiteralScanner::Scratch;
  Scratch make_scratch() const { return scanner_.make_scratch(); }
  // REQUIRES: bytes.size() < 4 GiB; the scratch was made by this search.
  void search(std::string_view bytes, Scratch& scratch, YaraHits& hits) const;

 private:
  LiteralScanner scanner_;
  std::size_t count_ = 0;
};

}  // namespace afterpatch::detect::files
