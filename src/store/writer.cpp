#include "store/writer.h"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "base/hash.h"

namespace afterpatch::store {
namespace {

using soci::into;
using soci::use;

// A statement that is prepared once and run for every observation, with the variables it is bound to.
struct FindLatest {
  std::string address, name;
  int port = 0;
  long long source = 0;
  long long host = 0, first = 0, last = 0, state = 0;
  std::string digest;
  soci::indicator has_span = soci::i_null, has_last = soci::i_null, has_state = soci::i_null,
                  has_digest = soci::i_null;
  soci::statement statement;

  explicit FindLatest(soci::session& session)
      : statement(
            (session.prepare << "SELECT h.id, s.first_seen, s.last_seen, s.state_id, t.digest FROM host h "
                                "LEFT JOIN span s ON s.host_id = h.id AND s.source_id = :source "
                                "LEFT JOIN state t ON t.id = s.state_id "
                                "WHERE h.address = :address AND h.port = :port AND h.name = :name "
                                "ORDER BY s.first_seen DESC LIMIT 1",
             use(source), use(address), use(port), use(name), into(host), into(first, has_span),
             into(last, has_last), into(state, has_state), into(digest, has_digest))) {}
};

struct Extend {
  long long host = 0, source = 0, first = 0, last = 0;
  soci::statement statement;

  explicit Extend(soci::session& session)
      : statement(
            (session.prepare << "UPDATE span SET last_seen = :last WHERE host_id = :host AND source_id = "
                                ":source AND first_seen = :first",
             use(last), use(host), use(source), use(first))) {}
};

struct Insert {
  long long host = 0, source = 0, first = 0, last = 0, state = 0;
  soci::statement statement;

  explicit Insert(soci::session& session)
      : statement(
            (session.prepare << "INSERT INTO span (host_id, source_id, first_seen, last_seen, state_id) "
                                "VALUES (:host, :source, :first, :last, :state)",
             use(host), use(source), use(first), use(last), use(state))) {}
};

struct FindState {
  std::string digest;
  long long id = 0;
  soci::statement statement;

  explicit FindState(soci::session& session)
      : statement((session.prepare << "SELECT id FROM state WHERE digest = :digest", use(digest), into(id))) {
  }
};

struct InsertState {
  std::string digest, product, exposure, confidence, builds, country, network, sector;
  int reached = 0;
  long long id = 0;
  soci::statement statement;

  explicit InsertState(soci::session& session)
      : statement(
            (session.prepare << "INSERT INTO state (digest, reached, product, exposure, confidence, builds, "
                                "country, network, sector) VALUES (:digest, :reached, :product, :exposure, "
                                ":confidence, :builds, :country, :network, :sector) RETURNING id",
             use(digest), use(reached), use(product), use(exposure), use(confidence), use(builds),
             use(country), use(network), use(sector), into(id))) {}
};

struct InsertContent {
  long long id = 0;
  std::string content;
  soci::statement statement;

  explicit InsertContent(soci::session& session)
      : statement((session.prepare << "INSERT INTO state_content (state_id, content) VALUES (:id, :content)",
                   use(id), use(content))) {}
};

struct InsertHost {
  std::string address, name;
  int port = 0;
  long long id = 0;
  soci::statement statement;

  explicit InsertHost(soci::session& session)
      : statement(
            (session.prepare << "INSERT INTO host (address, port, name) VALUES (:address, :port, :name) "
                                "RETURNING id",
             use(address), use(port), use(name), into(id))) {}
};

// Servers do not share states, although findings may be equal: the evidence that is kept with one is its own.
std::string digest_of(const Observation& observation) {
  return sha256(fmt::format("{}\n{}\n{}\n{}", observation.address, observation.port, observation.name,
                            observation.finding));
}

struct Latest {
  long long host = 0;
  std::optional<Span> span;
  std::string digest;
};

class DatabaseWriter : public Writer {
 public:
  DatabaseWriter(Database& database, long long source, std::chrono::microseconds longest_gap)
      : database_(database),
        session_(database.session()),
        source_(source),
        longest_gap_(longest_gap),
        find_latest_(session_),
        extend_(session_),
        insert_(session_),
        find_state_(session_),
        insert_state_(session_),
        insert_content_(session_),
        insert_host_(session_) {}
  ~DatabaseWriter() override {
    if (begun_) database_.roll_back();
  }

