#include "store/server_query.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "store/server_day.h"
#include "store/server_stage.h"

namespace afterpatch::store {
namespace {

constexpr std::array<ServerColumn, 29> kColumns = {{
    {"address", "s.address"},
    {"port", "s.port", false},
    {"name", "s.name"},
    {"organisation", "s.organisation"},
    {"country", "s.country"},
    {"region", "s.region"},
    {"network", "s.network"},
    {"sector", "s.sector"},
    {"exposure", "s.exposure"},
    {"confidence", "s.confidence"},
    {"builds", "s.builds"},
    {"present", "s.present", false},
    {"first_seen", "s.first_seen", false},
    {"last_seen", "s.last_seen", false},
    {"first_open", "s.first_open", false, true},
    {"patched", "s.patched", false, true},
    {"compromise", "s.compromise", false},
    {"compromise_confidence", "s.compromise_confidence"},
    {"campaign", "s.campaign"},
    {"hunted", "s.hunted", false, true},
    {"exploited", "s.exploited", false, true},
    {"backdoored", "s.backdoored", false, true},
    {"reentered", "s.reentered", false, true},
    {"door_present", "s.door_present", false},
    {"mail_accessed", "s.mail_accessed", false},
    {"credentials_exposed", "s.credentials_exposed", false},
    {"case_number", "COALESCE(n.number, '')"},
    {"case_state", "COALESCE(n.state, '')"},
    {"cluster", "COALESCE(c.cluster, '')"},
}};

// Any text as a pattern of LIKE that means just it.
std::string pattern_of(const std::string& text) {
  std::string pattern = "%";
  for (const char c : to_lower_ascii(text)) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + "%";
}

}  // namespace

const char* const kServerColumns =
    "s.address, s.port, s.name, s.organisation, s.country, s.region, s.network, s.sector, s.exposure, "
    "s.confidence, s.builds, s.present, s.first_seen, s.last_seen, s.first_open, s.patched, s.compromise, "
    "s.compromise_confidence, s.campaign, s.hunted, s.exploited, s.backdoored, s.reentered, s.door_present, "
    "s.mail_accessed, s.credentials_exposed, COALESCE(n.number, ''), COALESCE(n.state, ''), "
    "COALESCE(c.cluster, '')";
const char* const kJoinCluster = " LEFT JOIN server_cluster c ON c.address = s.address AND c.port = s.port";
const char* const kJoinCaseOfOne =
    " LEFT JOIN victim_case n ON n.number = (SELECT v.number FROM case_server k JOIN victim_case v ON "
    "v.number = k.case_number WHERE k.address = s.address AND k.port = s.port ORDER BY v.opened DESC, "
    "v.number DESC LIMIT 1)";
const char* const kJoinCaseOfAll =
    " LEFT JOIN (SELECT r.address, r.port, r.number, r.state FROM (SELECT k.address, k.port, v.number, "
    "v.state, ROW_NUMBER() OVER (PARTITION BY k.address, k.port ORDER BY v.opened DESC, v.number DESC) AS "
    "place FROM case_server k JOIN victim_case v ON v.number = k.case_number) r WHERE r.place = 1) n ON "
    "n.address = s.address AND n.port = s.port";

const ServerColumn* find_server_column(std::string_view name) {
  const auto* found = std::find_if(kColumns.begin(), kColumns.end(),
                                   [&](const ServerColumn& column) { return column.name == name; });
  return found == kColumns.end() ? nullptr : found;
}

bool needs_cluster(std::string_view sql) {
  return sql.find("c.cluster") != std::string_view::npos;
}

bool needs_case(std::string_view sql) {
  return sql.find("n.number") != std::string_view::npos || sql.find("n.state") != std::string_view::npos;
}

ServerFilter::ServerFilter(const ServerQuery& query) {
  equal("country", query.country);
  equal("region", query.region);
  equal("network", query.network);
  equal("sector", query.sector);
  equal("organisation", query.organisation);
  equal("exposure", query.exposure);
  equal("case_state", query.case_state);
  equal("cluster", query.cluster);
  equal("campaign", query.campaign);
  if (query.compromise)
    compare("s.compromise = :compromise", "compromise", static_cast<int>(*query.compromise));
  if (query.at_least) compare("s.compromise >= :at_least", "at_least", static_cast<int>(*query.at_least));
  if (query.present) compare("s.present = :present", "present", *query.present ? 1 : 0);
  if (!query.search.empty()) search(query.search);
  if (const auto stage = stage_condition(query.stage, query.certainty)) where_ += " AND " + *stage;
  if (const auto moment = moment_condition(query.moment, query.from_day, query.until_day))
    where_ += " AND " + *moment;
  if (const auto standing = standing_condition(query.standing, query.day)) where_ += " AND " + *standing;
}

void ServerFilter::equal(std::string_view column, const std::string& value) {
  if (value.empty()) return;
  if (value == kLacking) {
    where_ += fmt::format(" AND {} = ''", find_server_column(column)->sql);
    return;
  }
  where_ += fmt::format(" AND {} = :{}", find_server_column(column)->sql, column);
  texts_.emplace_back(column, value);
}

void ServerFilter::compare(const std::string& condition, const std::string& name, int value) {
  where_ += " AND " + condition;
  numbers_.emplace_back(name, value);
}

void ServerFilter::search(const std::string& text) {
  where_ +=
      " AND (s.address LIKE :search ESCAPE '!' OR LOWER(s.name) LIKE :search ESCAPE '!' OR "
      "LOWER(s.organisation) LIKE :search ESCAPE '!' OR s.organisation IN (SELECT id FROM organisation WHERE "
      "LOWER(name) LIKE :search ESCAPE '!'))";
  texts_.emplace_back("search", pattern_of(text));
}

std::string ServerFilter::joins(const std::string& others) const {
  std::string joins;
  if (needs_cluster(where_) || needs_cluster(others)) joins += kJoinCluster;
  if (needs_case(where_) || needs_case(others)) joins += kJoinCaseOfAll;
  return joins;
}

void ServerFilter::bind(Rows& rows) const {
  for (const auto& [name, value] : texts_) rows.with(value, name);
  for (const auto& [name, value] : numbers_) rows.with(value, name);
}

BoundServer::BoundServer(Rows& rows) {
  ServerRow& r = row_;
  rows.into(r.address).into(port_).into(r.name).into(r.organisation).into(r.country).into(r.region);
  rows.into(r.network).into(r.sector).into(r.exposure).into(r.confidence).into(r.builds).into(present_);
  rows.into(first_seen_).into(last_seen_).into(first_open_).into(patched_).into(compromise_);
  rows.into(r.compromise_confidence).into(r.campaign).into(hunted_).into(exploited_).into(backdoored_);
  rows.into(reentered_).into(door_).into(mail_).into(credentials_).into(r.case_number).into(r.case_state);
  rows.into(r.cluster);
}

const ServerRow& BoundServer::row() {
  row_.port = static_cast<std::uint16_t>(port_);
  row_.present = present_ != 0;
  row_.first_seen = to_time(first_seen_);
  row_.last_seen = to_time(last_seen_);
  row_.first_open = first_open_.time();
  row_.patched = patched_.time();
  row_.compromise = static_cast<Compromise>(compromise_);
  row_.hunted = hunted_.time();
  row_.exploited = exploited_.time();
  row_.backdoored = backdoored_.time();
  row_.reentered = reentered_.time();
  row_.door_present = door_ != 0;
  row_.mail_accessed = mail_ != 0;
  row_.credentials_exposed = credentials_ != 0;
  return row_;
}

}  // namespace afterpatch::store
