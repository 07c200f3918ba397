// Reads spans back, server by server. Used inside this room only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/store.h"

namespace afterpatch::store {

// All throw what the database throws; Store (store.h) says what they give.
std::vector<SourceInfo> read_sources(Database& database);
std::vector<std::int64_t> read_active_days(Database& database, const std::string& source);
ServerHistory read_history(Database& database, const std::string& address, std::uint16_t port);
// Spans of one server by name, source's name and beginning, so that no order of imports shows.
void visit_histories(Database& database, const std::string& source,
                     const std::function<void(const ServerHistory&)>& visit);

}  // namespace afterpatch::store
