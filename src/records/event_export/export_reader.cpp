#include "records/event_export/export_reader.h"

#include <chrono>
#include <utility>

#include "base/text.h"
#include "records/byte_count.h"
#include "records/event_export/json_event.h"
#include "records/event_export/text_decoder.h"
#include "records/event_export/xml_event.h"

namespace afterpatch::records::event_export {

void ExportCounts::add(const ExportCounts& other) {
  events += other.events;
  partly += other.partly;
  without_zone += other.without_zone;
  off_time += other.off_time;
  damaged += other.damaged;
  no_events += other.no_events;
}

bool is_off(const Event& event) {
  const std::string_view own = event.first(Part::data, "UtcTime");
  const auto utc = own.empty() ? std::nullopt : parse_time(own);
  const auto time = utc ? event.time() : std::nullopt;
  return time && std::chrono::abs(*time - *utc) > std::chrono::minutes(10);
}

void ExportReader::start(std::string_view text, std::span<const EventSpan> spans, TextPlace place) {
  text_ = text;
  spans_ = spans;
  place_ = place;
  next_ = 0;
  at_ = 0;
  offset_ = place.offset;
  lines_ = 0;
}

void ExportReader::move_to(std::size_t at) {
  const std::string_view passed = text_.substr(at_, at - at_);
  offset_ += place_.utf16 ? utf16_bytes(passed) : passed.size();
  lines_ += count_byte(passed, '\n');
  at_ = at;
}

bool ExportReader::read(std::string_view raw) {
  event_.clear();
  std::string_view text = raw;
  if (!is_utf8(raw)) text = converted_ = to_utf8(raw);
  const JsonReading reading = format_ == Format::json        ? read_json_event(text, event_)
                              : read_xml_event(text, event_) ? JsonReading::event
                                                             : JsonReading::damaged;
  if (reading == JsonReading::damaged) ++counts_.damaged;
  if (reading == JsonReading::no_event) ++counts_.no_events;
  if (reading == JsonReading::event && format_ == Format::xml) event_.finish();
  return reading == JsonReading::event;
}

void ExportReader::count() {
  ++counts_.events;
  counts_.partly += event_.is_cut ? 1 : 0;
  counts_.without_zone += event_.time() && !event_.has_zone() ? 1 : 0;
  counts_.off_time += is_off(event_) ? 1 : 0;
}

bool ExportReader::next() {
  while (next_ < spans_.size()) {
    const EventSpan& span = spans_[next_++];
    const std::string_view raw = text_.substr(span.begin, span.size);
    if (!read(raw)) continue;
    move_to(span.begin);
    event_.raw = raw;
    event_.offset = offset_;
    event_.line = lines_ + 1;
    count();
    return true;
  }
  return false;
}

ExportCounts ExportReader::take_counts() {
  return std::exchange(counts_, {});
}

std::uint64_t ExportReader::count_lines() {
  move_to(text_.size());
  return lines_;
}

}  // namespace afterpatch::records::event_export
