#include "exposure/small_server.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <string_view>
#include <utility>

#include "exposure/made_certificate.h"

namespace afterpatch::exposure {
namespace {

using Way = ServerBehaviour::Way;

struct FreeTls {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

const MadeCertificate& usual_certificate() {
  static const MadeCertificate made =
      make_certificate("mail.example.org", {"mail.example.org", "autodiscover.example.org"});
  return made;
}

const MadeCertificate& huge_certificate() {
  static const MadeCertificate made = make_certificate(
      "mail.example.org",
      std::vector<std::string>(5000, std::string(60, 'a') + "." + std::string(60, 'b') + ".example"));
  return made;
}

using Context = std::unique_ptr<SSL_CTX, FreeTls>;

Context make_context(const ServerBehaviour& behaviour) {
  Context context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_security_level(context.get(), 0);
  const MadeCertificate& made = behaviour.huge_certificate ? huge_certificate() : usual_certificate();
  SSL_CTX_use_certificate(context.get(), made.certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), made.key.get());
  if (behaviour.tls == "1.0") {
    SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.get(), TLS1_VERSION);
  }
  return context;
}

// Making one costs more than a handshake.
SSL_CTX* context_for(const ServerBehaviour& behaviour) {
  static std::mutex mutex;
  static std::map<std::pair<std::string, bool>, Context> contexts;
  const std::lock_guard lock(mutex);
  Context& context = contexts[{behaviour.tls, behaviour.huge_certificate}];
  if (!context) context = make_context(behaviour);
  return context.get();
}

std::string read_request(SSL* ssl) {
  std::string request;
  char block[2048];
  while (request.find("\r\n\r\n") == std::string::npos && request.size() < 16384) {
    const int got = SSL_read(ssl, block, sizeof block);
    if (got <= 0) break;
    request.append(block, static_cast<std::size_t>(got));
  }
  return request;
}

std::string header_of(const std::string& request, const std::string& name) {
  const auto at = request.find(name + ": ");
  if (at == std::string::npos) return {};
  const auto from = at + name.size() + 2;
  return request.substr(from, request.find('\r', from) - from);
}

std::string path_of(const std::string& request) {
  const auto from = request.find(' ') + 1;
  return request.substr(from, request.find(' ', from) - from);
}

void write_endlessly(SSL* ssl, const std::string& first, const std::string& again,
                     const std::atomic<bool>& stopping) {
  if (SSL_write(ssl, first.data(), static_cast<int>(first.size())) <= 0) return;
  while (!stopping && SSL_write(ssl, again.data(), static_cast<int>(again.size())) > 0) {
  }
}

void drip(SSL* ssl, const std::atomic<bool>& stopping) {
  const std::string text = "HTTP/1.1 200 OK\r\n";
  for (std::size_t i = 0; !stopping; i = (i + 1) % text.size()) {
    if (SSL_write(ssl, &text[i], 1) <= 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

void wait_for_end(int socket, const std::atomic<bool>& stopping) {
  char ignored[256];
  while (!stopping) {
    pollfd polled{socket, POLLIN, 0};
    if (::poll(&polled, 1, 50) > 0 && ::recv(socket, ignored, sizeof ignored, 0) <= 0) return;
  }
}

Address local_address(int socket) {
  sockaddr_in6 local{};
  socklen_t size = sizeof local;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&local), &size);
  if (local.sin6_family == AF_INET) {
    sockaddr_in old{};
    std::memcpy(&old, &local, sizeof old);
    return {false, 0, ntohl(old.sin_addr.s_addr)};
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET6, &local.sin6_addr, text.data(), text.size());
  std::string_view shown = text.data();
  if (shown.starts_with("::ffff:")) shown.remove_prefix(7);  // IPv4 through the same socket
  return *parse_address(shown);
}

template <typename Any>
int listen_to_all(int family, Any any) {
  const int listener = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int no = 0;
  if (family == AF_INET6) ::setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
  if (listener >= 0 && ::bind(listener, reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0 &&
      ::listen(listener, 4096) == 0)
    return listener;
  ::close(listener);
  return -1;
}

// IPv4 and IPv6; only IPv4 where the machine has no other.
int listening_socket(std::uint16_t& port) {
  sockaddr_in6 both{};
  both.sin6_family = AF_INET6;
  sockaddr_in old{};
  old.sin_family = AF_INET;
  int listener = listen_to_all(AF_INET6, both);
  if (listener < 0) listener = listen_to_all(AF_INET, old);
  socklen_t size = sizeof both;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&both), &size);
  port = ntohs(both.sin6_port);  // at the same place in both kinds of address
  return listener;
}

void send_raw(int socket, const std::string& bytes) {
  [[maybe_unused]] const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

void reset(int socket) {
  const linger now{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace

std::string http_response(unsigned status, const std::string& headers, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) + " Some Reason\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

SmallServer::SmallServer(std::function<ServerBehaviour(const Address&)> behaviour)
    : behaviour_(std::move(behaviour)) {
  std::signal(SIGPIPE, SIG_IGN);  // SSL_write to a client that has left
  listener_ = listening_socket(port_);
  acceptor_ = std::jthread([this] { accept(); });
}

SmallServer::~SmallServer() {
  stopping_ = true;
  acceptor_.join();
  connections_.clear();
  ::close(listener_);
}

std::vector<SmallServer::Seen> SmallServer::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void SmallServer::accept() {
  auto known_empty = std::chrono::steady_clock::now();
  while (!stopping_) {
    pollfd polled{listener_, POLLIN, 0};
    const auto looked = std::chrono::steady_clock::now();
    if (::poll(&polled, 1, 0) <= 0) {
      known_empty = looked;
      if (::poll(&polled, 1, 5) <= 0) continue;
    }
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) continue;
    const timeval patience{5, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    std::size_t number = 0;
    {
      const std::lock_guard lock(mutex_);
      number = seen_.size();
      seen_.push_back({local_address(socket), known_empty, std::chrono::steady_clock::now(), {}});
    }
    connections_.emplace_back([this, socket, number] { serve(socket, number); });
  }
}

void SmallServer::serve(int socket, std::size_t number) {
  const Address address = local_address(socket);
  const ServerBehaviour behaviour = behaviour_(address);
  if (behaviour.way == Way::silent) wait_for_end(socket, stopping_);
  if (behaviour.way == Way::reset) reset(socket);
  if (behaviour.way == Way::plain)
    send_raw(socket, "HTTP/1.1 400 Bad Request\r\n\r\nplain HTTP to an HTTPS port"),
        wait_for_end(socket, stopping_);
  if (behaviour.way == Way::garbage)
    send_raw(socket, std::string(3000, '\x16')), wait_for_end(socket, stopping_);
  const bool speaks_tls = behaviour.way >= Way::slow_drip || behaviour.way == Way::answer;
  const std::unique_ptr<SSL, FreeTls> ssl(SSL_new(context_for(behaviour)));
  SSL_set_fd(ssl.get(), socket);
  if (speaks_tls && SSL_accept(ssl.get()) == 1) {
    const std::string request = read_request(ssl.get());
    int visit = 0;
    {
      const std::lock_guard lock(mutex_);
      seen_[number].request = request;
      visit = ++visits_[address];
    }
    if (behaviour.way == Way::slow_drip) drip(ssl.get(), stopping_);
    if (behaviour.way == Way::endless_headers)
      write_endlessly(ssl.get(), "HTTP/1.1 200 OK\r\n", "X-More: " + std::string(500, 'x') + "\r\n",
                      stopping_);
    if (behaviour.way == Way::endless_body)
      write_endlessly(ssl.get(), "HTTP/1.1 200 OK\r\n\r\n", std::string(8000, 'x'), stopping_);
    if (behaviour.way == Way::silent_after_tls) wait_for_end(socket, stopping_);
    if (behaviour.way == Way::wrong_record)
      send_raw(socket, "HTTP/1.1 200 OK\r\n\r\nnot encrypted"), wait_for_end(socket, stopping_);
    if (behaviour.way == Way::huge_record)
      send_raw(socket, "\x17\x03\x03\xff\xff" + std::string(2000, 'x')), wait_for_end(socket, stopping_);
    if (behaviour.way == Way::answer) {
      const std::string response = behaviour.answer(path_of(request), header_of(request, "Host"), visit);
      SSL_write(ssl.get(), response.data(), static_cast<int>(response.size()));
      SSL_shutdown(ssl.get());
    }
  }
  ::close(socket);
}

}  // namespace afterpatch::exposure
