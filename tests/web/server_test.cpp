// The server over real sockets on loopback: what comes malformed, too large, too slow or too often.
#include "web/server.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/file.h"
#include "web/store_watch.h"
#include "web_world.h"

namespace afterpatch::web {
namespace {

using namespace std::chrono_literals;

class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    const timeval patience{5, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  }
  ~Client() { ::close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool send(std::string_view bytes) {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  // Until `end` was read or the connection ended.
  std::string read_until(std::string_view end) {
    std::string text;
    char c = 0;
    while (text.find(end) == std::string::npos && ::recv(fd_, &c, 1, 0) == 1) text.push_back(c);
    return text;
  }
  std::string read_all() { return read_until(std::string(1, '\0') + "never"); }
  std::string ask(std::string_view bytes) {
    send(bytes);
    return read_all();
  }

 private:
  int fd_;
  bool connected_ = false;
};

class HttpServer : public WebWorld {
 protected:
  void SetUp() override {
    settings.port = 0;
    settings.header_time = 1s;
    settings.idle_time = 1s;
    settings.body_time = 1s;
    settings.least_rate = 1U << 30U;
    settings.most_from_one = 8;
    begin();
  }
  void TearDown() override { server.reset(); }
  void begin() {
    server.reset();
    start();
    auto started = Server::start(*shared, *application);
    ASSERT_TRUE(started) << to_string(started.error());
    server = std::move(*started);
  }
  std::string ask(std::string_view bytes) { return Client(server->port()).ask(bytes); }
  // Sessions of real time, since the server looks at the clock.
  std::string cookie_now(const std::string& account) {
    now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    return sign_in(account);
  }

  std::unique_ptr<Server> server;
};

std::string status_of(const std::string& answer) {
  return answer.substr(0, answer.find('\r'));
}

TEST_F(HttpServer, AnswersOneRequestAfterTheOther) {
  Client client(server->port());
  client.send(
      "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: "
      "close\r\n\r\n");
  const std::string both = client.read_all();
  EXPECT_EQ(status_of(both), "HTTP/1.1 200 OK");
  EXPECT_NE(both.find("HTTP/1.1 200 OK", 10), std::string::npos);
}

TEST_F(HttpServer, HeadHasTheLengthButNoBody) {
  const std::string answer = ask("HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status_of(answer), "HTTP/1.1 200 OK");
  EXPECT_NE(answer.find("Content-Length: "), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
}

TEST_F(HttpServer, RefusesWhatIsNoHttp) {
  for (const char* bad :
       {"nonsense\r\n\r\n", "GET /\r\n\r\n", "GET /healthz HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nBad Header: x\r\n\r\n", "GET /a/../b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://other/ HTTP/1.1\r\nHost: x\r\n\r\n"})
    EXPECT_EQ(status_of(ask(bad)).substr(0, 12), "HTTP/1.1 400") << bad;
}

TEST_F(HttpServer, BoundsTheHead) {
  EXPECT_EQ(
      status_of(ask("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(20000, 'a') + "\r\n\r\n")),
      "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST_F(HttpServer, BoundsBodiesByRoute) {
  EXPECT_EQ(status_of(ask("POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")),
            "HTTP/1.1 413 Content Too Large");
  EXPECT_EQ(status_of(ask("GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")),
            "HTTP/1.1 413 Content Too Large");
  std::string chunked = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 100; ++i) chunked += "1000\r\n" + std::string(4096, 'x') + "\r\n";
  EXPECT_EQ(status_of(ask(chunked)), "HTTP/1.1 413 Content Too Large");
}

TEST_F(HttpServer, BothLengthAndChunksAreRefused) {
  const std::string answer =
      ask("POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: "
          "chunked\r\n\r\n0\r\n\r\n");
  EXPECT_EQ(status_of(answer).substr(0, 12), "HTTP/1.1 400");
}

TEST_F(HttpServer, ALargeBodyIsNotTakenFromAStranger) {
  Client client(server->port());
  client.send(
      "PATCH /api/v1/victim/uploads/x HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\nUpload-Offset: "
      "0\r\n\r\n");
  EXPECT_EQ(status_of(client.read_until("\r\n")), "HTTP/1.1 404 Not Found");
}

TEST_F(HttpServer, SlowClientsAreLetGo) {
  const auto begun = std::chrono::steady_clock::now();
  Client silent(server->port());
  Client head(server->port());
  Client body(server->port());
  head.send("GET /healthz HT");
  body.send("POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{");
  for (int i = 0; i < 8; ++i) {
    std::this_thread::sleep_for(200ms);
    head.send("x");
  }
  EXPECT_EQ(silent.read_all(), "");
  EXPECT_EQ(head.read_all(), "");
  EXPECT_EQ(status_of(body.read_all()), "HTTP/1.1 408 Request Timeout");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 8s);
}

TEST_F(HttpServer, OneAddressHasABoundedNumberOfConnections) {
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < settings.most_from_one; ++i) {
    clients.push_back(std::make_unique<Client>(server->port()));
    clients.back()->send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_EQ(status_of(clients.back()->read_until("\r\n\r\n")), "HTTP/1.1 200 OK");
  }
  EXPECT_EQ(ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"), "");
  clients.clear();
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(status_of(ask("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")),
            "HTTP/1.1 200 OK");
}

TEST_F(HttpServer, StreamsAnExport) {
  const std::string answer =
      ask(fmt::format("GET /api/v1/servers/export?format=csv HTTP/1.1\r\nHost: x\r\nCookie: {}={}\r\n\r\n",
                      kSessionCookie, cookie_now("analyst")));
  EXPECT_EQ(status_of(answer), "HTTP/1.1 200 OK");
  EXPECT_NE(answer.find("Transfer-Encoding: chunked"), std::string::npos);
  EXPECT_NE(answer.find("192.0.2.1:443"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("0\r\n\r\n"));
}

TEST_F(HttpServer, TellsOpenConsolesWhenTheStoreChanges) {
  auto watch = StoreWatch::start(*shared);
  ASSERT_TRUE(watch);
  Client client(server->port());
  client.send(fmt::format("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nCookie: {}={}\r\n\r\n", kSessionCookie,
                          cookie_now("viewer")));
  EXPECT_NE(client.read_until("still here").find("text/event-stream"), std::string::npos);
  ASSERT_TRUE(
      store->ledger().add({{now, now, "victim", "acknowledged", "case", "AP-2021-000001", "", "{}"}}));
  EXPECT_NE(client.read_until("event: cases\n").find("event: situation\n"), std::string::npos);
}

TEST_F(HttpServer, StopsWithOpenConnections) {
  Client idle(server->port());
  Client events(server->port());
  events.send(fmt::format("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nCookie: {}={}\r\n\r\n", kSessionCookie,
                          cookie_now("viewer")));
  events.read_until("still here");
  const auto begun = std::chrono::steady_clock::now();
  server->stop(500ms);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 3s);
}

// A server in a child process that is killed while a file is sent to it, again and again.
TEST_F(HttpServer, AnUploadSurvivesKillsAndLosesNoAcknowledgedByte) {
  server.reset();
  token = add_token(
      "AP-2021-000001",
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()) + 1h, false);
  std::string content(600000, ' ');
  for (std::size_t i = 0; i < content.size(); ++i)
    content[i] = static_cast<char>('a' + i * 7 % 26 + i / 1000 % 3);
  std::string id;
  std::uint64_t acknowledged = 0;
  int kills = 0;
  for (int round = 0; round < 12 && acknowledged < content.size(); ++round) {
    int port_pipe[2];
    ASSERT_EQ(::pipe(port_pipe), 0);
    store.reset();
    application.reset();
    shared.reset();
    const pid_t child = ::fork();
    if (child == 0) {
      Shared own(settings);
      const Application serving(own, all_routes());
      auto started = Server::start(own, serving);
      const std::uint16_t port = started && own.uploads.take() ? (*started)->port() : 0;
      [[maybe_unused]] const ssize_t said = ::write(port_pipe[1], &port, sizeof(port));
      ::pause();
      ::_exit(0);
    }
    std::uint16_t port = 0;
    ASSERT_EQ(::read(port_pipe[0], &port, sizeof(port)), static_cast<ssize_t>(sizeof(port)));
    ::close(port_pipe[0]);
    ::close(port_pipe[1]);
    ASSERT_NE(port, 0);
    const std::string auth = "Host: x\r\nAuthorization: Bearer " + token + "\r\n";
    const std::string body = fmt::format(R"({{"name":"big.log","bytes":{}}})", content.size());
    Client client(port);
    client.send(
        fmt::format("POST /api/v1/victim/uploads HTTP/1.1\r\n{}Content-Type: "
                    "application/json\r\nContent-Length: {}\r\n\r\n{}",
                    auth, body.size(), body));
    const std::string made = client.read_until("}");
    ASSERT_NE(made.find("201 Created"), std::string::npos) << made;
    const std::string found = made.substr(made.find("\"id\":\"") + 6, 32);
    if (id.empty()) id = found;
    EXPECT_EQ(found, id);
    const auto announced =
        boost::json::parse(made.substr(made.find("\r\n\r\n") + 4)).at("offset").to_number<std::uint64_t>();
    EXPECT_GE(announced, acknowledged);
    acknowledged = announced;
    const int pieces = round == 11 ? 100 : 1 + round % 3;
    for (int piece = 0; piece < pieces && acknowledged < content.size(); ++piece) {
      const std::string bytes = content.substr(acknowledged, 30000);
      client.send(
          fmt::format("PATCH /api/v1/victim/uploads/{} HTTP/1.1\r\n{}Content-Type: "
                      "application/offset+octet-stream\r\nUpload-Offset: {}\r\nContent-Length: {}\r\n\r\n{}",
                      id, auth, acknowledged, bytes.size(), bytes));
      if (client.read_until("\r\n\r\n").find("204 No Content") == std::string::npos) break;
      acknowledged += bytes.size();
    }
    if (acknowledged < content.size()) {  // one more, killed in the midst
      const std::string bytes = content.substr(acknowledged, 30000);
      client.send(
          fmt::format("PATCH /api/v1/victim/uploads/{} HTTP/1.1\r\n{}Content-Type: "
                      "application/offset+octet-stream\r\nUpload-Offset: {}\r\nContent-Length: {}\r\n\r\n{}",
                      id, auth, acknowledged, bytes.size(), bytes));
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ++kills;
  }
  EXPECT_EQ(acknowledged, content.size());
  EXPECT_GE(kills, 5);
  EXPECT_EQ(*read_file(settings.uploads / id / "evidence" / "big.log"), content);
}

}  // namespace
}  // namespace afterpatch::web
