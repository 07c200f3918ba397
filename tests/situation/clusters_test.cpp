#include "situation/clusters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/format.h>

#include "range/random.h"

namespace afterpatch::situation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string name(std::size_t number) {
  return fmt::format("192.0.2.{}:443", number);
}

// Servers from `first` on that each show three of a group's ten marks.
void add_group(std::vector<MarkedServer>& servers, range::Random& random, const std::string& group,
               std::size_t first, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    MarkedServer server{name(first + i), {}};
    for (int k = 0; k < 3; ++k)
      server.marks.push_back({"parameter", fmt::format("{}-{}", group, random.below(10))});
    servers.push_back(std::move(server));
  }
}

std::vector<MarkedServer> two_groups(std::uint64_t seed) {
  range::Random random(seed);
  std::vector<MarkedServer> servers;
  add_group(servers, random, "a", 0, 60);
  add_group(servers, random, "b", 100, 40);
  return servers;
}

TEST(Clusters, TwoWaysOfWorkingAreTwoClusters) {
  const Clustering found = find_clusters(two_groups(1), {});
  ASSERT_EQ(found.clusters.size(), 2U);
  EXPECT_EQ(found.clusters[0].servers.size(), 60U);
  EXPECT_EQ(found.clusters[1].servers.size(), 40U);
  EXPECT_THAT(found.unclustered, IsEmpty());
}

TEST(Clusters, OrderOfServersAndMarksDoesNotMatter) {
  auto servers = two_groups(2);
  const Clustering first = find_clusters(servers, {});
  std::reverse(servers.begin(), servers.end());
  for (MarkedServer& server : servers) std::reverse(server.marks.begin(), server.marks.end());
  const Clustering second = find_clusters(servers, {});
  ASSERT_EQ(first.clusters.size(), second.clusters.size());
  for (std::size_t i = 0; i < first.clusters.size(); ++i) {
    EXPECT_EQ(first.clusters[i].servers, second.clusters[i].servers);
    EXPECT_EQ(first.clusters[i].marks.size(), second.clusters[i].marks.size());
  }
}

TEST(Clusters, AMarkThatEverybodyHasJoinsNobody) {
  auto servers = two_groups(3);
  for (MarkedServer& server : servers) server.marks.push_back({"user-agent", "python-requests/2.25.1"});
  const Clustering found = find_clusters(servers, {});
  EXPECT_EQ(found.clusters.size(), 2U);
  EXPECT_THAT(found.too_common, ElementsAre(Mark{"user-agent", "python-requests/2.25.1"}));
}

TEST(Clusters, APublicMarkJoinsNobodyHoweverRare) {
  std::vector<MarkedServer> servers;
  for (std::size_t i = 0; i < 40; ++i)
    servers.push_back({name(i), {{"parameter", fmt::format("own-{}", i)}}});
  for (std::size_t i = 0; i < 4; ++i) servers[i].marks.push_back({"parameter", "cmd"});
  EXPECT_EQ(find_clusters(servers, {}).clusters.size(), 1U);
  EXPECT_THAT(find_clusters(servers, {{"parameter", "cmd"}}).clusters, IsEmpty());
}

TEST(Clusters, AFewServersOfBothAreABridgeAndBelongToBoth) {
  auto servers = two_groups(4);
  range::Random random(4);
  std::vector<MarkedServer> other;
  add_group(other, random, "b", 0, 8);
  for (std::size_t i = 0; i < 8; ++i)
    servers[i].marks.insert(servers[i].marks.end(), other[i].marks.begin(), other[i].marks.end());
  const Clustering found = find_clusters(servers, {});
  ASSERT_EQ(found.clusters.size(), 2U);
  const std::size_t beside = found.clusters[0].also.size() + found.clusters[1].also.size();
  EXPECT_GE(beside, 7U);
  EXPECT_LE(beside, 8U);
}

TEST(Clusters, WaysThatAlwaysGoTogetherAreOne) {
  auto servers = two_groups(5);
  range::Random random(5);
  for (std::size_t i = 0; i < 50; ++i)  // of the 60
    servers[i].marks.push_back({"parameter", fmt::format("b-{}", random.below(10))});
  for (std::size_t i = 60; i < 100; ++i)
    servers[i].marks.push_back({"parameter", fmt::format("a-{}", random.below(10))});
  EXPECT_EQ(find_clusters(servers, {}).clusters.size(), 1U);
}

TEST(Clusters, WhoSharesNothingStaysUnclustered) {
  auto servers = two_groups(6);
  servers.push_back({"198.51.100.1:443", {{"door-hash", "only here"}}});
  servers.push_back({"198.51.100.2:443", {}});
  EXPECT_THAT(find_clusters(servers, {}).unclustered, ElementsAre("198.51.100.1:443"));
}

TEST(Clusters, TwoServersAreNone) {
  std::vector<MarkedServer> servers;
  for (std::size_t i = 0; i < 20; ++i)
    servers.push_back({name(i), {{"door-hash", fmt::format("{}", i / 2)}}});
  EXPECT_THAT(find_clusters(servers, {}).clusters, IsEmpty());
}

TEST(Clusters, ReportWhatTiesThemTogether) {
  const Clustering found = find_clusters(two_groups(7), {});
  ASSERT_FALSE(found.clusters.empty());
  for (const ClusterMark& mark : found.clusters[0].marks) {
    EXPECT_TRUE(mark.mark.value.starts_with("a-"));
    EXPECT_GT(mark.weight, 0);
    EXPECT_GE(mark.servers, 2U);
  }
}

TEST(ClusterNames, StayWhenMoreHuntsComeIn) {
  auto servers = two_groups(8);
  std::vector<MarkedServer> early(servers.begin(), servers.begin() + 30);
  early.insert(early.end(), servers.begin() + 60, servers.begin() + 100);
  Clustering before = find_clusters(early, {});
  name_clusters(before, {});
  std::vector<std::pair<std::string, std::string>> previous;
  for (const Cluster& cluster : before.clusters)
    for (const std::string& server : cluster.servers) previous.emplace_back(cluster.id, server);
  EXPECT_EQ(before.clusters[0].id, "C1");  // b, with 40
  Clustering after = find_clusters(servers, {});
  name_clusters(after, previous);
  EXPECT_EQ(after.clusters[0].id, "C2") << "a is the larger one now and keeps its name";
  EXPECT_EQ(after.clusters[1].id, "C1");
}

TEST(ClusterNames, AreGivenOnceAndNewOnesAreNew) {
  Clustering found;
  found.clusters = {{"", {"a", "b"}, {}, {}}, {"", {"c", "d"}, {}, {}}, {"", {"e"}, {}, {}}};
  name_clusters(found, {{"C7", "a"}, {"C7", "b"}, {"C7", "c"}, {"C3", "x"}});
  EXPECT_EQ(found.clusters[0].id, "C7");
  EXPECT_EQ(found.clusters[1].id, "C8");
  EXPECT_EQ(found.clusters[2].id, "C9");
}

}  // namespace
}  // namespace afterpatch::situation
