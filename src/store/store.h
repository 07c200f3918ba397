// Observations, kept. What was ever seen stays: nothing in a store says "patched", it says "on these days
// this was seen", and every status is derived from that.
//
// Example:
//   auto store = Store::open("exposure.db");
//   auto writer = (*store)->write("scan", std::chrono::hours(48));
//   (*writer)->add(observation);
//   (*writer)->commit();        // only now it is certain to stay
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/accounts.h"
#include "store/cases.h"
#include "store/console_lists.h"
#include "store/directory.h"
#include "store/ledger.h"
#include "store/observation.h"
#include "store/servers.h"
#include "store/span_rule.h"
#include "store/uploads.h"

namespace afterpatch::store {

// Twice a day's distance: one missed day is bridged, two are a gap.
inline constexpr std::chrono::hours kDefaultLongestGap{48};

struct WriteCounts {
  std::uint64_t observations = 0;  // given
  std::uint64_t unchanged = 0;     // known already, moment and all
  std::uint64_t extended = 0;      // the same as before, seen once more
  std::uint64_t changed = 0;       // something new: a new span
  std::uint64_t contradicted = 0;  // left out: something else was seen at that very moment
};

// Adds observations of one source, some thousands at once, so that an error may come a little after what it
// is about. Everything since the last commit() is lost if the program dies or an error came, nothing before.
// Not thread-safe; one at a time for a store: on PostgreSQL another process waits its turn.
class Writer {
 public:
  virtual ~Writer() = default;  // what was not committed is dropped
  virtual Result<void> add(Observation observation) = 0;
  virtual Result<void> commit() = 0;
  virtual const WriteCounts& counts() const = 0;  // whole after commit()

  // Files that were read to their end, known by their SHA-256.
  virtual Result<bool> was_imported(const std::string& digest) = 0;
  virtual Result<void> note_import(const std::string& digest, const std::string& name,
                                   std::uint64_t records) = 0;

  // For what still grows, as the output of a scan does: how many of its records are here already, 0 of one
  // that is not known. Told with the records: after commit() both stay, after anything else neither.
  virtual Result<std::uint64_t> followed(const std::string& digest) = 0;
  virtual Result<void> note_followed(const std::string& digest, const std::string& name,
                                     std::uint64_t records) = 0;
};

// One span with what a report needs of its state.
struct SeenSpan {
  std::int64_t source = 0;
  std::string name;
  Timestamp first{};
  Timestamp last{};
  bool reached = true;
  std::string product;
  std::string exposure;
  std::string confidence;
  std::string builds;
  std::string country;
  std::string network;
  std::string sector;
};

// All that is known of one address and port, of any source and name, by beginning.
struct ServerHistory {
  std::string address;
  std::uint16_t port = 0;
  std::vector<SeenSpan> spans;
};

struct SourceInfo {
  std::int64_t id = 0;
  std::string name;
  std::chrono::microseconds longest_gap{};
};

class Store {
 public:
  // A SQLite file, made if it is not there; or "postgresql://user@host:port/database", which must be there,
  // with a password in the place or as libpq finds it (~/.pgpass). Errors never show the password. A
  // connection that was lost is not made again: open the store again.
  static Result<std::unique_ptr<Store>> open(const std::string& place);
  virtual ~Store() = default;

  virtual Ledger& ledger() = 0;
  virtual Directory& directory() = 0;
  virtual Servers& servers() = 0;
  virtual Cases& cases() = 0;
  virtual Accounts& accounts() = 0;
  virtual Uploads& uploads() = 0;
  virtual ConsoleLists& console_lists() = 0;

  // A text that changes when anything that lists and counts show has changed, by this process or another;
  // accounts, sessions and the audit log don't count. Cheap: may be asked once a second.
  virtual Result<std::string> change_mark() = 0;

  // Keeps 4 MB of the database at hand instead of 64: for programs that open a store many times and write
  // little. Nothing for PostgreSQL, which keeps its own.
  virtual Result<void> keep_little() = 0;

  // Runs `work` in one transaction: if it fails, nothing it did stays. Not to be nested.
  virtual Result<void> together(const std::function<Result<void>()>& work) = 0;

  // `longest_gap`: how long a server may go unseen by this source before its span ends; kept from the first
  // time the source is used, and another one later is an error, since old spans were made by the old one.
  virtual Result<std::unique_ptr<Writer>> write(const std::string& source,
                                                std::chrono::microseconds longest_gap) = 0;

  virtual Result<std::vector<SourceInfo>> sources() = 0;
  // Days, counted from 1970-01-01 UTC, on which `source` saw anything at all; of all sources if it is empty.
  // Ascending.
  virtual Result<std::vector<std::int64_t>> active_days(const std::string& source) = 0;
  // Server by server, in the order of their addresses' text. Memory holds one server at a time.
  virtual Result<void> for_each_server(const std::string& source,
                                       const std::function<void(const ServerHistory&)>& visit) = 0;
  // One server, whatever it is called, by beginning of its spans; without spans if it is not known.
  virtual Result<ServerHistory> history(const std::string& address, std::uint16_t port) = 0;
  // All that was seen, evidence and errors with it, when the finding of the span that covers `time` was first
  // made of this server; as JSON. Empty if there is no such span.
  virtual Result<std::string> content_at(const std::string& address, std::uint16_t port, Timestamp time) = 0;
};

}  // namespace afterpatch::store
