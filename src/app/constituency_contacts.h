// Whom to tell about the servers of each organisation, in which order: what room `notify` plans with.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/constituency_register.h"
#include "base/error.h"
#include "base/time.h"
#include "constituency/contact_ladder.h"

namespace afterpatch::app {

// All servers in `servers` count as hit: a mailbox on a server beside the one that was broken into is no
// safer.
constituency::HitServers hit_servers(const std::vector<KnownServer>& servers);

// By organisation's id, for each that owns a server of the store; of nobody else is asked anything.
Result<std::map<std::string, std::vector<constituency::LadderStep>>> contact_ladders(store::Store& store,
                                                                                     Timestamp now);

}  // namespace afterpatch::app
