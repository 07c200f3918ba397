// What libyara is shown of a file. Where every string of a set of rules has literals (yara_literals.h), its
// matches lie around places of these, so libyara looks for strings only there, and sees the whole file when
// it evaluates conditions and fills its modules. Its automaton looks at every byte, so this is nearly all of
// its work.
//
// Why nothing is lost and nothing added: a match holds a literal of its string, at whose every place a window
// begins and ends further away (YaraWatch::reach) than a match and the bytes around that "fullword" asks for
// can be. So no match is cut, and none is judged by the end of a window, save where the file ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <yara.h>

#include "detect/files/yara_search.h"

namespace afterpatch::detect::files {

// A literal whose places are looked at, and how far around its end.
struct YaraWatch {
  std::uint32_t literal = 0;
  std::uint32_t reach = 0;
};

// How a set of rules may be shown files.
struct YaraSight {
  bool whole = true;               // a string of it has no literals, or a condition asks for more
  std::vector<YaraWatch> watched;  // one for each literal, rising; of use if not `whole`
};

struct YaraWindow {
  std::size_t begin = 0;
  std::size_t end = 0;  // past the last byte
};

// Rising, and apart from each other. False when the file must be seen as a whole: a literal has too many
// places, or the windows are most of the file.
bool make_windows(const YaraSight& sight, const YaraHits& hits, std::size_t file_size,
                  std::vector<YaraWindow>& windows);

// A file as libyara walks through it: the first walk, which looks for strings, meets the windows; every later
// one meets the file in one piece. `bytes` and `windows` must stay as they are for the scan.
class YaraView {
 public:
  YaraView(std::string_view bytes, const std::vector<YaraWindow>& windows);
  YaraView(const YaraView&) = delete;
  YaraView& operator=(const YaraView&) = delete;

  YR_MEMORY_BLOCK_ITERATOR* walk() { return &iterator_; }

 private:
  static YR_MEMORY_BLOCK* first(YR_MEMORY_BLOCK_ITERATOR* iterator);
  static YR_MEMORY_BLOCK* next(YR_MEMORY_BLOCK_ITERATOR* iterator);
  static std::uint64_t file_size(YR_MEMORY_BLOCK_ITERATOR* iterator);
  static const std::uint8_t* data(YR_MEMORY_BLOCK* block);
  YR_MEMORY_BLOCK* show(std::size_t begin, std::size_t end);

  std::string_view bytes_;
  const std::vector<YaraWindow>& windows_;
  std::size_t window_ = 0;
  int walks_ = 0;
  YR_MEMORY_BLOCK block_{};
  YR_MEMORY_BLOCK_ITERATOR iterator_{};
};

}  // namespace afterpatch::detect::files
