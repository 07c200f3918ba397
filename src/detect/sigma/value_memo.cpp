#include "detect/sigma/value_memo.h"

namespace afterpatch::detect::sigma {
namespace {

// Of a dictionary's entry, beside key and answers.
constexpr std::size_t kEntryBytes = 128;

// So many values may be new before a field is judged, and then four of five.
constexpr std::uint64_t kGraceMisses = 256;
constexpr std::uint64_t kMissesPerFind = 4;

// The values one after another, each with its size in front, so that no two lists are written alike.
void write_key(std::span<const std::string_view> values, std::string& key) {
  key.clear();
  for (const std::string_view value : values) {
    const std::size_t size = value.size();
    key.append(reinterpret_cast<const char*>(&size), sizeof size).append(value);
    if (key.size() > ValueMemo::kMaxKeyBytes) return;
  }
}

}  // namespace

ValueMemo::ValueMemo(std::span<const std::uint32_t> tests) : fields_(tests.size()) {
  for (std::size_t i = 0; i < tests.size(); ++i) fields_[i].tests = tests[i];
}

Answer* ValueMemo::find(FieldId number, std::span<const std::string_view> values) {
  Field& field = fields_[number];
  if (values.empty()) {
    if (field.of_none == nullptr) field.of_none = no_answers(field);
    return field.of_none.get();
  }
  if (values.size() == 1) return find_in(field, field.of_one, values[0]);
  write_key(values, key_);
  return find_in(field, field.of_several, key_);
}

ValueMemo::Answers ValueMemo::no_answers(const Field& field) {
  bytes_ += kEntryBytes + field.tests;
  return std::make_unique<Answer[]>(field.tests);
}

Answer* ValueMemo::find_in(Field& field, Dictionary& dictionary, std::string_view key) {
  if (key.size() > kMaxKeyBytes || field.missed > kGraceMisses + kMissesPerFind * field.found) return nullptr;
  if (const auto known = dictionary.find(key); known != dictionary.end()) {
    ++field.found;
    return known->second.get();
  }
  ++field.missed;
  bytes_ += key.size();
  return dictionary.emplace(key, no_answers(field)).first->second.get();
}

void ValueMemo::forget_if_full() {
  if (bytes_ <= kMaxBytes) return;
  bytes_ = 0;
  for (Field& field : fields_) {
    const std::uint32_t tests = field.tests;
    field = Field();
    field.tests = tests;
  }
}

}  // namespace afterpatch::detect::sigma
