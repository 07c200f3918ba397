#include "app/bounded_lines.h"

namespace afterpatch::app {

bool BoundedLines::next(std::string& line) {
  line.clear();
  too_long_ = false;
  std::streambuf& bytes = *input_.rdbuf();
  int byte = bytes.sbumpc();
  if (byte == std::streambuf::traits_type::eof()) return false;
  ++number_;
  for (; byte != '\n' && byte != std::streambuf::traits_type::eof(); byte = bytes.sbumpc()) {
    if (line.size() < longest_)
      line.push_back(static_cast<char>(byte));
    else
      too_long_ = true;
  }
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

}  // namespace afterpatch::app
