#include "detect/qgram_scanner.h"

#include <algorithm>
#include <array>
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

constexpr std::ptrdiff_t kGram = 4;
constexpr std::ptrdiff_t kStep = 3;                    // between q-grams that are looked at
constexpr std::ptrdiff_t kWindow = kStep + kGram - 1;  // what the q-grams of a literal cover
constexpr std::uint32_t kHashFactor = 0x9E3779B1;      // 2^32 divided by the golden ratio (Knuth, 6.4)
// Few bits are set, so that ordinary text seldom passes by chance.
constexpr std::size_t kSlotsPerLiteral = 16;
constexpr unsigned kMinSlotBits = 6;
constexpr unsigned kMaxSlotBits = 15;
constexpr unsigned kHalfBits = 16;  // of a word
constexpr unsigned kBitNumberBits = 4;
constexpr std::size_t kReach = 4 * kStep + 16;  // bytes that are loaded for eight q-grams
constexpr unsigned kMinCountBits = 10;
constexpr unsigned kMaxCountBits = 18;

// Bytes with bit 5 set: letters lose their case, and some other bytes become alike, which only costs a
// comparison.
constexpr std::uint32_t kBit5 = 0x20202020;

std::uint32_t gram_at(const char* bytes) {
  std::uint32_t gram = 0;
  std::memcpy(&gram, bytes, sizeof gram);
  return gram | kBit5;
}

// The q-gram that begins at `at`; at -1 with a byte of 0 in front.
std::uint32_t gram_of(std::string_view text, std::ptrdiff_t at) {
  if (at >= 0) return gram_at(text.data() + at);
  const char bytes[] = {0, text[0], text[1], text[2]};
  return gram_at(bytes);
}

// 0 where gram_of() has a byte that is not of the text.
std::uint32_t mask_of(std::ptrdiff_t at) {
  return at >= 0 ? 0xFFFFFFFF : 0xFFFFFF00;
}

std::uint32_t hash_of_tail(std::uint32_t gram) {
  return (gram >> 8U) * kHashFactor;
}

// A byte with bit 5 set is told by six others if it is ASCII: four name a bit, two a slot.
constexpr std::uint32_t kSlotBitsOfFirst = 0b101;
constexpr std::uint32_t kSlotsOfUnknown[] = {0b000, 0b001, 0b100, 0b101};

std::uint32_t slot_part_of_first(std::uint32_t gram) {
  return (gram >> 4U) & kSlotBitsOfFirst;
}

unsigned bits_for(std::size_t size, unsigned least, unsigned most) {
  return std::clamp(static_cast<unsigned>(std::bit_width(size)), least, most);
}

#if defined(__x86_64__)
// _mm256_i32gather_epi32 takes twice as long on processors of AMD (measured on Zen 4).
__attribute__((target("avx2"))) inline __m256i gather(const std::uint32_t* words, __m256i places) {
  const __m128i front = _mm256_castsi256_si128(places);
  const __m128i back = _mm256_extracti128_si256(places, 1);
  const auto a = static_cast<std::uint64_t>(_mm_cvtsi128_si64(front));
  const auto b = static_cast<std::uint64_t>(_mm_extract_epi64(front, 1));
  const auto c = static_cast<std::uint64_t>(_mm_cvtsi128_si64(back));
  const auto d = static_cast<std::uint64_t>(_mm_extract_epi64(back, 1));
  const auto low = [words](std::uint64_t two) { return static_cast<int>(words[two & 0xFFFFFFFF]); };
  const auto high = [words](std::uint64_t two) { return static_cast<int>(words[two >> 32U]); };
  return _mm256_setr_epi32(low(a), high(a), low(b), high(b), low(c), high(c), low(d), high(d));
}
#endif

// Where the q-grams stand that passed (a bit each), in front of what does not matter.
constexpr std::array<std::array<std::uint8_t, 8>, 256> kPlacesOf = [] {
  std::array<std::array<std::uint8_t, 8>, 256> all{};
  for (unsigned found = 0; found < all.size(); ++found) {
    std::size_t count = 0;
    for (unsigned bit = 0; bit < 8; ++bit)
      if ((found >> bit & 1U) != 0) all[found][count++] = static_cast<std::uint8_t>(kStep * bit);
  }
  return all;
}();

