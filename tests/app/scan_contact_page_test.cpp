#include "app/scan_contact_page.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <thread>

namespace afterpatch::app {
namespace {

std::string ask(std::uint16_t port, const std::string& request) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 &&
      ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
    char block[4096];
    for (ssize_t got = 0; (got = ::recv(socket, block, sizeof block, 0)) > 0;)
      answer.append(block, static_cast<std::size_t>(got));
  }
  ::close(socket);
  return answer;
}

TEST(ContactPage, SaysWhoWhyAndHowToBeLeftOut) {
  const std::string page = contact_page("https://csirt.example/scan?<b>");
  EXPECT_NE(page.find("href=\"https://csirt.example/scan?&lt;b&gt;\""), std::string::npos);
  EXPECT_NE(page.find("Be left out"), std::string::npos);
  EXPECT_NE(contact_page("scan@csirt.example").find("mailto:scan@csirt.example"), std::string::npos);
}

TEST(ContactPage, IsServedToEverybodyUntilStopped) {
  std::atomic<bool> stop{false};
  std::promise<std::uint16_t> bound;
  std::jthread server([&] {
    EXPECT_TRUE(serve_contact_page("127.0.0.1:0", "scan@csirt.example", stop,
                                   [&](std::uint16_t port) { bound.set_value(port); }));
  });
  const std::uint16_t port = bound.get_future().get();
  for (const std::string request : {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET /anything HTTP/1.0\r\n\r\n"}) {
    const std::string answer = ask(port, request);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_NE(answer.find("scan@csirt.example"), std::string::npos);
  }
  EXPECT_EQ(ask(port, std::string(20000, 'x')).find("500"), std::string::npos) << "endless requests are cut";
  stop = true;
}

TEST(ContactPage, SaysWhenItCantListen) {
  const std::atomic<bool> stop{true};
  EXPECT_FALSE(serve_contact_page("nonsense", "a@b.example", stop, [](std::uint16_t) {}));
  EXPECT_FALSE(serve_contact_page("192.0.2.1:80", "a@b.example", stop, [](std::uint16_t) {}));
}

}  // namespace
}  // namespace afterpatch::app