  Result<void> add(const Observation& observation) override {
    return database_.guarded([&] { place(observation); });
  }

  Result<void> commit() override {
    return database_.guarded([&] {
      if (begun_) database_.commit();
      begun_ = false;
    });
  }

  const WriteCounts& counts() const override { return counts_; }

  Result<bool> was_imported(const std::string& digest) override {
    int found = 0;
    const auto asked = database_.guarded([&] {
      session_ << "SELECT COUNT(*) FROM import WHERE source_id = :source AND digest = :digest", use(source_),
          use(digest), into(found);
    });
    if (!asked) return std::unexpected(asked.error());
    return found > 0;
  }

  Result<void> note_import(const std::string& digest, const std::string& name,
                           std::uint64_t records) override {
    return database_.guarded([&] {
      begin();
      const auto count = static_cast<long long>(records);
      const long long now =
          to_number(std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
      session_ << "INSERT INTO import (source_id, digest, name, records, finished) VALUES (:source, :digest, "
                  ":name, "
                  ":records, :finished) ON CONFLICT DO NOTHING",
          use(source_), use(digest), use(name), use(count), use(now);
    });
  }

 private:
  void begin() {
    if (begun_) return;
    database_.begin();
    begun_ = true;
  }

  void place(const Observation& observation) {
    begin();
    ++counts_.observations;
    const std::string digest = digest_of(observation);
    const Latest latest = find_latest(observation);
    note_day(observation.time);
    const bool in_order = !latest.span || latest.span->first <= observation.time;
    if (in_order && latest.span && latest.digest == digest) return seen_again(observation, latest);
    const std::int64_t state = state_of(observation, digest);
    const auto before = in_order ? latest.span : find_before(latest.host, observation.time);
    const auto after = in_order ? std::nullopt : find_after(latest.host, observation.time);
    apply(latest.host, place_observation(before, after, observation.time, state, longest_gap_));
  }

  // The everyday case, of nearly all observations.
  void seen_again(const Observation& observation, const Latest& latest) {
    if (observation.time <= latest.span->last) {
      ++counts_.unchanged;
    } else if (observation.time - latest.span->last <= longest_gap_) {
      ++counts_.extended;
      extend(latest.host, latest.span->first, observation.time);
    } else {
      ++counts_.changed;
      insert(latest.host, {observation.time, observation.time, latest.span->state});
    }
  }

  void apply(long long host, const SpanEdit& edit) {
    if (edit.contradicted)
      ++counts_.contradicted;
    else if (edit.empty())
      ++counts_.unchanged;
    else if (edit.removed.size() == edit.written.size())
      ++counts_.extended;
    else
      ++counts_.changed;
    for (const Timestamp first : edit.removed) {
      const long long number = to_number(first);
      session_ << "DELETE FROM span WHERE host_id = :host AND source_id = :source AND first_seen = :first",
          use(host), use(source_), use(number);
    }
    for (const Span& span : edit.written) insert(host, span);
  }

  Latest find_latest(const Observation& observation) {
    find_latest_.address = observation.address;
    find_latest_.port = observation.port;
    find_latest_.name = observation.name;
    find_latest_.source = source_;
    if (!find_latest_.statement.execute(true)) return {insert_host(observation), std::nullopt, {}};
    Latest latest{find_latest_.host, std::nullopt, {}};
    if (find_latest_.has_span == soci::i_ok) {
      latest.span = Span{to_time(find_latest_.first), to_time(find_latest_.last), find_latest_.state};
      latest.digest = find_latest_.digest;
    }
    find_latest_.statement.fetch();  // to its end: an open cursor would keep the log from being folded in
    return latest;
  }

  std::optional<Span> find_before(long long host, Timestamp time) {
    return find_one(
        "SELECT first_seen, last_seen, state_id FROM span WHERE host_id = :host AND source_id = :source "
        "AND first_seen <= :time ORDER BY first_seen DESC LIMIT 1",
        host, time);
  }

  std::optional<Span> find_after(long long host, Timestamp time) {
    return find_one(
        "SELECT first_seen, last_seen, state_id FROM span WHERE host_id = :host AND source_id = :source "
        "AND first_seen > :time ORDER BY first_seen LIMIT 1",
        host, time);
  }

  std::optional<Span> find_one(const char* query, long long host, Timestamp time) {
    long long first = 0;
    long long last = 0;
    long long state = 0;
    const long long number = to_number(time);
    session_ << query, use(host), use(source_), use(number), into(first), into(last), into(state);
    if (!session_.got_data()) return std::nullopt;
    return Span{to_time(first), to_time(last), state};
  }

  long long insert_host(const Observation& observation) {
    insert_host_.address = observation.address;
    insert_host_.port = observation.port;
    insert_host_.name = observation.name;
    insert_host_.statement.execute(true);
    const long long id = insert_host_.id;
    insert_host_.statement.fetch();  // to its end, which completes the insertion
    return id;
  }

  std::int64_t state_of(const Observation& observation, const std::string& digest) {
    find_state_.digest = digest;
    if (find_state_.statement.execute(true)) {
      find_state_.statement.fetch();
      return find_state_.id;
    }
    insert_state_.digest = digest;
    insert_state_.reached = observation.reached ? 1 : 0;
    insert_state_.product = observation.product;
    insert_state_.exposure = observation.exposure;
    insert_state_.confidence = observation.confidence;
    insert_state_.builds = observation.builds;
    insert_state_.country = observation.country;
    insert_state_.network = observation.network;
    insert_state_.sector = observation.sector;
    insert_state_.statement.execute(true);
    insert_content_.id = insert_state_.id;
    insert_state_.statement.fetch();
    insert_content_.content = observation.content;
    insert_content_.statement.execute(true);
    return insert_content_.id;
  }

  void extend(long long host, Timestamp first, Timestamp last) {
    extend_.host = host;
    extend_.source = source_;
    extend_.first = to_number(first);
    extend_.last = to_number(last);
    extend_.statement.execute(true);
  }

  void insert(long long host, const Span& span) {
    insert_.host = host;
    insert_.source = source_;
    insert_.first = to_number(span.first);
    insert_.last = to_number(span.last);
    insert_.state = span.state;
    insert_.statement.execute(true);
  }

  void note_day(Timestamp time) {
    const long long day = std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
    if (!noted_days_.insert(day).second) return;
    session_ << "INSERT INTO active_day (source_id, day) VALUES (:source, :day) ON CONFLICT DO NOTHING",
        use(source_), use(day);
  }

  Database& database_;
  soci::session& session_;
  long long source_;
  std::chrono::microseconds longest_gap_;
  WriteCounts counts_;
  std::set<long long> noted_days_;
  FindLatest find_latest_;
  Extend extend_;
  Insert insert_;
  FindState find_state_;
  InsertState insert_state_;
  InsertContent insert_content_;
  InsertHost insert_host_;
  bool begun_ = false;
};

// The source's id; makes the source if it is new.
Result<long long> source_id(Database& database, const std::string& name, long long gap) {
  long long id = 0;
  long long known_gap = gap;
  const auto done = database.guarded([&] {
    soci::session& session = database.session();
    session << "INSERT INTO source (name, longest_gap) VALUES (:name, :gap) ON CONFLICT DO NOTHING",
        use(name), use(gap);
    session << "SELECT id, longest_gap FROM source WHERE name = :name", use(name), into(id), into(known_gap);
  });
  if (!done) return std::unexpected(done.error());
  if (known_gap != gap)
    return fail(fmt::format("source '{}' was begun with another rhythm", name), database.name(),
                "use the --every of its first import, or another --source");
  return id;
}

}  // namespace

Result<std::unique_ptr<Writer>> open_writer(Database& database, const std::string& source,
                                            std::chrono::microseconds longest_gap) {
  const auto id = source_id(database, source, longest_gap.count());
  if (!id) return std::unexpected(id.error());
  std::unique_ptr<Writer> writer;
  const auto made =
      database.guarded([&] { writer = std::make_unique<DatabaseWriter>(database, *id, longest_gap); });
  if (!made) return std::unexpected(made.error());
  return writer;
}

}  // namespace afterpatch::store
