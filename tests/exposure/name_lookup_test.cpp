#include "exposure/name_lookup.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace afterpatch::exposure {
namespace {

namespace asio = boost::asio;

using Table = std::map<std::string, std::vector<std::string>>;

// A name server over UDP that answers from a table: "A mail.example.org" to addresses, "MX example.org" to
// names.
class SmallNameServer {
 public:
  explicit SmallNameServer(std::map<std::string, std::vector<std::string>> table) : table_(std::move(table)) {
    socket_ = ::socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in local{};
    local.sin_family = AF_INET;
    local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_, reinterpret_cast<const sockaddr*>(&local), sizeof local);
    socklen_t size = sizeof local;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&local), &size);
    port_ = ntohs(local.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  ~SmallNameServer() {
    thread_.request_stop();
    thread_.join();
    ::close(socket_);
  }
  std::string text() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  static std::string encoded(const std::string& name) {
    std::string out;
    for (std::size_t at = 0; at < name.size();) {
      const auto end = std::min(name.find('.', at), name.size());
      out += static_cast<char>(end - at) + name.substr(at, end - at);
      at = end + 1;
    }
    return out + '\0';
  }

  std::string answer_to(const std::string& query) const {
    std::string name;
    std::size_t at = 12;
    for (; query[at] != 0; at += static_cast<unsigned char>(query[at]) + 1U)
      name += (name.empty() ? "" : ".") + query.substr(at + 1, static_cast<unsigned char>(query[at]));
    const int type = query[at + 2];
    const auto found = table_.find((type == 1    ? "A "
                                    : type == 15 ? "MX "
                                    : type == 12 ? "PTR "
                                                 : "? ") +
                                   name);
    std::string records;
    int count = 0;
    if (found != table_.end()) {
      for (const std::string& value : found->second) {
        std::string data(type == 15 ? std::string("\0\x0a", 2) + encoded(value) : std::string(4, '\0'));
        if (type == 12) data = encoded(value);
        if (type == 1) inet_pton(AF_INET, value.c_str(), data.data());
        records += std::string("\xc0\x0c\0", 3) + static_cast<char>(type) +
                   std::string("\0\x01\0\0\0\x3c\0", 7) + static_cast<char>(data.size()) + data;
        ++count;
      }
    }
    return query.substr(0, 2) + std::string("\x81\x80\0\x01\0", 5) + static_cast<char>(count) +
           std::string(4, '\0') + query.substr(12, at + 5 - 12) + records;
  }

  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      pollfd polled{socket_, POLLIN, 0};
      if (::poll(&polled, 1, 20) <= 0) continue;
      std::string query(1500, '\0');
      sockaddr_in from{};
      socklen_t size = sizeof from;
      const ssize_t got =
          ::recvfrom(socket_, query.data(), query.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
      if (got < 17) continue;
      query.resize(static_cast<std::size_t>(got));
      const std::string answer = answer_to(query);
      ::sendto(socket_, answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&from), size);
    }
  }

  std::map<std::string, std::vector<std::string>> table_;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

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
