// Where each server stands now: one row a server, made from spans, hunts, owners and cases by refresh().
// Lists, counts and the console read this and nothing else.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace afterpatch::store {

class Database;

// DESIGN section 2; the numbers are their order.
enum class Compromise {
  not_hunted = -1,
  no_evidence = 0,
  probed = 1,
  exploited = 2,
  backdoored = 3,
  reentered = 4
};
// "not-hunted", "no-evidence", "probed", "exploited", "backdoored", "re-entered".
std::string_view name_of(Compromise compromise);
std::optional<Compromise> compromise_named(std::string_view word);

struct ServerRow {
  std::string address;
  std::uint16_t port = 443;
  std::string name;  // by which it was asked last; empty if by its address
  std::string organisation;
  std::string country;  // the organisation's, else what the scan said
  std::string region;
  std::string network;  // "AS3320"
  std::string sector;   // the organisation's, else what the scan said

  std::string exposure;  // day_picture.h's words, as last seen; empty if no scan ever saw it
  std::string confidence;
  std::string builds;
  bool present = false;  // seen as a self-hosted server on the last active day; gone is never patched
  Timestamp first_seen{};
  Timestamp last_seen{};
  std::optional<Timestamp> first_open;  // first day seen unpatched or unsupported
  std::optional<Timestamp>
      patched;  // middle between last day open and first day patched, or what a hunt says

  Compromise compromise = Compromise::not_hunted;  // the worst that any hunt or outside sight of a door says
  std::string compromise_confidence;
  std::string campaign;
  std::optional<Timestamp> hunted;  // when last; also when a shell was seen from outside
  std::optional<Timestamp> exploited;
  std::optional<Timestamp> backdoored;
  std::optional<Timestamp> reentered;
  bool door_present = false;  // as of the last hunt or sight
  bool mail_accessed = false;
  bool credentials_exposed = false;

  std::string case_number;  // of the newest case with this server
  std::string case_state;
  std::string cluster;  // activity cluster; empty: none
};

// What is empty does not filter. `search` is part of address, name, organisation's id or name, any case.
struct ServerQuery {
  std::string search;
  std::string country, region, network, sector, organisation, exposure, case_state, cluster, campaign;
  std::optional<Compromise> compromise;
  std::optional<Compromise> at_least;
  std::optional<bool> present;
  std::string stage;                  // one of the situation's: server_stage.h; another one is an error
  std::string certainty = "counted";  // of the stage: "certain", "counted" or "possible"
  std::string moment;                 // server_day.h, with from_day and until_day; another word is an error
  std::int64_t from_day = 0, until_day = 0;  // days since 1970-01-01 in UTC, both included
  std::string standing;                      // server_day.h, on `day`; another word is an error
  std::int64_t day = 0;
  std::string sort = "address";  // a field's name as in ServerRow; another one is an error
  bool descending = false;
  std::uint64_t offset = 0;
  std::uint64_t limit = 100;
};

struct ServerPage {
  std::vector<ServerRow> rows;
  std::uint64_t total = 0;
};

// How many servers are alike in the named columns.
struct ServerGroup {
  std::vector<std::string> values;
  std::uint64_t servers = 0;
  std::uint64_t organisations = 0;  // distinct, of those attributed
};

// What the situation counts of a server: few columns, since it reads them all. Moments of cases are the first
// of any case with this server.
struct ServerGlance {
  std::string address;
  std::uint16_t port = 443;
  std::string organisation, country, region, sector, exposure, compromise_confidence, campaign;
  bool present = false;
  Compromise compromise = Compromise::not_hunted;
  Timestamp first_seen{};
  Timestamp last_seen{};
  std::optional<Timestamp> first_open, patched, notified, reached, clean;
};

struct ClusterMember {
  std::string cluster;  // stable id: docs/situation.md
  std::string address;
  std::uint16_t port = 443;
};

// Part of a Store, which owns it. Not thread-safe.
class Servers {
 public:
  explicit Servers(Database& database) : database_(database) {}

  // Makes the rows again from all spans and statements. The same content gives the same rows, whatever the
  // order in which it came. Costs one pass over the store; readers see the old rows until it is done. A row
  // is made for what was ever seen as a self-hosted server, and for what was hunted
  // or reported by somebody else.
  Result<void> refresh();

  Result<ServerPage> find(const ServerQuery& query);
  Result<std::optional<ServerRow>> server(const std::string& address, std::uint16_t port);
  // All that match: offset and limit do not count here.
  Result<void> for_each(const ServerQuery& query, const std::function<void(const ServerRow&)>& visit);
  // Of one country, if it is not empty; in no order.
  Result<void> for_each_glance(const std::string& country,
                               const std::function<void(const ServerGlance&)>& visit);
  // `columns`: names of text columns of ServerRow, or "compromise" (name_of), "present" ("true", "false");
  // largest groups first. Offset and limit do not count here. No columns: one group of all.
  Result<std::vector<ServerGroup>> count_by(const std::vector<std::string>& columns,
                                            const ServerQuery& query);

  Result<void> put_clusters(const std::vector<ClusterMember>& members);  // replaces all
  Result<std::vector<ClusterMember>> clusters();

 private:
  Database& database_;
};

}  // namespace afterpatch::store
