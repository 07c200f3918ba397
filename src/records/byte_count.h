// Counts how often a byte stands in a text, 16 at a time where the processor can.
#pragma once

#include <cstddef>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace afterpatch::records {

inline std::size_t count_byte(std::string_view text, char byte) {
  std::size_t count = 0;
  std::size_t at = 0;
#if defined(__SSE2__)
  const __m128i wanted = _mm_set1_epi8(byte);
  const auto load = [&](std::size_t from) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + from));
  };
  const auto add_up = [&](__m128i lanes) {
    const __m128i sums = _mm_sad_epu8(lanes, _mm_setzero_si128());
    count += static_cast<std::size_t>(_mm_cvtsi128_si32(sums)) +
             static_cast<std::size_t>(_mm_extract_epi16(sums, 4));
  };
  while (text.size() - at >= 16) {
    // Each lane counts to at most 255 before it is added up.
    __m128i lanes = _mm_setzero_si128();
    int parts = 0;
    for (; parts < 254 && text.size() - at >= 16; ++parts, at += 16)
      lanes = _mm_sub_epi8(lanes, _mm_cmpeq_epi8(load(at), wanted));
    const std::size_t rest = text.size() - at;
    if (rest > 0 && rest < 16) {
      // The last 16 bytes once more, without those that are counted.
      const __m128i from_the_end = _mm_setr_epi8(16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
      const __m128i new_ones = _mm_cmpgt_epi8(_mm_set1_epi8(static_cast<char>(rest + 1)), from_the_end);
      lanes = _mm_sub_epi8(lanes, _mm_and_si128(_mm_cmpeq_epi8(load(text.size() - 16), wanted), new_ones));
      at = text.size();
    }
    add_up(lanes);
  }
#endif
  for (; at < text.size(); ++at) count += text[at] == byte ? 1 : 0;
  return count;
}

}  // namespace afterpatch::records
