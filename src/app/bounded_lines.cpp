#include "app/bounded_lines.h"

#include <algorithm>

namespace afterpatch::app {

bool BoundedLines::refill() {
  input_.read(block_.data(), static_cast<std::streamsize>(block_.size()));
  at_ = 0;
  end_ = static_cast<std::size_t>(input_.gcount());
  return end_ > 0;
}

bool BoundedLines::next(std::string& line) {
  line.clear();
  too_long_ = false;
  if (at_ == end_ && !refill()) return false;
  ++number_;
  for (bool ended = false; !ended && (at_ < end_ || refill());) {
    const auto begin = block_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto stop = block_.begin() + static_cast<std::ptrdiff_t>(end_);
    const auto line_end = std::find(begin, stop, '\n');
    const auto length = static_cast<std::size_t>(line_end - begin);
    const std::size_t room = longest_ - line.size();
    line.append(begin, begin + static_cast<std::ptrdiff_t>(std::min(length, room)));
    too_long_ = too_long_ || length > room;
    ended = line_end != stop;
    at_ += length + (ended ? 1 : 0);
  }
  if (line.ends_with('\r')) line.pop_back();
  return true;
}

}  // namespace afterpatch::app
