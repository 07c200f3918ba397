#include "range/country/country.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "range/country/country_truth.h"
#include "range/country/scan_days.h"
#include "range/country/write_country.h"

namespace afterpatch::range {
namespace {

Country small_country(std::uint64_t seed) {
  CountrySettings settings;
  settings.seed = seed;
  settings.servers = 1200;
  settings.days = 40;
  return make_country(settings);
}

TEST(Country, IsTheSameForTheSameSeedAndAnotherForAnother) {
  EXPECT_EQ(cases_jsonl(small_country(1)), cases_jsonl(small_country(1)));
  EXPECT_NE(cases_jsonl(small_country(1)), cases_jsonl(small_country(2)));
}

TEST(Country, GivesEveryServerAnAddressOfItsOwn) {
  const Country country = small_country(3);
  std::set<std::string> addresses;
  for (const CountryServer& server : country.servers) addresses.insert(server.address);
  EXPECT_EQ(addresses.size(), country.settings.servers);
}

TEST(Country, IntrudersEnterOnlyServersThatAreThereAndUnpatched) {
  const Country country = small_country(4);
  ASSERT_GT(country.hits.size(), 100U);
  for (const Hit& hit : country.hits) {
    const CountryServer& server = country.servers[hit.server];
    EXPECT_TRUE(!server.patched || *server.patched > hit.exploited) << server.address;
    const auto day = std::chrono::floor<std::chrono::days>(hit.exploited - country.settings.start).count();
    EXPECT_TRUE(is_present(server, std::max(0, static_cast<int>(day)))) << server.address;
  }
}

TEST(Country, HitsOfAWaveLieWithinItsDays) {
  const Country country = small_country(5);
  for (const Hit& hit : country.hits) {
    if (!hit.wave) continue;
    const auto day = std::chrono::floor<std::chrono::days>(hit.exploited).time_since_epoch().count();
    EXPECT_GE(day, country.waves[*hit.wave].first_day);
    EXPECT_LE(day, country.waves[*hit.wave].last_day);
  }
}

TEST(Country, HuntsKnowNothingThatCameAfterThem) {
  const Country country = small_country(6);
  ASSERT_FALSE(country.hunts.empty());
  for (const HuntAnswer& hunt : country.hunts) {
    EXPECT_LT(hunt.received, end_of(country.settings));
    EXPECT_LE(hunt.time, hunt.received);
    for (const auto& time : {hunt.exploited, hunt.backdoored, hunt.reentered})
      EXPECT_LT(time.value_or(Timestamp{}), hunt.time);
  }
}

TEST(Country, TheFunnelNarrowsWhereItMust) {
  const TrueFunnel funnel = true_funnel(small_country(7));
  const auto servers = [&](const char* stage) { return funnel.at(stage).servers; };
  EXPECT_LE(servers("unpatched").high, servers("exposed").high);
  EXPECT_LE(servers("backdoored").high, servers("exploited").high);
  EXPECT_LE(servers("reentered").high, servers("backdoored").high);
  EXPECT_LE(servers("reached").low, servers("notified").low);
  EXPECT_LE(servers("clean").low, servers("reached").low);
  EXPECT_GT(servers("reentered").high, 0U);
  EXPECT_LT(servers("reentered").high, servers("backdoored").high / 5) << "fewer than one in ten came back";
}

TEST(Country, TellsNoUnlistedOrganisationInTheList) {
  const Country country = small_country(8);
  const std::string list = constituency_csv(country);
  for (const Organisation& one : country.organisations)
    EXPECT_EQ(list.find("\n" + one.id + ",") != std::string::npos, one.listed) << one.id;
  for (const CountryServer& server : country.servers)
    EXPECT_EQ(server.owner.empty(), server.trace == Trace::none) << server.address;
}

TEST(Country, AScanSeesTheBuildThatTheServerShows) {
  const Country country = small_country(9);
  for (std::size_t i = 0; i < 200; ++i) {
    const Sighting seen = sight(country, i, 0);
    if (!seen.answered) continue;
    const bool patched = country.servers[i].patched && *country.servers[i].patched <= seen.time;
    const bool told = country.servers[i].shown == ShownBuild::whole;
    EXPECT_EQ(seen.exposure == "patched", told && patched) << country.servers[i].address;
    EXPECT_EQ(seen.exposure == "unknown", country.servers[i].shown == ShownBuild::nothing);
  }
}

}  // namespace
}  // namespace afterpatch::range
