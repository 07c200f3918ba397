#include "records/line_index.h"

#include <algorithm>
#include <bit>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace afterpatch::records {
namespace {

// Rows of web logs have some hundred bytes; room for shorter ones is made when it is needed.
constexpr std::size_t kUsualLineBytes = 128;

#if defined(__SSE2__)
constexpr std::size_t kStride = 64;

struct Stride {
  std::uint64_t line_ends;  // a bit a byte
  bool has_nul;
};

Stride look_at(const char* bytes) {
  const __m128i newline = _mm_set1_epi8('\n');
  Stride stride{0, false};
  __m128i least = _mm_set1_epi8('\xff');
  for (unsigned i = 0; i < kStride / 16; ++i) {
    const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes) + i);
    const auto found = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(part, newline)));
    stride.line_ends |= std::uint64_t{found} << (16 * i);
    least = _mm_min_epu8(least, part);
  }
  stride.has_nul = _mm_movemask_epi8(_mm_cmpeq_epi8(least, _mm_setzero_si128())) != 0;
  return stride;
}
#endif

}  // namespace

LineIndex::LineIndex(std::string_view block) {
  line_ends_.reserve(block.size() / kUsualLineBytes);
  std::size_t at = 0;
#if defined(__SSE2__)
  for (; at + kStride <= block.size(); at += kStride) {
    Stride stride = look_at(block.data() + at);
    has_nul_ = has_nul_ || stride.has_nul;
    for (; stride.line_ends != 0; stride.line_ends &= stride.line_ends - 1)
      line_ends_.push_back(
          static_cast<std::uint32_t>(at + static_cast<std::size_t>(std::countr_zero(stride.line_ends))));
  }
#endif
  add_from(block, at);
}

void LineIndex::add_from(std::string_view block, std::size_t at) {
  for (; at < block.size(); ++at) {
    if (block[at] == '\n') line_ends_.push_back(static_cast<std::uint32_t>(at));
    has_nul_ = has_nul_ || block[at] == '\0';
  }
}

std::size_t LineIndex::count_before(std::size_t at) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(line_ends_, at) - line_ends_.begin());
}

}  // namespace afterpatch::records