bool same(char in_text, char wanted, bool space_or_plus) {
  return to_lower_ascii(in_text) == wanted || (space_or_plus && wanted == ' ' && in_text == '+');
}

bool is_written_in_one_way(std::string_view bytes, bool space_or_plus) {
  return !space_or_plus || bytes.find(' ') == std::string_view::npos;
}

}  // namespace

QGramScanner::QGramScanner(std::span<const ScanLiteral> literals, std::string_view sample,
                           std::vector<std::uint32_t>& left_over)
    : shift_(32 - bits_for(literals.size() * kSlotsPerLiteral, kMinSlotBits, kMaxSlotBits)),
      sharing_(std::size_t{1} << (32 - shift_)) {
  count(sample);
  for (std::uint32_t number = 0; number < literals.size(); ++number)
    if (!add(literals[number], number)) left_over.push_back(number);
  make_tables();
}

std::uint32_t QGramScanner::slot_of(std::uint32_t gram) const {
  return (hash_of_tail(gram) >> shift_) ^ slot_part_of_first(gram);
}

// Bits are counted from the left, as the scan shifts them out.
std::uint32_t QGramScanner::bits_of(std::uint32_t gram, std::uint32_t mask) const {
  constexpr std::uint32_t kLeft = 0x80000000;
  constexpr std::uint32_t kHalf = 0xFFFF;
  const std::uint32_t of_tail = (hash_of_tail(gram) >> (shift_ - kBitNumberBits)) % kHalfBits;
  const bool knows_first = mask == mask_of(0);
  return (kLeft >> of_tail) | (knows_first ? kLeft >> (kHalfBits + gram % kHalfBits) : kHalf);
}

bool QGramScanner::may_be_listed(std::uint32_t gram) const {
  const std::uint32_t bits = bits_of(gram, mask_of(0));
  return (filter_[slot_of(gram)] & bits) == bits;
}

std::size_t QGramScanner::count_slot_of(std::uint32_t bytes) const {
  return (std::uint64_t{bytes * kHashFactor} * gram_counts_.size()) >> 32U;
}

void QGramScanner::count(std::string_view sample) {
  const std::size_t slots = std::size_t{1} << bits_for(sample.size(), kMinCountBits, kMaxCountBits);
  gram_counts_.assign(slots, 0);
  tail_counts_.assign(slots, 0);
  for (std::size_t at = 0; at + kGram <= sample.size(); ++at) {
    const std::uint32_t gram = gram_at(sample.data() + at);
    ++gram_counts_[count_slot_of(gram)];
    ++tail_counts_[count_slot_of(gram >> 8U)];
  }
}

// Takes the q-grams that were the rarest in the sample.
bool QGramScanner::add(const ScanLiteral& wanted, std::uint32_t number) {
  Literal literal{to_lower_ascii(wanted.text), number, wanted.space_or_plus};
  constexpr std::ptrdiff_t kNone = -2;
  std::ptrdiff_t best = kNone;
  std::uint64_t least = ~std::uint64_t{0};
  for (std::ptrdiff_t at = -1; at + kWindow <= std::ssize(literal.text) && least > 0; ++at) {
    if (!is_usable(literal, at)) continue;
    const std::uint64_t cost = cost_of(literal.text, at);
    if (cost >= least) continue;
    best = at;
    least = cost;
  }
  if (best == kNone) return false;
  for (std::ptrdiff_t at = best; at < best + kStep; ++at) {
    Entry entry;
    entry.gram = gram_of(literal.text, at);
    entry.mask = mask_of(at);
    entry.literal = static_cast<std::uint32_t>(literals_.size());
    entry.size = static_cast<std::uint32_t>(literal.text.size());
    entry.offset = static_cast<std::int32_t>(at);
    choose_check(literal, entry);
    list(entry);
  }
  literals_.push_back(std::move(literal));
  return true;
}

// With an unknown byte in front, in each slot that such a byte can name.
void QGramScanner::list(Entry entry) {
  for (const std::uint32_t part : kSlotsOfUnknown) {
    const bool knows_first = entry.mask == mask_of(0);
    entry.slot = slot_of(entry.gram) ^ (knows_first ? 0 : part);
    ++sharing_[entry.slot];
    entries_.push_back(entry);
    if (knows_first) return;
  }
}

