// What tests said of values that were seen before. Most fields have few different values (program images,
// user agents, hosts), so a list of a hundred patterns is gone through once a value and not once a record.
//
// Bounded: an attacker can write as many different values as he likes. Fields whose values seldom come back
// are left alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/sigma/event.h"

namespace afterpatch::detect::sigma {

enum class Answer : std::uint8_t { unknown, no, yes };

// Not thread-safe.
class ValueMemo {
 public:
  static constexpr std::size_t kMaxKeyBytes = 4096;                 // longer values are not kept
  static constexpr std::size_t kMaxBytes = std::size_t{16} << 20U;  // about; then everything is forgotten

  // How many tests each field has.
  explicit ValueMemo(std::span<const std::uint32_t> tests);

  // What the tests of the field said of exactly these values, to be read and written, by test; null when it
  // is not worth keeping. Valid until forget_if_full().
  Answer* find(FieldId field, std::span<const std::string_view> values);

  void forget_if_full();

 private:
  struct HashText {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Answers = std::unique_ptr<Answer[]>;
  using Dictionary = std::unordered_map<std::string, Answers, HashText, std::equal_to<>>;
  struct Field {
    std::uint32_t tests = 0;
    std::uint64_t found = 0;
    std::uint64_t missed = 0;
    Answers of_none;        // of an absent field
    Dictionary of_one;      // by the only value
    Dictionary of_several;  // by all of them, each with its size in front
  };

  Answers no_answers(const Field& field);
  Answer* find_in(Field& field, Dictionary& dictionary, std::string_view key);

  std::vector<Field> fields_;
  std::string key_;
  std::size_t bytes_ = 0;
};

}  // namespace afterpatch::detect::sigma
