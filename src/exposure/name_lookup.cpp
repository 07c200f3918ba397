#include "exposure/name_lookup.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "exposure/target.h"

namespace afterpatch::exposure {
namespace {

namespace asio = boost::asio;

constexpr int kTimeoutMilliseconds = 3000;
constexpr int kTries = 2;

Result<void> set_up_library() {
  static const int status = ares_library_init(ARES_LIB_INIT_ALL);
  if (status != ARES_SUCCESS) return fail(std::string("names can't be looked up: ") + ares_strerror(status));
  return {};
}

std::optional<Address> address_of(const ares_addrinfo_node& node) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = nullptr;
  if (node.ai_family == AF_INET) bytes = &reinterpret_cast<const sockaddr_in*>(node.ai_addr)->sin_addr;
  if (node.ai_family == AF_INET6) bytes = &reinterpret_cast<const sockaddr_in6*>(node.ai_addr)->sin6_addr;
  if (bytes == nullptr || ares_inet_ntop(node.ai_family, bytes, text.data(), text.size()) == nullptr)
    return std::nullopt;
  return parse_address(text.data());
}

template <typename T>
void sort_and_cut(std::vector<T>& all, std::size_t most) {
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.size() > most) all.resize(most);
}

using TakeAddresses = std::function<void(std::vector<Address>)>;
using TakeNames = std::function<void(std::vector<std::string>)>;

void take_addresses(void* argument, int status, int, ares_addrinfo* info) {
  const std::unique_ptr<TakeAddresses> take(static_cast<TakeAddresses*>(argument));
  std::vector<Address> found;
  if (status == ARES_SUCCESS && info != nullptr) {
    for (const ares_addrinfo_node* node = info->nodes; node != nullptr; node = node->ai_next) {
      if (const auto address = address_of(*node)) found.push_back(*address);
    }
  }
  if (info != nullptr) ares_freeaddrinfo(info);
  sort_and_cut(found, kMostAddressesOfAName);
  (*take)(std::move(found));
}

void take_reverse_name(void* argument, int status, int, hostent* host) {
  const std::unique_ptr<TakeNames> take(static_cast<TakeNames*>(argument));
  std::vector<std::string> found;
  if (status == ARES_SUCCESS && host != nullptr && host->h_name != nullptr) {
    if (const auto name = host_name(host->h_name)) found.push_back(*name);
  }
  (*take)(std::move(found));
}

// As the DNS library takes it, most significant byte first.
std::vector<unsigned char> bytes_of(const Address& address) {
  std::vector<unsigned char> bytes;
  if (address.v6) {
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes.push_back(static_cast<unsigned char>(address.high >> shift));
  }
  for (int shift = address.v6 ? 56 : 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<unsigned char>(address.low >> shift));
  return bytes;
}

void take_exchangers(void* argument, int status, int, unsigned char* reply, int size) {
  const std::unique_ptr<TakeNames> take(static_cast<TakeNames*>(argument));
  std::vector<std::string> found;
  ares_mx_reply* all = nullptr;
  if (status == ARES_SUCCESS && ares_parse_mx_reply(reply, size, &all) == ARES_SUCCESS) {
    for (const ares_mx_reply* entry = all; entry != nullptr; entry = entry->next) {
      if (const auto name = host_name(entry->host)) found.push_back(*name);
    }
    ares_free_data(all);
  }
  sort_and_cut(found, kMostExchangersOfADomain);
  (*take)(std::move(found));
}

}  // namespace

// The channel is touched by its own thread only; others leave it jobs.
struct NameLookup::Resolver {
  explicit Resolver(asio::io_context& io) : context(io), wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  void give(std::function<void()> job);
  void run(const std::stop_token& stop);
  void do_jobs();
  void wait_and_process();

  asio::io_context& context;
  ares_channel channel = nullptr;
  int wake;
  std::mutex mutex;
  std::deque<std::function<void()>> jobs;
  std::jthread thread;
};

NameLookup::Resolver::~Resolver() {
  if (thread.joinable()) {
    thread.request_stop();
    give([] {});
    thread.join();
  }
  if (channel != nullptr) ares_destroy(channel);
  ::close(wake);
}

void NameLookup::Resolver::give(std::function<void()> job) {
  const std::lock_guard lock(mutex);
  jobs.push_back(std::move(job));
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake, &one, sizeof one);
}

void NameLookup::Resolver::do_jobs() {
  std::deque<std::function<void()>> taken;
  {
    const std::lock_guard lock(mutex);
    taken.swap(jobs);
  }
  for (const auto& job : taken) job();
}

void NameLookup::Resolver::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    do_jobs();
    wait_and_process();
  }
}

