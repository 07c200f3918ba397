#include "report/sharing/shared_address.h"

#include <gmock/gmock.h>

namespace afterpatch::report {
namespace {

TEST(SharedAddress, IsWrittenInOneForm) {
  EXPECT_EQ(shared_address_of("2001:0DB8:0::1", Share::without_victims), "2001:db8::1");
  EXPECT_EQ(shared_address_of("::ffff:203.0.113.9", Share::without_victims), "203.0.113.9");
  EXPECT_EQ(shared_address_of("203.0.113.9%12", Share::without_victims), "203.0.113.9");
}

TEST(SharedAddress, OfTheInsideIsToldOnlyWithVictims) {
  EXPECT_EQ(shared_address_of("10.0.0.5", Share::without_victims), std::nullopt);
  EXPECT_EQ(shared_address_of("10.0.0.5", Share::with_victims), "10.0.0.5");
}

TEST(SharedAddress, IsNeverAnythingElse) {
  for (const char* text : {"", "unknown", "ex01.contoso.example", "203.0.113.9, 10.0.0.1", "203.0.113.9:443"})
    EXPECT_EQ(shared_address_of(text, Share::with_victims), std::nullopt) << text;
}

assess::ServerReport server_with(assess::RunOutcome outcome, detect::Confidence confidence) {
  assess::ServerReport server;
  server.runs.resize(1);
  server.runs[0].client = "203.0.113.9";
  server.runs[0].outcome = outcome;
  server.runs[0].confidence = confidence;
  server.runs[0].requests = 3;
  return server;
}

std::vector<SharedAddress> addresses_of(const assess::ServerReport& server) {
  return shared_addresses(server, VictimNames({}), Share::without_victims);
}

TEST(SharedAddresses, AreHarmfulWhenTheyDidMoreThanLookAndThatIsLikely) {
  using assess::RunOutcome;
  using detect::Confidence;
  EXPECT_TRUE(addresses_of(server_with(RunOutcome::session, Confidence::likely))[0].harmful);
  EXPECT_FALSE(addresses_of(server_with(RunOutcome::session, Confidence::possible))[0].harmful);
  EXPECT_FALSE(addresses_of(server_with(RunOutcome::probe, Confidence::confirmed))[0].harmful);
}

TEST(SharedAddresses, AreListedOnceWithTheWorstThatTheyDid) {
  assess::ServerReport server = server_with(assess::RunOutcome::probe, detect::Confidence::confirmed);
  server.doors.resize(1);
  server.doors[0].confidence = detect::Confidence::likely;
  server.doors[0].visitors.resize(1);
  server.doors[0].visitors[0].client = "203.0.113.9";
  server.doors[0].visitors[0].effective = true;
  server.doors[0].visitors[0].requests = 4;
  const auto addresses = addresses_of(server);
  ASSERT_EQ(addresses.size(), 1U);
  EXPECT_EQ(addresses[0].did, "used a back door");
  EXPECT_EQ(addresses[0].confidence, detect::Confidence::likely);
  EXPECT_EQ(addresses[0].requests, 7U);
}

TEST(SharedAddresses, SayNothingOfVisitorsOfDoorsThatAreOnlyPossible) {
  assess::ServerReport server;
  server.doors.resize(1);
  server.doors[0].visitors.resize(1);
  server.doors[0].visitors[0].client = "203.0.113.9";
  server.doors[0].visitors[0].effective = true;
  EXPECT_TRUE(addresses_of(server).empty());
}

}  // namespace
}  // namespace afterpatch::report
