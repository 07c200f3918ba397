#include "store/writer.h"

#include <algorithm>
#include <map>
#include <random>

#include "store/each_store.h"
#include "store/span_tables.h"

namespace afterpatch::store {
namespace {

class WriterTest : public EachStore {};
AFTERPATCH_EACH_STORE(WriterTest);

// The span rule applied to one observation after the other, with all spans at hand: what the writer must come
// to, in whatever portions it works.
class Model {
 public:
  void add(const Observation& seen) {
    std::vector<Span>& spans = hosts_[{seen.address, seen.name}];
    std::optional<Span> before;
    std::optional<Span> after;
    for (const Span& span : spans) {
      if (span.first <= seen.time) before = span;
      if (span.first > seen.time && !after) after = span;
    }
    const SpanEdit edit =
        place_observation(before, after, seen.time, state(seen.exposure), kDefaultLongestGap);
    counts_.contradicted += edit.contradicted ? 1U : 0U;
    for (const Timestamp first : edit.removed)
      std::erase_if(spans, [&](const Span& span) { return span.first == first; });
    spans.insert(spans.end(), edit.written.begin(), edit.written.end());
    std::ranges::sort(spans, {}, &Span::first);
  }

  std::string text() const {
    std::string out;
    for (const auto& [host, spans] : hosts_) {
      for (const Span& span : spans)
        out += fmt::format("{} {} {} {} {}\n", host.first, host.second, to_iso8601(span.first),
                           to_iso8601(span.last), states_[static_cast<std::size_t>(span.state)]);
    }
    return out;
  }
  const WriteCounts& counts() const { return counts_; }

 private:
  std::int64_t state(const std::string& exposure) {
    const auto found = std::ranges::find(states_, exposure);
    if (found == states_.end()) states_.push_back(exposure);
    return std::ranges::find(states_, exposure) - states_.begin();
  }

  std::map<std::pair<std::string, std::string>, std::vector<Span>> hosts_;
  std::vector<std::string> states_;
  WriteCounts counts_;
};

std::string text_of(Store& store) {
  std::string out;
  for (const ServerHistory& server : all_of(store)) {
    for (const SeenSpan& span : server.spans)
      out += fmt::format("{} {} {} {} {}\n", server.address, span.name, to_iso8601(span.first),
                         to_iso8601(span.last), span.exposure);
  }
  return out;
}

// Mostly forward in time, as scans are; some late, some twice, some at the very same moment.
Observation random_observation(std::mt19937& random, int progress) {
  const std::array<std::string, 3> exposures = {"unpatched", "patched", "unknown"};
  const int back = random() % 4 == 0 ? static_cast<int>(random() % 20) : 0;
  std::string line = scan_line(std::max(0, progress - back), fmt::format("127.1.0.{}", random() % 5),
                               exposures[random() % (random() % 2 == 0 ? 1 : 3)]);
  constexpr std::string_view kNoName = R"("name":null)";
  if (random() % 3 == 0) line.replace(line.find(kNoName), kNoName.size(), R"("name":"mail.example")");
  Observation out = *read_scan_line(line, "made up");
  if (random() % 3 == 0) out.time += std::chrono::hours(random() % 24);
  return out;
}

TEST_P(WriterTest, PortionsGiveTheSpansThatSingleObservationsGive) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    start_again();
    const auto store = open();
    auto writer = store->write("scan", kDefaultLongestGap);
    ASSERT_TRUE(writer);
    std::mt19937 random(seed);
    const auto portion = 1 + random() % 60;
    Model model;
    for (int i = 0; i < 240; ++i) {
      const Observation one = random_observation(random, i / 6);
      model.add(one);
      ASSERT_TRUE((*writer)->add(one));
      if (random() % portion == 0) {
        ASSERT_TRUE((*writer)->commit());
      }
    }
    ASSERT_TRUE((*writer)->commit());
    ASSERT_EQ(text_of(*store), model.text()) << "seed " << seed << ", portions of about " << portion;
    EXPECT_EQ((*writer)->counts().observations, 240U);
    EXPECT_EQ((*writer)->counts().contradicted, model.counts().contradicted) << "seed " << seed;
  }
}

