#include "range/mail/mail_server.h"

#include <istream>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace afterpatch::range {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMostLineBytes = 8192;

asio::awaitable<void> talk(tcp::socket socket, PostOffice& office) {
  SmtpSession session([&office](const std::string& address) { return office.accepts(address); },
                      [&office](const Envelope& envelope) { return office.keep(envelope); });
  std::string reply = session.greeting();
  asio::streambuf buffer(kMostLineBytes);
  while (true) {
    if (!reply.empty()) {
      const auto [failed, written] = co_await asio::async_write(socket, asio::buffer(reply), kTuple);
      if (failed || session.has_quit()) co_return;
    }
    const auto [failed, length] = co_await asio::async_read_until(socket, buffer, "\r\n", kTuple);
    if (failed) co_return;
    std::string line(length, '\0');
    std::istream(&buffer).read(line.data(), static_cast<std::streamsize>(length));
    reply = session.take(std::string_view(line).substr(0, length - 2));
  }
}

class LoopbackMailServer final : public MailServer {
 public:
  explicit LoopbackMailServer(PostOffice& office) : office_(office), acceptor_(context_) {}
  ~LoopbackMailServer() override { context_.stop(); }

  Result<void> listen(std::uint16_t port) {
    const tcp::endpoint here(asio::ip::address_v4::loopback(), port);
    boost::system::error_code error;
    acceptor_.open(here.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(here, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fail("port " + std::to_string(port) + ": " + error.message(), "127.0.0.1");
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::jthread([this] { context_.run(); });
    return {};
  }
  std::uint16_t port() const override { return acceptor_.local_endpoint().port(); }

 private:
  asio::awaitable<void> accept() {
    while (true) {
      auto [error, socket] = co_await acceptor_.async_accept(kTuple);
      if (error) co_return;
      asio::co_spawn(context_, talk(std::move(socket), office_), asio::detached);
    }
  }

  PostOffice& office_;
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  std::jthread thread_;
};

}  // namespace

Result<std::unique_ptr<MailServer>> MailServer::start(std::uint16_t port, PostOffice& office) {
  auto server = std::make_unique<LoopbackMailServer>(office);
  if (const auto listening = server->listen(port); !listening) return std::unexpected(listening.error());
  return server;
}

}  // namespace afterpatch::range
