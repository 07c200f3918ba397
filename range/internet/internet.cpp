#include "range/internet/internet.h"

#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include <fmt/chrono.h>

#include "range/internet/connection.h"

namespace afterpatch::range {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::steady_clock;
constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);

constexpr std::chrono::minutes kLongestConnection{10};
constexpr std::chrono::seconds kSweep{5};
constexpr std::time_t kDayZero = 1'614'938'400;  // 2021-03-05T10:00:00Z

std::string date_of(int day) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(kDayZero + std::time_t{86'400} * day));
}

// As many open files as the system lets us have: 10,000 connections at once are ordinary here.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Our own threads share the port, so the system would let a second range share it too.
void expect_free(const tcp::endpoint& endpoint) {
  asio::io_context io;
  tcp::acceptor(io, endpoint, /*reuse_addr=*/true).close();
}

// Whose turn it is behind a balancer. Thread-safe.
class Turns {
 public:
  std::size_t next(const Host& host) {
    if (host.nature != Nature::balanced) return 0;
    const std::lock_guard lock(mutex_);
    return turns_[host.number]++ % 2;
  }

 private:
  std::mutex mutex_;
  std::unordered_map<std::uint32_t, std::size_t> turns_;
};

// What all threads share.
struct World {
  Population population;
  std::unique_ptr<RequestLog> log;
  std::shared_ptr<const KeyPool> keys;
  std::atomic<int> day{0};
  std::atomic<std::uint64_t> connections{0};
  Turns turns{};
};

void allow_versions(asio::ssl::context& context, Tls tls) {
  SSL_CTX* handle = context.native_handle();
  SSL_CTX_set_security_level(handle, 0);
  SSL_CTX_set_cipher_list(handle, "ALL:@SECLEVEL=0");
  SSL_CTX_set_session_cache_mode(handle, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(handle, SSL_OP_NO_TICKET);
  SSL_CTX_set_mode(handle, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_min_proto_version(handle, tls == Tls::tls10 ? TLS1_VERSION : TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(handle, tls == Tls::tls10   ? TLS1_VERSION
                                        : tls == Tls::tls12 ? TLS1_2_VERSION
                                                            : TLS1_3_VERSION);
}

// One thread: its own listening socket, TLS contexts and certificates, so that threads never wait for each
// other.
class Worker {
 public:
  Worker(World& world, const tcp::endpoint& endpoint) : world_(world), certificates_(world.keys) {
    for (const Tls tls : {Tls::modern, Tls::tls12, Tls::tls10})
      allow_versions(contexts_[static_cast<std::size_t>(tls)], tls);
    listen(endpoint);
    premises_ = std::make_unique<Premises>(Premises{world_.population,
                                                    *world_.log,
                                                    certificates_,
                                                    {&contexts_[0], &contexts_[1], &contexts_[2]},
                                                    port_text()});
    asio::co_spawn(io_, accept_all(), asio::detached);
    asio::co_spawn(io_, close_old_ones(), asio::detached);
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  void start() {
    thread_ = std::jthread([this] { io_.run(); });
  }
  void stop() { io_.stop(); }

 private:
  std::string port_text() const { return port() == 443 ? std::string() : ":" + std::to_string(port()); }

  void listen(const tcp::endpoint& endpoint) {
    acceptor_.open(endpoint.protocol());
    const int socket = acceptor_.native_handle();
    const int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (endpoint.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(true));
    // Nobody outside shall meet these servers. Kernels that refuse this leave the check of the address,
    // below.
    setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, "lo", 2);
    acceptor_.bind(endpoint);
    acceptor_.listen(asio::socket_base::max_listen_connections);
  }

  asio::awaitable<void> accept_all() {
    for (;;) {
      auto [error, socket] = co_await acceptor_.async_accept(kQuietly);
      if (error == asio::error::operation_aborted) co_return;
      if (error) {  // out of files, most likely
        asio::steady_timer pause(io_, std::chrono::milliseconds(10));
        co_await pause.async_wait(kQuietly);
        continue;
      }
      welcome(std::move(socket));
    }
  }

  void welcome(tcp::socket socket) {
    boost::system::error_code error;
    const auto local = socket.local_endpoint(error);
    if (error) return;
    const auto number = local.address().is_v4()
                            ? world_.population.number_of(local.address().to_v4().to_uint())
                            : world_.population.number_of(local.address().to_v6().to_bytes());
    if (!number) return reset(socket);
    const int day = world_.day;
    Caller caller{world_.population.host(*number), {}, world_.connections++, 0, date_of(day)};
    caller.state = world_.population.state(caller.host, day);
    caller.server = world_.turns.next(caller.host);
    auto open = std::make_shared<OpenConnection>(OpenConnection{std::move(socket), steady_clock::now()});
    open_.push_back(open);
    asio::co_spawn(io_, serve(*premises_, std::move(open), std::move(caller)), asio::detached);
  }

  asio::awaitable<void> close_old_ones() {
    asio::steady_timer timer(io_);
    for (;;) {
      timer.expires_after(kSweep);
      const auto [error] = co_await timer.async_wait(kQuietly);
      if (error) co_return;
      world_.log->flush();
      std::erase_if(open_, [](const auto& weak) { return weak.expired(); });
      for (const auto& weak : open_) close_if_old(weak.lock());
    }
  }

  static void close_if_old(const std::shared_ptr<OpenConnection>& open) {
    boost::system::error_code ignored;
    if (open != nullptr && steady_clock::now() - open->since > kLongestConnection)
      open->socket.close(ignored);
  }

  World& world_;
  Certificates certificates_;
  std::array<asio::ssl::context, 3> contexts_{asio::ssl::context(asio::ssl::context::tls_server),
                                              asio::ssl::context(asio::ssl::context::tls_server),
                                              asio::ssl::context(asio::ssl::context::tls_server)};
  std::list<std::weak_ptr<OpenConnection>> open_;
  std::unique_ptr<Premises> premises_;
  asio::io_context io_{1};
  tcp::acceptor acceptor_{io_};
  std::jthread thread_;  // last: joined before anything it uses is gone
};

class RunningInternet : public Internet {
 public:
  RunningInternet(const InternetSettings& settings, std::unique_ptr<RequestLog> log,
                  std::shared_ptr<const KeyPool> keys)
      : world_{Population(settings.population), std::move(log), std::move(keys)} {
    world_.day = settings.day;
    std::uint16_t port = settings.port;
    const tcp protocol = settings.population.family == Family::ipv6 ? tcp::v6() : tcp::v4();
    if (port != 0) expect_free(tcp::endpoint(protocol, port));
    for (unsigned i = 0; i < std::max(1U, settings.threads); ++i) {
      workers_.push_back(std::make_unique<Worker>(world_, tcp::endpoint(protocol, port)));
      port = workers_.front()->port();
    }
    for (const auto& worker : workers_) worker->start();
  }
  ~RunningInternet() override {
    for (const auto& worker : workers_) worker->stop();
    workers_.clear();
    world_.log->flush();
  }

  std::uint16_t port() const override { return workers_.front()->port(); }
  const Population& population() const override { return world_.population; }
  std::uint64_t connections() const override { return world_.log->connections(); }
  std::uint64_t requests() const override { return world_.log->requests(); }
  void set_day(int day) override { world_.day = day; }
  void flush_log() override { world_.log->flush(); }

 private:
  World world_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace

Result<std::unique_ptr<Internet>> Internet::start(const InternetSettings& settings) {
  if (settings.population.hosts == 0 || settings.population.hosts > kMaxHosts)
    return fail("there can be 1 to 8,000,000 hosts", "--hosts");
  raise_file_limit();
  auto log = RequestLog::open(settings.request_log);
  if (!log) return std::unexpected(log.error());
  auto keys = KeyPool::make(settings.population.seed);
  if (!keys) return std::unexpected(keys.error());
  try {
    return std::make_unique<RunningInternet>(settings, std::move(*log), std::move(*keys));
  } catch (const boost::system::system_error& error) {
    return fail("can't listen: " + error.code().message(), "port " + std::to_string(settings.port),
                "choose another --port");
  }
}

}  // namespace afterpatch::range
