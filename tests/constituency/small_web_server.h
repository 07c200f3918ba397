// A plain HTTP server on loopback for tests.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace afterpatch::constituency {

class SmallWebServer {
 public:
  struct Reply {
    unsigned status = 200;
    std::string body;
    std::string media_type = "application/rdap+json";
    std::string header = {};  // "Retry-After"
    std::string value = {};
  };
  // `number`: of the request, from 1 on. Called from the server's thread.
  using Handler = std::function<Reply(const std::string& target, int number)>;

  explicit SmallWebServer(Handler handler);
  ~SmallWebServer();
  SmallWebServer(const SmallWebServer&) = delete;
  SmallWebServer& operator=(const SmallWebServer&) = delete;

  std::string url(const std::string& path) const;  // "http://127.0.0.1:port/path"
  struct Seen {
    std::string target;
    std::string agent;
    std::chrono::steady_clock::time_point when;
  };
  std::vector<Seen> seen() const;

 private:
  void run();
  void serve(boost::asio::ip::tcp::socket socket);

  Handler handler_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<Seen> seen_;
  std::jthread thread_;
};

}  // namespace afterpatch::constituency
