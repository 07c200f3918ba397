// An agency's proxy on loopback that opens TLS: it takes every CONNECT and answers for the server itself, so
// that the real program can be tried with the names and the port of the real web.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "exposure/made_certificate.h"

namespace afterpatch::constituency {

class SmallTlsProxy {
 public:
  // The whole answer, "HTTP/1.1 200 OK\r\n...", to GET `target` of `place` ("a.example:443"). Called from the
  // proxy's thread.
  using Handler = std::function<std::string(const std::string& place, const std::string& target)>;

  // Its certificate, for all `names`, is its own authority's.
  SmallTlsProxy(const std::vector<std::string>& names, Handler handler);
  ~SmallTlsProxy();
  SmallTlsProxy(const SmallTlsProxy&) = delete;
  SmallTlsProxy& operator=(const SmallTlsProxy&) = delete;

  std::string url() const;                 // "http://127.0.0.1:port"
  std::string certificate_pem() const;     // to be trusted
  std::vector<std::string> asked() const;  // "a.example:443/.well-known/security.txt", in order

 private:
  void run();
  void serve(int connection);

  exposure::MadeCertificate made_;
  Handler handler_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  std::jthread thread_;
};

}  // namespace afterpatch::constituency
