// Where the lines of a block end: found in one pass, for all who go through the block line by line. A block
// is gone through several times (headers, summary, rows that a search hit), and looking for the line ends is
// most of what these cost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace afterpatch::records {

// Does not refer to the block. Takes four bytes a line.
class LineIndex {
 public:
  LineIndex() = default;
  // REQUIRES: block.size() < 4 GiB.
  explicit LineIndex(std::string_view block);

  // Positions of '\n', rising.
  std::span<const std::uint32_t> line_ends() const { return line_ends_; }
  std::size_t count() const { return line_ends_.size(); }
  // Line ends before position `at`.
  std::size_t count_before(std::size_t at) const;
  // Whether there are bytes 0, which end lines, too (row_cutter.h), and are not listed.
  bool has_nul() const { return has_nul_; }

 private:
  void add_from(std::string_view block, std::size_t at);

  std::vector<std::uint32_t> line_ends_;
  bool has_nul_ = false;
};

// Goes through the line ends once, forward. The index must outlive it.
class LineCursor {
 public:
  explicit LineCursor(const LineIndex& lines) : ends_(lines.line_ends()) {}

  // Position of the first line end at or after `at`; `otherwise` if there is none. REQUIRES: `at` is not
  // smaller than in the call before.
  std::size_t next_end(std::size_t at, std::size_t otherwise) {
    while (next_ < ends_.size() && ends_[next_] < at) ++next_;
    return next_ < ends_.size() ? ends_[next_] : otherwise;
  }

 private:
  std::span<const std::uint32_t> ends_;
  std::size_t next_ = 0;
};

}  // namespace afterpatch::records
