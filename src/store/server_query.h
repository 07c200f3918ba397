// A ServerQuery as SQL. Used inside this room only.
#pragma once

#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/rows.h"
#include "store/servers.h"

namespace afterpatch::store {

// A column of ServerRow, and where it is in the query: s is the server, c its cluster, n its newest case.
struct ServerColumn {
  std::string_view name;
  std::string_view sql;
  bool is_text = true;
  bool may_be_null = false;
};

// nullptr if there is none of that name.
const ServerColumn* find_server_column(std::string_view name);

// Every column of a row, to be read by BoundServer; and the tables that they need beside `server s`.
extern const char* const kServerColumns;
extern const char* const kJoinCluster;
extern const char* const kJoinCaseOfOne;  // looked up for each server: for few
extern const char* const kJoinCaseOfAll;  // worked out for all at once: for many

// Whether an expression speaks of the cluster, or of the case.
bool needs_cluster(std::string_view sql);
bool needs_case(std::string_view sql);

// The part after WHERE, with the values that it compares with.
class ServerFilter {
 public:
  explicit ServerFilter(const ServerQuery& query);
  ServerFilter(const ServerFilter&) = delete;
  ServerFilter& operator=(const ServerFilter&) = delete;

  const std::string& where() const { return where_; }
  // The tables that `where` and `others`, expressions of the same query, need beside `server s`.
  std::string joins(const std::string& others) const;
  void bind(Rows& rows) const;

 private:
  void equal(std::string_view column, const std::string& value);
  void compare(const std::string& condition, const std::string& name, int value);
  void search(const std::string& text);

  std::string where_ = "1 = 1";
  std::list<std::pair<std::string, std::string>> texts_;  // name and value, at places that do not move
  std::list<std::pair<std::string, int>> numbers_;
};

// A row with room for what the database gives.
class BoundServer {
 public:
  explicit BoundServer(Rows& rows);
  const ServerRow& row();

 private:
  ServerRow row_;
  int port_ = 0, present_ = 0, compromise_ = 0, door_ = 0, mail_ = 0, credentials_ = 0;
  long long first_seen_ = 0, last_seen_ = 0;
  OptionalNumber first_open_, patched_, hunted_, exploited_, backdoored_, reentered_;
};

}  // namespace afterpatch::store
