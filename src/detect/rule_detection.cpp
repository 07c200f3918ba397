#include "detect/rule_detection.h"

namespace afterpatch::detect {
namespace {

template <typename Document>
Detection described(const Document& document, std::string_view campaign) {
  Detection detection;
  detection.rule_kind = RuleKind::sigma;
  detection.rule_id = document.identity();
  detection.title = document.title;
  detection.level = document.level;
  detection.techniques = sigma::techniques_of(document.tags);
  if (campaign.empty()) return detection;
  detection.campaign = campaign;
  if (document.meaning) {
    detection.step = document.meaning->step;
    detection.confidence = document.meaning->confidence;
    detection.cves = document.meaning->cves;
  }
  return detection;
}

}  // namespace

Detection detection_of(const sigma::Rule& rule, std::string_view campaign) {
  return described(rule, campaign);
}

Detection detection_of(const sigma::Correlation& correlation, std::string_view campaign) {
  return described(correlation, campaign);
}

}  // namespace afterpatch::detect
