#include "range/tls_client.h"

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "base/text.h"

namespace afterpatch::range {
namespace {

class Socket {
 public:
  Socket(const std::string& address, std::uint16_t port, int timeout_ms)
      : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{timeout_ms / 1000, (timeout_ms % 1000) * 1000};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_port = htons(port);
    inet_pton(AF_INET, address.c_str(), &place.sin_addr);
    connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0;
  }
  ~Socket() { close(socket_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int get() const { return socket_; }
  bool connected() const { return connected_; }

 private:
  int socket_;
  bool connected_ = false;
};

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Session = std::unique_ptr<SSL, decltype(&SSL_free)>;

Context make_context(bool old_tls) {
  Context context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  if (old_tls) SSL_CTX_set_max_proto_version(context.get(), TLS1_VERSION);
  return context;
}

void note_errno(Fetched& out) {
  out.was_reset = errno == ECONNRESET;
  out.timed_out = errno == EAGAIN || errno == EWOULDBLOCK;
}

void read_certificate(SSL* session, Fetched& out) {
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(session),
                                                                &X509_free);
  if (certificate == nullptr) return;
  unsigned char* der = nullptr;
  const int length = i2d_X509(certificate.get(), &der);
  if (length > 0) out.certificate.assign(reinterpret_cast<char*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const ASN1_IA5STRING* text = sk_GENERAL_NAME_value(names, i)->d.dNSName;
    out.names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                           static_cast<std::size_t>(ASN1_STRING_length(text)));
  }
  GENERAL_NAMES_free(names);
}

void read_answer(SSL* session, const Question& question, Fetched& out) {
  std::array<char, 16384> bytes{};
  while (out.text.size() < question.most) {
    errno = 0;
    const int count = SSL_read(session, bytes.data(), static_cast<int>(bytes.size()));
    if (count <= 0) break;
    out.reached = Reached::bytes;
    out.text.append(bytes.data(), static_cast<std::size_t>(count));
  }
  note_errno(out);
}

}  // namespace

Fetched fetch(const Question& question) {
  Fetched out;
  const Socket socket(question.address, question.port, question.timeout_ms);
  if (!socket.connected()) return out;
  out.reached = Reached::connection;
  const Context context = make_context(question.old_tls);
  const Session session(SSL_new(context.get()), &SSL_free);
  SSL_set_fd(session.get(), socket.get());
  if (!question.name.empty()) SSL_set_tlsext_host_name(session.get(), question.name.c_str());
  errno = 0;
  if (SSL_connect(session.get()) != 1) {
    note_errno(out);
    return out;
  }
  out.reached = Reached::tls;
  out.tls_version = SSL_get_version(session.get());
  read_certificate(session.get(), out);
  const std::string request = "GET " + question.path + " HTTP/1.1\r\nHost: " +
                              (question.name.empty() ? question.address : question.name) +
                              "\r\nConnection: close\r\n\r\n";
  SSL_write(session.get(), request.data(), static_cast<int>(request.size()));
  read_answer(session.get(), question, out);
  return out;
}

std::string header_of(const std::string& text, const std::string& name) {
  for (const std::string_view line : split(text.substr(0, text.find("\r\n\r\n")), '\n')) {
    if (starts_with_ignoring_case(line, name + ":")) return std::string(trim(line.substr(name.size() + 1)));
  }
  return {};
}

}  // namespace afterpatch::range
