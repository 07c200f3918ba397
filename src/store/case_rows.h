// Rows of the tables victim_case and notice, as SOCI reads and writes them. Used inside this room only.
// All throw what the database throws.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/cases.h"
#include "store/conditions.h"
#include "store/database.h"

namespace afterpatch::store {

// The first is the key.
inline constexpr std::array<std::string_view, 17> kCaseColumns = {
    "number", "organisation", "campaign",    "reason",  "state",        "state_since",
    "opened", "held_until",   "notified",    "reached", "acknowledged", "patched",
    "hunted", "clean",        "recheck_due", "channel", "text"};
inline constexpr std::array<std::string_view, 18> kNoticeColumns = {
    "id",      "case_number", "channel",    "recipient", "language",   "text",
    "state",   "why",         "message_id", "planned",   "approved",   "not_before",
    "sending", "sent",        "ended",      "attempts",  "last_error", "content"};

// "c.number, c.organisation" of all columns, each with `before`.
std::string listed_case_columns(std::string_view before);
std::string listed_notice_columns();

// Replace rows of the same key.
void put_rows(soci::session& session, const std::vector<CaseRow>& rows);
void put_rows(soci::session& session, const std::vector<NoticeRow>& rows);

// `query` names all columns, in their order.
void read_rows(soci::session& session, const std::string& query, const Conditions& conditions,
               const std::function<void(const CaseRow&)>& visit);
void read_rows(soci::session& session, const std::string& query, const Conditions& conditions,
               const std::function<void(const NoticeRow&)>& visit);

// What an ORDER BY of text needs: PostgreSQL sorts by the language of its cluster unless told; SQLite by
// bytes.
std::string_view by_bytes(soci::session& session);

// A row count that SQLite and PostgreSQL both take: up to 2^63 - 1.
long long as_count(std::uint64_t number);

}  // namespace afterpatch::store
