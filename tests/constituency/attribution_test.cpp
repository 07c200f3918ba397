#include "constituency/attribution.h"

#include <gtest/gtest.h>

#include <ctime>

#include <fmt/format.h>

#include "constituency/example.h"

namespace afterpatch::constituency {
namespace {

Organisation provider(std::string id, std::vector<std::string> domains,
                      const std::vector<const char*>& networks) {
  Organisation made = organisation(std::move(id), std::move(domains), networks);
  made.provider = true;
  return made;
}

ServerSigns server(const char* at, std::vector<std::string> certificate = {}, std::string asked = {},
                   std::string reverse = {}) {
  return {address(at), std::move(asked), std::move(certificate), std::move(reverse), 0};
}

TEST(Attribution, TakesTheLongestPrefix) {
  const std::vector<Organisation> list = {organisation("land", {}, {"10.0.0.0/8"}),
                                          organisation("klinik", {}, {"10.1.0.0/16"})};
  const Attributor attributor(list, suffixes());
  EXPECT_EQ(attributor.attribute(server("10.1.2.3")).organisation, "klinik");
  EXPECT_FALSE(attributor.attribute(server("10.1.2.3")).conflict());
  EXPECT_EQ(attributor.attribute(server("10.2.2.3")).organisation, "land");
  EXPECT_EQ(attributor.attribute(server("10.2.2.3")).confidence, Confidence::likely);
  EXPECT_EQ(attributor.attribute(server("11.0.0.1")).organisation, "");
  EXPECT_FALSE(attributor.attribute(server("11.0.0.1")).method);
}

TEST(Attribution, TakesTheLongestListedDomain) {
  const std::vector<Organisation> list = {organisation("uni", {"uni.de"}),
                                          organisation("clinic", {"med.uni.de"})};
  const Attributor attributor(list, suffixes());
  const auto answer = attributor.attribute(server("192.0.2.1", {"mail.med.uni.de"}));
  EXPECT_EQ(answer.organisation, "clinic");
  EXPECT_EQ(answer.method, Method::certificate_name);
  EXPECT_EQ(answer.claims[0].because, "mail.med.uni.de (med.uni.de)");
  EXPECT_EQ(attributor.attribute(server("192.0.2.1", {"xmed.uni.de"})).organisation, "uni");
  EXPECT_EQ(attributor.attribute(server("192.0.2.1", {"notuni.de"})).organisation, "");
}

TEST(Attribution, IsConfirmedByTwoKindsOfReasons) {
  const std::vector<Organisation> list = {organisation("a", {"a.de"}, {"192.0.2.0/24"})};
  const Attributor attributor(list, suffixes());
  EXPECT_EQ(attributor.attribute(server("192.0.2.1", {"mail.a.de"})).confidence, Confidence::confirmed);
  EXPECT_EQ(attributor.attribute(server("198.51.100.1", {"mail.a.de"}, "", "x.a.de")).confidence,
            Confidence::confirmed);
  // A name that was asked may come from the certificate: that is one reason, not two.
  EXPECT_EQ(attributor.attribute(server("198.51.100.1", {"mail.a.de"}, "mail.a.de")).confidence,
            Confidence::likely);
  EXPECT_EQ(attributor.attribute(server("198.51.100.1", {}, "", "x.a.de")).confidence, Confidence::possible);
}

TEST(Attribution, KeepsAConflictAndIsLessSure) {
  const std::vector<Organisation> list = {organisation("a", {"a.de"}, {"192.0.2.0/24"}),
                                          organisation("b", {"b.de"})};
  const Attributor attributor(list, suffixes());
  const auto answer = attributor.attribute(server("192.0.2.1", {"mail.b.de"}));
  EXPECT_EQ(answer.organisation, "a");
  EXPECT_EQ(answer.confidence, Confidence::possible);
  EXPECT_EQ(answer.others, (std::vector<std::string>{"b"}));
  ASSERT_EQ(answer.claims.size(), 2U);
  EXPECT_EQ(answer.claims[1].organisation, "b");
}

TEST(Attribution, LetsMoreKindsOfReasonsWin) {
  const std::vector<Organisation> list = {organisation("a", {"a.de"}, {"192.0.2.0/24"}),
                                          organisation("b", {"b.de"})};
  const Attributor attributor(list, suffixes());
  const auto answer = attributor.attribute(server("192.0.2.1", {"mail.b.de"}, "", "mx.b.de"));
  EXPECT_EQ(answer.organisation, "b");
  EXPECT_EQ(answer.confidence, Confidence::likely);
  EXPECT_EQ(answer.others, (std::vector<std::string>{"a"}));
}

TEST(Attribution, OrdersEqualClaimsTheSameWayAlways) {
  std::vector<Organisation> list = {organisation("b", {"b.de"}), organisation("a", {"a.de"})};
  const auto signs = server("192.0.2.1", {"b.de", "a.de"});
  EXPECT_EQ(Attributor(list, suffixes()).attribute(signs).organisation, "a");
  std::swap(list[0], list[1]);
  EXPECT_EQ(Attributor(list, suffixes()).attribute(signs).organisation, "a");
}

TEST(Attribution, SeesThroughAProvidersNetworkToTheCustomer) {
  const std::vector<Organisation> list = {provider("host", {"host.de"}, {"192.0.2.0/24"}),
                                          organisation("a", {"a.de"})};
  const Attributor attributor(list, suffixes());
  const auto answer = attributor.attribute(server("192.0.2.1", {"mail.a.de"}, "", "s17.host.de"));
  EXPECT_EQ(answer.organisation, "a");
  EXPECT_EQ(answer.hoster, "host");
  EXPECT_FALSE(answer.conflict());
  EXPECT_FALSE(answer.as_provider);
}

TEST(Attribution, GivesTheProviderWhenTheCustomerIsNotListed) {
  const std::vector<Organisation> list = {provider("host", {"host.de"}, {"192.0.2.0/24"})};
  const Attributor attributor(list, suffixes());
  const auto answer = attributor.attribute(server("192.0.2.1", {"mail.unknown.de"}));
  EXPECT_EQ(answer.organisation, "host");
  EXPECT_TRUE(answer.as_provider);
}

std::vector<std::string> many_names(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(fmt::format("mail.customer{}.de", i));
  return names;
}

TEST(Attribution, PassesOverACertificateOfManyOwners) {
  const std::vector<Organisation> list = {provider("host", {}, {"192.0.2.0/24"}),
                                          organisation("c3", {"customer3.de"})};
  const Attributor attributor(list, suffixes());
  const auto answer = attributor.attribute(server("192.0.2.1", many_names(12), "mail.customer3.de"));
  EXPECT_EQ(answer.organisation, "host");
  EXPECT_TRUE(answer.shared_certificate);
  const auto elsewhere = attributor.attribute(server("198.51.100.1", many_names(12)));
  EXPECT_EQ(elsewhere.organisation, "");
  EXPECT_TRUE(elsewhere.shared_certificate);
}

TEST(Attribution, DoesNotTakeManyDomainsOfOneOwnerForShared) {
  std::vector<std::string> domains;
  for (int i = 0; i < 12; ++i) domains.push_back(fmt::format("customer{}.de", i));
  const std::vector<Organisation> list = {organisation("holding", domains)};
  const Attributor attributor(list, suffixes());
  EXPECT_EQ(attributor.attribute(server("192.0.2.1", many_names(12))).organisation, "holding");
}

TEST(Attribution, LearnsWhoIsAProviderFromTheNamesInHisNetwork) {
  const std::vector<Organisation> list = {organisation("host", {"host.de"}, {"192.0.2.0/24"}),
                                          organisation("a", {"a.de"})};
  Attributor attributor(list, suffixes());
  for (std::size_t i = 0; i + 1 < kProviderDomains; ++i)
    attributor.learn(
        server("192.0.2.9", {fmt::format("mail.customer{}.de", i), "exch.firma.local", "x.host.de"}));
  EXPECT_FALSE(attributor.is_provider("host"));
  EXPECT_EQ(attributor.attribute(server("192.0.2.1", {"mail.a.de"})).organisation, "host");
  attributor.learn(server("192.0.2.9", {"one.more.de"}));
  EXPECT_TRUE(attributor.is_provider("host"));
  EXPECT_EQ(attributor.attribute(server("192.0.2.1", {"mail.a.de"})).organisation, "a");
}

TEST(Attribution, AsksTheAsOnlyWhereNothingElseClaims) {
  std::vector<Organisation> list = {organisation("uni", {}), organisation("a", {"a.de"})};
  list[0].as_numbers = {64500};
  const Attributor attributor(list, suffixes());
  ServerSigns signs = server("192.0.2.1", {"mail.a.de"});
  signs.as_number = 64500;
  EXPECT_EQ(attributor.attribute(signs).organisation, "a");
  EXPECT_FALSE(attributor.attribute(signs).conflict());
  signs.certificate_names.clear();
  EXPECT_EQ(attributor.attribute(signs).organisation, "uni");
  EXPECT_EQ(attributor.attribute(signs).confidence, Confidence::possible);
}

TEST(Attribution, ObeysTheOperatorAboveAll) {
  const std::vector<Organisation> list = {organisation("a", {"a.de"}, {"192.0.2.0/24"}),
                                          organisation("b", {})};
  const Attributor attributor(list, suffixes());
  const auto signs = server("192.0.2.1", {"mail.a.de"});
  const auto answer = attributor.attribute(signs, "b");
  EXPECT_EQ(answer.organisation, "b");
  EXPECT_EQ(answer.method, Method::decided);
  EXPECT_EQ(answer.confidence, Confidence::confirmed);
  EXPECT_FALSE(answer.conflict());
  EXPECT_EQ(answer.claims.size(), 2U);  // still to be seen
  EXPECT_EQ(attributor.attribute(signs, "").organisation, "");
}

TEST(Attribution, PassesOverNamesThatAreNone) {
  const std::vector<Organisation> list = {organisation("a", {"a.de"})};
  const Attributor attributor(list, suffixes());
  EXPECT_EQ(attributor.attribute(server("192.0.2.1", {"", "192.0.2.1", "\x1b[2J", "*.A.de."})).organisation,
            "a");
  EXPECT_EQ(attributor.attribute(server("192.0.2.1", {"a.de.evil.net"})).organisation, "");
}

TEST(Attribution, ManagesACountryInSeconds) {
  std::vector<Organisation> list;
  for (unsigned i = 0; i < 30'000; ++i) {
    Organisation one = organisation(fmt::format("o{}", i), {fmt::format("o{}.de", i)});
    one.networks.push_back({Address{false, 0, 0x0B000000U + (i << 8U)}, 24});
    one.networks.push_back({Address{false, 0, 0x15000000U + (i << 12U)}, 20U + i % 12});
    list.push_back(std::move(one));
  }
  const std::clock_t began = std::clock();  // of this process only: other tests run beside
  Attributor attributor(list, suffixes());
  const auto signs_of = [](unsigned i) {
    const unsigned owner = i % 30'000;
    return ServerSigns{Address{false, 0, 0x0B000000U + (owner << 8U) + i % 200},
                       fmt::format("mail.o{}.de", owner),
                       {fmt::format("mail.o{}.de", owner), fmt::format("autodiscover.o{}.de", owner)},
                       {},
                       0};
  };
  for (unsigned i = 0; i < 400'000; ++i) attributor.learn(signs_of(i));
  unsigned right = 0;
  for (unsigned i = 0; i < 400'000; ++i)
    right += attributor.attribute(signs_of(i)).organisation == list[i % 30'000].id ? 1U : 0U;
  const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  fmt::print("400,000 servers, 30,000 organisations: {:.1f} s of CPU\n", seconds);
  EXPECT_EQ(right, 400'000U);
  EXPECT_LT(seconds, 60);  // wide, for sanitizers; docs/constituency.md has the figure
}

}  // namespace
}  // namespace afterpatch::constituency
