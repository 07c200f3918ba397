// YARA rules over files, by libyara 4.2.
//
// Each file of rules is its own namespace, so two sets may use one name. A rule that does not compile is
// refused with file, line and reason; the others of its file still run, save where the file as a whole can't
// be understood. Every module that libyara has may be imported (Debian's 4.2.3: pe, elf, math, hash, dotnet,
// time, console, cuckoo, magic, dex, macho). Includes are looked for beside the file that
// includes.
//
// Files are routed: each is scanned only with the rules that can match there, by its header and size and by
// the literals in it (yara_prefilter.h), which loses no match and is several times faster with large public
// sets.
//
// The external variables that public rule sets use are defined, so these compile unchanged (their meaning as
// in LOKI and THOR):
// - filename: "shell.aspx", in the case of the evidence
// - filepath: its folder, "C:\inetpub\wwwroot\aspnet_client"; always drive C:, since collections rarely say
// - extension: ".aspx", lower case
// - filetype: by content, "EXE", "ZIP", "RAR", "7ZIP", "CAB", "MDMP", "EVTX", "ASPX", ..., else "UNKNOWN"
// - owner, md5: "", since evidence seldom keeps the owner, and rules that ask for digests are indicators
//
// Rules of a campaign speak through `meta`: title, step, confidence, cves ("CVE-1, CVE-2"), level,
// techniques. Rules of users mean "context" and are possible, whatever their meta says; their title is meta
// title or description.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "detect/files/claim.h"
#include "detect/findings.h"

namespace afterpatch::detect::files {

struct YaraSource {
  std::filesystem::path path;  // a file, or a folder whose .yar and .yara files are taken, at any depth, in
                               // the order of their paths
  std::string campaign;        // id of the campaign or product it comes with; empty for the user's
};

class CompiledYara;  // libyara's rules and who they belong to

// Compiled rules. Immutable, cheap to copy, thread-safe.
class YaraRules {
 public:
  YaraRules() = default;

  // Adds to report.loaded and report.refused. Fails only when libyara itself can't start. A path that is
  // missing or holds no rules is refused.
  static Result<YaraRules> compile(const std::vector<YaraSource>& sources, RuleReport& report);

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  bool has_user_rules() const;

 private:
  friend class YaraScanner;
  std::shared_ptr<const CompiledYara> compiled_;
};

struct YaraFile {
  std::string_view bytes;
  std::string_view path;  // as on disk, '/' between parts
  std::string_view windows_path;
};

struct YaraOutcome {
  std::vector<Claim> claims;           // by namespace, then in the order of the rules; one for each rule
  std::vector<std::string> campaigns;  // YaraSource::campaign, one for each claim
  std::vector<std::string> problems;   // "ran out of time", ...: what was found before still counts
};

enum class YaraRouting {
  when_it_pays,  // once there is enough to scan, and there are many rules
  at_once,       // from the first file on
  off,           // every rule over every file: for comparison
};

struct YaraScanOptions {
  int seconds_per_file = 30;
  YaraRouting routing = YaraRouting::when_it_pays;  // never changes what is found
};

// One per thread. Not thread-safe.
class YaraScanner {
 public:
  static Result<YaraScanner> make(const YaraRules& rules, const YaraScanOptions& options = {});
  YaraScanner(YaraScanner&&) noexcept;
  YaraScanner& operator=(YaraScanner&&) noexcept;
  ~YaraScanner();

  YaraOutcome scan(const YaraFile& file);

 private:
  struct State;
  explicit YaraScanner(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace afterpatch::detect::files
