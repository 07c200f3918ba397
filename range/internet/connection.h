// One connection to one host of the range: TLS, requests and answers, or whatever trouble it makes.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

#include "range/internet/answers.h"
#include "range/internet/certificates.h"
#include "range/internet/request_log.h"

namespace afterpatch::range {

// What the connections of one thread share. All of it outlives them.
struct Premises {
  const Population& population;
  RequestLog& log;
  Certificates& certificates;
  std::array<boost::asio::ssl::context*, 3> tls;  // by Tls
  std::string port_text;                          // ":8443"; empty for 443
};

// A connection that is open, for whoever closes old ones.
struct OpenConnection {
  boost::asio::ip::tcp::socket socket;
  std::chrono::steady_clock::time_point since;
};

struct Caller {
  Host host;
  HostState state;
  std::uint64_t connection = 0;  // counted over all
  std::size_t server = 0;        // of a balanced pair
  std::string date;              // of the simulated day, for the Date header
};

// Ends when either side closes. Never throws but for lack of memory.
boost::asio::awaitable<void> serve(const Premises& premises, std::shared_ptr<OpenConnection> open,
                                   Caller caller);

// Closes so that the other side sees a reset, as of a port where nobody listens.
void reset(boost::asio::ip::tcp::socket& socket);

}  // namespace afterpatch::range
