// One wave of mass exploitation, read from knowledge/campaigns/<id>/.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace afterpatch::knowledge {

struct Flaw {
  std::string cve;
  std::string title;   // "server-side request forgery in the front end"
  std::string allows;  // what an attacker gets, in one clause for a manager
  bool entry = false;  // gives a way in by itself; exposure is judged by these
};

struct TimelineEntry {
  Timestamp time;
  std::string date_text;  // as written: "2021-03-02", "2021-03-02T18:00Z"
  std::string what;
  std::string source;  // who says so, and where
};

struct Indicator {
  std::string type;  // sha256 sha1 md5 ipv4 ipv6 domain path filename useragent url-path
  std::string value;
  std::string cluster;
  std::string source;
  std::string note;
  std::string strength;  // "strong" or "weak": a weak one is shown beside other evidence only
};

// One step of the guide. Conditions are tested by report against the verdict.
struct GuideStep {
  std::string id;
  std::string title;
  std::string text;               // short paragraphs, plain text; `code` in backticks
  std::vector<std::string> when;  // any of: always, no-evidence, probed, exploited, backdoored, re-entered,
                                  // mail-accessed, credentials-exposed, unpatched, patched, can't-tell
  std::vector<std::string> commands;  // to copy; PowerShell or cmd
  std::string check;                  // how to see that it worked
  std::string who;                    // who may do it; may be empty
};

class Campaign {
 public:
  static Result<std::shared_ptr<const Campaign>> load(const std::filesystem::path& folder);

  std::string id;
  std::string name;     // what people call it: "ProxyLogon"
  std::string title;    // for headings
  std::string product;  // product id
  std::string summary;
  std::vector<Flaw> flaws;
  Timestamp window_start{};             // first known exploitation anywhere
  Timestamp window_end{};               // when the wave had ebbed
  Timestamp mass_start{};               // from here on everybody was hit
  Timestamp patch_released{};           // first patch
  Timestamp disclosed{};                // public disclosure
  std::vector<TimelineEntry> timeline;  // ordered
  std::vector<Indicator> indicators;
  std::vector<GuideStep> guide;          // ordered
  std::vector<std::string> needed_logs;  // names of Product::logs that this campaign's verdict rests on
  std::filesystem::path sigma_folder;    // rules/sigma
  std::filesystem::path yara_folder;     // rules/yara; empty if there is none
  // Marks of tools that everybody has: kind (as assess/clusters.h names it) and value.
  std::vector<std::pair<std::string, std::string>> public_marks;
  std::vector<std::string> references;
};

}  // namespace afterpatch::knowledge
