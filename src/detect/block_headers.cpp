#include "detect/block_headers.h"

namespace afterpatch::detect {
namespace {

std::size_t line_end_from(std::string_view block, std::size_t begin) {
  const std::size_t line_end = block.find('\n', begin);
  return line_end == std::string_view::npos ? block.size() : line_end + 1;
}

// Start of the next line that begins with '#', at or after `from` (itself a line's start); npos if there is none.
std::size_t next_directive(std::string_view block, std::size_t from) {
  if (from < block.size() && block[from] == '#') return from;
  const std::size_t before = block.find("\n#", from);
  return before == std::string_view::npos ? before : before + 1;
}

}  // namespace

std::vector<HeaderFrom> headers_of(std::string_view block, const records::HeaderPtr& at_start) {
  std::vector<HeaderFrom> headers{{0, at_start}};
  records::HeaderTracker tracker(at_start);
  const auto feed_line = [&](std::size_t begin) {
    const std::size_t end = line_end_from(block, begin);
    tracker.feed(block.substr(begin, end - begin));
    if (tracker.current() != headers.back().header) headers.push_back({end, tracker.current()});
    return end;
  };
  std::size_t at = block.empty() ? 0 : feed_line(0);  // a plain CSV header row may stand first
  for (at = next_directive(block, at); at != std::string_view::npos && at < block.size(); at = next_directive(block, at)) {
    at = feed_line(at);
  }
  return headers;
}

}  // namespace afterpatch::detect
