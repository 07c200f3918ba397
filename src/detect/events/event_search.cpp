#include "detect/events/event_search.h"

#include <algorithm>
#include <array>

#include "detect/events/event_detection.h"
#include "detect/sigma/code_points.h"

namespace afterpatch::detect::events {

using records::evtx::Event;
using records::evtx::Instance;
using records::evtx::Leaf;
using records::evtx::SystemLeaves;

EventMatcher::EventMatcher(const EventRules& rules) : rules_(rules), memo_(rules.program()) {}

namespace {

void sort_unique(auto& items) {
  std::ranges::sort(items);
  const auto rest = std::ranges::unique(items);
  items.erase(rest.begin(), rest.end());
}

// Before it would grow: a hostile text may hold one literal a million times. Grows when less than half of it
// was repetition, so that the sorting stays in proportion.
void shrink_if_full(auto& items) {
  constexpr std::size_t kMany = 65536;
  if (items.size() < kMany || items.size() < items.capacity()) return;
  sort_unique(items);
  if (items.size() > items.capacity() / 2) items.reserve(items.capacity() * 2);
}

}  // namespace

void EventMatcher::ask(const std::vector<EventPlan::Use>& uses, std::size_t segment) {
  const std::span<const sigma::FieldId> fields = texts_.segments[segment].fields;
  for (const EventPlan::Use& use : uses) {
    if (use.field && std::ranges::find(fields, *use.field) == fields.end()) continue;
    for (const RuleNumber rule : use.rules) {
      shrink_if_full(announcements_);
      announcements_.push_back({segment, rule});
    }
  }
}

void EventMatcher::ask_literal(const EventPlan& plan, std::uint32_t literal, std::size_t end) {
  const auto segment = std::ranges::lower_bound(texts_.segments, end, {}, &ScanTexts::Segment::end);
  ask(plan.uses[literal], static_cast<std::size_t>(segment - texts_.segments.begin()));
}

void EventMatcher::ask_beyond_ascii(const EventPlan& plan) {
  if (plan.beyond_ascii.empty() || sigma::is_ascii(texts_.bytes)) return;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < texts_.segments.size(); ++i) {
    const std::size_t end = texts_.segments[i].end;
    if (!sigma::is_ascii(std::string_view(texts_.bytes).substr(begin, end - begin)))
      ask(plan.beyond_ascii, i);
    begin = end;
  }
}

// Tells the view what the texts announced that it had not seen before.
void EventMatcher::teach(const EventView& view) {
  if (texts_.fresh.empty()) return;
  sort_unique(announcements_);
  for (const ScanTexts::New& fresh : texts_.fresh) {
    const auto own = std::ranges::equal_range(announcements_, fresh.segment, {}, &Announcement::segment);
    std::vector<RuleNumber> rules;
    for (const Announcement& announcement : own) rules.push_back(announcement.rule);
    view.learn(fresh, std::move(rules));
  }
}

void EventMatcher::scan(const EventPlan& plan, const EventView& view) {
  texts_.clear();
  announcements_.clear();
  view.gather(plan, texts_);
  plan.scanner.scan(texts_.bytes, scratch_of(plan),
                    [&](std::uint32_t literal, std::size_t end) { ask_literal(plan, literal, end); });
  ask_beyond_ascii(plan);
  asked_.insert(asked_.end(), texts_.announced.begin(), texts_.announced.end());
  for (const Announcement& announcement : announcements_) asked_.push_back(announcement.rule);
  teach(view);
}

LiteralScanner::Scratch& EventMatcher::scratch_of(const EventPlan& plan) {
  if (plan.number >= scratches_.size()) scratches_.resize(plan.number + 1);
  auto& scratch = scratches_[plan.number];
  if (!scratch) scratch = plan.scanner.make_scratch();
  return *scratch;
}

const std::vector<RuleNumber>& EventMatcher::match(const EventPlan& plan, const EventView& view) {
  matching_.clear();
  asked_ = plan.always;
  if (plan.scans()) scan(plan, view);
  if (asked_.empty()) return matching_;
  sort_unique(asked_);
  memo_.start_record();
  for (const RuleNumber rule : asked_)
    if (rules_.program().matches(rule, view, memo_)) matching_.push_back(rule);
  return matching_;
}

EvtxSearch::EvtxSearch(const EventRules& rules)
    : rules_(rules), view_(rules.field_names()), matcher_(rules) {}

// With its size in front, so that no two kinds are written alike.
void EvtxSearch::add_key_text(std::string_view text) {
  const std::size_t size = text.size();
  raw_key_.append(reinterpret_cast<const char*>(&size), sizeof size).append(text);
}

// The bytes of the leaf: cheaper than its text.
void EvtxSearch::add_raw_key(const Event& event, std::uint32_t SystemLeaves::* place) {
  const Instance& instance = event.instances().front();
  const Leaf& leaf = instance.shape->leaves[instance.shape->system.*place];
  if (leaf.slot) {
    const records::evtx::Value value = event.value(instance, *leaf.slot);
    raw_key_ += static_cast<char>(value.type);
    return add_key_text(value.bytes);
  }
  constexpr char kConstant = '\xff';  // no type of a value
  raw_key_ += kConstant;
  constant_.clear();
  event.append_text(instance, leaf, 0, constant_);
  add_key_text(constant_);
}

void EvtxSearch::make_key(const Event& event) {
  constexpr std::array kLeaves = {&SystemLeaves::channel, &SystemLeaves::provider, &SystemLeaves::event_id};
  const SystemLeaves& system = event.instances().front().shape->system;
  raw_key_.clear();
  if (std::ranges::none_of(kLeaves, [&](auto leaf) { return system.*leaf == SystemLeaves::kNone; })) {
    for (const auto leaf : kLeaves) add_raw_key(event, leaf);
    return;
  }
  // Some stand in a nested part, or nowhere.
  const EventKey key = EvtxRecord(event).key();
  for (const std::string& text : {key.channel, key.provider, std::to_string(key.event_id)})
    add_key_text(text);
  raw_key_ += key.odd_event_id ? 'o' : 'p';
}

const EvtxSearch::Kind& EvtxSearch::kind_of(const Event& event) {
  constexpr std::size_t kMaxKinds = 65536;
  make_key(event);
  if (const auto known = kinds_.find(raw_key_); known != kinds_.end()) return known->second;
  if (kinds_.size() >= kMaxKinds) kinds_.clear();
  const EventKey key = EvtxRecord(event).key();
  const Kind kind{&rules_.plan_for(key), coverage_log_of(key.channel)};
  return kinds_.emplace(raw_key_, kind).first->second;
}

void EvtxSearch::run(std::string_view chunk, std::uint64_t offset, const evidence::Artefact& artefact,
                     BlockOutcome& outcome) {
  reader_.start_chunk(chunk);
  while (reader_.next()) {
    const Event& event = reader_.event();
    const Kind& kind = kind_of(event);
    coverage_.start(kind.coverage_log);
    coverage_.add(event.written);
    if (kind.plan->is_empty()) continue;
    view_.start(event, reader_.generation(), kind.plan->mapping);
    const EvtxRecord record(event);
    const FoundEvent found(record, artefact, offset + event.offset);
    for (const RuleNumber rule : matcher_.match(*kind.plan, view_))
      add_event_match(rules_, rule, found, view_, outcome);
  }
}

records::evtx::EventCounts EvtxSearch::take_counts() {
  records::evtx::EventCounts counts = reader_.counts();
  counts.subtract(counted_);
  counted_ = reader_.counts();
  return counts;
}

}  // namespace afterpatch::detect::events
