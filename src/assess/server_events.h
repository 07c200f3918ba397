// What the server's own event logs tell of an intruder, beside what the web logs do: who planted, what ran
// under the web server, what was dumped, exported or packed, and whether logs were cleared.
#pragma once

#include <string>
#include <vector>

#include "assess/incident.h"

namespace afterpatch::assess {

// Whether the detection is of a Windows event.
bool is_event(const detect::Detection& detection);

// One entry a record, however many rules matched it: the rule that tells most names it. Only campaign rules
// count (tiers: a generic rule's hit is listed with the detections and decides nothing). By time; at most
// kMaxServerEvents of each step, the earliest.
inline constexpr std::size_t kMaxServerEvents = 200;
std::vector<ServerEvent> server_events(const Incident& incident);

// The command that a row of the server's own logs tells of, with its parameters; " " if none.
std::string command_text(const detect::Detection& detection);

// Path of the file that an event or a command tells of, as it would stand below a disk:
// "\inetpub\wwwroot\x.aspx", lower case; empty if it tells of none. Virus scanners write
// "file:_C:\inetpub\wwwroot\x.aspx", exports name the server's own share, "\\127.0.0.1\C$\inetpub\...".
std::string reported_path(const detect::Detection& detection);

// Whether code ran by way of the flaw or a back door, surely enough to say that the server was broken into.
bool proves_execution(const ServerEvent& event);

}  // namespace afterpatch::assess