// Bytes that the text can hold in one way only, and q-grams that share their slots with few others.
bool QGramScanner::is_usable(const Literal& literal, std::ptrdiff_t window) const {
  const auto begin = static_cast<std::size_t>(std::max<std::ptrdiff_t>(window, 0));
  const auto size = static_cast<std::size_t>(window + kWindow) - begin;
  const std::string_view bytes = std::string_view(literal.text).substr(begin, size);
  if (!is_written_in_one_way(bytes, literal.space_or_plus)) return false;
  for (std::ptrdiff_t at = window; at < window + kStep; ++at) {
    const std::uint32_t slot = slot_of(gram_of(literal.text, at));
    const auto is_full = [&](std::uint32_t part) {
      return sharing_[slot ^ part] + std::size_t{kStep} > kMaxSharing;  // all three may fall into one
    };
    if (at < 0 ? std::ranges::any_of(kSlotsOfUnknown, is_full) : is_full(0)) return false;
  }
  return true;
}

std::uint64_t QGramScanner::cost_of(std::string_view text, std::ptrdiff_t window) const {
  constexpr std::uint64_t kUnknown = 8;  // it takes four slots, and half of each word
  std::uint64_t cost = 0;
  for (std::ptrdiff_t at = window; at < window + kStep; ++at) {
    const std::uint32_t gram = gram_of(text, at);
    cost += at >= 0 ? gram_counts_[count_slot_of(gram)] : tail_counts_[count_slot_of(gram >> 8U)] + kUnknown;
  }
  return cost;
}

// The rarest, but not the entry's own if there is another: of the texts that are common as a whole (names of
// browsers), one stands in many rows.
void QGramScanner::choose_check(const Literal& literal, Entry& entry) const {
  constexpr std::uint64_t kOwn = std::uint64_t{1} << 32U;
  std::uint64_t least = ~std::uint64_t{0};
  for (std::int32_t at = 0; at + kGram <= std::ssize(literal.text); ++at) {
    const std::string_view bytes = std::string_view(literal.text).substr(static_cast<std::size_t>(at), kGram);
    if (!is_written_in_one_way(bytes, literal.space_or_plus)) continue;
    const std::uint32_t gram = gram_at(bytes.data());
    const std::uint64_t cost = gram_counts_[count_slot_of(gram)] + (at == entry.offset ? kOwn : 0);
    if (cost >= least) continue;
    least = cost;
    entry.check = gram;
    entry.check_offset = at;
  }
}

void QGramScanner::make_tables() {
  filter_.assign(sharing_.size(), 0);
  for (const Entry& entry : entries_) filter_[entry.slot] |= bits_of(entry.gram, entry.mask);
  std::ranges::stable_sort(entries_, {}, &Entry::slot);
  buckets_.assign(filter_.size() + 1, 0);
  for (const Entry& entry : entries_) ++buckets_[entry.slot + 1];
  for (std::size_t i = 1; i < buckets_.size(); ++i) buckets_[i] += buckets_[i - 1];
  gram_counts_ = {};
  tail_counts_ = {};
  sharing_ = {};
}

void QGramScanner::scan(std::string_view text, const OnLiteral& on_hit) const {
  if (entries_.empty()) return;
  std::size_t at = 0;
#if defined(__x86_64__)
  if (kHasAvx2) at = scan_by_eight(text, on_hit);
#endif
  scan_from(text, at, on_hit);
}

void QGramScanner::scan_portably(std::string_view text, const OnLiteral& on_hit) const {
  if (!entries_.empty()) scan_from(text, 0, on_hit);
}

void QGramScanner::scan_from(std::string_view text, std::size_t at, const OnLiteral& on_hit) const {
  for (; at + kGram <= text.size(); at += kStep)
    if (may_be_listed(gram_at(text.data() + at))) look_up(text, at, on_hit);
}

#if defined(__x86_64__)
// Piece by piece: first the places that pass are listed, then they are looked up. Both loops are without a
// jump that the processor can't foresee, which costs more than a look-up.
std::size_t QGramScanner::scan_by_eight(std::string_view text, const OnLiteral& on_hit) const {
  Places places;
  std::size_t at = 0;
  while (at + kReach <= text.size()) {
    const std::size_t begin = at;
    const std::size_t count = list_places(text, at, places);
    for (std::size_t i = 0; i < count; ++i) look_up(text, begin + places[i], on_hit);
  }
  return at;
}

