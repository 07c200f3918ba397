#include "app/scan_contact_page.h"

#include <array>
#include <charconv>

#include <fmt/format.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/escape.h"

namespace afterpatch::app {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kMaxRequestBytes = 8192;
constexpr auto kPatience = std::chrono::seconds(5);
constexpr auto kLookForStop = std::chrono::milliseconds(200);
constexpr std::size_t kMostVisitors = 256;

Result<tcp::endpoint> parse_endpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  std::uint16_t port = 0;
  boost::system::error_code code;
  if (colon == std::string::npos)
    return fail("no address and port: '" + text + "'", "", "expected 0.0.0.0:80");
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, port);
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = asio::ip::make_address(host, code);
  if (code || parsed.ec != std::errc() || parsed.ptr != end)
    return fail("no address and port: '" + text + "'", "", "expected 0.0.0.0:80 or [::]:80");
  return tcp::endpoint(address, port);
}

struct Page {
  std::string answer;
  std::size_t visitors = 0;
};

asio::awaitable<void> serve(tcp::socket socket, Page& page) {
  ++page.visitors;
  asio::steady_timer deadline(socket.get_executor(), kPatience);
  deadline.async_wait([&socket](const boost::system::error_code& code) {
    boost::system::error_code ignored;
    if (!code) socket.close(ignored);
  });
  std::string request;
  std::array<char, 1024> block{};
  bool open = true;
  while (open && request.find("\r\n\r\n") == std::string::npos && request.size() < kMaxRequestBytes) {
    const auto [code, got] = co_await socket.async_read_some(asio::buffer(block), kTuple);
    request.append(block.data(), got);
    open = !code;
  }
  if (open) co_await asio::async_write(socket, asio::buffer(page.answer), kTuple);
  deadline.cancel();
  boost::system::error_code ignored;
  socket.shutdown(tcp::socket::shutdown_both, ignored);
  --page.visitors;
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, Page& page) {
  for (;;) {
    auto [code, socket] = co_await acceptor.async_accept(kTuple);
    if (code == asio::error::operation_aborted) co_return;
    if (code || page.visitors >= kMostVisitors) continue;
    asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), page), asio::detached);
  }
}

asio::awaitable<void> watch(asio::io_context& context, const std::atomic<bool>& stop) {
  asio::steady_timer timer(context);
  while (!stop) {
    timer.expires_after(kLookForStop);
    co_await timer.async_wait(kTuple);
  }
  context.stop();
}

}  // namespace

std::string contact_page(const std::string& contact) {
  const std::string shown = escape_html(contact);
  const std::string link = contact.starts_with("https://") ? shown : "mailto:" + shown;
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Why this address visited your "
      "server"
      "</title></head>\n<body>\n<h1>Why this address visited your server</h1>\n"
      "<p>From here we count mail servers that are open to known attacks, so that their owners can be "
      "warned.</p>\n"
      "<ul>\n<li>We ask each server at most four times, a second or more apart, for public pages that any "
      "browser or "
      "Outlook asks for.</li>\n"
      "<li>We send no credentials, no cookies and no data, use no flaw, and change nothing.</li>\n"
      "<li>Our requests name themselves: their User-Agent begins with Afterpatch.</li>\n</ul>\n"
      "<h2>Be left out</h2>\n<p>Write to <a href=\"{}\">{}</a> with your addresses or names. We stop within "
      "seconds of entering them, also in the middle of a scan.</p>\n</body></html>\n",
      link, shown);
}

Result<void> serve_contact_page(const std::string& address, const std::string& contact,
                                const std::atomic<bool>& stop,
                                const std::function<void(std::uint16_t)>& bound) {
  const auto endpoint = parse_endpoint(address);
  if (!endpoint) return std::unexpected(endpoint.error());
  const std::string body = contact_page(contact);
  Page page{
      fmt::format("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n"
                  "Connection: close\r\n\r\n{}",
                  body.size(), body)};
  asio::io_context context(1);
  tcp::acceptor acceptor(context);
  boost::system::error_code code;
  acceptor.open(endpoint->protocol(), code);
  if (!code) acceptor.set_option(tcp::acceptor::reuse_address(true), code);
  if (!code) acceptor.bind(*endpoint, code);
  if (!code) acceptor.listen(asio::socket_base::max_listen_connections, code);
  if (code)
    return fail("can't listen: " + code.message(), address, "is the port taken, or below 1024 without root?");
  bound(acceptor.local_endpoint().port());
  asio::co_spawn(context, accept(acceptor, page), asio::detached);
  asio::co_spawn(context, watch(context, stop), asio::detached);
  context.run();
  return {};
}

}  // namespace afterpatch::app
