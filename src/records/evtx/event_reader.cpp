#include "records/evtx/event_reader.h"

#include <utility>

#include "records/evtx/bytes.h"
#include "records/evtx/layout.h"
#include "records/evtx/shape_cache.h"

namespace afterpatch::records::evtx {

namespace {

constexpr std::uint64_t EventCounts::* kCounts[] = {&EventCounts::events,
                                                    &EventCounts::recovered,
                                                    &EventCounts::without_template,
                                                    &EventCounts::borrowed_template,
                                                    &EventCounts::partly_damaged,
                                                    &EventCounts::damaged,
                                                    &EventCounts::damaged_stretches,
                                                    &EventCounts::chunks,
                                                    &EventCounts::damaged_chunks,
                                                    &EventCounts::wrong_checksums};

// Room in the file that was never written to: all zero, so each byte is as the one before.
bool is_unused(std::string_view chunk) {
  return chunk.empty() || (chunk[0] == '\0' && chunk.substr(1) == chunk.substr(0, chunk.size() - 1));
}

}  // namespace

void EventCounts::add(const EventCounts& other) {
  for (const auto count : kCounts) this->*count += other.*count;
}

void EventCounts::subtract(const EventCounts& other) {
  for (const auto count : kCounts) this->*count -= other.*count;
}

struct EventReader::State {
  std::string_view chunk;
  RecordFinder records{std::string_view()};
  std::unique_ptr<ShapeCache> shapes = std::make_unique<ShapeCache>();
  std::shared_ptr<const TemplateLibrary> library;
  Event event;
  EventCounts counts;
  std::uint64_t generation = 0;
  std::uint64_t stretches_of_chunk = 0;
  std::vector<Value> literals;

  // Values that are BinXml themselves, to be read after the instance that holds them.
  struct Waiting {
    std::uint32_t value;
    std::uint32_t depth;
  };
  std::vector<Waiting> waiting = {};

  Damage read(const RecordSpan& span);
  Damage read_fragment(std::size_t begin, std::size_t end, std::uint32_t depth);
  Damage read_instance(Cursor& cursor, std::uint32_t depth);
  Damage read_values(Cursor& cursor, std::uint32_t count, std::uint32_t depth);
  Damage read_plain(Cursor& cursor, std::uint32_t depth);
  const Shape* replacement(std::uint32_t guid_begin, std::uint32_t count);
  void read_nested();
  void start_event(const RecordSpan& span);
  void add_instance(const Shape* shape, std::size_t values, std::uint32_t depth);
  void count_stretches();
};

void EventReader::State::add_instance(const Shape* shape, std::size_t values, std::uint32_t depth) {
  event.instances_.push_back({shape, static_cast<std::uint32_t>(event.values_.size() - values),
                              static_cast<std::uint32_t>(values), depth});
}

// Descriptors of all values (size 2, type 1, 0) stand before the values themselves.
Damage EventReader::State::read_values(Cursor& cursor, std::uint32_t count, std::uint32_t depth) {
  if (count > kMaxSubstitutions) return Damage::bad_values;
  const std::string_view descriptors = cursor.take_bytes(std::size_t{4} * count);
  if (cursor.failed()) return Damage::bad_values;
  for (std::size_t i = 0; i < count; ++i) {
    const auto size = load<std::uint16_t>(descriptors, 4 * i);
    const auto type = load<std::uint8_t>(descriptors, 4 * i + 2);
    if (size > cursor.left()) return Damage::bad_values;
    const auto value = static_cast<std::uint32_t>(event.values_.size());
    event.values_.push_back({type, cursor.take_bytes(size)});
    if (type == static_cast<std::uint8_t>(ValueType::binxml) && size > 0)
      waiting.push_back({value, depth + 1});
  }
  return Damage::none;
}

// For a template that is missing in its chunk.
const Shape* EventReader::State::replacement(std::uint32_t guid_begin, std::uint32_t count) {
  const LibraryTemplate* found = library ? library->find(guid_begin, count) : nullptr;
  (found != nullptr ? event.borrowed_template : event.without_template) = true;
  return found != nullptr ? shapes->of_library(*found) : shapes->of_nameless(count);
}

Damage EventReader::State::read_instance(Cursor& cursor, std::uint32_t depth) {
  cursor.take<std::uint8_t>();  // always 1
  const auto guid_begin = cursor.take<std::uint32_t>();
  const auto definition = cursor.take<std::uint32_t>();
  if (cursor.failed()) return Damage::ends_early;
  const Shape* shape = shapes->of_template(chunk, definition, guid_begin, event.recovered);
  if (definition == cursor.at()) {
    const std::string_view header = cursor.take_bytes(kTemplateHeaderBytes);
    if (cursor.failed()) return Damage::bad_template;
    cursor.take_bytes(load<std::uint32_t>(header, kTemplateSizeAt));
  }
  const auto count = cursor.take<std::uint32_t>();
  if (cursor.failed()) return Damage::bad_template;
  const std::size_t first = event.values_.size();
  if (const Damage damage = read_values(cursor, count, depth); damage != Damage::none) {
    event.values_.resize(first);
    return damage;
  }
  if (shape == nullptr) shape = replacement(guid_begin, count);
  add_instance(shape, count, depth);
  return Damage::none;
}

Damage EventReader::State::read_plain(Cursor& cursor, std::uint32_t depth) {
  const auto [shape, damage] = shapes->of_fragment(chunk, cursor, depth == 0, event.recovered, literals);
  if (shape == nullptr) return damage;
  event.values_.insert(event.values_.end(), literals.begin(), literals.end());
  add_instance(shape, literals.size(), depth);
  return Damage::none;
}

Damage EventReader::State::read_fragment(std::size_t begin, std::size_t end, std::uint32_t depth) {
  Cursor cursor(chunk.substr(0, end), begin);
  if (cursor.peek() == static_cast<std::uint8_t>(Token::fragment_header)) cursor.take_bytes(4);
  if (cursor.peek() != static_cast<std::uint8_t>(Token::template_instance)) return read_plain(cursor, depth);
  cursor.take<std::uint8_t>();
  return read_instance(cursor, depth);
}

// `waiting` grows while it is worked on; both its length and its depth are bounded.
void EventReader::State::read_nested() {
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    const Waiting next = waiting[i];
    const std::string_view bytes = event.values_[next.value].bytes;
    const auto begin = static_cast<std::size_t>(bytes.data() - chunk.data());
    Damage damage = Damage::too_deep;
    if (next.depth <= kMaxNestedDepth && event.instances_.size() < kMaxInstances) {
      const auto instance = static_cast<std::uint32_t>(event.instances_.size());
      damage = read_fragment(begin, begin + bytes.size(), next.depth);
      if (damage == Damage::none) event.nested_.push_back({next.value, instance});
    }
    if (damage != Damage::none) event.damage = damage;
  }
}

