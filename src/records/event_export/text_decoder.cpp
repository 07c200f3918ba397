#include "records/event_export/text_decoder.h"

#include "base/text.h"

namespace afterpatch::records::event_export {

void TextDecoder::tell_encoding() {
  const auto take = [this](std::string_view mark, Encoding encoding) {
    if (encoding_ != Encoding::unknown || !pending_.starts_with(mark)) return;
    encoding_ = encoding;
    mark_bytes_ = mark.size();
  };
  take("\xEF\xBB\xBF", Encoding::utf8);
  take("\xFF\xFE", Encoding::utf16le);
  take("\xFE\xFF", Encoding::utf16be);
  take("", Encoding::utf8);
  pending_.erase(0, mark_bytes_);
}

// Bytes of `pending_` up to the last whole character.
std::size_t TextDecoder::whole_units(bool at_end) const {
  const std::size_t size = pending_.size() & ~std::size_t{1};
  if (at_end || size == 0) return size;
  const std::size_t high_byte = encoding_ == Encoding::utf16le ? size - 1 : size - 2;
  const auto high = static_cast<unsigned char>(pending_[high_byte]);
  const bool ends_in_half_a_pair = (high & 0xFCU) == 0xD8U;
  return ends_in_half_a_pair ? size - 2 : size;
}

void TextDecoder::decode(std::string_view bytes, bool at_end, std::string& out) {
  constexpr std::size_t kLongestMark = 3;
  pending_ += bytes;
  if (encoding_ == Encoding::unknown) {
    if (pending_.size() < kLongestMark && !at_end) return;
    tell_encoding();
  }
  const std::size_t size = is_utf16() ? whole_units(at_end) : pending_.size();
  const std::string_view whole = std::string_view(pending_).substr(0, size);
  if (encoding_ == Encoding::utf8) out += whole;
  if (encoding_ == Encoding::utf16le) out += utf16le_to_utf8(whole);
  if (encoding_ == Encoding::utf16be) out += utf16be_to_utf8(whole);
  pending_.erase(0, size);
}

std::uint64_t utf16_bytes(std::string_view utf8) {
  std::uint64_t units = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = (byte & 0xC0U) == 0x80U;
    units += continues ? 0 : (byte >= 0xF0U ? 2 : 1);
  }
  return 2 * units;
}

}  // namespace afterpatch::records::event_export
