#include "range/internet/connection.h"

#include <openssl/ssl.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <optional>

#include "base/text.h"
#include "range/internet/misbehaviour.h"

namespace afterpatch::range {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Stream = asio::ssl::stream<tcp::socket&>;
constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t kMostRequestBytes = 16384;
constexpr int kMostRequests = 100;  // on one connection

struct Head {
  std::string method;
  std::string path;
  std::string host;
  bool keep_alive = true;
};

Head read_head(std::string_view text) {
  Head head;
  bool first = true;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    if (first) {
      const auto words = split(line, ' ');
      if (words.size() >= 2) head.method = words[0], head.path = words[1];
      head.keep_alive = line.ends_with("HTTP/1.1");
    } else if (starts_with_ignoring_case(line, "host:")) {
      head.host = trim(line.substr(5));
    } else if (starts_with_ignoring_case(line, "connection:") && contains_ignoring_case(line, "close")) {
      head.keep_alive = false;
    }
    first = false;
  }
  return head;
}

// Reads and forgets until the other side is gone.
asio::awaitable<void> listen_in_silence(tcp::socket& socket) {
  std::array<char, 4096> bytes{};
  for (;;) {
    const auto [error, count] = co_await socket.async_read_some(asio::buffer(bytes), kQuietly);
    if (error) co_return;
  }
}

// Waits for the first bytes: a reset before them would race with the client's own connecting, and look now
// like nobody there, now like somebody.
asio::awaitable<void> greet_without_tls(tcp::socket& socket, const Host& host) {
  std::array<char, 4096> hello{};
  co_await socket.async_read_some(asio::buffer(hello), kQuietly);
  const std::optional<std::string> greeting = raw_greeting_of(host);
  if (!greeting) {
    reset(socket);
    co_return;
  }
  co_await asio::async_write(socket, asio::buffer(*greeting), kQuietly);
}

asio::awaitable<void> misbehave(Stream& stream, const Misbehaviour& how) {
  asio::steady_timer timer(stream.get_executor());
  std::uint64_t written = 0;
  while (written < how.limit) {
    if (how.pause.count() > 0) {
      timer.expires_after(how.pause);
      co_await timer.async_wait(kQuietly);
    }
    const bool in_first = written < how.first.size();
    asio::const_buffer piece = asio::buffer(how.repeated);
    if (in_first) piece = asio::buffer(how.first) + static_cast<std::size_t>(written);
    if (in_first && how.bytewise) piece = asio::buffer(piece, 1);
    const auto [error, count] = co_await asio::async_write(stream, piece, kQuietly);
    if (error) co_return;
    written += count;
  }
}

std::string asked_name(Stream& stream) {
  const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? std::string() : std::string(name);
}

std::string authority_of(const Host& host) {
  return host.family == Family::ipv6 ? "[" + host.address() + "]" : host.address();
}

// One request and its answer. False when the connection has ended.
asio::awaitable<bool> answer_one(const Premises& premises, Stream& stream, const Caller& caller,
                                 const Visit& visit, std::string& input) {
  const auto [error, length] = co_await asio::async_read_until(
      stream, asio::dynamic_buffer(input, kMostRequestBytes), "\r\n\r\n", kQuietly);
  if (error) co_return false;
  const Head head = read_head(std::string_view(input).substr(0, length));
  input.erase(0, length);
  premises.log.request(caller.host, head.method + " " + head.path, head.host);
  const auto misbehaviour = misbehaviour_of(caller.host);
  if (misbehaviour) {
    co_await misbehave(stream, *misbehaviour);
    co_return false;
  }
  const Request request{head.method, head.path, head.host};
  const std::string wire = to_wire(answer_of(caller.host, caller.state, request, visit), caller.date,
                                   head.method != "HEAD", head.keep_alive);
  const auto [failed, written] = co_await asio::async_write(stream, asio::buffer(wire), kQuietly);
  co_return !failed && head.keep_alive;
}

bool show_certificate(const Premises& premises, Stream& stream, const Host& host) {
  const CertificateHandle certificate = premises.certificates.certificate_of(host);
  return certificate != nullptr && SSL_use_certificate(stream.native_handle(), certificate.get()) == 1 &&
         SSL_use_PrivateKey(stream.native_handle(), premises.certificates.key_of(host)) == 1;
}

asio::awaitable<void> serve_tls(const Premises& premises, tcp::socket& socket, const Caller& caller) {
  Stream stream(socket, *premises.tls[static_cast<std::size_t>(caller.host.tls)]);
  if (!show_certificate(premises, stream, caller.host)) co_return;
  const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, kQuietly);
  if (error) co_return;
  const Visit visit{asked_name(stream), authority_of(caller.host) + premises.port_text, caller.connection,
                    caller.server};
  std::string input;
  for (int i = 0; i < kMostRequests; ++i) {
    const bool goes_on = co_await answer_one(premises, stream, caller, visit, input);
    if (!goes_on) break;
  }
  co_await stream.async_shutdown(kQuietly);
}

}  // namespace

void reset(tcp::socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

asio::awaitable<void> serve(const Premises& premises, std::shared_ptr<OpenConnection> open, Caller caller) {
  premises.log.connection(caller.host);
  if (caller.host.trouble == Trouble::silent) {
    co_await listen_in_silence(open->socket);
  } else if (!caller.state.present || caller.host.trouble == Trouble::reset || raw_greeting_of(caller.host)) {
    co_await greet_without_tls(open->socket, caller.host);
  } else {
    co_await serve_tls(premises, open->socket, caller);
  }
}

}  // namespace afterpatch::range