void EventReader::State::start_event(const RecordSpan& span) {
  event.record_id = load<std::uint64_t>(chunk, span.offset + 8);
  event.written = load<std::uint64_t>(chunk, span.offset + 16);
  event.offset = span.offset;
  event.size = span.size;
  event.recovered = span.recovered;
  event.without_template = event.borrowed_template = false;
  event.damage = Damage::none;
  event.names_ = &shapes->names();
  event.instances_.clear();
  event.values_.clear();
  event.nested_.clear();
  waiting.clear();
}

Damage EventReader::State::read(const RecordSpan& span) {
  start_event(span);
  const std::size_t end = span.offset + span.size - 4;
  const Damage damage = read_fragment(span.offset + kRecordHeaderBytes, end, 0);
  if (damage == Damage::none) read_nested();
  return damage;
}

void EventReader::State::count_stretches() {
  counts.damaged_stretches += records.damaged_stretches() - stretches_of_chunk;
  stretches_of_chunk = records.damaged_stretches();
}

EventReader::EventReader() : state_(std::make_unique<State>()) {}
EventReader::~EventReader() = default;
EventReader::EventReader(EventReader&&) noexcept = default;
EventReader& EventReader::operator=(EventReader&&) noexcept = default;

void EventReader::use_templates(std::shared_ptr<const TemplateLibrary> library) {
  state_->shapes->forget_borrowed();
  state_->library = std::move(library);
}

void EventReader::start_chunk(std::string_view chunk) {
  if (state_->shapes->is_full()) {
    state_->shapes = std::make_unique<ShapeCache>();
    ++state_->generation;
  }
  state_->shapes->start_chunk();
  state_->chunk = is_unused(chunk) ? std::string_view() : chunk.substr(0, kChunkBytes);
  state_->records = RecordFinder(state_->chunk);
  state_->stretches_of_chunk = 0;
  if (state_->chunk.empty()) return;  // room that was never used
  ++state_->counts.chunks;
  if (!chunk.starts_with(kChunkMagic)) {
    ++state_->counts.damaged_chunks;
  } else if (chunk.size() == kChunkBytes && !fits_checksums(chunk)) {
    ++state_->counts.wrong_checksums;
  }
}

bool EventReader::next() {
  for (RecordSpan span; state_->records.next(span);) {
    state_->count_stretches();
    if (state_->read(span) != Damage::none) {
      ++state_->counts.damaged;
      continue;
    }
    ++state_->counts.events;
    if (state_->event.recovered) ++state_->counts.recovered;
    if (state_->event.without_template) ++state_->counts.without_template;
    if (state_->event.borrowed_template) ++state_->counts.borrowed_template;
    if (state_->event.damage != Damage::none) ++state_->counts.partly_damaged;
    return true;
  }
  state_->count_stretches();
  return false;
}

const Event& EventReader::event() const {
  return state_->event;
}
const EventCounts& EventReader::counts() const {
  return state_->counts;
}
std::uint64_t EventReader::generation() const {
  return state_->generation;
}

}  // namespace afterpatch::records::evtx
