#include "detect/events/explain_event.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "detect/events/event_detection.h"
#include "detect/events/event_log.h"
#include "detect/events/windows_log_sources.h"

namespace afterpatch::detect::events {
namespace {

// Whether a hunt asks the rule about the event: its log source fits, and with registry_add and the like its
// EventType too.
bool is_for(const sigma::Rule& rule, const EventRecord& record, const EventKey& key) {
  const auto types = event_types(rule.log_source);
  const std::string type = types.empty() ? std::string() : record.data_text("EventType");
  const bool fits_type = types.empty() || std::ranges::any_of(types, [&](std::string_view known) {
                           return equals_ignoring_case(known, type);
                         });
  return fits(rule.log_source, key) && fits_type;
}

RecordExplanation explain(const sigma::Rule& rule, const sigma::Explainer& explainer,
                          const ReadEvent& event) {
  const EventKey key = key_of(event.record);
  RecordExplanation explanation;
  explanation.log = kEventLog;
  explanation.event = fmt::format("{} {}", key.channel.empty() ? key.provider : key.channel, key.event_id);
  explanation.line = event.line;
  explanation.record_id = event.record.record_id();
  explanation.raw = event.record.raw(kMaxRawBytes);
  explanation.for_this_log = is_for(rule, event.record, key);
  explanation.why = explainer.explain(event.view(mapping_of(key)));
  return explanation;
}

std::unexpected<Error> no_event(const evidence::Artefact& artefact, std::optional<std::uint64_t> id) {
  if (!id) return fail("the log has no event", artefact.path);
  return fail(
      "there is no event with this record id", fmt::format("{}:{}", artefact.path, *id),
      "give the record id as a hunt shows it; for events of an export without one, the line where it begins");
}

}  // namespace

Result<RecordExplanation> explain_event(const sigma::Rule& rule, const evidence::Artefact& artefact,
                                        std::optional<std::uint64_t> id) {
  const sigma::Explainer explainer(rule);
  const FieldNames names(explainer.field_names());
  std::optional<RecordExplanation> explanation;
  const auto read = for_each_event(artefact, names, [&](const ReadEvent& event) {
    if (id && event.record.record_id().value_or(event.line) != *id) return true;
    explanation = explain(rule, explainer, event);
    return false;
  });
  if (explanation) return std::move(*explanation);
  if (!read) return std::unexpected(read.error());
  return no_event(artefact, id);
}

}  // namespace afterpatch::detect::events
