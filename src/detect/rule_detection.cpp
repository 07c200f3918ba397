#include "detect/rule_detection.h"

namespace afterpatch::detect {
namespace {

template <typename Document>
Detection described(const Document& document) {
  Detection detection;
  detection.rule_kind = RuleKind::sigma;
  detection.rule_id = document.identity();
  detection.title = document.title;
  detection.level = document.level;
  detection.techniques = sigma::techniques_of(document.tags);
  if (document.campaign.empty()) return detection;
  detection.campaign = document.campaign;
  if (document.meaning) {
    detection.step = document.meaning->step;
    detection.confidence = document.meaning->confidence;
    detection.cves = document.meaning->cves;
  }
  return detection;
}

}  // namespace

Detection detection_of(const sigma::Rule& rule) {
  return described(rule);
}

Detection detection_of(const sigma::Correlation& correlation) {
  return described(correlation);
}

}  // namespace afterpatch::detect
