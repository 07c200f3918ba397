// The picture of simulated countries, held against their truth. AFTERPATCH_SEEDS says how many (default 3),
// AFTERPATCH_SERVERS how large (default 1500).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include <fmt/format.h>

#include "range/country/country_truth.h"
#include "range/country/names.h"
#include "situation/country_store.h"
#include "situation/groups.h"
#include "situation/hunt_book.h"
#include "situation/situation.h"
#include "store/server_stage.h"

namespace afterpatch::situation {
namespace {

// What hunts say, without a store between.
HuntBook book_of(const range::Country& country) {
  HuntBook book;
  for (const range::HuntAnswer& hunt : country.hunts) {
    HuntedServer& server = book.servers[subject_of(country.servers[hunt.server])];
    server.compromise = std::max(server.compromise, *store::compromise_named(hunt.compromise));
    if (hunt.from_outside) continue;
    for (const auto& mark : hunt.marks) server.marks.push_back({mark.kind, mark.value});
  }
  return book;
}

std::uint64_t number_of(const char* variable, std::uint64_t usual) {
  const char* given = std::getenv(variable);
  return given == nullptr ? usual : std::strtoull(given, nullptr, 10);
}

std::uint64_t seeds() {
  return number_of("AFTERPATCH_SEEDS", 3);
}

range::Country country_of(std::uint64_t seed) {
  range::CountrySettings settings;
  settings.seed = seed;
  settings.servers = static_cast<std::uint32_t>(number_of("AFTERPATCH_SERVERS", 1500));
  return range::make_country(settings);
}

class CountrySituation : public testing::TestWithParam<std::uint64_t> {
 protected:
  void SetUp() override {
    auto picture = take_situation(store_->store(), {});
    ASSERT_TRUE(picture) << to_string(picture.error());
    picture_ = std::move(*picture);
  }

