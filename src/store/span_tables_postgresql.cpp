#include "store/span_tables_postgresql.h"

#include <iterator>

#include <fmt/format.h>

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
    "SELECT w.place, h.id, s.first_seen, s.last_seen, s.state_id, t.digest FROM "
    "UNNEST(CAST(:addresses AS TEXT[]), CAST(:ports AS INTEGER[]), CAST(:names AS TEXT[])) WITH ORDINALITY "
    "AS w (address, port, name, place) "
    "JOIN LATERAL (SELECT id FROM host WHERE address = w.address AND port = w.port AND name = w.name LIMIT "
    "1) "
    "h ON TRUE "
    "LEFT JOIN LATERAL (SELECT first_seen, last_seen, state_id FROM span WHERE host_id = h.id AND source_id "
    "= "
    ":source ORDER BY first_seen DESC LIMIT 1) s ON TRUE "
    "LEFT JOIN LATERAL (SELECT digest FROM state WHERE id = s.state_id LIMIT 1) t ON TRUE";
constexpr const char* kAll =
    "SELECT w.place, s.first_seen, s.last_seen, s.state_id FROM UNNEST(CAST(:hosts AS BIGINT[])) WITH "
    "ORDINALITY AS w (host_id, place) JOIN LATERAL (SELECT first_seen, last_seen, state_id FROM span WHERE "
    "host_id = w.host_id AND source_id = :source OFFSET 0) s ON TRUE ORDER BY w.place, s.first_seen";
// No join of spans with states: sorted by the states' key, it would be read from its beginning for each host.
constexpr const char* kStates =
    "SELECT w.digest, t.id FROM UNNEST(CAST(:hosts AS BIGINT[]), CAST(:digests AS TEXT[])) AS w (host_id, "
    "digest) JOIN LATERAL (SELECT MIN(s.state_id) AS id FROM span s WHERE s.host_id = w.host_id AND (SELECT "
    "e.digest FROM state e WHERE e.id = s.state_id) = w.digest) t ON t.id IS NOT NULL";
constexpr const char* kRemove =
    "DELETE FROM span USING UNNEST(CAST(:hosts AS BIGINT[]), CAST(:firsts AS BIGINT[])) AS r (host_id, "
    "first_seen) WHERE span.host_id = r.host_id AND span.source_id = :source AND span.first_seen = "
    "r.first_seen";
constexpr const char* kExtend =
    "UPDATE span SET last_seen = e.last_seen, state_id = e.state_id FROM UNNEST(CAST(:hosts AS BIGINT[]), "
    "CAST(:firsts AS BIGINT[]), CAST(:lasts AS BIGINT[]), CAST(:states AS BIGINT[])) AS e (host_id, "
    "first_seen, last_seen, state_id) WHERE span.host_id = e.host_id AND span.source_id = :source AND "
    "span.first_seen = e.first_seen";

// An array as PostgreSQL reads it: {1,2} or {"a","b"}.
class Array {
 public:
  void add(std::int64_t number) {
    separate();
    fmt::format_to(std::back_inserter(text_), "{}", number);
  }
  void add(std::string_view value) {
    separate();
    text_ += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  std::string finished() const { return text_ + "}"; }
  bool empty() const { return text_.size() == 1; }

 private:
  void separate() {
    if (!empty()) text_ += ',';
  }

  std::string text_ = "{";
};

class PostgresqlSpanTables : public SpanTables {
 public:
  PostgresqlSpanTables(Database& database, std::int64_t source) : database_(database), source_(source) {}

  void keep_others_out() override {
    database_.session() << fmt::format("SELECT pg_advisory_xact_lock({})", kWriterLock);
    std::string settings;
    database_.session() << kPlans, soci::into(settings);
  }

  void find_latest(const std::vector<HostSpans*>& hosts) override {
    Array addresses, ports, names;
    for (const HostSpans* host : hosts) {
      addresses.add(host->address);
      ports.add(std::int64_t{host->port});
      names.add(host->name);
    }
    const std::string address_list = addresses.finished();
    const std::string port_list = ports.finished();
    const std::string name_list = names.finished();
    long long place = 0;
    long long id = 0;
    OptionalNumber first, last, state;
    OptionalText digest;
    Rows rows(database_, kLatest);
    rows.with(address_list, "addresses").with(port_list, "ports").with(name_list, "names");
    rows.with(source_, "source");
    rows.into(place).into(id).into(first).into(last).into(state).into(digest);
    while (rows.next()) {
      HostSpans& host = *hosts[static_cast<std::size_t>(place - 1)];
      host.host = id;
      if (!first.time()) continue;
      host.stored = {{to_time(first.value), to_time(last.value), state.value}};
      host.latest_finding = digest.value;
    }
  }

