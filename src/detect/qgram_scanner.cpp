#include "detect/qgram_scanner.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/text.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace afterpatch::detect {
namespace {

#if defined(__x86_64__)
const bool kHasAvx2 = __builtin_cpu_supports("avx2") != 0;
#endif

constexpr std::size_t kGram = 4;
constexpr std::size_t kWindow = kGram + 1;
constexpr unsigned kBitsPerBucket = 4;  // slots that share a bucket, as a power of two
// Few slots are taken, so that ordinary text seldom hits one by chance.
constexpr std::size_t kSlotsPerGram = 64;
constexpr unsigned kMinSlotBits = 10;
constexpr unsigned kMaxSlotBits = 20;

// Bytes with bit 5 set: letters lose their case, and some other bytes become alike, which only costs a
// comparison.
std::uint32_t gram_at(const char* bytes) {
  std::uint32_t gram = 0;
  std::memcpy(&gram, bytes, sizeof gram);
  return gram | 0x20202020U;
}

bool same(char in_text, char wanted, bool space_or_plus) {
  return to_lower_ascii(in_text) == wanted || (space_or_plus && wanted == ' ' && in_text == '+');
}

bool is_written_in_one_way(std::string_view bytes, bool space_or_plus) {
  return !space_or_plus || bytes.find(' ') == std::string_view::npos;
}

unsigned slot_bits(std::size_t literals) {
  const auto wanted = static_cast<unsigned>(std::bit_width(2 * literals * kSlotsPerGram));
  return std::clamp(wanted, kMinSlotBits, kMaxSlotBits);
}

}  // namespace

QGramScanner::QGramScanner(std::span<const ScanLiteral> literals, std::string_view sample,
                           std::vector<std::uint32_t>& left_over)
    : shift_(32 - slot_bits(literals.size())) {
  count(sample);
  for (std::uint32_t number = 0; number < literals.size(); ++number)
    if (!add(literals[number], number)) left_over.push_back(number);
  make_tables();
}

void QGramScanner::count(std::string_view sample) {
  counts_.assign(std::size_t{1} << (32 - shift_), 0);
  for (std::size_t at = 0; at + kGram <= sample.size(); ++at) ++counts_[slot_of(gram_at(sample.data() + at))];
}

// Takes the five bytes whose q-grams were the rarest in the sample.
bool QGramScanner::add(const ScanLiteral& wanted, std::uint32_t number) {
  Literal literal{to_lower_ascii(wanted.text), number, wanted.space_or_plus};
  std::size_t best = std::string::npos;
  std::uint64_t best_count = ~std::uint64_t{0};
  for (std::size_t at = 0; at + kWindow <= literal.text.size() && best_count > 0; ++at) {
    if (!is_usable(literal, at)) continue;
    const char* bytes = literal.text.data() + at;
    const std::uint64_t count =
        std::uint64_t{counts_[slot_of(gram_at(bytes))]} + counts_[slot_of(gram_at(bytes + 1))];
    if (count >= best_count) continue;
    best = at;
    best_count = count;
  }
  if (best == std::string::npos) return false;
  choose_check(literal, best);
  for (const std::size_t offset : {best, best + 1}) {
    const std::uint32_t gram = gram_at(literal.text.data() + offset);
    ++sharing_[gram];
    entries_.push_back(
        {gram, static_cast<std::uint32_t>(literals_.size()), static_cast<std::uint32_t>(offset)});
  }
  literals_.push_back(std::move(literal));
  return true;
}

// Five bytes that the text can hold in one way only, and whose q-grams few other literals have.
bool QGramScanner::is_usable(const Literal& literal, std::size_t window) const {
  const std::string_view bytes = std::string_view(literal.text).substr(window, kWindow);
  if (!is_written_in_one_way(bytes, literal.space_or_plus)) return false;
  const auto has_room = [&](const char* gram) {
    const auto sharing = sharing_.find(gram_at(gram));
    return sharing == sharing_.end() || sharing->second < kMaxSharing;
  };
  return has_room(bytes.data()) && has_room(bytes.data() + 1);
}

// The rarest outside of the five bytes; if there is none, one of theirs. Of the texts that are common as a
// whole (names of browsers), the five bytes stand in many rows.
void QGramScanner::choose_check(Literal& literal, std::size_t window) const {
  literal.check = gram_at(literal.text.data() + window);
  literal.check_offset = static_cast<std::uint32_t>(window);
  std::uint32_t least = ~std::uint32_t{0};
  for (std::size_t at = 0; at + kGram <= literal.text.size(); ++at) {
    const bool overlaps = at + kGram > window && at < window + kWindow;
    const std::string_view bytes = std::string_view(literal.text).substr(at, kGram);
    if (overlaps || !is_written_in_one_way(bytes, literal.space_or_plus)) continue;
    const std::uint32_t gram = gram_at(bytes.data());
    if (counts_[slot_of(gram)] >= least) continue;
    least = counts_[slot_of(gram)];
    literal.check = gram;
    literal.check_offset = static_cast<std::uint32_t>(at);
  }
}