  const range::Country country_ = country_of(GetParam());
  const std::unique_ptr<CountryStore> store_ = std::make_unique<CountryStore>(country_);
  Picture picture_;
};

void expect_equal(const Funnel& funnel, const range::TrueFunnel& truth, const std::string& of) {
  for (const FunnelStep& step : funnel) {
    const std::string name = step.stage == Stage::reentered ? "reentered" : std::string(name_of(step.stage));
    const range::TrueStage& real = truth.at(name);
    EXPECT_EQ((range::TrueCount{step.servers.low, step.servers.high}), real.servers) << of << " " << name;
    EXPECT_EQ((range::TrueCount{step.organisations.low, step.organisations.high}), real.organisations)
        << of << " " << name;
  }
}

void check_funnel(const range::Country& country, const Picture& picture) {
  expect_equal(picture.funnel, range::true_funnel(country), "all");
  for (const GroupFunnel& group : picture.by_region)
    if (!group.key.empty()) expect_equal(group.funnel, range::true_funnel(country, group.key, {}), group.key);
  for (const GroupFunnel& group : picture.by_sector)
    if (!group.key.empty()) expect_equal(group.funnel, range::true_funnel(country, {}, group.key), group.key);
}

// Every figure is the total of its list.
void check_lists(store::Store& store, const Picture& picture) {
  const auto total = [&](const List& list, const char* certainty) {
    store::ServerQuery query = query_of(list);
    query.certainty = certainty;
    query.limit = 1;
    const auto page = store.servers().find(query);
    EXPECT_TRUE(page) << to_string(page.error());
    return page ? page->total : 0;
  };
  const auto check = [&](const Funnel& funnel) {
    for (const FunnelStep& step : funnel) {
      if (step.list.view.empty()) continue;
      EXPECT_EQ(total(step.list, "counted"), step.servers.value) << name_of(step.stage);
      EXPECT_EQ(total(step.list, "certain"), step.servers.low) << name_of(step.stage);
      EXPECT_EQ(total(step.list, "possible"), step.servers.high) << name_of(step.stage);
    }
  };
  const auto organisations = [&](const List& list) {
    const auto whole = store.servers().count_by({}, query_of(list));
    EXPECT_TRUE(whole) << to_string(whole.error());
    return whole ? whole->front().organisations : 0;
  };
  check(picture.funnel);
  for (const FunnelStep& step : picture.funnel)
    EXPECT_EQ(organisations(step.list), step.organisations.value) << name_of(step.stage);
  for (const GroupFunnel& group : picture.by_sector) check(group.funnel);
  for (const GroupFunnel& group : picture.by_region) check(group.funnel);
  for (const Headline& headline : picture.headlines)
    EXPECT_EQ(headline.unit == "servers" ? total(headline.list, "counted") : organisations(headline.list),
              headline.count.value)
        << headline.id;
  for (const BlindSpot& spot : picture.blind_spots)
    EXPECT_TRUE(!spot.list || total(*spot.list, "counted") == *spot.servers) << spot.says;
}

std::uint64_t total_of(store::Store& store, store::ServerQuery query) {
  query.limit = 1;
  const auto page = store.servers().find(query);
  EXPECT_TRUE(page) << to_string(page.error());
  return page ? page->total : 0;
}

void check_moment(store::Store& store, const char* moment, std::int64_t from, std::int64_t until,
                  std::uint64_t expected) {
  store::ServerQuery query;
  query.moment = moment;
  query.from_day = from;
  query.until_day = until;
  EXPECT_EQ(total_of(store, query), expected) << moment << " on day " << from;
}

void check_standing(store::Store& store, const char* standing, std::int64_t day, std::uint64_t expected) {
  store::ServerQuery query;
  query.standing = standing;
  query.day = day;
  EXPECT_EQ(total_of(store, query), expected) << standing << " on day " << day;
}

// Every figure of a day and of a wave is the total of its list.
void check_days(store::Store& store, const Picture& picture) {
  for (const EpidemicDay& one : picture.epidemic) {
    check_moment(store, "exploited", one.day, one.day, one.exploited);
    check_moment(store, "backdoored", one.day, one.day, one.backdoored);
    check_moment(store, "reentered", one.day, one.day, one.reentered);
  }
  for (const DatedWave& wave : picture.waves.waves)
    check_moment(store, "exploited", wave.first_day, wave.last_day, wave.events);
  for (const CurveDay& one : picture.curve) {
    check_standing(store, "unpatched", one.day, one.unpatched);
    check_standing(store, "unsupported", one.day, one.unsupported);
    check_standing(store, "unknown", one.day, one.unknown);
    check_standing(store, "patched", one.day, one.patched);
    check_standing(store, "appeared", one.day, one.appeared);
    check_standing(store, "gone", one.day, one.gone);
  }
}

void check_stage(store::Store& store, const char* stage, const std::string& sector, std::uint64_t expected) {
  store::ServerQuery query;
  query.stage = stage;
  query.sector = sector;
  EXPECT_EQ(total_of(store, query), expected) << stage << " of sector '" << sector << "'";
}

void check_sectors(store::Store& store, const Picture& picture) {
  const std::set<std::string> stages = {"exploited", "backdoored", "re-entered",
                                        "notified",  "reached",    "clean"};
  for (const SectorCount& row : picture.sectors) {
    store::ServerQuery query;
    query.sector = row.sector.empty() ? std::string(store::kLacking) : row.sector;
    EXPECT_EQ(total_of(store, query), row.servers) << row.sector;
    for (const auto& [state, servers] : row.states) {
      store::ServerQuery narrowed = query;
      (stages.contains(state) ? narrowed.stage : narrowed.exposure) = state;
      EXPECT_EQ(total_of(store, narrowed), servers) << row.sector << " " << state;
    }
  }
}

// Both counts of a half-life, of all and of each sector, are the totals of their lists.
void check_half_lives(store::Store& store, const Picture& picture) {
  for (const PatchCurve& one : picture.patching) {
    check_stage(store, "unpatched", one.group, one.half_life.servers);
    check_stage(store, "patched", one.group, one.half_life.patched);
  }
}

void check_waves(const range::Country& country, const Picture& picture) {
  const auto& found = picture.waves.waves;
  ASSERT_EQ(found.size(), country.waves.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_LE(std::abs(found[i].first_day - country.waves[i].first_day), 1) << "wave " << i;
    EXPECT_LE(std::abs(found[i].last_day - country.waves[i].last_day), 1) << "wave " << i;
    EXPECT_TRUE(found[i].both_methods) << "wave " << i;
  }
}

// Which groups left marks on a server that a hunt found.
std::map<std::string, std::set<std::size_t>> groups_of(const range::Country& country, const HuntBook& book) {
  std::map<std::string, std::set<std::size_t>> out;
  for (const range::Hit& hit : country.hits) {
    const std::string subject = subject_of(country.servers[hit.server]);
    const auto said = book.servers.find(subject);
    if (said == book.servers.end()) continue;
    const auto& own = country.groups[hit.group].marks;
    for (const Mark& mark : said->second.marks)
      if (std::ranges::any_of(
              own, [&](const auto& one) { return one.kind == mark.kind && one.value == mark.value; }))
        out[subject].insert(hit.group);
  }
  return out;
}

struct ClusterScore {
  double purity = 0;  // of servers in clusters, those whose cluster is mostly of a group that was there
  double recall =
      0;  // of servers on which a group left marks, those in a cluster of that group, as own or also
  double in_one = 0;  // the same, in the largest cluster of that group alone
  std::size_t clusters = 0;
};

ClusterScore score_clusters(const range::Country& country, const HuntBook& book) {
  HuntedServers servers;
  for (const auto& [subject, said] : book.servers) servers.emplace_back(subject, &said);
  const Clustering found = cluster(servers, {});
  const auto truth = groups_of(country, book);
  double pure = 0, clustered = 0, right = 0, in_one = 0, all = 0;
  std::map<std::size_t, std::set<std::string>> members_of_group, largest_of_group;
  for (const Cluster& one : found.clusters) {
    std::map<std::size_t, double> votes;
    for (const std::string& server : one.servers)
      if (const auto at = truth.find(server); at != truth.end())
        for (const std::size_t group : at->second) ++votes[group];
    const auto most = std::ranges::max_element(votes, {}, [](const auto& vote) { return vote.second; });
    if (most == votes.end()) continue;
    for (const std::string& server : one.servers)
      pure += truth.contains(server) && truth.at(server).contains(most->first) ? 1 : 0;
    clustered += static_cast<double>(one.servers.size());
    if (!members_of_group.contains(most->first)) {  // the largest come first
      largest_of_group[most->first].insert(one.servers.begin(), one.servers.end());
      largest_of_group[most->first].insert(one.also.begin(), one.also.end());
    }
    members_of_group[most->first].insert(one.servers.begin(), one.servers.end());
    members_of_group[most->first].insert(one.also.begin(), one.also.end());
  }
  for (const auto& [server, groups] : truth)
    for (const std::size_t group : groups) {
      ++all;
      right += members_of_group[group].contains(server) ? 1 : 0;
      in_one += largest_of_group[group].contains(server) ? 1 : 0;
    }
  all = std::max(all, 1.0);
  return {pure / std::max(clustered, 1.0), right / all, in_one / all, found.clusters.size()};
}

void check_saved_clusters(store::Store& store, const Picture& picture) {
  ASSERT_TRUE(save_clusters(store));
  const auto saved = take_situation(store, {});
  ASSERT_TRUE(saved);
  ASSERT_EQ(saved->clusters.size(), picture.clusters.size());
  for (std::size_t i = 0; i < saved->clusters.size(); ++i) {
    EXPECT_EQ(saved->clusters[i].id, picture.clusters[i].id) << "names stay";
    store::ServerQuery query;
    query.cluster = saved->clusters[i].id;
    EXPECT_EQ(store.servers().find(query)->total, saved->clusters[i].servers);
  }
}

void check_earlier_day(const range::Country& country, store::Store& store) {
  SituationOptions options;
  options.as_of = range::start_of(country.settings, 10);
  const auto then = take_situation(store, options);
  ASSERT_TRUE(then);
  std::set<std::size_t> known, open;
  for (const range::HuntAnswer& hunt : country.hunts)
    if (hunt.received <= *options.as_of && hunt.compromise != "no-evidence" && hunt.compromise != "probed")
      known.insert(hunt.server);
  EXPECT_EQ(then->funnel[static_cast<std::size_t>(Stage::exploited)].servers.high, known.size());
  std::uint64_t notified = 0;
  for (const range::CountryCase& one : country.cases)
    for (const std::size_t server : one.servers)
      notified +=
          one.notified && *one.notified <= *options.as_of && country.servers[server].first_day < 10 ? 1 : 0;
  EXPECT_EQ(then->funnel[static_cast<std::size_t>(Stage::notified)].servers.value, notified);
}

TEST_P(CountrySituation, IsTheTruthAndOfAnEarlierDayWhatWasKnownThen) {
  check_funnel(country_, picture_);
  check_lists(store_->store(), picture_);
  check_days(store_->store(), picture_);
  check_half_lives(store_->store(), picture_);
  check_sectors(store_->store(), picture_);
  check_waves(country_, picture_);
  check_saved_clusters(store_->store(), picture_);
  check_earlier_day(country_, store_->store());
}

TEST(CountryClusters, AreTheGroupsOnTwentySeeds) {
  ClusterScore mean;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const range::Country country = country_of(seed);
    const ClusterScore score = score_clusters(country, book_of(country));
    EXPECT_GE(score.purity, 0.95) << "seed " << seed;
    EXPECT_GE(score.recall, 0.95) << "seed " << seed;
    mean.purity += score.purity / 20;
    mean.recall += score.recall / 20;
    mean.in_one += score.in_one / 20;
  }
  EXPECT_GE(mean.in_one, 0.95);
  fmt::print("mean purity {:.3f}, recall {:.3f}, in one cluster {:.3f}\n", mean.purity, mean.recall,
             mean.in_one);
}

INSTANTIATE_TEST_SUITE_P(Seeds, CountrySituation, testing::Range(std::uint64_t{1}, seeds() + 1));

}  // namespace
}  // namespace afterpatch::situation
