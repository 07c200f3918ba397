// Accounts that an intruder made: whoever signs in with one later came back through a door that no web shell
// shows. Only accounts that were made in the course of the break-in are looked for. An account that was there
// before (the administrator's own, whose name attackers forge, and under which the server logs their
// commands) is the victim's: to look for it would find the victim.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "assess/incident.h"
#include "assess/leads.h"
#include "assess/runs.h"

namespace afterpatch::assess {

// Most accounts that are looked for.
inline constexpr std::size_t kMaxAccounts = 8;

// "intruder" of "FABRIKAM\Intruder", "intruder@fabrikam.example" and "Intruder".
std::string bare_account(std::string_view user);

// The account that a command makes: "net user NAME PASSWORD /add"; empty if it makes none.
std::string account_made_by(std::string_view command);

// Bare names; sorted, each once: made by a command under the web server (`execution`, likely or better), or
// by the system itself (Security 4720) after the first run that got inside. Names that stand on every Windows
// ("administrator", "guest", ...) and those of fewer than four characters are left out.
std::vector<std::string> made_accounts(const Runs& runs, const Incident& incident);

// Those of them under whose name somebody had signed in before: an intruder's account on the server may bear
// the name of one in the domain, and web logs hardly tell the two apart.
struct SharedName {
  std::string account;
  Timestamp made;
};
std::vector<SharedName> shared_names(const Runs& runs, const Incident& incident);

// Clients that signed in with one, but for those that used the flaw; none for shared_names(), since that
// would name the victim's own people.
std::vector<Lead> account_leads(const std::vector<PivotStep>& pivots, const Runs& runs,
                                const Incident& incident);

}  // namespace afterpatch::assess
