#include "exposure/name_lookup.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "exposure/small_name_server.h"

namespace afterpatch::exposure {
namespace {

namespace asio = boost::asio;

template <typename Work>
void with_lookup(const std::string& servers, Work work, Rate rate = {}) {
  asio::io_context context;
  auto lookup = NameLookup::make(context, servers, rate);
  ASSERT_TRUE(lookup) << to_string(lookup.error());
  const auto guard = asio::make_work_guard(context);
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        co_await work(**lookup);
        context.stop();
      },
      asio::detached);
  context.run();
}

TEST(NameLookup, FindsAddressesSortedAndOnce) {
  const SmallNameServer server({{"A mail.example.org", {"192.0.2.9", "192.0.2.7", "192.0.2.9"}}});
  std::vector<Address> found;
  with_lookup(server.text(), [&](NameLookup& lookup) -> asio::awaitable<void> {
    found = co_await lookup.addresses("mail.example.org");
  });
  EXPECT_EQ(found, (std::vector<Address>{*parse_address("192.0.2.7"), *parse_address("192.0.2.9")}));
}

TEST(NameLookup, KeepsABoundedNumber) {
  std::vector<std::string> many;
  for (int i = 0; i < 20; ++i) many.push_back("192.0.2." + std::to_string(i));
  const SmallNameServer server({{"A mail.example.org", many}});
  std::vector<Address> found;
  with_lookup(server.text(), [&](NameLookup& lookup) -> asio::awaitable<void> {
    found = co_await lookup.addresses("mail.example.org");
  });
  EXPECT_EQ(found.size(), kMostAddressesOfAName);
}

TEST(NameLookup, FindsMailExchangers) {
  const SmallNameServer server({{"MX example.org", {"mx2.example.org", "mx1.example.org"}}});
  std::vector<std::string> found;
  with_lookup(server.text(), [&](NameLookup& lookup) -> asio::awaitable<void> {
    found = co_await lookup.mail_exchangers("example.org");
  });
  EXPECT_EQ(found, (std::vector<std::string>{"mx1.example.org", "mx2.example.org"}));
}

TEST(NameLookup, GivesNothingForWhatIsNotThere) {
  const SmallNameServer server({});
  bool nothing = false;
  with_lookup(server.text(), [&](NameLookup& lookup) -> asio::awaitable<void> {
    const auto addresses = co_await lookup.addresses("gone.example.org");
    const auto exchangers = co_await lookup.mail_exchangers("gone.example.org");
    nothing = addresses.empty() && exchangers.empty();
  });
  EXPECT_TRUE(nothing);
}

TEST(NameLookup, FindsTheNameThatAnAddressPointsBackTo) {
  const SmallNameServer server(Table{{"PTR 7.2.0.192.in-addr.arpa", {"mail.example.org"}}});
  std::string found, none;
  with_lookup(server.text(), [&](NameLookup& lookup) -> asio::awaitable<void> {
    found = co_await lookup.reverse_name(*parse_address("192.0.2.7"));
    none = co_await lookup.reverse_name(*parse_address("192.0.2.8"));
  });
  EXPECT_EQ(found, "mail.example.org");
  EXPECT_EQ(none, "");
}

TEST(NameLookup, LeavesOutAReverseNameThatIsNoHostName) {
  const SmallNameServer server(Table{{"PTR 7.2.0.192.in-addr.arpa", {"<script>.example.org"}}});
  std::string found = "not asked";
  with_lookup(server.text(), [&](NameLookup& lookup) -> asio::awaitable<void> {
    found = co_await lookup.reverse_name(*parse_address("192.0.2.7"));
  });
  EXPECT_EQ(found, "");
}

TEST(NameLookup, KeepsToItsRateWithoutABurst) {
  const SmallNameServer server(Table{{"A mail.example.org", {"192.0.2.9"}}});
  const TimePoint began = Clock::now();
  with_lookup(
      server.text(),
      [&](NameLookup& lookup) -> asio::awaitable<void> {
        for (int i = 0; i < 11; ++i) co_await lookup.addresses("mail.example.org");
      },
      Rate{50});
  EXPECT_GE(Clock::now() - began, std::chrono::milliseconds(200));  // ten steps of a fiftieth of a second
}

TEST(NameLookup, RefusesServersThatAreNone) {
  asio::io_context context;
  EXPECT_FALSE(NameLookup::make(context, "not a server"));
}

}  // namespace
}  // namespace afterpatch::exposure
