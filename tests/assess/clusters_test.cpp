#include "assess/clusters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assess/hand_made.h"

namespace afterpatch::assess {
namespace {

using hand_made::Evidence;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Mark kParameter{MarkKind::parameter, "klk123456"};
const Mark kOtherParameter{MarkKind::parameter, "orange"};
const Mark kAnchor{MarkKind::anchor, "a]"};
const Mark kAddress{MarkKind::address, "203.0.113.7"};
const Mark kSecondAddress{MarkKind::address, "203.0.113.8"};
const Mark kName{MarkKind::shell_name, "shell.aspx"};
const Mark kContent{MarkKind::shell_content, std::string(64, 'a')};

TEST(Clusters, ServersWithTheSameToolAreTogether) {
  const auto found = cluster({{kParameter, kAnchor}, {kOtherParameter}, {kParameter, kAnchor}}, {});
  ASSERT_THAT(found.clusters, SizeIs(1));
  EXPECT_THAT(found.clusters[0].servers, ElementsAre(0, 2));
  EXPECT_THAT(found.clusters[0].marks, ElementsAre(kParameter, kAnchor));
  EXPECT_THAT(found.unclustered, ElementsAre(1));
}

TEST(Clusters, OneAddressOrOneNameGluesNothing) {
  EXPECT_THAT(cluster({{kAddress}, {kAddress}}, {}).clusters, IsEmpty());
  EXPECT_THAT(cluster({{kName}, {kName}}, {}).clusters, IsEmpty());
  EXPECT_THAT(cluster({{kAddress, kName}, {kAddress, kName}}, {}).clusters, IsEmpty());
  EXPECT_THAT(cluster({{kAddress, kSecondAddress, kName}, {kAddress, kSecondAddress, kName}}, {}).clusters,
              SizeIs(1));
}

TEST(Clusters, PublicMarksWeighNothing) {
  const std::vector<std::vector<Mark>> servers = {{kParameter, kAnchor}, {kParameter, kAnchor}};
  EXPECT_THAT(cluster(servers, {kParameter}).clusters, IsEmpty());
  EXPECT_THAT(cluster(servers, {kParameter}).unclustered, ElementsAre(0, 1));
}

TEST(Clusters, TheSameContentIsEnough) {
  EXPECT_THAT(cluster({{kContent}, {kContent}}, {}).clusters, SizeIs(1));
}

// 0 and 1 are one tool's, 3 and 4 another's; server 2 was hit by both groups' addresses only.
TEST(Clusters, ALooseLinkDoesNotGlueTwoGroups) {
  const auto found = cluster({{kParameter, kAnchor, kAddress},
                              {kParameter, kAnchor, kAddress},
                              {kAddress, kSecondAddress},
                              {kContent, kOtherParameter, kSecondAddress},
                              {kContent, kOtherParameter, kSecondAddress}},
                             {});
  ASSERT_THAT(found.clusters, SizeIs(2));
  EXPECT_THAT(found.clusters[0].servers, ElementsAre(0, 1));
  EXPECT_THAT(found.clusters[1].servers, ElementsAre(3, 4));
  EXPECT_THAT(found.unclustered, ElementsAre(2));
}

TEST(Clusters, WhatMostOfALargeFleetHasCountsForLess) {
  std::vector<std::vector<Mark>> servers(20, {kParameter, kAnchor});
  EXPECT_THAT(cluster(servers, {}).clusters, IsEmpty()) << "a mark of all servers tells none apart";
  for (std::size_t i = 2; i < servers.size(); ++i)
    servers[i] = {{MarkKind::parameter, "p" + std::to_string(i)}};
  EXPECT_THAT(cluster(servers, {}).clusters, SizeIs(1));
}

TEST(Clusters, AServerWithoutTracesIsNeitherClusteredNorUnclustered) {
  EXPECT_THAT(cluster({{}, {kContent}}, {}).without_marks, ElementsAre(0));
}

TEST(MarksOf, AreThoseOfRunsThatGotInsideAndOfDoorsThatCount) {
  Evidence evidence;
  evidence.whole_window();
  evidence.chain("2021-03-03 06:49:42", hand_made::kIntruder);
  evidence.file("\\inetpub\\wwwroot\\aspnet_client\\Q.aspx", "2021-03-03 06:49:55",
                detect::RuleKind::web_content, Confidence::confirmed);
  evidence.proxy(detect::Step::probe, "2021-03-05 06:49:42", hand_made::kSecondIntruder,
                 "/autodiscover/autodiscover.xml?#");
  const auto marks = marks_of(evidence.report());
  EXPECT_THAT(marks, Contains(Mark(MarkKind::anchor, "a]")));
  EXPECT_THAT(marks, Contains(Mark(MarkKind::parameter, "xyz123456")));
  EXPECT_THAT(marks, Contains(Mark(MarkKind::address, std::string(hand_made::kIntruder))));
  EXPECT_THAT(marks, Contains(Mark(MarkKind::shell_name, "q.aspx")));
  EXPECT_THAT(marks,
              testing::Not(Contains(Mark(MarkKind::address, std::string(hand_made::kSecondIntruder)))));
}

TEST(MarkKinds, HaveOneWordEach) {
  for (const MarkKind kind : {MarkKind::shell_content, MarkKind::parameter, MarkKind::anchor,
                              MarkKind::script, MarkKind::address, MarkKind::shell_name})
    EXPECT_EQ(parse_mark_kind(to_string(kind)), kind);
  EXPECT_EQ(parse_mark_kind("actor"), std::nullopt);
}

}  // namespace
}  // namespace afterpatch::assess
