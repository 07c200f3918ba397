#include "assess/wording.h"

#include <fmt/format.h>

namespace afterpatch::assess {
namespace {

bool continues_utf8(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

std::string count_of(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string count_of(std::uint64_t count, std::string_view one) {
  return count_of(count, one, fmt::format("{}s", one));
}

std::string shorten(std::string_view text, std::size_t limit) {
  constexpr std::string_view kEllipsis = "…";
  if (text.size() <= limit) return std::string(text);
  if (limit <= kEllipsis.size()) return std::string(kEllipsis);
  std::size_t head = (limit - kEllipsis.size()) / 3;
  std::size_t tail = text.size() - (limit - kEllipsis.size() - head);
  while (head > 0 && continues_utf8(text[head])) --head;
  while (tail < text.size() && continues_utf8(text[tail])) ++tail;
  return fmt::format("{}{}{}", text.substr(0, head), kEllipsis, text.substr(tail));
}

void Sentences::add(std::string_view sentence) {
  if (sentence.empty()) return;
  if (text_.empty()) {
    text_ = shorten(sentence, kMaxAnswerBytes);
  } else if (text_.size() + 1 + sentence.size() <= kMaxAnswerBytes) {
    text_ += fmt::format(" {}", sentence);
  }
}

}  // namespace afterpatch::assess