void QGramScanner::make_tables() {
  const std::size_t slots = counts_.size();
  filter_.assign(slots / 32, 0);
  for (const Entry& entry : entries_) filter_[slot_of(entry.gram) / 32] |= bits_of(entry.gram);

  const auto bucket_of = [&](const Entry& entry) { return slot_of(entry.gram) >> kBitsPerBucket; };
  std::ranges::stable_sort(entries_, {}, bucket_of);
  buckets_.assign((slots >> kBitsPerBucket) + 1, 0);
  for (const Entry& entry : entries_) ++buckets_[bucket_of(entry) + 1];
  for (std::size_t i = 1; i < buckets_.size(); ++i) buckets_[i] += buckets_[i - 1];
  counts_ = {};
  sharing_ = {};
}

void QGramScanner::scan(std::string_view text, const OnLiteral& on_hit) const {
  if (entries_.empty()) return;
  std::size_t at = 0;
#if defined(__x86_64__)
  if (kHasAvx2) at = scan_by_eight(text, on_hit);
#endif
  for (; at + kGram <= text.size(); at += 2) look_up(text, at, on_hit);
}

#if defined(__x86_64__)
// Eight q-grams at once, as far as whole loads reach; returns where it stopped.
__attribute__((target("avx2"))) std::size_t QGramScanner::scan_by_eight(std::string_view text,
                                                                        const OnLiteral& on_hit) const {
  const auto* filter = reinterpret_cast<const int*>(filter_.data());
  const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(shift_));
  const __m128i second_shift = _mm_cvtsi32_si128(static_cast<int>(shift_ - kBitNumberBits));
  const __m256i factor = _mm256_set1_epi32(static_cast<int>(kHashFactor));
  const __m256i bit5 = _mm256_set1_epi8(0x20);
  const __m256i last_bit = _mm256_set1_epi32(31);
  // The q-grams at 0, 2, 4 and 6 of sixteen bytes.
  const __m256i spread =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8, 9));
  std::size_t at = 0;
  for (; at + 24 <= text.size(); at += 16) {
    const auto* bytes = reinterpret_cast<const __m128i*>(text.data() + at);
    const auto* behind = reinterpret_cast<const __m128i*>(text.data() + at + 8);
    const __m256i both = _mm256_set_m128i(_mm_loadu_si128(behind), _mm_loadu_si128(bytes));
    const __m256i grams = _mm256_shuffle_epi8(_mm256_or_si256(both, bit5), spread);
    const __m256i hashes = _mm256_mullo_epi32(grams, factor);
    const __m256i slots = _mm256_srl_epi32(hashes, shift);
    const __m256i seconds = _mm256_srl_epi32(hashes, second_shift);
    const __m256i words = _mm256_i32gather_epi32(filter, _mm256_srli_epi32(slots, 5), 4);
    // Each of the two bits becomes the sign.
    const __m256i first = _mm256_sllv_epi32(words, _mm256_andnot_si256(slots, last_bit));
    const __m256i second = _mm256_sllv_epi32(words, _mm256_andnot_si256(seconds, last_bit));
    auto found =
        static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_and_si256(first, second))));
    for (; found != 0; found &= found - 1)
      look_up(text, at + 2 * static_cast<std::size_t>(std::countr_zero(found)), on_hit);
  }
  return at;
}
#endif

void QGramScanner::look_up(std::string_view text, std::size_t at, const OnLiteral& on_hit) const {
  const std::uint32_t gram = gram_at(text.data() + at);
  if (!may_be_listed(gram)) return;
  const std::size_t bucket = slot_of(gram) >> kBitsPerBucket;
  for (std::uint32_t i = buckets_[bucket]; i < buckets_[bucket + 1]; ++i)
    if (entries_[i].gram == gram) compare(entries_[i], text, at, on_hit);
}

void QGramScanner::compare(const Entry& entry, std::string_view text, std::size_t at,
                           const OnLiteral& on_hit) const {
  const Literal& literal = literals_[entry.literal];
  if (at < entry.offset || text.size() - (at - entry.offset) < literal.text.size()) return;
  const char* begin = text.data() + (at - entry.offset);
  if (gram_at(begin + literal.check_offset) != literal.check) return;
  for (std::size_t i = 0; i < literal.text.size(); ++i)
    if (!same(begin[i], literal.text[i], literal.space_or_plus)) return;
  on_hit(literal.number, at - entry.offset + literal.text.size());
}

}  // namespace afterpatch::detect
