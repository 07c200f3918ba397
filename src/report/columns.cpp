#include "report/columns.h"

#include <algorithm>

namespace afterpatch::report {
namespace {

struct Character {
  std::string_view bytes;
  std::size_t columns;
};

// Unicode's East Asian Width W and F, in coarse blocks (UAX #11).
bool is_wide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0x303E) || (c >= 0x3041 && c <= 0xA4CF) ||
         (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) ||
         (c >= 0xFF00 && c <= 0xFF60) || (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) ||
         (c >= 0x20000 && c <= 0x3FFFD);
}

Character front(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
  const std::size_t wanted = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  const std::size_t length = std::min(wanted, text.size());
  char32_t code_point = length == 1 ? byte(0) : byte(0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) code_point = (code_point << 6U) | (byte(i) & 0x3FU);
  return {text.substr(0, length), is_wide(code_point) ? 2U : 1U};
}

// The longest front part of at most `width` columns.
std::string_view take(std::string_view text, std::size_t width) {
  std::size_t end = 0;
  for (std::size_t used = 0; end < text.size();) {
    const Character next = front(text.substr(end));
    if (used + next.columns > width) break;
    used += next.columns;
    end += next.bytes.size();
  }
  return text.substr(0, end);
}

// The front part that makes a line: whole words if there is a blank in reach.
std::string_view take_line(std::string_view text, std::size_t width) {
  const std::string_view part = take(text, width);
  if (part.size() == text.size() || text[part.size()] == ' ') return part;
  const std::size_t blank = part.rfind(' ');
  return blank == std::string_view::npos || blank == 0 ? part : part.substr(0, blank);
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character next = front(text);
    columns += next.columns;
    text.remove_prefix(next.bytes.size());
  }
  return columns;
}

std::string fit(std::string_view text, std::size_t width) {
  if (columns_of(text) <= width) return std::string(text);
  return std::string(take(text, width - 1)) + "…";
}

std::string fit_end(std::string_view text, std::size_t width) {
  std::size_t columns = columns_of(text);
  if (columns <= width) return std::string(text);
  while (columns > width - 1) {
    const Character next = front(text);
    columns -= next.columns;
    text.remove_prefix(next.bytes.size());
  }
  return "…" + std::string(text);
}

std::vector<std::string> wrap(std::string_view text, std::size_t width, std::size_t max_lines) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    if (lines.size() + 1 == max_lines) {
      lines.push_back(fit(text, width));
      break;
    }
    const std::string_view line = take_line(text, width);
    lines.emplace_back(line);
    text.remove_prefix(line.size());
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  return lines;
}

}  // namespace afterpatch::report
