#include "exposure/visitor.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace afterpatch::exposure {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 4096;
// A deadline that is noticed so late ran out because this machine was busy.
constexpr auto kTooLate = std::chrono::seconds(1);

tcp::endpoint endpoint_of(const Address& address, std::uint16_t port) {
  if (!address.v6) return {asio::ip::address_v4(static_cast<std::uint32_t>(address.low)), port};
  asio::ip::address_v6::bytes_type bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<unsigned char>(address.high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<unsigned char>(address.low >> (56 - 8 * i));
  }
  return {asio::ip::address_v6(bytes), port};
}

// Errors of this machine say nothing about the host: "local" is tried again by who asked.
std::string kind_of_connect_error(int error) {
  switch (error) {
    case ECONNREFUSED:
      return "refused";
    case ECONNRESET:
      return "reset";
    case EHOSTUNREACH:
    case ENETUNREACH:
      return "unreachable";
    case ETIMEDOUT:
      return "timeout";
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:
    case EAGAIN:
      return "local";
    default:
      return "not-sent";
  }
}

}  // namespace

std::string request_text(const Request& request, const Address& address, const VisitSettings& settings) {
  std::string host = request.name;
  if (host.empty()) host = address.v6 ? "[" + to_string(address) + "]" : to_string(address);
  if (settings.port != 443) host += ":" + std::to_string(settings.port);
  return fmt::format(
      "GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: {}\r\nAccept: */*\r\nConnection: close\r\n\r\n",
      request.path, host, settings.user_agent);
}

// A socket with a deadline. Shared with its timer, which may fire when everything else is gone.
class Visitor::Connection : public std::enable_shared_from_this<Visitor::Connection> {
 public:
  explicit Connection(asio::io_context& context) : socket(context), timer(context) {}

  void start(const tcp::endpoint& endpoint) {
    boost::system::error_code code;
    socket.open(endpoint.protocol(), code);
    if (!code) socket.native_non_blocking(true, code);
    if (code) {
      error = code.value();
      return;
    }
    const int outcome =
        ::connect(socket.native_handle(), endpoint.data(), static_cast<socklen_t>(endpoint.size()));
    if (outcome != 0 && errno != EINPROGRESS) error = errno;
  }

  void expire_after(std::chrono::milliseconds time) {
    timer.expires_after(time);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& code) {
      const auto self = weak.lock();
      if (code || !self) return;
      self->timed_out = true;
      self->too_late = Clock::now() - self->timer.expiry() > kTooLate;
      boost::system::error_code ignored;
      self->socket.cancel(ignored);
    });
  }

  asio::awaitable<bool> ready(tcp::socket::wait_type kind) {
    if (timed_out) co_return false;
    const auto [code] = co_await socket.async_wait(kind, kTuple);
    co_return !code && !timed_out;
  }

  // The answer of connect(), once the socket is writable.
  int connect_error() {
    int outcome = 0;
    socklen_t size = sizeof outcome;
    ::getsockopt(socket.native_handle(), SOL_SOCKET, SO_ERROR, &outcome, &size);
    return outcome;
  }

  // Waits for what a step of TLS wants; true if it is worth trying again.
  asio::awaitable<bool> again(TlsStep step) {
    if (step == TlsStep::want_read) co_return co_await ready(tcp::socket::wait_read);
    if (step == TlsStep::want_write) co_return co_await ready(tcp::socket::wait_write);
    co_return false;
  }

  std::string kind_of_timeout() const { return too_late ? "local" : "timeout"; }

  std::string kind_of(TlsStep step) const {
    if (timed_out) return kind_of_timeout();
    return step == TlsStep::failed ? tls->error_kind() : "closed";
  }

  tcp::socket socket;
  asio::steady_timer timer;
  std::unique_ptr<TlsSocket> tls;
  int error = 0;
  bool timed_out = false;
  bool too_late = false;
};

