// Which rules a value announced when it was scanned before. Most values of a log come back (programs,
// accounts, command lines of services), and a value that is known is neither turned into text nor scanned
// again.
//
// Values are told by their bytes in the event, and kept by list: one for each leaf of a shape under one plan,
// so that a list's values are always scanned for the same literals as the same fields.
//
// Bounded: an attacker can write as many different values as he likes. Lists whose values seldom come back
// are left alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace afterpatch::detect::events {

// Not thread-safe.
class AnnouncementMemory {
 public:
  using Rules = std::vector<std::uint32_t>;

  static constexpr std::size_t kMaxKeyBytes = 4096;                 // longer values are not kept
  static constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;  // about; then everything is forgotten

  // A new list, empty.
  std::uint32_t add_list();
  // Whether a value is worth to be looked for and learned.
  bool is_worth(std::uint32_t list, std::string_view value) const;
  // The rules that the value announced, none perhaps; null when it is not known. Valid until learn().
  // REQUIRES: is_worth().
  const Rules* find(std::uint32_t list, std::string_view value);
  void learn(std::uint32_t list, std::string_view value, Rules rules);
  // Forgets the lists, too: numbers begin anew.
  void clear();

 private:
  struct HashText {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct List {
    std::uint64_t found = 0;
    std::uint64_t missed = 0;
    std::unordered_map<std::string, Rules, HashText, std::equal_to<>> known;
  };

  void forget_values();

  std::vector<List> lists_;
  std::size_t bytes_ = 0;
};

}  // namespace afterpatch::detect::events