void NameLookup::Resolver::wait_and_process() {
  std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
  std::array<pollfd, ARES_GETSOCK_MAXNUM + 1> polled{};
  const auto wanted = static_cast<unsigned>(ares_getsock(channel, sockets.data(), ARES_GETSOCK_MAXNUM));
  polled[0] = {wake, POLLIN, 0};
  nfds_t count = 1;
  for (unsigned i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
    const bool reads = (wanted >> i & 1U) != 0;
    const bool writes = (wanted >> (i + ARES_GETSOCK_MAXNUM) & 1U) != 0;
    if (reads || writes)
      polled[count++] = {sockets[i], static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), 0};
  }
  timeval most{1, 0};
  timeval buffer{};
  const timeval* timeout = ares_timeout(channel, &most, &buffer);
  const int milliseconds = static_cast<int>(timeout->tv_sec * 1000 + timeout->tv_usec / 1000 + 1);
  ::poll(polled.data(), count, milliseconds);
  std::uint64_t ignored = 0;
  if ((polled[0].revents & POLLIN) != 0) [[maybe_unused]]
    const ssize_t read = ::read(wake, &ignored, sizeof ignored);
  for (nfds_t i = 1; i < count; ++i) {
    const bool readable = (polled[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0;
    const bool writable = (polled[i].revents & POLLOUT) != 0;
    ares_process_fd(channel, readable ? polled[i].fd : ARES_SOCKET_BAD,
                    writable ? polled[i].fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // what timed out
}

NameLookup::NameLookup(std::unique_ptr<Resolver> resolver, Rate rate)
    : resolver_(std::move(resolver)), pace_(rate) {}
NameLookup::~NameLookup() = default;

Result<std::unique_ptr<NameLookup>> NameLookup::make(asio::io_context& context, const std::string& servers,
                                                     Rate rate) {
  if (const auto ready = set_up_library(); !ready) return std::unexpected(ready.error());
  auto resolver = std::make_unique<Resolver>(context);
  ares_options options{};
  options.timeout = kTimeoutMilliseconds;
  options.tries = kTries;
  const int status = ares_init_options(&resolver->channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
  if (status != ARES_SUCCESS)
    return fail(std::string("names can't be looked up: ") + ares_strerror(status), "/etc/resolv.conf",
                "is a name server configured?");
  if (!servers.empty() && ares_set_servers_ports_csv(resolver->channel, servers.c_str()) != ARES_SUCCESS)
    return fail("no name server: '" + servers + "'", "--resolver", "expected 192.0.2.53 or 192.0.2.53:5353");
  Resolver& running = *resolver;
  running.thread = std::jthread([&running](const std::stop_token& stop) { running.run(stop); });
  return std::unique_ptr<NameLookup>(new NameLookup(std::move(resolver), rate));
}

// Turns are given in the order of asking, each one step after the one before.
asio::awaitable<void> NameLookup::turn() {
  const TimePoint now = Clock::now();
  const TimePoint mine = std::max(now, pace_.allowed_at());
  pace_.sent(mine);
  if (mine <= now) co_return;
  asio::steady_timer wait(resolver_->context, mine);
  co_await wait.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<std::string> NameLookup::reverse_name(Address address) {
  co_await turn();
  const auto begin = [this](auto handler, std::vector<unsigned char> bytes) {
    const auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    asio::io_context& context = resolver_->context;
    TakeNames take = [shared, &context](std::vector<std::string> found) {
      asio::post(context, [shared, found = std::move(found)]() mutable { (*shared)(std::move(found)); });
    };
    resolver_->give([channel = resolver_->channel, bytes = std::move(bytes), take = std::move(take)] {
      const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
      ares_gethostbyaddr(channel, bytes.data(), static_cast<int>(bytes.size()), family, take_reverse_name,
                         new TakeNames(take));
    });
  };
  const auto found =
      co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::vector<std::string>)>(
          begin, asio::use_awaitable, bytes_of(address));
  co_return found.empty() ? std::string() : found.front();
}

asio::awaitable<std::vector<Address>> NameLookup::addresses(std::string name) {
  co_await turn();
  const auto begin = [this](auto handler, std::string asked) {
    const auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    asio::io_context& context = resolver_->context;
    TakeAddresses take = [shared, &context](std::vector<Address> found) {
      asio::post(context, [shared, found = std::move(found)]() mutable { (*shared)(std::move(found)); });
    };
    resolver_->give([channel = resolver_->channel, asked = std::move(asked), take = std::move(take)] {
      ares_addrinfo_hints hints{};
      hints.ai_family = AF_UNSPEC;
      hints.ai_socktype = SOCK_STREAM;
      ares_getaddrinfo(channel, asked.c_str(), nullptr, &hints, take_addresses, new TakeAddresses(take));
    });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::vector<Address>)>(
      begin, asio::use_awaitable, std::move(name));
}

asio::awaitable<std::vector<std::string>> NameLookup::mail_exchangers(std::string domain) {
  co_await turn();
  const auto begin = [this](auto handler, std::string asked) {
    const auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    asio::io_context& context = resolver_->context;
    TakeNames take = [shared, &context](std::vector<std::string> found) {
      asio::post(context, [shared, found = std::move(found)]() mutable { (*shared)(std::move(found)); });
    };
    resolver_->give([channel = resolver_->channel, asked = std::move(asked), take = std::move(take)] {
      ares_query(channel, asked.c_str(), ns_c_in, ns_t_mx, take_exchangers, new TakeNames(take));
    });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::vector<std::string>)>(
      begin, asio::use_awaitable, std::move(domain));
}

}  // namespace afterpatch::exposure
