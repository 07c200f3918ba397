// A TLS server on loopback for tests: every address of 127.0.0.0/8 reaches it, and what it does is told by
// the address that was asked.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "exposure/address.h"

namespace afterpatch::exposure {

struct ServerBehaviour {
  enum class Way {
    answer,
    silent,
    reset,
    plain,
    garbage,
    slow_drip,
    endless_headers,
    endless_body,
    silent_after_tls,
    wrong_record,  // no TLS any more once the request has come
    huge_record,   // a record that claims more than TLS allows, and never comes
    close_after_tls
  };
  Way way = Way::answer;
  // The raw response to a request's path; `visit` counts from 1 per address.
  std::function<std::string(const std::string& path, const std::string& host, int visit)> answer;
  std::string tls;  // "": all; "1.0": only TLS 1.0
  bool huge_certificate = false;
};

class SmallServer {
 public:
  // One thread a connection: for tests of some hundred hosts.
  explicit SmallServer(std::function<ServerBehaviour(const Address&)> behaviour);
  ~SmallServer();
  SmallServer(const SmallServer&) = delete;
  SmallServer& operator=(const SmallServer&) = delete;

  std::uint16_t port() const { return port_; }
  struct Seen {
    Address address;
    std::chrono::steady_clock::time_point earliest;  // it can't have come before: the queue was empty
    std::chrono::steady_clock::time_point accepted;
    std::string request;  // whole header
  };
  std::vector<Seen> seen() const;

 private:
  void accept();
  void serve(int socket, std::size_t number);

  std::function<ServerBehaviour(const Address&)> behaviour_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<Seen> seen_;
  std::map<Address, int> visits_;
  std::vector<std::jthread> connections_;
  std::jthread acceptor_;
};

std::string http_response(unsigned status, const std::string& headers, const std::string& body = {});

}  // namespace afterpatch::exposure
