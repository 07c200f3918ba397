// Finds many literals at once in text, ignoring ASCII case, by q-grams: stretches of four bytes. Only those
// at every third place of the text are looked at. Of each literal three q-grams one behind the other are
// listed, so wherever it stands one of them begins at such a place. The first byte of a q-gram may be what
// stands before the literal, so one of five bytes has its three; a longer one has those that are rarest in a
// sample of such text.
//
// A q-gram is looked for in a filter first, of some 64 bytes a literal: its last three bytes and two bits of
// the first name a word, the last three also a bit in one half of it, the first a bit in the other half;
// where that is beside the literal, all bits of that half are set, in each of four words. So one look tells,
// and chance seldom sets both. If it passes, a table tells which literals to compare. (Such a filter in
// blocks of one word: Putze, Sanders and Singler, "Cache-, hash- and space-efficient Bloom filters", 2007;
// the fixed step: Wu and Manber, "A fast algorithm for multi-pattern searching", 1994.) An automaton looks at
// every byte; this does little more than to read.
//
// Linear in the text whoever wrote it: no q-gram leads to more than kMaxSharing literals.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/scan_literal.h"

namespace afterpatch::detect {

// Immutable; shared between threads.
class QGramScanner {
 public:
  static constexpr std::size_t kMaxSharing = 16;

  // Takes those of `literals` that have five bytes in a row to choose; `left_over` are the numbers (places in
  // `literals`) of the others, which it does not find. `sample` (a few hundred KiB are enough; may be empty)
  // sets the speed and nothing else.
  QGramScanner(std::span<const ScanLiteral> literals, std::string_view sample,
               std::vector<std::uint32_t>& left_over);

  // Calls `on_hit(literal, end)` once for every occurrence, in no particular order.
  void scan(std::string_view text, const OnLiteral& on_hit) const;
  // The same without the processor's wide registers: for those that have none, and for tests.
  void scan_portably(std::string_view text, const OnLiteral& on_hit) const;

 private:
  struct Literal {
    std::string text;  // in lower case
    std::uint32_t number = 0;
    bool space_or_plus = false;
  };
  // A q-gram of a literal, with what rules the literal out without looking at it: another q-gram of it.
  struct Entry {
    std::uint32_t gram = 0;
    std::uint32_t mask = 0;  // 0 where a byte is beside the literal
    std::uint32_t slot = 0;
    std::uint32_t literal = 0;
    std::uint32_t size = 0;   // of the literal
    std::int32_t offset = 0;  // of the q-gram in the literal; -1: begins a byte before it
    std::uint32_t check = 0;
    std::int32_t check_offset = 0;
  };

  static constexpr std::size_t kPiece = 4096;
  using Places = std::array<std::uint32_t, kPiece / 3 + 8>;

  void list(Entry entry);
  bool add(const ScanLiteral& literal, std::uint32_t number);
  bool is_usable(const Literal& literal, std::ptrdiff_t window) const;
  std::uint64_t cost_of(std::string_view text, std::ptrdiff_t window) const;
  void choose_check(const Literal& literal, Entry& entry) const;
  void count(std::string_view sample);
  std::size_t count_slot_of(std::uint32_t bytes) const;
  void make_tables();
  std::uint32_t slot_of(std::uint32_t gram) const;
  std::uint32_t bits_of(std::uint32_t gram, std::uint32_t mask) const;
  bool may_be_listed(std::uint32_t gram) const;
  void scan_from(std::string_view text, std::size_t at, const OnLiteral& on_hit) const;
  std::size_t scan_by_eight(std::string_view text, const OnLiteral& on_hit) const;
  std::size_t list_places(std::string_view text, std::size_t& at, Places& places) const;
  void look_up(std::string_view text, std::size_t at, const OnLiteral& on_hit) const;
  void compare(const Entry& entry, std::string_view text, std::size_t at, const OnLiteral& on_hit) const;

  unsigned shift_;  // 32 less the bits of a slot's number
  std::vector<Literal> literals_;
  std::vector<Entry> entries_;          // by slot
  std::vector<std::uint32_t> filter_;   // slot -> which bits q-grams there have
  std::vector<std::uint32_t> buckets_;  // slot -> where its entries begin; the last one: where all end

  // Only while literals are added: how often the bytes are in the sample, by a hash of them, and how many
  // entries a slot has.
  std::vector<std::uint32_t> gram_counts_;
  std::vector<std::uint32_t> tail_counts_;  // of the last three bytes
  std::vector<std::uint32_t> sharing_;
};

}  // namespace afterpatch::detect
