// Makes one request on a connection of its own: connects, shakes hands, asks, reads what is needed, closes.
// Every wait ends at a deadline, every answer at a size.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "exposure/dispatcher.h"
#include "exposure/tls_socket.h"
#include "exposure/visit.h"

namespace afterpatch::exposure {

struct VisitSettings {
  std::uint16_t port = 443;
  std::chrono::milliseconds connect_timeout{5000};
  std::chrono::milliseconds answer_timeout{10000};  // handshake and answer together
  std::size_t body_bytes = 16384;
  std::string user_agent;
};

// What is sent: nothing but this, whatever a server says. REQUIRES: a plain path (knowledge::is_plain_path).
std::string request_text(const Request& request, const Address& address, const VisitSettings& settings);

// Runs on the thread of its io_context.
class Visitor {
 public:
  Visitor(boost::asio::io_context& context, const TlsContext& tls, Dispatcher& dispatcher,
          VisitSettings settings);

  // `turn` says whether anything was sent at all. Never throws.
  boost::asio::awaitable<Visit> visit(Address address, Request request, std::size_t byte_limit, Turn& turn);

 private:
  class Connection;
  boost::asio::awaitable<void> talk(Connection& connection, const Address& address, const Request& request,
                                    std::size_t byte_limit, Visit& visit);
  boost::asio::awaitable<bool> shake_hands(Connection& connection, Visit& visit);
  boost::asio::awaitable<bool> send(Connection& connection, const std::string& bytes,
                                    const std::string& probe, Visit& visit);
  boost::asio::awaitable<void> receive(Connection& connection, const std::string& probe, Visit& visit);

  boost::asio::io_context& context_;
  const TlsContext& tls_;
  Dispatcher& dispatcher_;
  VisitSettings settings_;
};

}  // namespace afterpatch::exposure
