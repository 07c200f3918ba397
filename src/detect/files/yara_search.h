// Where the literals of YARA rules stand in a file: by q-grams where a literal is long enough
// (detect/qgram_scanner.h), else by Vectorscan, which also finds the patterns of strings without literals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "detect/files/yara_pattern_set.h"
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
  std::vector<std::uint32_t> one_end;   // by literal: the end of one of its places; of use where found
  std::vector<Place> places;            // in no particular order
  std::vector<std::uint16_t> counts;    // by literal: its places; kMostPlaces + 1 when not all are kept

  // More places than these, of one literal or of all together, are not kept.
  static constexpr std::uint16_t kMostPlaces = 5000;
  static constexpr std::size_t kMostPlacesOfAll = 500'000;
  static constexpr std::uint16_t kOpen = UINT16_MAX;

  void start(std::size_t literal_count);
  void note(std::uint32_t literal, std::size_t end);
  void note_everywhere(std::uint32_t literal);
  // Of what may be there and was not looked for yet: counts as found until note_searched.
  void note_open(std::uint32_t literal);
  // Of what has a part that was found, so that it is one of `literals`.
  void note_part(std::uint32_t literal);
  void note_searched(std::uint32_t literal);
  bool is_open(std::uint32_t literal) const { return counts[literal] == kOpen; }
  bool is_everywhere(std::uint32_t literal) const { return counts[literal] > kMostPlaces; }
};

// Immutable; shared between threads.
class YaraSearch {
 public:
  // What is looked for, and the number it has for the caller.
  struct Wanted {
    std::vector<std::string> literals;  // lower case, at least kMinLiteral bytes each
    std::vector<std::uint32_t> literal_numbers;
    std::vector<std::string> patterns;  // yara_pattern.h
    std::vector<std::uint32_t> pattern_numbers;
    std::vector<bool> parts;  // by pattern: it stands for a longer one, which is left open where it is found
  };
  // `sample` as in qgram_scanner.h. Null when the search can't be built.
  static std::unique_ptr<const YaraSearch> make(Wanted wanted, std::string_view sample);

  class Scratch {
    friend class YaraSearch;
    LiteralScanner::Scratch literals_;
    YaraPatternSet::Scratch patterns_;
    bool made_ = false;
  };
  // Adds to `hits`, which was started with more than the highest number.
  // REQUIRES: bytes.size() < 4 GiB; the scratch was used with no other search.
  void search(std::string_view bytes, Scratch& scratch, YaraHits& hits) const;

 private:
  LiteralScanner scanner_;
  YaraPatternSet patterns_;
  Wanted wanted_;
};

}  // namespace afterpatch::detect::files
