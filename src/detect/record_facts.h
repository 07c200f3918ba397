// The facts of one log row that assess and people ask for, under fixed names whatever log it came from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "records/record.h"

namespace afterpatch::detect {

struct RecordFacts {
  std::optional<Timestamp> time;
  // Only those that the row has. Web rows: client peer method host path query token-user token-sid
  // (records/access_token.h) status user-agent user request-id request-bytes response-bytes. HttpProxy also:
  // anchor routing-hint backend-cookie target-server target-version backend-status build. ECP: command url
  // activity-id error. PowerShell: command parameters claimed-user acting-sid. EWS: client status user-agent
  // request-id request-bytes response-bytes action impersonated.
  std::vector<std::pair<std::string, std::string>> fields;
};

// `date` stands in for a missing W3C date column. Each value is cut at 1 KiB.
RecordFacts facts_of(const records::Record& record, std::string_view date);

}  // namespace afterpatch::detect
