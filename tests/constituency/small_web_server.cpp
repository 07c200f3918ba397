#include "constituency/small_web_server.h"

#include <fmt/format.h>
#include <boost/asio/connect.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace afterpatch::constituency {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

SmallWebServer::SmallWebServer(Handler handler)
    : handler_(std::move(handler)),
      acceptor_(context_, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)),
      thread_([this] { run(); }) {}

SmallWebServer::~SmallWebServer() {
  stopping_ = true;
  boost::system::error_code ignored;
  tcp::socket wake(context_);
  wake.connect(acceptor_.local_endpoint(), ignored);
  thread_.join();
}

std::string SmallWebServer::url(const std::string& path) const {
  return fmt::format("http://127.0.0.1:{}{}", acceptor_.local_endpoint().port(), path);
}

std::vector<SmallWebServer::Seen> SmallWebServer::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void SmallWebServer::run() {
  while (!stopping_) {
    boost::system::error_code error;
    tcp::socket socket(context_);
    acceptor_.accept(socket, error);
    if (!error && !stopping_) serve(std::move(socket));
  }
}

void SmallWebServer::serve(tcp::socket socket) {
  boost::system::error_code error;
  beast::flat_buffer buffer;
  http::request<http::string_body> request;
  http::read(socket, buffer, request, error);
  if (error) return;
  const std::string target(request.target());
  int number = 0;
  {
    const std::lock_guard lock(mutex_);
    seen_.push_back(
        {target, std::string(request[http::field::user_agent]), std::chrono::steady_clock::now()});
    number = static_cast<int>(seen_.size());
  }
  const Reply reply = handler_(target, number);
  http::response<http::string_body> response(static_cast<http::status>(reply.status), 11);
  response.set(http::field::content_type, reply.media_type);
  if (!reply.header.empty()) response.set(reply.header, reply.value);
  response.keep_alive(false);
  response.body() = reply.body;
  response.prepare_payload();
  http::write(socket, response, error);
  socket.shutdown(tcp::socket::shutdown_both, error);
}

}  // namespace afterpatch::constituency
