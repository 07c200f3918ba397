#include "store/span_rule.h"

#include <algorithm>

namespace afterpatch::store {
namespace {

SpanEdit split(const Span& span, Timestamp time, std::int64_t state, std::chrono::microseconds gap) {
  SpanEdit edit;
  edit.removed = {span.first};
  edit.written = {{span.first, std::max(span.first, time - gap), span.state},
                  {time, time, state},
                  {std::min(span.last, time + gap), span.last, span.state}};
  return edit;
}

SpanEdit inside(const Span& span, Timestamp time, std::int64_t state, std::chrono::microseconds gap) {
  if (span.state == state) return {};
  if (time == span.first || time == span.last) return {.removed = {}, .written = {}, .contradicted = true};
  return split(span, time, state, gap);
}

}  // namespace

SpanEdit place_observation(const std::optional<Span>& before, const std::optional<Span>& after,
                           Timestamp time, std::int64_t state, std::chrono::microseconds longest_gap) {
  if (before && time <= before->last) return inside(*before, time, state, longest_gap);
  const bool joins_before = before && before->state == state && time - before->last <= longest_gap;
  const bool joins_after = after && after->state == state && after->first - time <= longest_gap;
  SpanEdit edit;
  Span span{time, time, state};
  if (joins_before) {
    span.first = before->first;
    edit.removed.push_back(before->first);
  }
  if (joins_after) {
    span.last = after->last;
    edit.removed.push_back(after->first);
  }
  edit.written = {span};
  return edit;
}

}  // namespace afterpatch::store
