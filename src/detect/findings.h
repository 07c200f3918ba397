// Everything one pass over the evidence found: detections, and what the logs and folders say by being there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "detect/detection.h"
#include "evidence/artefact.h"
#include "records/log_summary.h"

namespace afterpatch::detect {

// How often a rule matched, also where single detections were no longer kept (kMaxKeptPerRule).
struct RuleCount {
  std::string rule_id;
  std::string title;
  std::uint64_t matches = 0;
  std::uint64_t kept = 0;
};

// A rule that was given but can't run here, and why. Nothing is dropped silently.
struct RefusedRule {
  std::string file;
  std::uint64_t line = 0;
  std::string rule;  // id or title, as far as it could be read
  std::string reason;
};

// Something about a loaded rule that its author should know.
struct RuleNotice {
  std::string file;
  std::uint64_t line = 0;
  std::string rule;
  std::string text;
};

struct RuleReport {
  std::uint64_t loaded = 0;  // compiled and asked of the evidence
  std::uint64_t idle = 0;    // sound, but no artefact of its log source is here
  std::vector<RefusedRule> refused;
  std::vector<RuleNotice> notices;
};

// The hunt was ended early (Progress::cancelled). What was not read can't speak, so its silence means
// nothing.
struct Interruption {
  std::string stage;              // what was being read: "logs", "files" or "traces"
  std::uint64_t bytes_read = 0;   // in that stage
  std::uint64_t bytes_total = 0;  // that the stage would have read
};

// One log family over all files of the evidence ("iis-w3c", "http-proxy", ...).
struct LogCoverage {
  std::string log;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  records::LogSummary summary;
};

// Requests that a pivot asked for, summed up: one entry per (path, client, method, status, user agent,
// account) and hour.
struct RequestGroup {
  std::string log;   // "iis-w3c" or "http-proxy"
  std::string path;  // lower case
  std::string client;
  std::string method;
  int status = 0;
  std::string user_agent;
  std::string account;  // lower case, without domain: only where a pivot asked for it
  std::uint64_t count = 0;
  Timestamp first;
  Timestamp last;
  std::uint64_t with_parameters =
      0;  // of these, how many had a query beyond what Exchange itself appends (request_groups.h)
  std::int64_t response_bytes = 0;  // summed where logged
  Place first_place;
  std::string first_raw;
};

// A file that a web server could run or serve, at a place where that matters.
struct WebFile {
  std::uint32_t source = 0;
  std::string artefact;  // path below the source
  std::string windows_path;
  std::string url;  // path it would be served under; empty if unknown
  std::string sha256;
  std::uint64_t size = 0;
  std::optional<Timestamp> modified;
  // When the files beside it were changed, if these came together (most within a day) and are five at least.
  std::optional<Timestamp> neighbours_modified;
  bool known_path = false;  // some Exchange build shipped a file of that path
  bool known_hash = false;  // and with that content
};

// Where the disk names a build, beside the logs.
enum class BuildSource {
  program_file,  // version of the product's own program: the build at the time of collecting
  folder_name,   // folders named after builds: this one or a former one
  registry,      // what the set-up noted: three numbers, the cumulative update only
};
struct BuildTrace {
  std::string build;  // "15.1.2176.9"
  BuildSource source = BuildSource::folder_name;
  Place place;
};

// A program or update that the registry lists as installed.
struct InstalledProgram {
  std::string name;     // "Security Update for Exchange Server 2016 Cumulative Update 19 (KB5000871)"
  std::string version;  // "15.1.2176.9"; may be empty
  std::string day;      // as the installer wrote it, "20210305", in local time; may be empty
  std::optional<Timestamp> written;  // when its registry key was last changed
  Place place;
};

struct Findings {
  std::vector<std::string> sources;
  std::vector<Detection> detections;  // ordered by source, artefact, offset, rule
  std::vector<RuleCount> rule_counts;
  RuleReport rules;
  std::vector<LogCoverage> coverage;
  std::vector<RequestGroup> requests;                // filled by pivots
  std::vector<WebFile> web_files;                    // only those not known good, plus a count of the rest
  std::vector<BuildTrace> build_traces;              // by source, then build
  std::vector<InstalledProgram> installed_programs;  // by file, then as the registry lists them
  std::uint64_t known_good_files = 0;
  // URL folders ("/owa/auth", lower case, no slash at the end) of which at least one web file, good or not,
  // was in the evidence; sorted, each once. A back door whose folder is here and whose file is not was
  // removed.
  std::vector<std::string> web_folders;
  std::vector<evidence::Problem> problems;
  std::map<std::string, std::uint64_t> files_by_kind;
  std::uint64_t files = 0;
  std::optional<Timestamp>
      newest_file;          // latest change of any file: the evidence was collected then or later
  std::uint64_t bytes = 0;  // read from disk
  std::optional<Interruption> interrupted;  // where a hunt that was ended early stopped
};

inline constexpr std::uint64_t kMaxKeptPerRule = 2000;

}  // namespace afterpatch::detect