TEST_P(WriterTest, AStateThatCameBackIsKeptOnce) {
  const auto store = open();
  write_all(*store, {seen(0, "127.1.0.1", "unpatched"), seen(1, "127.1.0.1", "patched")});
  write_all(*store, {seen(2, "127.1.0.1", "unpatched"), seen(3, "127.1.0.1", "patched")});
  write_all(*store, {seen(4, "127.1.0.1", "unpatched")}, "shadowserver");
  EXPECT_EQ(all_of(*store)[0].spans.size(), 5U);
  EXPECT_EQ(*store->content_at("127.1.0.1", 443, at(2)), seen(0, "127.1.0.1", "unpatched").content);
}

std::int64_t states_in(const std::string& place) {
  const auto database = *Database::open(place);
  long long states = 0;
  database->session() << "SELECT COUNT(*) FROM state", soci::into(states);
  return states;
}

TEST_P(WriterTest, KeepsAStateOnceForAllSourcesAndNoneThatOnlyContradicts) {
  {
    const auto store = open();
    write_all(*store, {seen(0, "127.1.0.1", "unpatched"), seen(1, "127.1.0.1", "patched")});
    write_all(*store, {seen(2, "127.1.0.1", "unpatched")});
    write_all(*store, {seen(4, "127.1.0.1", "unpatched")}, "shadowserver");
    for (int time = 0; time < 2; ++time) write_all(*store, {seen(1, "127.1.0.1", "unknown")});
  }
  EXPECT_EQ(states_in(place()), 2);
}

// Before version 4 no two states had the same digest, and an index held them to it.
void make_version_3(const std::string& place) {
  const auto database = *Database::open(place);
  database->session() << "DELETE FROM schema_version WHERE version > 3";
  if (database->dialect() == Dialect::postgresql)
    database->session() << "ALTER TABLE state ADD CONSTRAINT state_digest_key UNIQUE (digest)";
  else
    database->session() << "CREATE UNIQUE INDEX state_digest ON state (digest)";
}

TEST_P(WriterTest, AStoreOfVersion3KeepsWhatItHas) {
  write_all(*open(), {seen(0, "127.1.0.1", "unpatched"), seen(1, "127.1.0.1", "patched")});
  make_version_3(place());
  const auto store = open();
  write_all(*store, {seen(2, "127.1.0.1", "patched"), seen(3, "127.1.0.1", "unpatched")});
  ASSERT_EQ(all_of(*store).size(), 1U);
  EXPECT_EQ(all_of(*store)[0].spans.size(), 3U);
  EXPECT_EQ(*store->content_at("127.1.0.1", 443, at(3)), seen(0, "127.1.0.1", "unpatched").content);
  EXPECT_EQ(states_in(place()), 2);
}

TEST_P(WriterTest, PortionsLargerThanOneAreWhole) {
  const auto store = open();
  auto writer = store->write("scan", kDefaultLongestGap);
  for (int i = 0; i < 10'500; ++i) {
    Observation large = seen(0, fmt::format("127.{}.{}.1", i / 250, i % 250), "unpatched");
    large.content += std::string(1000, ' ');
    ASSERT_TRUE((*writer)->add(large));
  }
  ASSERT_TRUE((*writer)->commit());
  EXPECT_EQ((*writer)->counts().changed, 10'500U);
  EXPECT_EQ(all_of(*store).size(), 10'500U);
}

TEST_P(WriterTest, TextThatADatabaseCantKeepIsRefusedAndHarmsNothing) {
  const auto store = open();
  auto writer = store->write("scan", kDefaultLongestGap);
  Observation nul = seen(0, "127.1.0.1", "unpatched");
  nul.name = std::string("a\0b", 3);
  EXPECT_FALSE((*writer)->add(nul));
  ASSERT_TRUE((*writer)->add(seen(0, "127.1.0.2", "unpatched")));
  ASSERT_TRUE((*writer)->commit());
  EXPECT_EQ(all_of(*store).size(), 1U);
}

TEST(SpanDifference, TellsWhatGoesWhatChangesAndWhatComes) {
  const Span a{at(0), at(1), 1}, b{at(3), at(4), 2}, c{at(6), at(7), 3};
  const Span longer{at(3), at(5), 2};
  const SpanDifference changes = difference({a, b}, {longer, c});
  EXPECT_EQ(changes.removed, std::vector<Span>{a});
  EXPECT_EQ(changes.extended, std::vector<Span>{longer});
  EXPECT_EQ(changes.added, std::vector<Span>{c});
  EXPECT_TRUE(difference({a, b}, {a, b}).extended.empty());
}

}  // namespace
}  // namespace afterpatch::store
