#include "constituency/small_tls_proxy.h"

#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include <fmt/format.h>

namespace afterpatch::constituency {
namespace {

constexpr std::size_t kLongestRequest = 16U << 10U;

struct FreeTls {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* tls) const { SSL_free(tls); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};

// Up to the empty line, by a function that reads some bytes.
template <typename Read>
std::string request_of(Read read) {
  std::string request;
  char byte = 0;
  while (request.size() < kLongestRequest && !request.ends_with("\r\n\r\n") && read(&byte) == 1)
    request += byte;
  return request;
}

// "CONNECT a.example:443 HTTP/1.1": the word in the middle.
std::string target_of(const std::string& request) {
  const std::size_t start = request.find(' ') + 1;
  return start == 0 ? std::string() : request.substr(start, request.find(' ', start) - start);
}

}  // namespace

SmallTlsProxy::SmallTlsProxy(const std::vector<std::string>& names, Handler handler)
    : made_(exposure::make_certificate(names.front(), names)), handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, length) == 0 && listen(listener_, 8) == 0 &&
      getsockname(listener_, generic, &length) == 0)
    port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this] { run(); });
}

SmallTlsProxy::~SmallTlsProxy() {
  stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

std::string SmallTlsProxy::url() const {
  return fmt::format("http://127.0.0.1:{}", port_);
}

std::string SmallTlsProxy::certificate_pem() const {
  const std::unique_ptr<BIO, FreeTls> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), made_.certificate.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::vector<std::string> SmallTlsProxy::asked() const {
  const std::scoped_lock lock(mutex_);
  return asked_;
}

void SmallTlsProxy::run() {
  while (!stopping_) {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    serve(connection);
    close(connection);
  }
}

void SmallTlsProxy::serve(int connection) {
  const std::string place = target_of(request_of([&](char* byte) { return read(connection, byte, 1); }));
  constexpr std::string_view kConnected = "HTTP/1.1 200 Connected\r\n\r\n";
  if (write(connection, kConnected.data(), kConnected.size()) < 0) return;
  const std::unique_ptr<SSL_CTX, FreeTls> context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_use_certificate(context.get(), made_.certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), made_.key.get());
  const std::unique_ptr<SSL, FreeTls> tls(SSL_new(context.get()));
  SSL_set_fd(tls.get(), connection);
  if (SSL_accept(tls.get()) != 1) return;
  const std::string target = target_of(request_of([&](char* byte) { return SSL_read(tls.get(), byte, 1); }));
  {
    const std::scoped_lock lock(mutex_);
    asked_.push_back(place + target);
  }
  const std::string answer = handler_(place, target);
  SSL_write(tls.get(), answer.data(), static_cast<int>(answer.size()));
  SSL_shutdown(tls.get());
}

}  // namespace afterpatch::constituency
