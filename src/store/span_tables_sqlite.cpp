#include "store/span_tables_sqlite.h"

#include "store/rows.h"
#include "store/sqlite_statement.h"

namespace afterpatch::store {
namespace {

class SqliteSpanTables : public SpanTables {
 public:
  SqliteSpanTables(Database& database, std::int64_t source)
      : source_(source),
        find_latest_(database,
                     "SELECT h.id, s.first_seen, s.last_seen, s.state_id, t.digest FROM host h "
                     "LEFT JOIN span s ON s.host_id = h.id AND s.source_id = ? LEFT JOIN state t ON t.id = "
                     "s.state_id WHERE h.address = ? AND h.port = ? AND h.name = ? "
                     "ORDER BY s.first_seen DESC LIMIT 1"),
        find_all_(database,
                  "SELECT first_seen, last_seen, state_id FROM span WHERE host_id = ? AND source_id = ? "
                  "ORDER BY first_seen"),
        find_state_(database,
                    "SELECT MIN(t.id) FROM span s JOIN state t ON t.id = s.state_id WHERE s.host_id = ? AND "
                    "t.digest = ?"),
        last_host_(database, "SELECT COALESCE(MAX(id), 0) FROM host"),
        last_state_(database, "SELECT COALESCE(MAX(id), 0) FROM state"),
        add_host_(database, "INSERT INTO host (id, address, port, name) VALUES (?, ?, ?, ?)"),
        add_state_(database,
                   "INSERT INTO state (id, digest, reached, product, exposure, confidence, builds, country, "
                   "network, sector) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        add_content_(database, "INSERT INTO state_content (state_id, content) VALUES (?, ?)"),
        remove_(database, "DELETE FROM span WHERE host_id = ? AND source_id = ? AND first_seen = ?"),
        extend_(database,
                "UPDATE span SET last_seen = ?, state_id = ? WHERE host_id = ? AND source_id = ? AND "
                "first_seen = ?"),
        add_(
            database,
            "INSERT INTO span (host_id, source_id, first_seen, last_seen, state_id) VALUES (?, ?, ?, ?, ?)") {
  }

  void keep_others_out() override {}  // BEGIN IMMEDIATE did

  void find_latest(const std::vector<HostSpans*>& hosts) override {
    for (HostSpans* host : hosts) {
      find_latest_.bind(source_).bind(host->address).bind(host->port).bind(host->name);
      if (find_latest_.step()) take_latest(*host);
      find_latest_.reset();
    }
  }

  void find_all(const std::vector<HostSpans*>& hosts) override {
    for (HostSpans* host : hosts) {
      host->stored.clear();
      find_all_.bind(host->host).bind(source_);
      while (find_all_.step())
        host->stored.push_back(
            {to_time(find_all_.number(0)), to_time(find_all_.number(1)), find_all_.number(2)});
      find_all_.reset();
    }
  }

  std::unordered_map<std::string, std::int64_t> find_states(const std::vector<Saying>& sayings) override {
    std::unordered_map<std::string, std::int64_t> found;
    for (const Saying& saying : sayings) {
      find_state_.bind(saying.host).bind(saying.digest);
      if (find_state_.step() && !find_state_.is_null(0)) found[saying.digest] = find_state_.number(0);
      find_state_.reset();
    }
    return found;
  }

  // Nobody else writes in this transaction.
  std::int64_t reserve_hosts(std::size_t /*count*/) override { return next(last_host_); }
  std::int64_t reserve_states(std::size_t /*count*/) override { return next(last_state_); }

  void add_hosts(const std::vector<const HostSpans*>& hosts) override {
    for (const HostSpans* host : hosts)
      add_host_.bind(host->host).bind(host->address).bind(host->port).bind(host->name).run();
  }

  void add_states(const std::vector<NewState>& states) override {
    for (const NewState& state : states) {
      const Observation& seen = *state.observation;
      add_state_.bind(state.id).bind(state.digest).bind(seen.reached ? 1 : 0).bind(seen.product);
      add_state_.bind(seen.exposure).bind(seen.confidence).bind(seen.builds).bind(seen.country);
      add_state_.bind(seen.network).bind(seen.sector).run();
      add_content_.bind(state.id).bind(seen.content).run();
    }
  }

  void write_spans(const std::vector<const HostSpans*>& hosts) override {
    for (const HostSpans* host : hosts) {
      const SpanDifference changes = difference(host->stored, host->now);
      for (const Span& span : changes.removed)
        remove_.bind(host->host).bind(source_).bind(to_number(span.first)).run();
      for (const Span& span : changes.extended)
        extend_.bind(to_number(span.last))
            .bind(span.state)
            .bind(host->host)
            .bind(source_)
            .bind(to_number(span.first))
            .run();
      for (const Span& span : changes.added)
        add_.bind(host->host)
            .bind(source_)
            .bind(to_number(span.first))
            .bind(to_number(span.last))
            .bind(span.state)
            .run();
    }
  }

 private:
  void take_latest(HostSpans& host) {
    host.host = find_latest_.number(0);
    if (find_latest_.is_null(1)) return;
    host.stored = {
        {to_time(find_latest_.number(1)), to_time(find_latest_.number(2)), find_latest_.number(3)}};
    host.latest_finding = find_latest_.text(4);
  }

  static std::int64_t next(SqliteStatement& last) {
    last.step();
    const std::int64_t id = last.number(0) + 1;
    last.reset();
    return id;
  }

  std::int64_t source_;
  SqliteStatement find_latest_, find_all_, find_state_, last_host_, last_state_;
  SqliteStatement add_host_, add_state_, add_content_, remove_, extend_, add_;
};

}  // namespace

std::unique_ptr<SpanTables> make_sqlite_span_tables(Database& database, std::int64_t source) {
  return std::make_unique<SqliteSpanTables>(database, source);
}

}  // namespace afterpatch::store
