// Who is told what, by which channel, and why. Planning sends nothing.
//
// One organisation and one campaign make one case, with all servers of it; a hosting provider gets one notice
// with a list. Nobody is told the same twice: a new notice is planned only for something new (another server,
// or a worse reason), or, by another contact or channel, when the last one bounced or nobody reacted. The
// same mail is never sent again, since reminders do not help (Li et al., USENIX Security 2016).
//
// A mailbox on the server that was broken into may be read by the intruder. So a contact there is taken only
// if there is no other, and then without evidence and without link ("call us"), unless the operator allows
// it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "notify/case_life.h"
#include "store/store.h"

namespace afterpatch::notify {

// One rung of the contact ladder (room `constituency` puts them in order).
struct ContactChoice {
  std::string rung;       // "register", "security-txt", "network"
  std::string channel;    // "email", "letter", "phone"; others are left to people
  std::string recipient;  // address, number, or the first line of `postal`
  std::vector<std::string> postal;
  std::string person;
  std::string language;  // "de"; empty: the organisation's
  std::string provenance;
  std::string age;  // "confirmed 3 days ago"
  bool stale = false;
  bool on_hit_domain = false;
  std::string on_hit_reason;
};

struct Addressee {
  std::string organisation;  // id
  std::string name;
  std::string country;
  std::string sector;
  std::string language;
  bool provider = false;
  std::vector<ContactChoice> contacts;  // best first
};

struct PlanSettings {
  std::string campaign;       // of servers for which nobody named one
  std::string prefix = "AP";  // of case numbers
  // Random hold-back, from and up to (not including); equal: none. Recorded with the case, so that the effect
  // of notices can be measured (effect.h).
  std::chrono::minutes hold_from{0};
  std::chrono::minutes hold_to{0};
  std::uint64_t seed = 0;
  bool allow_hit_domain = false;
  std::chrono::hours silence{48};                 // of mail and telephone
  std::chrono::hours silence_of_letters{7 * 24};  // paper takes days
  std::vector<std::string> languages = {"en", "de", "fr",
                                        "es"};  // there are texts in; the first is the fallback
};

// An organisation with its servers that somebody must hear of.
struct Target {
  Addressee addressee;
  std::string campaign;
  std::vector<store::ServerRow> servers;  // by address and port
  std::optional<CasePicture> known;       // its case, if it has one
};

enum class PlanStep {
  first,      // nobody was told yet
  news,       // another server, or a worse reason
  bounced,    // the last notice did not arrive, or reached somebody else
  silent,     // it arrived, and nobody reacted
  none,       // nothing to do: `why` says it
  no_contact  // there is nobody (left) to tell
};
std::string_view name_of(PlanStep step);

struct PlannedCase {
  std::string number;
  std::string organisation;
  std::string name;
  std::string campaign;
  std::string reason;
  PlanStep step = PlanStep::none;
  std::string why;
  std::size_t servers = 0;
  std::optional<Timestamp> held_until;
  std::optional<store::NoticeRow> notice;    // as it will stand
  std::vector<store::Statement> statements;  // that make it so; empty: nothing changes
};

// Pure. `number`: of the case if it is new.
PlannedCase plan_case(const Target& target, const std::string& number, const PlanSettings& settings,
                      Timestamp now);

// Whether somebody must hear of this server.
bool is_of_concern(const store::ServerRow& server);
// "unpatched", "exploited", "backdoored", "reentered".
std::string reason_of(const store::ServerRow& server);
// How long this case is held back: the same for the same seed, organisation and campaign.
std::chrono::minutes hold_back(const PlanSettings& settings, const std::string& organisation,
                               const std::string& campaign);

struct Plan {
  std::vector<PlannedCase> cases;  // by organisation and campaign
  std::uint64_t servers = 0;       // of concern
  std::uint64_t without_owner = 0;
  std::uint64_t notices() const;
};

// Gives the addressee of an organisation with these servers.
using FindAddressee = std::function<Result<Addressee>(const std::string& organisation,
                                                      const std::vector<store::ServerRow>& servers)>;

// Reads Servers (refresh() it before), plans every organisation. Changes nothing.
Result<Plan> make_plan(store::Store& store, const FindAddressee& find, const PlanSettings& settings,
                       Timestamp now);

// Keeps what was planned. Fails, keeping nothing, if another process opened cases since; make the plan again
// then.
Result<void> keep_plan(store::Store& store, const Plan& plan);

}  // namespace afterpatch::notify
