// The text of a page, one byte a character where ASCII is concerned, whatever encoding it came in, with the
// way back to the file's bytes.
//
// Understood: single-byte code pages and UTF-8 (taken as they are: only ASCII matters to a lexer), UTF-16 of
// either byte order with or without a byte order mark, and IBM037 (EBCDIC), which servlet containers accept
// and web shells use to be unreadable. Characters past ASCII become one byte 0x80 in UTF-16.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace afterpatch::detect::scripts {

class PageText {
 public:
  // `bytes` must outlive the object.
  explicit PageText(std::string_view bytes);
  PageText(const PageText&) = delete;
  PageText& operator=(const PageText&) = delete;

  std::string_view text() const { return text_; }
  // Where the character at `at` lies in the file.
  std::size_t offset(std::size_t at) const { return start_ + at * width_; }

 private:
  void decode_utf7(std::string_view bytes);
  void decode_utf16(std::string_view bytes, bool big_endian);

  std::string copy_;
  std::string_view text_;
  std::size_t start_ = 0;
  std::size_t width_ = 1;
};

}  // namespace afterpatch::detect::scripts
