// What really is in a tree, written beside it as truth.json. Every field is described in docs/range.md. Words
// are those of DESIGN section 2. "Visible" means: in the logs and files that were written, so after gaps and
// lost rows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "range/events.h"
#include "range/log_tree.h"

namespace afterpatch::range {

struct RunTruth {
  Timestamp start;  // end of the first request, as the logs write it
  Timestamp end;    // last request of the run, the planter's own check included
  std::string client;
  std::string outcome;  // probe, exploited, session, write-attempted, write-proven
  std::uint64_t requests = 0;
  std::string campaign{};
};

struct VisitorTruth {
  std::string client;
  std::uint64_t requests = 0;  // rows in the front-end IIS log, whatever the answer
  std::uint64_t answered = 0;  // of these with status 200
  bool effective = false;      // at least one request with effect outside the planting run
};

// What event logs tell, or would tell if they had not been cleared. `channels`: the logs in which it still
// stands.
struct CmdletTruth {
  Timestamp time;
  std::string account;  // "FABRIKAM\\administrator": as whom the intruder planted
  std::string cmdlet;   // Set-OabVirtualDirectory
  bool worked = false;
  std::vector<std::string> channels;
  std::string campaign{};
};

// Something that ran under the web server by way of a back door.
struct ProcessTruth {
  Timestamp time;
  std::string command_line;
  std::string pool;     // of the worker process that started it: "MSExchangeOWAAppPool"
  std::string client;   // who asked for it
  std::string purpose;  // discovery, credential-dump, archive, account, log-clearing, removal
  std::vector<std::string> channels;
  std::string campaign{};
};

struct DumpTruth {
  Timestamp time;
  std::string process;  // "lsass.exe"
  std::string path;     // "C:\Windows\Temp\lsass.dmp"
};

struct AccountTruth {
  Timestamp time;
  std::string name;
  bool administrator = false;
  std::vector<std::string> channels;
};

struct ClearedTruth {
  Timestamp time;
  std::string channel;  // everything in it that is older is gone
};

struct ExportTruth {
  Timestamp time;
  std::string mailbox;
  std::string path;  // "\\127.0.0.1\C$\ProgramData\..."
};

struct EventTruth {
  bool process_auditing = false;  // Security 4688 is recorded
  bool sysmon = false;            // Sysmon is installed
  std::optional<Timestamp>
      begin;  // older events had been overwritten; nullopt: they go back to the first day
  std::vector<CmdletTruth> plantings;
  std::vector<ProcessTruth> processes;
  std::vector<DumpTruth> dumps;
  std::vector<AccountTruth> accounts;
  std::vector<ClearedTruth> cleared;
  std::vector<ExportTruth> exports;
  std::vector<Timestamp> unified_messaging_errors;
};

struct DoorTruth {
  std::string url;        // "/owa/auth/RedirSuiteServerProxy.aspx"
  std::string path;       // "C:\inetpub\wwwroot\aspnet_client\x.aspx"
  std::string tree_path;  // below tree/, also when it was removed
  Timestamp planted;
  std::string planted_client;
  bool present = true;
  std::optional<Timestamp> removed_at;
  bool time_stomped = false;  // the file's own time lies before the truth
  bool re_entered = false;
  std::string removed_by;  // "defender" where its log says so, "request" where a log tells that somebody
                           // asked the door to delete itself; empty: nobody knows
  std::vector<VisitorTruth> visitors;      // in order of their first request
  std::optional<Timestamp> planted_again;  // after it was removed
  bool seen_gone = false;                  // somebody asked for it in vain in between
};

struct MailboxTruth {
  std::string mailbox;
  std::string client;
  std::uint64_t requests = 0;
  Timestamp first;
  Timestamp last;
  std::string campaign{};
};

// A log whose clock is not that of the others.
struct ClockTruth {
  std::string log;           // "iis-w3c"
  std::int64_t ahead_s = 0;  // seconds ahead of the truth; negative: behind
};

struct FileTruth {
  std::string tree_path;
  std::string kind;    // web-shell, memory-dump, archive, mailbox-export, compiled-trace
  Timestamp modified;  // as set on disk
};

struct Truth {
  std::filesystem::path tree;  // DIR/tree
  std::string campaign;        // the wave that this is the truth about
  std::string scenario;
  std::uint64_t seed = 0;
  std::string server;
  std::string product;  // "Exchange2016 CU19"
  Timestamp first;      // of the period
  Timestamp last;
  std::string exposure;  // patched, unpatched, unsupported: at the end
  std::vector<BuildSpan> builds;
  std::optional<Timestamp> patched_at;  // first row that names the fixed build
  std::string compromise;               // what the evidence can show at most
  std::string happened;                 // what really happened; differs only where logs are missing
  std::string compromise_confidence_min;
  bool mail_accessed = false;
  bool credentials_exposed = false;
  std::optional<Timestamp> first_exploited;
  bool before_patch_released = false;
  bool before_disclosure = false;
  std::vector<RunTruth> runs;
  std::vector<DoorTruth> doors;
  std::vector<MailboxTruth> mailboxes;
  std::vector<Gap> gaps;
  std::vector<ClockTruth> clocks;
  std::optional<bool>
      coverage_sufficient;  // nullopt: unpatched at the end, so it depends on how late one asks
  std::vector<FileTruth> files;
  EventTruth events;
  std::vector<std::string> sweepers;  // clients that only looked for other people's back doors
  std::vector<std::string> noise;     // features of the harmless part
  std::vector<Truth> earlier;         // of waves that hit the server before this one
};

std::string to_json(const Truth& truth);

}  // namespace afterpatch::range
