// What of a hunt may leave the house: the little that helps others, in typed values, with the victim's names
// already taken out. STIX and MISP are written from this and from nothing else, so no field of a report can
// slip into them by accident.
//
// Never in it, with or without names: rows of logs, paths of the evidence, commands, contents of files, rules
// of the user, and doors that are only possible.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "assess/server_report.h"

namespace afterpatch::report {

enum class Share { without_victims, with_victims };
std::string_view to_string(Share share);  // "without-victims", "with-victims"
std::optional<Share> parse_share(std::string_view word);

// An address that was seen at the attack. Without victims only addresses of the outside.
struct SharedAddress {
  std::string value;  // canonical: no zone, no port, IPv4 never written as IPv6
  bool is_v6 = false;
  bool harmful = false;  // it used the flaw or a back door; others only looked, as researchers do too
  std::string did;       // what it did at worst: "planted a back door"
  detect::Confidence confidence = detect::Confidence::possible;
  Timestamp first;
  Timestamp last;
  std::uint64_t requests = 0;
  std::vector<std::string> user_agents;  // sorted, each once, at most 20
};

// A use of an attack tool.
struct SharedRun {
  std::string address;  // empty when unknown, or inside and left out
  assess::RunOutcome outcome = assess::RunOutcome::probe;
  detect::Confidence confidence = detect::Confidence::possible;
  Timestamp start;
  Timestamp end;
  std::uint64_t requests = 0;
};

// Requests of one address to a back door.
struct SharedVisit {
  std::string address;
  std::vector<std::string> methods;
  Timestamp first;
  Timestamp last;
  std::uint64_t requests = 0;
  bool effective = false;
};

struct SharedDoor {
  std::string kind;       // "web-shell"
  std::string file_name;  // empty when unknown or when it holds a victim's name
  std::string folder;     // from a folder that every Exchange server has: "inetpub\wwwroot\aspnet_client"
  std::string url_path;   // "/aspnet_client/Rt5kQw2z.aspx"; empty as above
  std::string sha256;     // 64 hexadecimal digits, lower case; else empty
  assess::Presence presence = assess::Presence::unknown;
  detect::Confidence confidence = detect::Confidence::likely;
  std::optional<Timestamp> first_seen;
  std::optional<Timestamp> last_seen;
  std::vector<SharedVisit> visits;
};

struct SharedMailbox {
  std::string name;  // pseudonym or mailbox
  std::string address;
  std::string how;
  detect::Confidence confidence = detect::Confidence::possible;
  Timestamp first;
  Timestamp last;
  std::uint64_t requests = 0;
};

struct SharedTechnique {
  std::string id;  // "T1190"
  std::uint64_t detections = 0;
  detect::Confidence confidence = detect::Confidence::possible;  // of the surest
  Timestamp first;
  Timestamp last;
};

struct SharedServer {
  std::string name;     // "victim-server-1.case-5f0c2a9177de", or the server's own
  std::string host;     // for URLs: "victim-server-1.case-5f0c2a9177de.invalid" (RFC 2606), or its own
  std::string summary;  // the verdict and what it rests on, in sentences
  assess::Compromise compromise = assess::Compromise::no_evidence;
  std::vector<SharedAddress> addresses;  // by value
  std::vector<SharedRun> runs;
  std::vector<SharedDoor> doors;
  std::vector<SharedMailbox> mailboxes;
  std::vector<std::string> cves;            // of runs and detections, sorted
  std::vector<SharedTechnique> techniques;  // of the campaign's rules, by id
  std::uint64_t left_out = 0;               // names and paths of back doors that hold a victim's name
};

struct SharedFindings {
  Share share = Share::without_victims;
  // Twelve hexadecimal digits, the same for the same evidence wherever it lies. Made from the rows
  // themselves, so it can't be guessed from a victim's name. It keeps the pseudonyms of two victims apart.
  std::string case_id;
  std::string campaign;
  std::string campaign_title;
  Timestamp window_start;
  Timestamp window_end;
  // The last thing that the report knows of. Formats want to know when they were written; the clock would
  // make two runs differ.
  Timestamp as_of;
  std::vector<SharedServer> servers;
};

// One a campaign that left a trace on these servers (probed or worse), the worst first; the worst alone where
// none did. They share case, pseudonyms and `as_of`. Never empty. Thread-safe. The same report gives the same
// findings.
std::vector<SharedFindings> share_campaigns(const assess::HuntReport& hunt, Share share);

// Those of the worst campaign only.
SharedFindings share_findings(const assess::HuntReport& hunt, Share share);

}  // namespace afterpatch::report
