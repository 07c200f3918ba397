// Who takes part in a story, and when: clients that nobody else in it has, each with a tool of its own. All
// is drawn from the story's own random numbers, so the order of calls is part of a scenario.
#pragma once

#include <chrono>
#include <string>

#include "range/intruder.h"
#include "range/password_intruder.h"
#include "range/proxyshell_intruder.h"
#include "range/story.h"

namespace afterpatch::range {

// A documentation address (RFC 5737, RFC 3849) that no request of the story has.
std::string fresh_client(Story& story);

// Random numbers of the next one who comes.
Random intruder_stream(const Story& story);

Intruder make_intruder(Story& story);
ProxyShellIntruder make_proxyshell_intruder(Story& story);
// Someone who has the password of one of the people.
PasswordIntruder make_password_intruder(Story& story);

// Before the middle of the period in a third of all seeds, shortly after it in the others; for ProxyLogon
// that is before and after the patch existed.
Timestamp attack_time(Story& story);

// A later moment in the period, at least `after` the planting.
Timestamp later(Story& story, Timestamp planted, std::chrono::hours after);

// Someone comes back through a door: the planter or another client, once or several times.
void come_back(Story& story, int door, const std::string& planter, Timestamp planted);

}  // namespace afterpatch::range
