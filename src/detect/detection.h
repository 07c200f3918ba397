// What the engine hands to assess: one rule that matched one record or file, with its exact place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace afterpatch::detect {

// What a match means for the verdict. Rules of a campaign say it in their `afterpatch:` block
// (docs/campaign-format.md); rules from elsewhere mean `context`: shown, never deciding.
enum class Step {
  context,            // worth showing; decides nothing
  probe,              // somebody looked for the flaw
  exploit,            // the flaw was used: a forged request reached the inside
  session,            // it gave the intruder a session
  write_attempt,      // a back door was asked for
  write,              // a log proves that a file was written
  backdoor_file,      // a file that is a back door
  backdoor_trace,     // proof that a back door ran, though the file may be gone (.compiled, App_Web)
  backdoor_request,   // a request to something that no Exchange ever served, answered as if it were there
  backdoor_miss,      // the same, answered as if it were not there (sweepers, or after removal)
  mail_access,        // mailbox content was asked for by way of the flaw
  execution,          // something ran under the web server (or another service that the flaw reaches)
  credential_access,  // memory dumps, registry hives, NTDS copies
  staging,            // archives and stores put together for taking away
  cleanup,            // traces removed, by whomever
  mitigation,         // a work-around is in place that refuses the attack; the build is as it was
};
std::string_view to_string(Step step);  // "write-attempt", ...
std::optional<Step> parse_step(std::string_view text);

enum class Confidence { possible, likely, confirmed };
std::string_view to_string(Confidence confidence);
std::optional<Confidence> parse_confidence(std::string_view text);

enum class RuleKind { sigma, yara, indicator, known_good, web_content, placement, pivot };
std::string_view to_string(RuleKind kind);

struct Place {
  std::uint32_t source = 0;  // index into Findings::sources
  std::string artefact;      // path below the source
  std::uint64_t offset = 0;  // byte offset in the unpacked artefact; 0 for a whole file
  std::uint64_t line = 0;    // 1-based; 0 when it is a whole file
};

struct Detection {
  RuleKind rule_kind = RuleKind::sigma;
  std::string rule_id;
  std::string title;
  std::string level;     // Sigma's words: informational, low, medium, high, critical
  std::string campaign;  // id; empty for rules of the user
  Step step = Step::context;
  Confidence confidence = Confidence::possible;
  std::vector<std::string> cves;
  std::vector<std::string> techniques;  // ATT&CK ids, "T1505.003"
  Place place;
  std::optional<Timestamp> time;  // of the record, or of the file's last change
  std::string log;                // "iis-w3c", "http-proxy", "ecp-server", "web-content", ...
  std::string raw;  // the row, or the decisive part of the file; at most kMaxRawBytes; any bytes
  // Named facts for assess and for people, in a fixed order: client, method, path, query, status, user-agent,
  // user, anchor, request-id, build, sha256, reason, ...
  std::vector<std::pair<std::string, std::string>> fields;

  // First field of that name; empty if none.
  std::string_view field(std::string_view name) const;
};

inline constexpr std::size_t kMaxRawBytes = 4096;

}  // namespace afterpatch::detect
