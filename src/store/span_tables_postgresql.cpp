#include "store/span_tables_postgresql.h"

#include <fmt/format.h>

#include "store/postgresql_binary.h"
#include "store/row_loader.h"
#include "store/rows.h"

namespace afterpatch::store {
namespace {

constexpr long long kWriterLock = 0x6166747772;  // "aftwr": ours alone, and kept apart by database

// Until the transaction ends: a portion is small beside the tables, always, and no host or state of it comes
// twice, so nothing is worth remembering. A plan that is switched off counts as dear as ten thousand million
// rows, which alone would make the server compile the statement. Settings that an older server does not know
// are left out.
constexpr const char* kPlans =
    "SELECT string_agg(set_config(name, 'off', TRUE), '') FROM pg_settings WHERE name IN ('enable_hashjoin', "
    "'enable_mergejoin', 'enable_seqscan', 'enable_memoize', 'jit')";

// LIMIT keeps the planner on the indices: it can't know how long the arrays are, and would read a whole table
// for a portion otherwise.
constexpr const char* kLatest =
    "SELECT w.place, h.id, s.first_seen, s.last_seen, s.state_id, t.digest, s.ctid FROM UNNEST($1, $2, $3) "
    "WITH ORDINALITY AS w (address, port, name, place) "
    "JOIN LATERAL (SELECT id FROM host WHERE address = w.address AND port = w.port AND name = w.name LIMIT "
    "1) "
    "h ON TRUE "
    "LEFT JOIN LATERAL (SELECT first_seen, last_seen, state_id, ctid FROM span WHERE host_id = h.id AND "
    "source_id = $4 ORDER BY first_seen DESC LIMIT 1) s ON TRUE "
    "LEFT JOIN LATERAL (SELECT digest FROM state WHERE id = s.state_id LIMIT 1) t ON TRUE";
constexpr const char* kAll =
    "SELECT w.place, s.first_seen, s.last_seen, s.state_id FROM UNNEST($1) WITH ORDINALITY AS w (host_id, "
    "place) JOIN LATERAL (SELECT first_seen, last_seen, state_id FROM span WHERE host_id = w.host_id AND "
    "source_id = $2 OFFSET 0) s ON TRUE ORDER BY w.place, s.first_seen";
// No join of spans with states: sorted by the states' key, it would be read from its beginning for each host.
constexpr const char* kStates =
    "SELECT w.digest, t.id FROM UNNEST($1, $2) AS w (host_id, digest) JOIN LATERAL (SELECT MIN(s.state_id) "
    "AS "
    "id FROM span s WHERE s.host_id = w.host_id AND (SELECT e.digest FROM state e WHERE e.id = s.state_id) = "
    "w.digest) t ON t.id IS NOT NULL";
constexpr const char* kRemove =
    "DELETE FROM span USING UNNEST($1, $2) AS r (host_id, first_seen) WHERE span.host_id = r.host_id AND "
    "span.source_id = $3 AND span.first_seen = r.first_seen";
constexpr const char* kExtend =
    "UPDATE span SET last_seen = e.last_seen, state_id = e.state_id FROM UNNEST($1, $2, $3, $4) AS e "
    "(host_id, "
    "first_seen, last_seen, state_id) WHERE span.host_id = e.host_id AND span.source_id = $5 AND "
    "span.first_seen = e.first_seen";
// By where the row lies, which this transaction has read: nothing is looked up. Rows don't move meanwhile,
// since who writes spans is kept out, and who writes tables anew (VACUUM FULL) waits for all who have read.
constexpr const char* kExtendInPlace =
    "UPDATE span SET last_seen = e.last_seen FROM UNNEST($1, $2, $3) AS e (place, host_id, last_seen) WHERE "
    "span.ctid = e.place AND span.host_id = e.host_id";

class PostgresqlSpanTables : public SpanTables {
 public:
  PostgresqlSpanTables(Database& database, std::int64_t source)
      : database_(database), session_(database.session()), source_number_(source), source_(source) {}

