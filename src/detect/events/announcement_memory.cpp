#include "detect/events/announcement_memory.h"

#include <utility>

namespace afterpatch::detect::events {
namespace {

// Of an entry, beside key and rules.
constexpr std::size_t kEntryBytes = 128;

// So many values may be new before a list is judged, and then four of five.
constexpr std::uint64_t kGraceMisses = 256;
constexpr std::uint64_t kMissesPerFind = 4;

}  // namespace

std::uint32_t AnnouncementMemory::add_list() {
  lists_.emplace_back();
  return static_cast<std::uint32_t>(lists_.size() - 1);
}

bool AnnouncementMemory::is_worth(std::uint32_t number, std::string_view value) const {
  const List& list = lists_[number];
  return value.size() <= kMaxKeyBytes && list.missed <= kGraceMisses + kMissesPerFind * list.found;
}

const AnnouncementMemory::Rules* AnnouncementMemory::find(std::uint32_t number, std::string_view value) {
  List& list = lists_[number];
  const auto known = list.known.find(value);
  ++(known == list.known.end() ? list.missed : list.found);
  return known == list.known.end() ? nullptr : &known->second;
}

void AnnouncementMemory::learn(std::uint32_t number, std::string_view value, Rules rules) {
  if (bytes_ > kMaxBytes) forget_values();
  bytes_ += kEntryBytes + value.size() + rules.size() * sizeof(Rules::value_type);
  lists_[number].known.insert_or_assign(std::string(value), std::move(rules));
}

void AnnouncementMemory::forget_values() {
  bytes_ = 0;
  for (List& list : lists_) list = List();
}

void AnnouncementMemory::clear() {
  lists_.clear();
  bytes_ = 0;
}

}  // namespace afterpatch::detect::events
