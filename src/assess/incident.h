// The detections of one server and one campaign, put in order. Everything else in this room names detections
// by their index in this order, which is also that of ServerReport::detections.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "assess/clocks.h"
#include "assess/server_report.h"
#include "detect/findings.h"
#include "knowledge/campaign.h"
#include "knowledge/product.h"

namespace afterpatch::assess {

// Holds references: findings, campaign and product must outlive it. Immutable once made, so safe to share.
// Detections of other campaigns are left out.
struct Incident {
  Incident(const detect::Findings& findings, const knowledge::Campaign& campaign,
           const knowledge::Product& product);

  const detect::Findings& findings;
  const knowledge::Campaign& campaign;
  const knowledge::Product& product;
  Clocks clocks;
  // By the clock that is believed (clocks.h); the row's own time, where it differs, in the field
  // "logged-time".
  std::vector<detect::Detection> detections;  // those without a time last; then by time, place, rule
};

// Whether a detection may count towards the campaign's verdict at all: it belongs to the campaign, and it is
// neither mere context nor a weak indicator (a shared address, a crawler's user agent, a file name).
bool may_decide(const detect::Detection& detection, std::string_view campaign_id);

// Whether the row was found in a log of web requests, where a client, a path and a status stand.
bool is_web_row(const detect::Detection& detection);

// Adds indexes to evidence, keeping it ascending and each index once.
void add_evidence(Evidence& evidence, std::size_t index);
void add_evidence(Evidence& evidence, const Evidence& more);

// The better of two, for evidence of which one is enough.
Confidence stronger(Confidence a, Confidence b);
Confidence weaker(Confidence a, Confidence b);

}  // namespace afterpatch::assess
