#include "web/server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>
#include <thread>

#include <fmt/format.h>

#include "web/connection.h"

namespace afterpatch::web {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

constexpr unsigned kNetworkThreads = 2;

// How many connections there are, in all and by address.
class ConnectionCount {
 public:
  explicit ConnectionCount(const Settings& settings) : settings_(settings) {}

  bool begin(const std::string& key) {
    const std::lock_guard lock(mutex_);
    if (all_ >= settings_.most_connections || by_key_[key] >= settings_.most_from_one) return false;
    ++all_;
    ++by_key_[key];
    return true;
  }
  void end(const std::string& key) {
    const std::lock_guard lock(mutex_);
    --all_;
    if (--by_key_[key] == 0) by_key_.erase(key);
  }
  std::size_t all() {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  const Settings& settings_;
  std::mutex mutex_;
  std::size_t all_ = 0;
  std::map<std::string, std::size_t> by_key_;
};

class BeastServer : public Server {
 public:
  BeastServer(Shared& shared, const Application& application, std::unique_ptr<WorkerPool> workers)
      : shared_(shared),
        workers_(std::move(workers)),
        world_{shared, application, *workers_},
        count_(shared.settings),
        acceptor_(network_) {}
  ~BeastServer() override { stop(std::chrono::milliseconds(0)); }

  Result<void> open() {
    if (auto loaded = load_certificate(); !loaded) return loaded;
    if (auto bound = bind(); !bound) return bound;
    asio::co_spawn(network_, accept(), asio::detached);
    for (unsigned i = 0; i < kNetworkThreads; ++i) threads_.emplace_back([this] { network_.run(); });
    return {};
  }

  std::uint16_t port() const override { return port_; }

  void stop(std::chrono::milliseconds grace) override {
    if (threads_.empty()) return;
    world_.stopping = true;
    asio::post(network_, [this] { acceptor_.close(); });
    shared_.events.publish("stop", "{}");
    const auto until = std::chrono::steady_clock::now() + grace;
    while (count_.all() > 0 && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    network_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    world_.ended = true;
    workers_->join();  // they post to network_, which must be there until then
  }

 private:
  Result<void> load_certificate() {
    const Settings& settings = shared_.settings;
    if (settings.certificate.empty()) return {};
    tls_.emplace(ssl::context::tls_server);
    tls_->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3 |
                      ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    error_code error;
    tls_->use_certificate_chain_file(settings.certificate.string(), error);
    if (error)
      return fail("the certificate can't be read: " + error.message(), settings.certificate.string());
    tls_->use_private_key_file(settings.key.string(), ssl::context::pem, error);
    if (error) return fail("the key can't be read: " + error.message(), settings.key.string());
    return {};
  }

  Result<void> bind() {
    const Settings& settings = shared_.settings;
    const std::string place = fmt::format("{}:{}", settings.address, settings.port);
    error_code error;
    const auto address = asio::ip::make_address(settings.address, error);
    if (error) return fail("this is no IP address", settings.address, "for example 127.0.0.1");
    const tcp::endpoint endpoint(address, settings.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fail("can't listen: " + error.message(), place, "is another server there?");
    port_ = acceptor_.local_endpoint().port();
    return {};
  }

  asio::awaitable<void> accept() {
    while (!world_.stopping) {
      auto [error, socket] =
          co_await acceptor_.async_accept(asio::make_strand(network_), asio::as_tuple(asio::use_awaitable));
      if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) co_return;
      if (error) {  // out of descriptors, or the client is gone already
        asio::steady_timer pause(network_, std::chrono::milliseconds(50));
        co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        continue;
      }
      begin(std::move(socket));
    }
  }

  void begin(asio::basic_stream_socket<tcp, Strand> socket) {
    error_code error;
    const auto peer = socket.remote_endpoint(error);
    if (error) return;
    auto address = peer.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
      address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    const std::string text = address.to_string();
    // A proxy brings everybody's connections.
    const auto& proxies = shared_.settings.trusted_proxies;
    const bool proxy = std::ranges::find(proxies, text) != proxies.end();
    const std::string key = proxy ? fmt::format("proxy {}", proxy_turn_++) : client_key(text);
    ++shared_.metrics.connections;
    if (!count_.begin(key)) {
      ++shared_.metrics.refused_connections;
      return;  // closes it
    }
    ++shared_.metrics.open_connections;
    socket.set_option(tcp::no_delay(true), error);
    const Strand strand = socket.get_executor();
    const auto ended = [this, key](std::exception_ptr) {
      --shared_.metrics.open_connections;
      count_.end(key);
    };
    PlainStream plain(std::move(socket));
    if (tls_)
      asio::co_spawn(strand, serve(TlsStream(std::move(plain), *tls_), text, world_), ended);
    else
      asio::co_spawn(strand, serve(std::move(plain), text, world_), ended);
  }

  Shared& shared_;
  std::unique_ptr<WorkerPool> workers_;
  ConnectionWorld world_;
  ConnectionCount count_;
  std::optional<ssl::context> tls_;
  std::uint64_t proxy_turn_ = 0;
  std::uint16_t port_ = 0;
  asio::io_context network_{static_cast<int>(kNetworkThreads)};
  tcp::acceptor acceptor_;
  std::vector<std::thread> threads_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(Shared& shared, const Application& application) {
  auto workers = WorkerPool::open(shared.settings.store, shared.settings.workers);
  if (!workers) return std::unexpected(workers.error());
  auto server = std::make_unique<BeastServer>(shared, application, std::move(*workers));
  if (auto opened = server->open(); !opened) return std::unexpected(opened.error());
  return server;
}

}  // namespace afterpatch::web