  void keep_others_out() override {
    database_.session() << fmt::format("SELECT pg_advisory_xact_lock({})", kWriterLock);
    std::string settings;
    database_.session() << kPlans, soci::into(settings);
  }

  void find_latest(const std::vector<HostSpans*>& hosts) override {
    BinaryArray addresses(Of::text), ports(Of::integer), names(Of::text);
    for (const HostSpans* host : hosts) {
      addresses.add(host->address);
      ports.add(std::int64_t{host->port});
      names.add(host->name);
    }
    const BinaryRows rows =
        ask(session_, kLatest,
            {addresses.parameter(), ports.parameter(), names.parameter(), source_.parameter()});
    for (int row = 0; row < rows.count(); ++row) {
      HostSpans& host = *hosts[place_in(rows, row)];
      host.host = rows.number(row, 1);
      if (rows.is_null(row, 2)) continue;
      host.stored = {span_in(rows, row, 2)};
      host.latest_finding = rows.text(row, 5);
      host.latest_row = rows.number(row, 6);
    }
  }

  void find_all(const std::vector<HostSpans*>& hosts) override {
    BinaryArray ids(Of::bigint);
    for (HostSpans* host : hosts) {
      host->stored.clear();
      ids.add(host->host);
    }
    const BinaryRows rows = ask(session_, kAll, {ids.parameter(), source_.parameter()});
    for (int row = 0; row < rows.count(); ++row)
      hosts[place_in(rows, row)]->stored.push_back(span_in(rows, row, 1));
  }

  std::unordered_map<std::string, std::int64_t> find_states(const std::vector<Saying>& sayings) override {
    std::unordered_map<std::string, std::int64_t> found;
    if (sayings.empty()) return found;
    BinaryArray hosts(Of::bigint), digests(Of::text);
    for (const Saying& saying : sayings) {
      hosts.add(saying.host);
      digests.add(saying.digest);
    }
    const BinaryRows rows = ask(session_, kStates, {hosts.parameter(), digests.parameter()});
    for (int row = 0; row < rows.count(); ++row) found[std::string(rows.text(row, 0))] = rows.number(row, 1);
    return found;
  }

  std::int64_t reserve_hosts(std::size_t count) override { return reserve("host", count); }
  std::int64_t reserve_states(std::size_t count) override { return reserve("state", count); }

  void add_hosts(const std::vector<const HostSpans*>& hosts) override {
    const auto loader = RowLoader::make(database_, "host", {"id", "address", "port", "name"}, kAtOnce);
    for (const HostSpans* host : hosts) {
      loader->number(host->host);
      loader->text(host->address);
      loader->number(host->port);
      loader->text(host->name);
      loader->end_row();
    }
    loader->finish();
  }

  void add_states(const std::vector<NewState>& states) override {
    const auto loader = RowLoader::make(database_, "state",
                                        {"id", "digest", "reached", "product", "exposure", "confidence",
                                         "builds", "country", "network", "sector"},
                                        kAtOnce);
    for (const NewState& state : states) {
      const Observation& seen = *state.observation;
      loader->number(state.id);
      loader->text(state.digest);
      loader->number(seen.reached ? 1 : 0);
      for (const std::string* text : {&seen.product, &seen.exposure, &seen.confidence, &seen.builds,
                                      &seen.country, &seen.network, &seen.sector})
        loader->text(*text);
      loader->end_row();
    }
    loader->finish();
    add_contents(states);
  }

  void write_spans(const std::vector<const HostSpans*>& hosts) override {
    Changes removed, extended;
    InPlace in_place;
    const auto added =
        RowLoader::make(database_, "span", {"host_id", "source_id", "first_seen", "last_seen", "state_id"});
    for (const HostSpans* host : hosts) {
      if (host->stored == host->now) continue;
      if (only_lasts_longer(*host)) {
        in_place.add(*host);
        continue;
      }
      const SpanDifference changes = difference(host->stored, host->now);
      for (const Span& span : changes.removed) removed.add(host->host, span);
      for (const Span& span : changes.extended) extended.add(host->host, span);
      for (const Span& span : changes.added) load(*added, host->host, span);
    }
    remove(removed);
    extend(extended);
    extend_in_place(in_place);
    added->finish();
  }

