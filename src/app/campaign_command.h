// afterpatch campaign list | show ID | check [ID]: what Afterpatch knows, and whether it is in order.
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "knowledge/catalogue.h"

namespace afterpatch::app {

struct CampaignOptions {
  enum class Action { list, show, check };
  enum class Format { text, json };

  Action action = Action::list;
  std::string id = {};  // show needs one; check takes every campaign when it is empty
  Format format = Format::text;
  std::optional<std::filesystem::path> knowledge = {};  // --knowledge
  // Faults in a campaign's rules, which only detect can tell. May be empty. Not asked when the campaign
  // itself does not load.
  std::function<std::vector<Error>(const knowledge::LoadedCampaign&)> rule_faults = {};
};

// Answers go to `out`, a reason for not running to `errors`. Returns kSuccess, kFound when check found
// faults, kCannotRun when the knowledge or the campaign can't be loaded.
int run_campaign(const CampaignOptions& options, std::ostream& out, std::ostream& errors);

}  // namespace afterpatch::app
