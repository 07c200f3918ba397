// The ceiling for a scanner on this machine: TCP connection and TLS handshake to each target once, by the
// same OpenSSL with the same settings, nothing sent, nothing read. One thread, epoll, `connections` at once.
//
// Usage: raw-handshakes RANGE PORT CONNECTIONS; prints how many handshakes were done.
#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <unordered_map>

#include "exposure/address.h"
#include "exposure/tls_socket.h"

namespace {

using namespace afterpatch::exposure;

constexpr std::size_t kByteLimit = 65536;

struct Open {
  bool connected = false;
  std::unique_ptr<TlsSocket> tls;
};

class Handshakes {
 public:
  Handshakes(const TlsContext& context, std::uint16_t port)
      : context_(context), port_(port), epoll_(::epoll_create1(0)) {}

  void begin(const Address& address) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port_);
    to.sin_addr.s_addr = htonl(static_cast<std::uint32_t>(address.low));
    (void)::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    epoll_event event{EPOLLIN | EPOLLOUT | EPOLLET, {.fd = socket}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    open_[socket];
  }

  std::size_t open() const { return open_.size(); }
  std::uint64_t done() const { return done_; }

  void wait() {
    std::array<epoll_event, 256> events{};
    const int count = ::epoll_wait(epoll_, events.data(), events.size(), 1000);
    for (int i = 0; i < count; ++i) step(events[static_cast<std::size_t>(i)].data.fd);
  }

 private:
  void step(int socket) {
    Open& one = open_[socket];
    if (!one.tls) one.tls = std::make_unique<TlsSocket>(context_, socket, "", kByteLimit);
    const TlsStep step = one.tls->handshake();
    if (step == TlsStep::want_read || step == TlsStep::want_write) return;
    if (step == TlsStep::done) ++done_;
    open_.erase(socket);
    ::close(socket);
  }

  const TlsContext& context_;
  std::uint16_t port_;
  int epoll_;
  std::unordered_map<int, Open> open_;
  std::uint64_t done_ = 0;
};

}  // namespace

int main(int count, char** values) {
  const auto range = count == 4 ? parse_range(values[1]) : std::nullopt;
  const auto context = TlsContext::make();
  if (!range || range->first.v6 || !context) return 2;
  Handshakes handshakes(*context, static_cast<std::uint16_t>(std::atoi(values[2])));
  const auto most = static_cast<std::size_t>(std::atoi(values[3]));
  std::uint64_t next = range->first.low;
  while (next <= range->last.low || handshakes.open() > 0) {
    while (next <= range->last.low && handshakes.open() < most) handshakes.begin({false, 0, next++});
    handshakes.wait();
  }
  std::printf("%llu\n", static_cast<unsigned long long>(handshakes.done()));
  return 0;
}
