// Finds many literals at once in text, ignoring ASCII case, by q-grams: stretches of four bytes. In each
// literal five bytes are chosen that are rare in a sample of such text. They hold two q-grams, one a byte
// behind the other, so wherever the literal stands in a text one of the two begins at an even place, and only
// the q-grams at even places are looked up: in a filter first, which is small enough for the fastest cache,
// and if it is there in a table of which literals to compare. The filter is Bloom's in blocks of one word: a
// q-gram names a word and two bits of it, so that one look tells and chance seldom sets both. (The filter of
// Wu and Manber, "A fast algorithm for multi-pattern searching", 1994, at a fixed step.) An automaton looks
// at every byte; this does little more than to read.
//
// Linear in the text whoever wrote it: no q-gram leads to more than kMaxSharing literals.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/scan_literal.h"

namespace afterpatch::detect {

// Immutable; shared between threads.
class QGramScanner {
 public:
  static constexpr std::size_t kMaxSharing = 8;

  // Takes those of `literals` that have five bytes in a row to choose; `left_over` are the numbers (places in
  // `literals`) of the others, which it does not find. `sample` (a few hundred KiB are enough; may be empty)
  // sets the speed and nothing else.
  QGramScanner(std::span<const ScanLiteral> literals, std::string_view sample,
               std::vector<std::uint32_t>& left_over);

  // Calls `on_hit(literal, end)` once for every occurrence, in no particular order.
  void scan(std::string_view text, const OnLiteral& on_hit) const;

 private:
  struct Literal {
    std::string text;  // in lower case
    std::uint32_t number = 0;
    bool space_or_plus = false;
    // Another rare q-gram of it and where: compared first.
    std::uint32_t check = 0;
    std::uint32_t check_offset = 0;
  };
  struct Entry {
    std::uint32_t gram = 0;
    std::uint32_t literal = 0;
    std::uint32_t offset = 0;  // of the q-gram in the literal
  };

  bool add(const ScanLiteral& literal, std::uint32_t number);
  bool is_usable(const Literal& literal, std::size_t window) const;
  void choose_check(Literal& literal, std::size_t window) const;
  void count(std::string_view sample);
  void make_tables();
  std::size_t slot_of(std::uint32_t gram) const { return (gram * kHashFactor) >> shift_; }
  // The two bits of the word slot_of(gram) / 32.
  std::uint32_t bits_of(std::uint32_t gram) const {
    const std::uint32_t hash = gram * kHashFactor;
    return (std::uint32_t{1} << ((hash >> shift_) % 32)) |
           (std::uint32_t{1} << ((hash >> (shift_ - kBitNumberBits)) % 32));
  }
  bool may_be_listed(std::uint32_t gram) const {
    const std::uint32_t bits = bits_of(gram);
    return (filter_[slot_of(gram) / 32] & bits) == bits;
  }
  std::size_t scan_by_eight(std::string_view text, const OnLiteral& on_hit) const;
  void look_up(std::string_view text, std::size_t at, const OnLiteral& on_hit) const;
  void compare(const Entry& entry, std::string_view text, std::size_t at, const OnLiteral& on_hit) const;

  static constexpr std::uint32_t kHashFactor = 0x9E3779B1;  // 2^32 divided by the golden ratio (Knuth, 6.4)

  static constexpr unsigned kBitNumberBits = 5;  // of 32 bits

  unsigned shift_;  // 32 less the bits of a slot's number
  std::vector<Literal> literals_;
  std::vector<Entry> entries_;  // by bucket
  std::vector<std::uint32_t> filter_;
  std::vector<std::uint32_t> buckets_;  // bucket -> where its entries begin; the last one: where all end

  // Only while literals are added.
  std::vector<std::uint32_t> counts_;                       // slot -> how often in the sample
  std::unordered_map<std::uint32_t, std::size_t> sharing_;  // q-gram -> its entries
};

}  // namespace afterpatch::detect
