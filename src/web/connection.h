// One connection, from its first byte to its last. Used by server.cpp only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <atomic>
#include <string>

#include "web/application.h"
#include "web/worker_pool.h"

namespace afterpatch::web {

inline constexpr std::size_t kMaxHeaderBytes = 16U << 10U;

using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;
using PlainStream = boost::beast::basic_stream<boost::asio::ip::tcp, Strand>;
using TlsStream = boost::beast::ssl_stream<PlainStream>;

// What all connections of a server have in common.
struct ConnectionWorld {
  Shared& shared;
  const Application& application;
  WorkerPool& workers;
  std::atomic<bool> stopping = false;  // no new requests
  std::atomic<bool> ended = false;     // no network any more
};

// Ends when the client goes, is too slow, breaks the protocol, or the server stops. Never throws.
boost::asio::awaitable<void, Strand> serve(PlainStream stream, std::string address, ConnectionWorld& world);
boost::asio::awaitable<void, Strand> serve(TlsStream stream, std::string address, ConnectionWorld& world);

}  // namespace afterpatch::web