// Goes on from `at`, eight q-grams at once, to the end of the piece or as far as whole loads reach. Returns
// how many places it listed, which count from where it began.
__attribute__((target("avx2"))) std::size_t QGramScanner::list_places(std::string_view text, std::size_t& at,
                                                                      Places& places) const {
  const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(shift_));
  const __m128i bit_shift = _mm_cvtsi32_si128(static_cast<int>(shift_ - kBitNumberBits));
  const __m256i factor = _mm256_set1_epi32(static_cast<int>(kHashFactor));
  const __m256i bit5 = _mm256_set1_epi8(0x20);
  const __m256i last_bit = _mm256_set1_epi32(kHalfBits - 1);
  const __m256i part_of_first = _mm256_set1_epi32(kSlotBitsOfFirst);
  const __m256i half_word = _mm256_set1_epi32(kHalfBits);
  // The q-grams at 0, 3, 6 and 9 of thirteen bytes.
  const __m256i spread =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 9, 10, 11, 12));
  const char* const begin = text.data() + at;
  const std::size_t size = std::min(text.size() - at, kPiece);
  std::size_t count = 0;
  std::size_t place = 0;
  for (; place + kReach <= size; place += 8 * kStep) {
    const auto* bytes = reinterpret_cast<const __m128i*>(begin + place);
    const auto* behind = reinterpret_cast<const __m128i*>(begin + place + 4 * kStep);
    const __m256i both = _mm256_set_m128i(_mm_loadu_si128(behind), _mm_loadu_si128(bytes));
    const __m256i grams = _mm256_shuffle_epi8(_mm256_or_si256(both, bit5), spread);
    const __m256i hashes = _mm256_mullo_epi32(_mm256_srli_epi32(grams, 8), factor);
    const __m256i parts = _mm256_and_si256(_mm256_srli_epi32(grams, 4), part_of_first);
    const __m256i slots = _mm256_xor_si256(_mm256_srl_epi32(hashes, shift), parts);
    const __m256i words = gather(filter_.data(), slots);
    const __m256i tails = _mm256_and_si256(_mm256_srl_epi32(hashes, bit_shift), last_bit);
    const __m256i firsts = _mm256_or_si256(_mm256_and_si256(grams, last_bit), half_word);
    // Each of the two bits becomes the sign.
    const __m256i pass = _mm256_and_si256(_mm256_sllv_epi32(words, tails), _mm256_sllv_epi32(words, firsts));
    const auto found = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(pass)));
    const __m256i steps =
        _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(&kPlacesOf[found])));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(places.data() + count),
                        _mm256_add_epi32(steps, _mm256_set1_epi32(static_cast<int>(place))));
    count += static_cast<std::size_t>(std::popcount(found));
  }
  at += place;
  return count;
}
#endif

void QGramScanner::look_up(std::string_view text, std::size_t at, const OnLiteral& on_hit) const {
  const std::uint32_t gram = gram_at(text.data() + at);
  const std::size_t slot = slot_of(gram);
  for (std::uint32_t i = buckets_[slot]; i < buckets_[slot + 1]; ++i)
    if (((entries_[i].gram ^ gram) & entries_[i].mask) == 0) compare(entries_[i], text, at, on_hit);
}

void QGramScanner::compare(const Entry& entry, std::string_view text, std::size_t at,
                           const OnLiteral& on_hit) const {
  const std::ptrdiff_t start = static_cast<std::ptrdiff_t>(at) - entry.offset;
  if (start < 0 || std::ssize(text) - start < std::ptrdiff_t{entry.size}) return;
  const char* begin = text.data() + start;
  if (gram_at(begin + entry.check_offset) != entry.check) return;
  const Literal& literal = literals_[entry.literal];
  for (std::size_t i = 0; i < literal.text.size(); ++i)
    if (!same(begin[i], literal.text[i], literal.space_or_plus)) return;
  on_hit(literal.number, static_cast<std::size_t>(start) + literal.text.size());
}

}  // namespace afterpatch::detect
