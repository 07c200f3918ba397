// Exports as text: UTF-8 as it is, UTF-16 (as Event Viewer and PowerShell write it) turned into UTF-8. Told
// by the byte order mark; without one the text is UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace afterpatch::records::event_export {

// Not thread-safe: decodes one stream from its first byte, piece by piece.
class TextDecoder {
 public:
  // Appends the text of `bytes` to `out`. What ends within a character waits for the next piece. With
  // `at_end` nothing waits; half a character at the end is dropped.
  void decode(std::string_view bytes, bool at_end, std::string& out);

  bool is_utf16() const { return encoding_ == Encoding::utf16le || encoding_ == Encoding::utf16be; }
  // Bytes of the mark: where the text begins in the stream.
  std::size_t mark_bytes() const { return mark_bytes_; }

 private:
  enum class Encoding : std::uint8_t { unknown, utf8, utf16le, utf16be };
  void tell_encoding();
  std::size_t whole_units(bool at_end) const;

  Encoding encoding_ = Encoding::unknown;
  std::size_t mark_bytes_ = 0;
  std::string pending_;
};

// Bytes that a text in UTF-8 took in UTF-16.
std::uint64_t utf16_bytes(std::string_view utf8);

}  // namespace afterpatch::records::event_export
