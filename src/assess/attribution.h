// Which campaign a finding belongs to. A campaign's own rules say it themselves; rules of the product ("a
// page that no build ships", "a shell under the web server") hold whichever wave brought the intruder. Each
// of their detections is given to one campaign, and all that speaks of one back door to the same one:
//  1. the campaign whose own rules speak of that door;
//  2. else the one whose flaw was last used before, on this server;
//  3. else the one in whose window it happened, or the last that had begun by then.
//
// Example:
//   attribute(findings, {proxylogon, proxyshell}, exchange);
//   const ServerReport report = assess(findings, *proxylogon, exchange, pivots);
#pragma once

#include <memory>
#include <vector>

#include "detect/findings.h"
#include "knowledge/campaign.h"
#include "knowledge/product.h"

namespace afterpatch::assess {

using Campaigns = std::vector<std::shared_ptr<const knowledge::Campaign>>;

// Sets Detection::campaign of every detection of the product's rules (where it is the product's id) to the id
// of one of `campaigns`. REQUIRES: campaigns not empty, in order of their windows.
void attribute(detect::Findings& findings, const Campaigns& campaigns, const knowledge::Product& product);

}  // namespace afterpatch::assess
