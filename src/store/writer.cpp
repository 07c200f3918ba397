#include "store/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>
#include <unordered_map>

#include "store/keepable.h"
#include "store/rows.h"
#include "store/span_tables.h"

namespace afterpatch::store {
namespace {

using soci::into;
using soci::use;

constexpr std::size_t kPortion = 10'000;  // observations, of which memory holds as many

struct Given {
  Observation observation;
  HostSpans* host = nullptr;
};

std::string key_of(const Observation& observation) {
  return fmt::format("{}\n{}\n{}", observation.address, observation.port, observation.name);
}

// Spans of one host by their beginning, as the span rule wants to see them.
SpanEdit place_among(const std::vector<Span>& spans, Timestamp time, std::int64_t state,
                     std::chrono::microseconds longest_gap) {
  const auto after =
      std::find_if(spans.begin(), spans.end(), [&](const Span& span) { return span.first > time; });
  return place_observation(after == spans.begin() ? std::nullopt : std::optional(*(after - 1)),
                           after == spans.end() ? std::nullopt : std::optional(*after), time, state,
                           longest_gap);
}

void apply(const SpanEdit& edit, std::vector<Span>& spans) {
  for (const Timestamp first : edit.removed)
    std::erase_if(spans, [&](const Span& span) { return span.first == first; });
  for (const Span& span : edit.written) {
    const auto place =
        std::find_if(spans.begin(), spans.end(), [&](const Span& other) { return other.first > span.first; });
    spans.insert(place, span);
  }
}

void count(const SpanEdit& edit, WriteCounts& counts) {
  if (edit.contradicted)
    ++counts.contradicted;
  else if (edit.empty())
    ++counts.unchanged;
  else if (edit.removed.size() == edit.written.size())
    ++counts.extended;
  else
    ++counts.changed;
}

// A portion of observations on its way: hosts are looked up together, edited in memory and written together.
class Portion {
 public:
  Portion(SpanTables& tables, std::chrono::microseconds longest_gap)
      : tables_(tables), longest_gap_(longest_gap) {}

  bool empty() const { return given_.empty(); }
  bool full() const { return given_.size() >= kPortion; }

  void add(Observation observation) {
    Given& given = given_.emplace_back(std::move(observation), nullptr);
    given.host = &host_of(given.observation);
  }

  void write(WriteCounts& counts) {
    look_up();
    find_states();
    for (const Given& given : given_) place(given, counts);
    write_all();
  }

 private:
  HostSpans& host_of(const Observation& observation) {
    const auto [place, is_new] = by_key_.try_emplace(key_of(observation), nullptr);
    if (is_new) {
      place->second = &hosts_.emplace_back();
      place->second->address = observation.address;
      place->second->port = observation.port;
      place->second->name = observation.name;
    }
    return *place->second;
  }

  // Most need their latest span only; those that are told something older need all of them.
  void look_up() {
    std::vector<HostSpans*> hosts;
    for (HostSpans& host : hosts_) hosts.push_back(&host);
    tables_.find_latest(hosts);
    std::set<HostSpans*> late;
    for (const Given& given : given_) {
      const std::vector<Span>& stored = given.host->stored;
      if (!stored.empty() && given.observation.time < stored.front().first) late.insert(given.host);
    }
    if (!late.empty()) tables_.find_all({late.begin(), late.end()});
    for (HostSpans& host : hosts_) host.now = host.stored;
  }

  // A host that is new can't have said anything before.
  void find_states() {
    std::vector<Saying> unknown;
    std::size_t most = 0;
    for (const Given& given : given_) {
      if (given.observation.digest == given.host->latest_finding) {
        states_.try_emplace(given.observation.digest, given.host->stored.back().state);
        continue;
      }
      ++most;
      if (given.host->host != 0) unknown.push_back({given.host->host, given.observation.digest});
    }
    states_.merge(tables_.find_states(unknown));
    if (most > 0) next_state_ = tables_.reserve_states(most);
  }

  void place(const Given& given, WriteCounts& counts) {
    ++counts.observations;
    const std::int64_t state = state_of(given);
    const SpanEdit edit = place_among(given.host->now, given.observation.time, state, longest_gap_);
    count(edit, counts);
    apply(edit, given.host->now);
    if (!edit.contradicted) keep(state);
  }

  // What only contradicts is in no span, and would be a new state each time that it is imported.
  void keep(std::int64_t state) {
    if (new_states_.empty() || state < new_states_.front().id) return;
    new_states_[static_cast<std::size_t>(state - new_states_.front().id)].is_said = true;
  }

  std::int64_t state_of(const Given& given) {
    const auto [place, is_new] = states_.try_emplace(given.observation.digest, next_state_);
    if (is_new) new_states_.push_back({next_state_++, given.observation.digest, &given.observation, false});
    return place->second;
  }

