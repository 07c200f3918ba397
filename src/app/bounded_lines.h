// Lines of a stream, each of bounded length, so that a file without line ends does not fill the memory.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

namespace afterpatch::app {

// Not thread-safe.
class BoundedLines {
 public:
  // `input` must outlive it.
  BoundedLines(std::istream& input, std::size_t longest) : input_(input), longest_(longest) {}

  // The next line without its end ("\n" or "\r\n"); of one that is too long only the beginning, and
  // too_long() says so. False at the end.
  bool next(std::string& line);

  bool too_long() const { return too_long_; }
  std::uint64_t number() const { return number_; }  // of the line that next() gave, from 1 on

 private:
  bool refill();

  std::istream& input_;
  std::size_t longest_;
  std::uint64_t number_ = 0;
  bool too_long_ = false;
  std::vector<char> block_ = std::vector<char>(1U << 18U);
  std::size_t at_ = 0;   // next byte of the block
  std::size_t end_ = 0;  // of what was read into it
};

}  // namespace afterpatch::app
