#include "detect/row_detection.h"

#include "detect/record_facts.h"

namespace afterpatch::detect {

void add_row_detection(Detection&& detection, const Candidate& candidate, BlockOutcome& outcome) {
  RecordFacts facts = facts_of(candidate.record, candidate.date);
  detection.time = facts.time;
  detection.log = candidate.log;
  detection.place = candidate.place();
  detection.raw = candidate.record.raw.substr(0, kMaxRawBytes);
  for (auto& fact : facts.fields) detection.fields.push_back(std::move(fact));
  outcome.detections.push_back(std::move(detection));
}

}  // namespace afterpatch::detect
