// The answer for one server: what assess concludes from the findings and what report shows. Pure data.
// Words are those of DESIGN section 2; every conclusion names the detections that carry it (indexes into
// `detections`).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "detect/detection.h"
#include "detect/findings.h"

namespace afterpatch::assess {

using Evidence = std::vector<std::size_t>;  // indexes into ServerReport::detections, ascending
using detect::Confidence;

enum class Exposure { unknown, not_affected, patched, unpatched, unsupported, build_ambiguous };
enum class Compromise { no_evidence, probed, exploited, backdoored, re_entered };
std::string_view to_string(Exposure exposure);      // "not-affected", "build-ambiguous", ...
std::string_view to_string(Compromise compromise);  // "no-evidence", "re-entered", ...
std::optional<Compromise> parse_compromise(std::string_view text);

struct Verdict {
  Exposure exposure = Exposure::unknown;  // at the end of the evidence
  // A work-around that refuses the attack was found. Beside the exposure, never in its place: the build is as
  // it was.
  bool mitigated = false;
  Confidence mitigation_confidence = Confidence::possible;
  Compromise compromise = Compromise::no_evidence;
  Confidence compromise_confidence = Confidence::possible;
  bool mail_accessed = false;
  Confidence mail_confidence = Confidence::possible;
  bool credentials_exposed = false;
  Confidence credentials_confidence = Confidence::possible;
  // False when the needed logs do not cover the window well enough: "no evidence" then reads "can't tell".
  bool coverage_sufficient = false;
  // The hunt was ended early (HuntReport::interrupted): this is the verdict on a part. Coverage is then never
  // sufficient.
  bool partial = false;
  Evidence evidence;
};

// A stretch of time with one build. Times are those of the first and last row that named it.
struct ExposureSpan {
  std::string build;
  std::string build_name;  // "Exchange 2016 CU19 Mar21SU", or "near ..." if the table lacks it
  Timestamp first;
  Timestamp last;
  Exposure status = Exposure::unknown;
  std::vector<std::string> open_cves;  // flaws of the campaign open in that build
  std::string source;                  // log that named it
};

enum class RunOutcome { probe, exploited, session, write_attempted, write_proven };
std::string_view to_string(RunOutcome outcome);

// One use of an attack tool: rows of one client that follow each other closely.
struct Run {
  Timestamp start;
  Timestamp end;
  std::string client;
  RunOutcome outcome = RunOutcome::probe;
  std::vector<std::string> hosts;  // names it was aimed at
  std::vector<std::string> user_agents;
  std::vector<std::string> cves;
  // Whom forged tokens acted as: "jones@contoso.com, acting as S-1-5-21-...-500 (built-in administrator)".
  std::vector<std::string> accounts;
  std::uint64_t requests = 0;
  bool before_patch_released = false;  // of the flaws that it used (assess/patch_dates.h)
  bool before_disclosure = false;      // of the campaign's first flaws
  std::string cluster_mark;            // anchor prefix, script prefix, parameter: what tells tools apart
  Confidence confidence = Confidence::possible;  // of the outcome (docs/verdict.md)
  std::optional<Timestamp> written;              // first row that proves a file was written
  std::vector<std::string> written_paths;  // of files that its rows name as written, lower case, no drive
  std::string written_by;                  // log and command of that row: "ECP log: Set-OabVirtualDirectory"
  Evidence evidence;
};

enum class Presence { present, removed, unknown };
std::string_view to_string(Presence presence);

// Requests of one client to a door.
struct DoorVisitor {
  std::string client;
  std::uint64_t requests = 0;
  std::uint64_t answered = 0;  // status 200..299 or 500 (the script ran and failed)
  std::map<int, std::uint64_t> by_status;
  std::vector<std::string> methods;
  std::vector<std::string> user_agents;
  Timestamp first;
  Timestamp last;
  bool planter = false;    // the client of the run that planted the door
  bool effective = false;  // a request that did something (see docs/verdict.md), not a mere look
};

// A door written once more after it was gone.
struct Planting {
  Timestamp gone_by;           // first time after the planting before at which it was not there
  Timestamp planted;           // again
  std::string planted_by;      // how that is known, as Door::planted_by
  std::string planted_client;  // empty if not known
  Evidence evidence;
};

// A back door: a web shell or what proves one; or a setting that brings an intruder back.
struct Door {
  std::string kind;  // web-shell, iis-module, virtual-directory, iis-handler, scheduled-task, service
  std::string path;  // file path if known, else empty
  std::string url;   // "/owa/auth/RedirSuiteServerProxy.aspx"
  std::string sha256;
  Presence presence = Presence::unknown;
  Confidence confidence = Confidence::possible;
  std::optional<Timestamp> planted;
  std::string
      planted_by;  // how that is known: "ECP log: Set-OabVirtualDirectory", "file time", "first answer"
  std::string planted_client;
  std::optional<Timestamp> first_answered;
  std::optional<Timestamp> last_answered;
  std::optional<Timestamp> removed_before;  // first time it was not there, after all that it did
  std::string removed_by;                   // "Windows Defender", where an event log says so
  std::vector<Planting> replanted;          // plantings after it was gone, by time
  std::vector<DoorVisitor> visitors;        // ordered by first request
  bool re_entered = false;
  std::vector<std::string> reasons;  // why it is a door, one sentence each
  Evidence evidence;
};

struct MailboxAccess {
  std::string mailbox;  // address, SID, or "unknown"
  std::string how;      // "EWS by forged request"
  std::string client;
  Timestamp first;
  Timestamp last;
  std::uint64_t requests = 0;
  std::int64_t response_bytes = -1;  // -1 = not logged
  Confidence confidence = Confidence::possible;
  Evidence evidence;
};

// Something that an intruder did on the server, as its own event logs tell it.
struct ServerEvent {
  std::optional<Timestamp> time;
  detect::Step step = detect::Step::context;  // write, execution, credential-access, staging, cleanup, ...
  std::string what;                           // title of the rule that tells most
  std::string account;                        // as whom
  std::string process;
  std::string command;
  std::string parent;
  std::string channel;     // event log: "Security"
  bool recovered = false;  // left over from before that log was cleared or overwritten
  Confidence confidence = Confidence::possible;
  Evidence evidence;
};

struct CoverageSpan {
  Timestamp first;
  Timestamp last;
};
struct CoverageGap {
  Timestamp first;
  Timestamp last;
  std::string hides;  // what could have happened unseen
};
struct CoverageLine {
  std::string log;  // "http-proxy"
  std::string title;
  bool needed = false;
  bool decisive = false;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;
  std::uint64_t damaged_rows = 0;
  std::vector<CoverageSpan> spans;  // stretches without a gap of more than a few hours
  std::vector<CoverageGap> gaps;    // inside the campaign's window
  double share_of_window = 0;       // 0..1, by hours
  double share_of_crucial_days =
      0;  // 0..1: from mass exploitation to the day this server was patched (or window's end)
  bool local_time = false;
  bool guessed_header = false;
  std::string note;  // "no file of this kind was found"
};

// One of the six answers, in the order of DESIGN 4.1.
struct Answer {
  std::string question;  // exposed, exploited, left-behind, returned, mail, unknowns
  std::string title;     // "Was it exposed?"
  std::string text;      // at most about 200 characters
  Confidence confidence = Confidence::possible;
  Evidence evidence;
};

struct Action {
  std::string id;  // id of the guide step
  std::string title;
  std::string text;
  std::vector<std::string> commands;  // with this server's own paths filled in
  std::vector<std::string> points;    // what holds besides the text: duties of a country (legal_note.h)
  std::string check;
  std::string who;   // who may do it; empty: anybody who looks after the server
  bool now = false;  // one of the three things to do now
};

struct PivotStep {
  std::uint64_t round = 0;  // 1 = from detections of the first pass
  std::string kind;         // "path", "client", "sha256"
  std::string value;
  std::string because;  // "found because ..."
  std::uint64_t matches = 0;
};

// The clock of one log differs from another's. All times in the report are by the reference's clock; the
// detection keeps what its row says in the field "logged-time".
struct ClockDifference {
  std::string log;                // "iis-w3c"
  std::string reference;          // "http-proxy"
  std::chrono::seconds ahead{0};  // of the reference; negative: behind
  std::uint64_t pairs = 0;        // things that both wrote down and that agree on it
};

struct TimelineEvent {
  Timestamp time;
  std::string lane;  // world, exposure, attack, back door, visitors, server, mail
  std::string what;
  Evidence evidence;
};

struct ServerReport {
  std::vector<std::string> names;  // server names the logs give, most frequent first
  Verdict verdict;
  std::vector<Answer> answers;  // six
  std::vector<Action> actions;
  std::vector<ExposureSpan> exposure;
  std::optional<Timestamp> patched_at;  // first row that named a fixed build after an unfixed one
  std::vector<Run> runs;
  std::vector<Door> doors;
  std::vector<MailboxAccess> mailboxes;
  std::vector<ServerEvent> server_events;  // by time
  std::vector<CoverageLine> coverage;
  std::vector<PivotStep> pivots;
  std::vector<ClockDifference> clocks;  // empty: the clocks agree, or nothing tells
  std::vector<TimelineEvent> timeline;
  std::vector<detect::Detection> detections;  // campaign's and user's, ordered by time then place
  std::optional<Timestamp> first_evidence;    // of exploitation or worse
  std::vector<std::string> notes;  // oddities a reader must know: two server names, spliced logs, local times
};

// A whole hunt, told for the campaign that matters most on these servers.
struct HuntReport {
  std::string campaign;
  std::string campaign_name;  // "ProxyLogon"
  std::string campaign_title;
  Timestamp window_start;
  Timestamp window_end;
  Timestamp mass_start;
  Timestamp patch_released;
  Timestamp disclosed;
  std::vector<ServerReport> servers;  // one for now
  // What was hunted for as well, worst first: only campaign, dates, servers and sources are filled.
  std::vector<HuntReport> other_campaigns;
  std::vector<std::string> sources;
  detect::RuleReport rules;
  std::vector<detect::RuleCount> rule_counts;
  std::vector<evidence::Problem> problems;
  std::map<std::string, std::uint64_t> files_by_kind;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::optional<detect::Interruption> interrupted;  // set when the hunt was ended early
};

}  // namespace afterpatch::assess
