// The code of one region as its compiler sees it: Unicode escapes (Java anywhere, the others in names),
// entities and CDATA marks of XML pages are resolved before lexing. Keeps the way back to the page's text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "detect/scripts/arena.h"
#include "detect/scripts/language.h"

namespace afterpatch::detect::scripts {

class SourceCode {
 public:
  // `code` and `arena` must outlive the object. `at` is where the code lies in the page's text.
  // `xml`: of a page of XML, whose entities and CDATA marks are resolved too.
  SourceCode(std::string_view code, std::size_t at, Language language, Arena& arena, bool xml = false);

  std::string_view text() const { return text_; }
  std::uint32_t place(std::size_t offset) const {
    return static_cast<std::uint32_t>(at_ + (map_.empty()           ? offset
                                             : offset < map_.size() ? map_[offset]
                                                                    : map_.back()));
  }

 private:
  std::string_view text_;
  std::size_t at_;
  std::vector<std::uint32_t> map_;  // offset in text_ to offset in the code; empty where they are the same
};

}  // namespace afterpatch::detect::scripts
