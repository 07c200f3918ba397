#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "range/internet/answers.h"
#include "range/internet/internet_truth.h"

namespace afterpatch::range {
namespace {

constexpr int kDays = 20;

Population population_of(std::uint64_t seed, std::uint32_t hosts = 4000) {
  PopulationSettings settings;
  settings.seed = seed;
  settings.hosts = hosts;
  return Population(settings);
}

TEST(PatchCurve, GoesThroughItsPointsInStraightLines) {
  const auto curve = PatchCurve::parse("0:10,4:50,10:80");
  ASSERT_TRUE(curve);
  EXPECT_DOUBLE_EQ(curve->share(-3), 0.10);
  EXPECT_DOUBLE_EQ(curve->share(0), 0.10);
  EXPECT_DOUBLE_EQ(curve->share(1), 0.20);
  EXPECT_DOUBLE_EQ(curve->share(4), 0.50);
  EXPECT_DOUBLE_EQ(curve->share(7), 0.65);
  EXPECT_DOUBLE_EQ(curve->share(99), 0.80);
  EXPECT_DOUBLE_EQ(PatchCurve::march_2021().share(0), 0.10);
}

TEST(PatchCurve, RefusesWhatIsNone) {
  for (const char* text : {"", "0", "0:10,0:20", "5:10,4:20", "0:20,4:10", "0:101", "a:b", "0:10,"})
    EXPECT_FALSE(PatchCurve::parse(text)) << text;
}

TEST(Population, IsAFunctionOfSeedAndNumber) {
  const Population one = population_of(7);
  const Population same = population_of(7);
  const Population other = population_of(8);
  std::size_t different = 0;
  for (std::uint32_t number = 0; number < 500; ++number) {
    EXPECT_EQ(truth_line(one, one.host(number), kDays), truth_line(same, same.host(number), kDays));
    different +=
        truth_line(one, one.host(number), kDays) != truth_line(other, other.host(number), kDays) ? 1 : 0;
  }
  EXPECT_GT(different, 400U);
}

TEST(Population, HasEveryNatureTroubleAndWayToShowABuild) {
  const Population population = population_of(1);
  std::set<Nature> natures;
  std::set<Trouble> troubles;
  std::set<Shown> shown;
  for (std::uint32_t number = 0; number < population.settings().hosts; ++number) {
    const Host host = population.host(number);
    natures.insert(host.nature);
    troubles.insert(host.trouble);
    if (host.self_hosted()) shown.insert(host.shown);
  }
  EXPECT_EQ(natures.size(), 8U);
  EXPECT_EQ(troubles.size(), static_cast<std::size_t>(kTroubleKinds) + 1);
  EXPECT_EQ(shown.size(), 6U);
}

TEST(Population, AddressesAndNumbersBelongTogether) {
  const Population population = population_of(1, 70'000);
  EXPECT_EQ(address_text(0), "127.1.0.0");
  EXPECT_EQ(address_text(66'051), "127.2.2.3");
  EXPECT_EQ(population.number_of(kFirstAddress + 66'051), 66'051U);
  EXPECT_EQ(population.number_of(kFirstAddress - 1), std::nullopt);
  EXPECT_EQ(population.number_of(kFirstAddress + 70'000), std::nullopt);
}

TEST(Population, OnIpv6EachHostHasItsAddressToo) {
  const Population population({.hosts = 70'000, .family = Family::ipv6});
  EXPECT_EQ(population.host(0x123).address(), "fd12:af7e:1::23");
  for (const std::uint32_t number : {0U, 1U, 255U, 256U, 0x10045U, 69'999U}) {
    std::array<unsigned char, 16> bytes{};
    const std::string text = population.host(number).address();
    ASSERT_EQ(inet_pton(AF_INET6, text.c_str(), bytes.data()), 1) << text;
    EXPECT_EQ(population.number_of(bytes), number) << text;
    std::array<char, INET6_ADDRSTRLEN> written{};
    EXPECT_EQ(inet_ntop(AF_INET6, bytes.data(), written.data(), written.size()), text);
  }
  EXPECT_EQ(population.number_of(std::array<unsigned char, 16>{0xfd, 0x12, 0xaf, 0x7f}), std::nullopt);
  EXPECT_EQ(population.number_of(std::array<unsigned char, 16>{0xfd, 0x12, 0xaf, 0x7e, 9, 9}), std::nullopt)
      << "there are not so many";
  EXPECT_EQ(population.number_of(std::array<unsigned char, 16>{0xfd, 0x12, 0xaf, 0x7e, 0, 0, 1}),
            std::nullopt);
}

// Of those that can be patched at all, as many are as the curve says: within four standard deviations.
TEST(Population, FollowsItsCurve) {
  const Population population = population_of(3, 20'000);
  for (const int day : {0, 2, 4, 10, 19}) {
    double patched = 0;
    double all = 0;
    for (std::uint32_t number = 0; number < population.settings().hosts; ++number) {
      const Host host = population.host(number);
      if (host.nature != Nature::exchange || !host.kind->has_fix()) continue;
      const HostState state = population.state(host, day);
      if (!state.present) continue;
      all += 1;
      patched += true_exposure(host, state) == "patched" ? 1 : 0;
    }
    const double share = population.settings().curve.share(day);
    EXPECT_NEAR(patched / all, share, 4 * std::sqrt(share * (1 - share) / all)) << "day " << day;
  }
}

TEST(Population, NobodyTakesAFixOff) {
  const Population population = population_of(5);
  for (std::uint32_t number = 0; number < population.settings().hosts; ++number) {
    const Host host = population.host(number);
    bool was_patched = false;
    for (int day = 0; day < kDays; ++day) {
      const auto exposure = true_exposure(host, population.state(host, day));
      if (exposure.empty()) continue;
      EXPECT_FALSE(was_patched && exposure != "patched") << address_text(number) << " day " << day;
      was_patched = was_patched || exposure == "patched";
    }
  }
}

TEST(Population, SomeComeLateSomeGoSomeComeBack) {
  const Population population = population_of(2);
  std::map<std::string, int> lives;
  for (std::uint32_t number = 0; number < population.settings().hosts; ++number) {
    const Host host = population.host(number);
    if (!host.self_hosted()) continue;
    std::string life;
    for (int day = 0; day < kDays; ++day) {
      const char now = population.state(host, day).present ? '+' : '-';
      if (life.empty() || life.back() != now) life += now;
    }
    ++lives[life];
  }
  EXPECT_GT(lives["+"], 10 * lives["-+"]);
  for (const char* life : {"-+", "+-", "+-+"}) EXPECT_GT(lives[life], 10) << life;
}

// Everything that the answers to harmless requests say, gathered by this test's own eyes.
struct Shows {
  std::set<std::string> whole_builds;  // header, manifest, paths of Exchange 2010
  std::set<std::string> updates;       // paths below /owa/auth
};

Shows gather(const Host& host, const HostState& state) {
  static const std::regex kPath("/owa/(?:auth/)?([0-9.]+)/themes");
  static const std::regex kManifest("version=\"(15[0-9.]+)\"");
  Shows shows;
  for (const char* path : {"/owa/", "/owa/auth/logon.aspx", "/autodiscover/autodiscover.xml",
                           "/ecp/Current/exporttool/microsoft.exchange.ediscovery.exporttool.application"}) {
    for (std::size_t server = 0; server < state.servers.size(); ++server) {
      const Answer answer = answer_of(host, state, {"GET", path, host.names().front()},
                                      {"", address_text(host.number) + ":8443", 1, server});
      for (const auto& [name, value] : answer.headers) {
        if (name == "X-OWA-Version") shows.whole_builds.insert(value);
      }
      std::smatch found;
      if (std::regex_search(answer.body, found, kManifest)) shows.whole_builds.insert(found[1]);
      if (std::regex_search(answer.body, found, kPath)) {
        const std::string build = found[1];
        (std::count(build.begin(), build.end(), '.') == 3 ? shows.whole_builds : shows.updates).insert(build);
      }
    }
  }
  return shows;
}

TEST(Answers, ShowWhatTheTruthSaysCanBeSeen) {
  const Population population = population_of(9);
  std::map<std::string_view, int> seen;
  for (std::uint32_t number = 0; number < population.settings().hosts; ++number) {
    const Host host = population.host(number);
    const HostState state = population.state(host, 0);
    const std::string_view visible = visible_exposure(host, state);
    if (visible.empty()) continue;
    ++seen[visible];
    const Shows shows = gather(host, state);
    const std::string where = address_text(number) + " " + std::string(name_of(host.shown));
    if (visible == "unknown") {
      EXPECT_TRUE(shows.whole_builds.empty() && shows.updates.empty()) << where;
    }
    if (visible == "build-ambiguous") {
      EXPECT_FALSE(shows.updates.empty()) << where;
    }
    if (visible == "patched" || visible == "unpatched") {
      EXPECT_FALSE(shows.whole_builds.empty()) << where;
      for (const Running& server : state.servers)
        EXPECT_TRUE(shows.whole_builds.contains(server.build.text())) << where;
    }
    if (host.shown == Shown::stale_manifest) {
      EXPECT_TRUE(shows.whole_builds.contains(state.servers.front().kind->base.text())) << where;
    }
  }
  EXPECT_EQ(seen.size(), 5U);
}

TEST(Answers, OtherNaturesNeverNameABuildOfExchange) {
  const Population population = population_of(9);
  for (std::uint32_t number = 0; number < population.settings().hosts; ++number) {
    const Host host = population.host(number);
    if (host.nature != Nature::other_web) continue;
    for (const char* path : {"/", "/owa/", "/autodiscover/autodiscover.xml"}) {
      const Answer answer = answer_of(host, {}, {"GET", path, ""}, {"", "127.1.0.1:8443", 1, 0});
      EXPECT_EQ(answer.body.find("/owa/auth"), std::string::npos);
      for (const auto& header : answer.headers) EXPECT_NE(header.first, "X-OWA-Version");
    }
  }
}

TEST(Truth, HasOneLineForEachHostWithSpansThatCoverAllDays) {
  const Population population = population_of(4, 300);
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "internet-truth.jsonl";
  ASSERT_TRUE(write_truth(population, kDays, file));
  std::ifstream input(file);
  std::string line;
  std::uint32_t number = 0;
  for (; std::getline(input, line); ++number) {
    const auto truth = boost::json::parse(line).as_object();
    EXPECT_EQ(truth.at("address").as_string(), address_text(number));
    std::int64_t next = 0;
    for (const auto& span : truth.at("spans").as_array()) {
      EXPECT_EQ(span.at("first_day").as_int64(), next);
      next = span.at("last_day").as_int64() + 1;
    }
    EXPECT_EQ(next, kDays);
  }
  EXPECT_EQ(number, 300U);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace afterpatch::range
