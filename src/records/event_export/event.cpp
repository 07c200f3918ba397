#include "records/event_export/event.h"

#include <algorithm>
#include <charconv>

namespace afterpatch::records::event_export {
namespace {

template <typename Number>
std::optional<Number> to_number(std::string_view text) {
  Number number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string_view Event::first(Part part, std::string_view name) const {
  const auto found =
      std::ranges::find_if(leaves_, [&](const Leaf& leaf) { return leaf.part == part && leaf.name == name; });
  return found == leaves_.end() ? std::string_view() : found->text;
}

std::uint32_t Event::event_id() const {
  return to_number<std::uint32_t>(first(Part::system, "EventID")).value_or(0);
}

std::optional<std::uint64_t> Event::record_id() const {
  return to_number<std::uint64_t>(first(Part::system, "EventRecordID"));
}

std::optional<Timestamp> Event::time() const {
  return parse_time(first(Part::system, "TimeCreated_SystemTime"));
}

// "...T06:49:46Z", "...T06:49:46+01:00"; the '-' of a date stands before its 'T'.
bool Event::has_zone() const {
  const std::string_view text = first(Part::system, "TimeCreated_SystemTime");
  constexpr std::size_t kDateBytes = 10;
  return text.find_first_of("Zz+-", std::min(text.size(), kDateBytes)) != std::string_view::npos;
}

void Event::clear() {
  bytes_.clear();
  ranges_.clear();
  leaves_.clear();
  is_cut = false;
}

void Event::add(std::string_view name, Part part, std::string_view text) {
  if (ranges_.size() >= kMaxLeaves || name.size() > kMaxNameBytes) {
    is_cut = true;
    return;
  }
  Range range{bytes_.size(), bytes_.size() + name.size(), 0, part};
  bytes_.append(name).append(text);
  range.end = bytes_.size();
  ranges_.push_back(range);
}

void Event::finish() {
  const std::string_view bytes = bytes_;
  for (const Range& range : ranges_) {
    leaves_.push_back({bytes.substr(range.name, range.text - range.name), range.part,
                       bytes.substr(range.text, range.end - range.text)});
  }
}

}  // namespace afterpatch::records::event_export
