// The tables that observations go to, a portion at a time: what both databases do in their own way, so that
// the writer need not know which it is. Used inside this room only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/database.h"
#include "store/observation.h"
#include "store/span_rule.h"

namespace afterpatch::store {

// One host, what is stored of it by one source, and what is to be.
struct HostSpans {
  std::string address;
  std::uint16_t port = 0;
  std::string name;
  std::int64_t host = 0;       // 0: not in the store yet
  std::vector<Span> stored;    // by beginning: the latest, or all of them
  bool complete = false;       // all of them
  std::string latest_finding;  // digest of what the latest one says; empty if there is none
  std::int64_t latest_row =
      0;                  // where the database keeps the latest one until the transaction ends; 0: unknown
  std::vector<Span> now;  // as `stored`, with the observations of this portion
};

// What a host that is in the store is now said to be.
struct Saying {
  std::int64_t host = 0;
  std::string digest;
};

struct NewState {
  std::int64_t id = 0;
  std::string digest;
  const Observation* observation = nullptr;
  bool is_said = false;  // some span has it
};

// All throw what the database throws, and are called within a transaction.
class SpanTables {
 public:
  static std::unique_ptr<SpanTables> make(Database& database, std::int64_t source);
  virtual ~SpanTables() = default;

  // No other process writes spans until the transaction ends.
  virtual void keep_others_out() = 0;

  // Fills in `host`, `stored` (the latest) and `latest_finding`.
  virtual void find_latest(const std::vector<HostSpans*>& hosts) = 0;
  // Fills in `stored` of hosts that are in the store, with all their spans.
  virtual void find_all(const std::vector<HostSpans*>& hosts) = 0;
  // Ids, by digest, of what was said of these hosts before, by any source.
  virtual std::unordered_map<std::string, std::int64_t> find_states(const std::vector<Saying>& sayings) = 0;

  // The first of `count` ids that nobody else gets.
  virtual std::int64_t reserve_hosts(std::size_t count) = 0;
  virtual std::int64_t reserve_states(std::size_t count) = 0;

  virtual void add_hosts(const std::vector<const HostSpans*>& hosts) = 0;
  virtual void add_states(const std::vector<NewState>& states) = 0;
  // Makes what is stored what `now` says.
  virtual void write_spans(const std::vector<const HostSpans*>& hosts) = 0;
};

// Spans of one host that have to go, to get another end, and to come.
struct SpanDifference {
  std::vector<Span> removed, extended, added;
};
SpanDifference difference(const std::vector<Span>& stored, const std::vector<Span>& now);

}  // namespace afterpatch::store