 private:
  using Of = BinaryArray::Of;
  static constexpr RowLoader::Sending kAtOnce = RowLoader::Sending::at_once;

  void add_contents(const std::vector<NewState>& states) {
    const auto loader = RowLoader::make(database_, "state_content", {"state_id", "content"}, kAtOnce);
    for (const NewState& state : states) {
      loader->number(state.id);
      loader->text(state.observation->content);
      loader->end_row();
    }
    loader->finish();
  }

  // Columns of spans.
  struct Changes {
    BinaryArray hosts{Of::bigint}, firsts{Of::bigint}, lasts{Of::bigint}, states{Of::bigint};

    void add(std::int64_t host, const Span& span) {
      hosts.add(host);
      firsts.add(to_number(span.first));
      lasts.add(to_number(span.last));
      states.add(span.state);
    }
  };

  // Latest spans that get a new end.
  struct InPlace {
    BinaryArray rows{Of::tid}, hosts{Of::bigint}, lasts{Of::bigint};
    std::int64_t count = 0;

    void add(const HostSpans& host) {
      ++count;
      rows.add(host.latest_row);
      hosts.add(host.host);
      lasts.add(to_number(host.now.back().last));
    }
  };

  // What most servers do on most days.
  static bool only_lasts_longer(const HostSpans& host) {
    if (host.latest_row == 0 || host.stored.size() != 1 || host.now.size() != 1) return false;
    return host.now.front().first == host.stored.front().first &&
           host.now.front().state == host.stored.front().state;
  }

  static std::size_t place_in(const BinaryRows& rows, int row) {
    return static_cast<std::size_t>(rows.number(row, 0) - 1);
  }

  static Span span_in(const BinaryRows& rows, int row, int column) {
    return {to_time(rows.number(row, column)), to_time(rows.number(row, column + 1)),
            rows.number(row, column + 2)};
  }

  void load(RowLoader& loader, std::int64_t host, const Span& span) const {
    for (const std::int64_t number : {host, source_number_, std::int64_t{to_number(span.first)},
                                      std::int64_t{to_number(span.last)}, span.state})
      loader.number(number);
    loader.end_row();
  }

  void remove(Changes& spans) {
    if (spans.hosts.empty()) return;
    ask(session_, kRemove, {spans.hosts.parameter(), spans.firsts.parameter(), source_.parameter()});
  }

  void extend(Changes& spans) {
    if (spans.hosts.empty()) return;
    ask(session_, kExtend,
        {spans.hosts.parameter(), spans.firsts.parameter(), spans.lasts.parameter(), spans.states.parameter(),
         source_.parameter()});
  }

  void extend_in_place(InPlace& spans) {
    if (spans.rows.empty()) return;
    const BinaryRows answer = ask(session_, kExtendInPlace,
                                  {spans.rows.parameter(), spans.hosts.parameter(), spans.lasts.parameter()});
    if (answer.changed() != spans.count)
      throw soci::soci_error("spans were changed by somebody else in the middle of an import");
  }

  std::int64_t reserve(const std::string& table, std::size_t count) {
    long long last = 0;
    database_.session() << fmt::format(
        "SELECT setval(pg_get_serial_sequence('{0}', 'id'), nextval(pg_get_serial_sequence('{0}', 'id')) + "
        "{1})",
        table, count),
        soci::into(last);
    return last - static_cast<std::int64_t>(count);
  }

  Database& database_;
  soci::session& session_;
  std::int64_t source_number_;
  BinaryNumber source_;
};

}  // namespace

std::unique_ptr<SpanTables> make_postgresql_span_tables(Database& database, std::int64_t source) {
  return std::make_unique<PostgresqlSpanTables>(database, source);
}

}  // namespace afterpatch::store