  void write_all() {
    std::vector<const HostSpans*> fresh;
    for (HostSpans& host : hosts_) {
      if (host.host == 0) fresh.push_back(&host);
    }
    if (!fresh.empty()) {
      std::int64_t id = tables_.reserve_hosts(fresh.size());
      for (HostSpans& host : hosts_) {
        if (host.host == 0) host.host = id++;
      }
      tables_.add_hosts(fresh);
    }
    std::erase_if(new_states_, [](const NewState& state) { return !state.is_said; });
    tables_.add_states(new_states_);
    std::vector<const HostSpans*> all;
    for (const HostSpans& host : hosts_) all.push_back(&host);
    tables_.write_spans(all);
  }

  SpanTables& tables_;
  std::chrono::microseconds longest_gap_;
  std::deque<Given> given_;
  std::deque<HostSpans> hosts_;  // in the order in which they came
  std::unordered_map<std::string, HostSpans*> by_key_;
  std::unordered_map<std::string, std::int64_t> states_;  // by digest
  std::vector<NewState> new_states_;
  std::int64_t next_state_ = 0;
};

class DatabaseWriter : public Writer {
 public:
  DatabaseWriter(Database& database, long long source, std::chrono::microseconds longest_gap)
      : database_(database),
        session_(database.session()),
        source_(source),
        longest_gap_(longest_gap),
        tables_(SpanTables::make(database, source)),
        portion_(std::make_unique<Portion>(*tables_, longest_gap_)) {}
  ~DatabaseWriter() override {
    if (begun_) database_.roll_back();
  }

  Result<void> add(Observation observation) override {
    const auto keepable = check_keepable({observation.name, observation.product, observation.builds,
                                          observation.country, observation.network, observation.sector},
                                         observation.address);
    if (!keepable) return keepable;
    note_day(observation.time);
    portion_->add(std::move(observation));
    return portion_->full() ? attempt([&] { write_portion(); }) : Result<void>();
  }

  Result<void> commit() override {
    return attempt([&] {
      write_portion();
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
    return attempt([&] { note(digest, name, records, "DO NOTHING"); });
  }

  Result<std::uint64_t> followed(const std::string& digest) override {
    long long records = 0;
    const auto asked = database_.guarded([&] {
      session_
          << "SELECT COALESCE(MAX(records), 0) FROM import WHERE source_id = :source AND digest = :digest",
          use(source_), use(digest), into(records);
    });
    if (!asked) return std::unexpected(asked.error());
    return static_cast<std::uint64_t>(records);
  }

  Result<void> note_followed(const std::string& digest, const std::string& name,
                             std::uint64_t records) override {
    return attempt([&] {
      note(digest, name, records, "DO UPDATE SET records = excluded.records, finished = excluded.finished");
    });
  }

 private:
  void note(const std::string& digest, const std::string& name, std::uint64_t records,
            const std::string& if_known) {
    begin();
    const auto number = static_cast<long long>(records);
    const long long now =
        to_number(std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
    session_ << "INSERT INTO import (source_id, digest, name, records, finished) VALUES (:source, :digest, "
                ":name, :records, :finished) ON CONFLICT (source_id, digest) " +
                    if_known,
        use(source_), use(digest), use(name), use(number), use(now);
  }

  // After an error half a portion may be in the transaction: it must never be committed.
  Result<void> attempt(const std::function<void()>& work) {
    if (failed_)
      return fail("an error came before: nothing since then is kept", database_.name(), "start again");
    const auto done = database_.guarded(work);
    failed_ = !done;
    return done;
  }

  void begin() {
    if (begun_) return;
    database_.begin();
    begun_ = true;
    tables_->keep_others_out();
  }

  void write_portion() {
    if (portion_->empty()) return;
    begin();
    const auto portion = std::exchange(portion_, std::make_unique<Portion>(*tables_, longest_gap_));
    portion->write(counts_);
    for (const long long day : std::exchange(new_days_, {}))
      session_ << "INSERT INTO active_day (source_id, day) VALUES (:source, :day) ON CONFLICT DO NOTHING",
          use(source_), use(day);
  }

  void note_day(Timestamp time) {
    const long long day = std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
    if (noted_days_.insert(day).second) new_days_.push_back(day);
  }

  Database& database_;
  soci::session& session_;
  long long source_;
  std::chrono::microseconds longest_gap_;
  WriteCounts counts_;
  std::set<long long> noted_days_;
  std::vector<long long> new_days_;
  std::unique_ptr<SpanTables> tables_;
  std::unique_ptr<Portion> portion_;
  bool begun_ = false;
  bool failed_ = false;
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
