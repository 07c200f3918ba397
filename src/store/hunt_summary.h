// What hunts and sights from outside say of each server, told together. Used inside this room only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "store/database.h"
#include "store/servers.h"

namespace afterpatch::store {

// Fields as in ServerRow.
struct HuntSummary {
  Compromise compromise = Compromise::not_hunted;
  std::string confidence;
  std::string campaign;
  std::optional<Timestamp> first_said, last_said;
  std::optional<Timestamp> hunted, exploited, backdoored, reentered, patched;
  bool door_present = false;
  bool mail_accessed = false;
  bool credentials_exposed = false;
  std::string name;   // of the last list that knew it
  std::string build;  // of the last hunt that knew it
};

using ServerKey = std::pair<std::string, std::uint16_t>;  // address and port, in the order of the table
using HuntSummaries = std::map<ServerKey, HuntSummary>;

// Statements `hunted`, `door-seen` and `reported` (docs/store.md), whatever the order in which they came.
// Memory: some hundred bytes a server that was hunted. Throws what the database throws.
HuntSummaries read_hunts(Database& database);

// "192.0.2.1:443" taken apart: what server_subject() (ledger.h) put together.
std::optional<ServerKey> parse_server_subject(std::string_view subject);

}  // namespace afterpatch::store
