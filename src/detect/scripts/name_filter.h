// Tells most names that are not in a set from those that are, by length and three letters, without hashing:
// every call of a page asks a dozen sets of names, and nearly always the answer is no.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <unordered_set>

#include "base/text.h"

namespace afterpatch::detect::scripts {

class NameFilter {
 public:
  void add(std::string_view name) { rows_[row(name)] |= bit(name); }
  // False only for names that were not added.
  bool may_hold(std::string_view name) const { return (rows_[row(name)] & bit(name)) != 0; }
  // The same for names that were added in lower case, asked for in any.
  bool may_hold_lower(std::string_view name) const {
    return (rows_[row(name)] & bit(name, [](char c) { return to_lower_ascii(c); })) != 0;
  }

 private:
  static std::size_t row(std::string_view name) { return name.size() % 64; }
  static std::uint64_t bit(std::string_view name) {
    return bit(name, [](char c) { return c; });
  }
  template <typename Fold>
  static std::uint64_t bit(std::string_view name, Fold fold) {
    if (name.empty()) return 1;
    const auto letter = [&](std::size_t at) { return static_cast<unsigned char>(fold(name[at])); };
    const unsigned mixed = letter(0) * 7U + letter(name.size() / 2) * 3U + letter(name.size() - 1);
    return std::uint64_t{1} << (mixed % 64);
  }

  std::array<std::uint64_t, 64> rows_{};
};

// Of the keys of a map, or the names of a set.
template <typename Table>
NameFilter filter_of(const Table& table) {
  NameFilter names;
  for (const auto& entry : table) {
    if constexpr (requires { entry.first; }) {
      names.add(entry.first);
    } else {
      names.add(entry);
    }
  }
  return names;
}

// A set of names, in lower case, that outlive it.
class Names {
 public:
  Names(std::initializer_list<std::string_view> names) : Names(names.begin(), names.end()) {}
  template <typename At>
  Names(At first, At last) : names_(first, last) {
    for (const std::string_view name : names_) filter_.add(name);
  }
  bool contains(std::string_view name) const { return filter_.may_hold(name) && names_.contains(name); }

 private:
  std::unordered_set<std::string_view> names_;
  NameFilter filter_;
};

}  // namespace afterpatch::detect::scripts
