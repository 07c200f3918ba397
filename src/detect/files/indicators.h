// Indicators of the campaigns and of the user's own files, in one set: digests and names are asked of files
// here; addresses, domains, URLs and user agents are handed to the log passes as literals with a verifier.
//
// Example:
//   RuleReport report;
//   const IndicatorSet set = load_indicators(campaigns, {"misp.json"}, report);
//   for (const Indicator* hit : set.with_digest(digests.sha256)) ...
//   // Scan rows for the witness of each of set.literals(), ignoring case; at a hit:
//   if (matches_in(literal, row, hit_offset)) ...
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/files/claim.h"
#include "detect/findings.h"
#include "knowledge/campaign.h"

namespace afterpatch::detect::files {

enum class IndicatorType { md5, sha1, sha256, path, file_name, ip, domain, url, url_path, user_agent };
std::string_view to_string(IndicatorType type);

struct Indicator {
  IndicatorType type = IndicatorType::sha256;
  std::string value;       // normalised: lower case where case means nothing, '\' in paths, no drive
  std::string note;        // from the list, as it was
  std::string origin;      // "campaign exchange-2021-proxylogon", "misp.json"
  std::string campaign;    // id of the campaign whose list it is; empty for the user's
  bool strong = false;     // weak: shown beside other evidence only
  bool web_shell = false;  // the list says that the digest is a web shell's
};

// A literal for the log passes.
struct LogLiteral {
  IndicatorType type = IndicatorType::ip;  // ip, domain, url, url_path or user_agent
  std::string value;                       // whole value, as indicator
  std::string witness;                     // what to search for, ignoring ASCII case; a part of `value`
  std::size_t witness_offset = 0;          // where `witness` stands in `value`
  std::uint32_t indicator = 0;             // index into IndicatorSet::indicators()
};

// Whether the whole value stands around the hit of its witness at `hit_offset`, as a whole: 10.0.0.1 is not
// in 110.0.0.1 or 10.0.0.12, nor a domain inside a longer label; "evil.example" is in "a.evil.example", not
// in "evil.example.com". In user agents '+' and a space are the same, since IIS writes one for the other.
// Pure, linear in the value.
bool matches_in(const LogLiteral& literal, std::string_view row, std::size_t hit_offset);

// Immutable once built, then thread-safe.
class IndicatorSet {
 public:
  // Normalises and keeps the indicator; of equal ones the first stays, strong if any was. The reason if it
  // can't be used.
  std::optional<std::string> add(Indicator indicator);
  void finish();  // builds the literals; call once, after the last add()

  std::size_t size() const { return indicators_.size(); }
  const std::vector<Indicator>& indicators() const { return indicators_; }
  const std::vector<LogLiteral>& literals() const { return literals_; }
  bool has_digests() const { return has_digests_; }
  bool has_old_digests() const { return has_old_digests_; }  // MD5 or SHA-1

  // Null if none. `hex` in lower case, any of the three kinds.
  const Indicator* with_digest(std::string_view hex) const;
  // Every name or path that the Windows path ends with, whole parts, ignoring case.
  std::vector<const Indicator*> with_path(std::string_view windows_path) const;

 private:
  std::vector<Indicator> indicators_;
  std::unordered_map<std::string, std::uint32_t> by_value_;  // type and value
  std::unordered_map<std::string, std::uint32_t> by_digest_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_last_part_;  // last part of a path
  std::vector<LogLiteral> literals_;
  bool has_digests_ = false;
  bool has_old_digests_ = false;
};

// Words of the lists in use ("sha-256", "ipv4-addr", "ip-dst", "hostname", "user-agent", ...); nullopt for
// what no file and no log row can show.
std::optional<IndicatorType> parse_indicator_type(std::string_view word);

// What a hit means: a listed web shell's digest is a back door, all else is context; strong is likely, weak
// is possible.
Claim indicator_claim(const Indicator& indicator);

struct IndicatorOptions {
  bool stix_objects =
      false;  // also take file, address and domain objects of a STIX bundle that no indicator names
};

// The campaigns' indicators and those of each file. What can't be used is named in
// `report.refused`, summed up by reason; a file that can't be read at all is named too and the others still
// count. Does not touch `report.loaded`.
IndicatorSet load_indicators(const std::vector<std::shared_ptr<const knowledge::Campaign>>& campaigns,
                             const std::vector<std::filesystem::path>& files, RuleReport& report,
                             const IndicatorOptions& options = {});

// The same of one file's text; `name` stands in the report.
IndicatorSet parse_indicators(const std::string& name, std::string_view text, RuleReport& report,
                              const IndicatorOptions& options = {});

}  // namespace afterpatch::detect::files