Visitor::Visitor(asio::io_context& context, const TlsContext& tls, Dispatcher& dispatcher,
                 VisitSettings settings)
    : context_(context), tls_(tls), dispatcher_(dispatcher), settings_(std::move(settings)) {}

asio::awaitable<Visit> Visitor::visit(Address address, Request request, std::size_t byte_limit, Turn& turn) {
  Visit visit;
  const auto connection = std::make_shared<Connection>(context_);
  const tcp::endpoint endpoint = endpoint_of(address, settings_.port);
  turn = co_await dispatcher_.turn(address, request.name, [&] { connection->start(endpoint); });
  if (turn != Turn::sent) co_return visit;
  connection->expire_after(settings_.connect_timeout);
  if (connection->error == 0 && co_await connection->ready(tcp::socket::wait_write))
    connection->error = connection->connect_error();
  if (connection->timed_out || connection->error != 0) {
    visit.error = ProbeError{"tcp", connection->timed_out ? connection->kind_of_timeout()
                                                          : kind_of_connect_error(connection->error)};
    connection->timer.cancel();
    co_return visit;
  }
  visit.connected = true;
  connection->expire_after(settings_.answer_timeout);
  co_await talk(*connection, address, request, byte_limit, visit);
  connection->timer.cancel();
  co_return visit;
}

asio::awaitable<void> Visitor::talk(Connection& connection, const Address& address, const Request& request,
                                    std::size_t byte_limit, Visit& visit) {
  const int socket = connection.socket.native_handle();
  connection.tls = std::make_unique<TlsSocket>(tls_, socket, request.name, byte_limit);
  const std::string text = request_text(request, address, settings_);
  if (co_await shake_hands(connection, visit) && co_await send(connection, text, request.probe, visit)) {
    co_await receive(connection, request.probe, visit);
    connection.tls->say_goodbye();
  }
  visit.bytes = connection.tls->received();
  // Firewalls answer for addresses behind which nobody is, and then reset.
  if (visit.bytes == 0 && visit.error && visit.error->kind == "reset") {
    visit.connected = false;
    visit.error->probe = "tcp";
  }
}

asio::awaitable<bool> Visitor::shake_hands(Connection& connection, Visit& visit) {
  TlsStep step = connection.tls->handshake();
  while (co_await connection.again(step)) step = connection.tls->handshake();
  if (step == TlsStep::done) {
    visit.tls = connection.tls->facts();
    co_return true;
  }
  visit.error = ProbeError{"tls", connection.kind_of(step)};
  co_return false;
}

asio::awaitable<bool> Visitor::send(Connection& connection, const std::string& bytes,
                                    const std::string& probe, Visit& visit) {
  TlsStep step = connection.tls->write(bytes);
  while (co_await connection.again(step)) step = connection.tls->write(bytes);
  if (step == TlsStep::done) co_return true;
  visit.error = ProbeError{probe, connection.kind_of(step)};
  co_return false;
}

asio::awaitable<void> Visitor::receive(Connection& connection, const std::string& probe, Visit& visit) {
  ResponseReader reader(settings_.body_bytes);
  std::array<char, kReadBytes> block{};
  bool reading = true;
  while (reading) {
    std::size_t filled = 0;
    const TlsStep step = connection.tls->read(block, filled);
    if (step == TlsStep::done) {
      reading = reader.feed({block.data(), filled}) == ResponseReader::State::more;
    } else if (!co_await connection.again(step)) {
      if (step == TlsStep::closed) reader.end();
      if (step != TlsStep::closed || !reader.header_is_read())
        visit.error = ProbeError{probe, connection.kind_of(step)};
      reading = false;
    }
  }
  HttpAnswer answer = reader.take();
  if (!answer.error.empty() && !visit.error) visit.error = ProbeError{probe, answer.error};
  if (answer.status != 0) visit.answer = std::move(answer);
}

}  // namespace afterpatch::exposure