  void find_all(const std::vector<HostSpans*>& hosts) override {
    Array ids;
    for (HostSpans* host : hosts) {
      host->stored.clear();
      ids.add(host->host);
    }
    const std::string list = ids.finished();
    long long place = 0, first = 0, last = 0, state = 0;
    Rows rows(database_, kAll);
    rows.with(list, "hosts").with(source_, "source");
    rows.into(place).into(first).into(last).into(state);
    while (rows.next())
      hosts[static_cast<std::size_t>(place - 1)]->stored.push_back({to_time(first), to_time(last), state});
  }

  std::unordered_map<std::string, std::int64_t> find_states(const std::vector<Saying>& sayings) override {
    std::unordered_map<std::string, std::int64_t> found;
    if (sayings.empty()) return found;
    Array hosts, digests;
    for (const Saying& saying : sayings) {
      hosts.add(saying.host);
      digests.add(saying.digest);
    }
    const std::string host_list = hosts.finished();
    const std::string digest_list = digests.finished();
    std::string digest;
    long long id = 0;
    Rows rows(database_, kStates);
    rows.with(host_list, "hosts").with(digest_list, "digests").into(digest).into(id);
    while (rows.next()) found[digest] = id;
    return found;
  }

  std::int64_t reserve_hosts(std::size_t count) override { return reserve("host", count); }
  std::int64_t reserve_states(std::size_t count) override { return reserve("state", count); }

  void add_hosts(const std::vector<const HostSpans*>& hosts) override {
    const auto loader = RowLoader::make(database_, "host", {"id", "address", "port", "name"});
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
                                         "builds", "country", "network", "sector"});
    const auto contents = RowLoader::make(database_, "state_content", {"state_id", "content"});
    for (const NewState& state : states) {
      const Observation& seen = *state.observation;
      loader->number(state.id);
      loader->text(state.digest);
      loader->number(seen.reached ? 1 : 0);
      for (const std::string* text : {&seen.product, &seen.exposure, &seen.confidence, &seen.builds,
                                      &seen.country, &seen.network, &seen.sector})
        loader->text(*text);
      loader->end_row();
      contents->number(state.id);
      contents->text(seen.content);
      contents->end_row();
    }
    loader->finish();
    contents->finish();
  }

  void write_spans(const std::vector<const HostSpans*>& hosts) override {
    Changes removed, extended;
    const auto added =
        RowLoader::make(database_, "span", {"host_id", "source_id", "first_seen", "last_seen", "state_id"});
    for (const HostSpans* host : hosts) {
      const SpanDifference changes = difference(host->stored, host->now);
      for (const Span& span : changes.removed) removed.add(host->host, span);
      for (const Span& span : changes.extended) extended.add(host->host, span);
      for (const Span& span : changes.added) load(*added, host->host, span);
    }
    remove(removed);
    extend(extended);
    added->finish();
  }

 private:
  // Columns of spans.
  struct Changes {
    Array hosts, firsts, lasts, states;

    void add(std::int64_t host, const Span& span) {
      hosts.add(host);
      firsts.add(to_number(span.first));
      lasts.add(to_number(span.last));
      states.add(span.state);
    }
  };

  void load(RowLoader& loader, std::int64_t host, const Span& span) const {
    for (const std::int64_t number : {host, std::int64_t{source_}, std::int64_t{to_number(span.first)},
                                      std::int64_t{to_number(span.last)}, span.state})
      loader.number(number);
    loader.end_row();
  }

  void remove(const Changes& spans) {
    if (spans.hosts.empty()) return;
    const std::string hosts = spans.hosts.finished();
    const std::string firsts = spans.firsts.finished();
    database_.session() << kRemove, soci::use(hosts, "hosts"), soci::use(firsts, "firsts"),
        soci::use(source_, "source");
  }

  void extend(const Changes& spans) {
    if (spans.hosts.empty()) return;
    const std::string hosts = spans.hosts.finished();
    const std::string firsts = spans.firsts.finished();
    const std::string lasts = spans.lasts.finished();
    const std::string states = spans.states.finished();
    database_.session() << kExtend, soci::use(hosts, "hosts"), soci::use(firsts, "firsts"),
        soci::use(lasts, "lasts"), soci::use(states, "states"), soci::use(source_, "source");
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
  long long source_;
};

}  // namespace

std::unique_ptr<SpanTables> make_postgresql_span_tables(Database& database, std::int64_t source) {
  return std::make_unique<PostgresqlSpanTables>(database, source);
}

}  // namespace afterpatch::store
