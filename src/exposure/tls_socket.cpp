#include "exposure/tls_socket.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "exposure/certificate.h"

namespace afterpatch::exposure {

// The socket as OpenSSL sees it.
struct TlsSocket::Wire {
  int socket;
  std::size_t limit;
  std::size_t received = 0;
  bool over_limit = false;
  int error = 0;

  static Wire& of(BIO* bio) { return *static_cast<Wire*>(BIO_get_data(bio)); }
  static int read(BIO* bio, char* buffer, int size);
  static int write(BIO* bio, const char* bytes, int size);
  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }
  static BIO_METHOD* method();
};

namespace {

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

constexpr std::array<int, 8> kTooOld = {
    SSL_R_UNSUPPORTED_PROTOCOL,    SSL_R_WRONG_SSL_VERSION,       SSL_R_TLSV1_ALERT_PROTOCOL_VERSION,
    SSL_R_UNKNOWN_CIPHER_RETURNED, SSL_R_WRONG_CIPHER_RETURNED,   SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY,
    SSL_R_UNKNOWN_SSL_VERSION,     SSL_R_UNSUPPORTED_SSL_VERSION,
};

bool is_alert(int reason) {
  return reason > SSL_AD_REASON_OFFSET;
}

}  // namespace

int TlsSocket::Wire::read(BIO* bio, char* buffer, int size) {
  Wire& wire = of(bio);
  BIO_clear_retry_flags(bio);
  wire.over_limit = wire.received >= wire.limit;
  if (wire.over_limit) return -1;
  const auto most = std::min(static_cast<std::size_t>(size), wire.limit - wire.received);
  const ssize_t got = ::recv(wire.socket, buffer, most, 0);
  if (got >= 0) {
    wire.received += static_cast<std::size_t>(got);
    return static_cast<int>(got);
  }
  if (would_block(errno)) {
    BIO_set_retry_read(bio);
  } else {
    wire.error = errno;
  }
  return -1;
}

int TlsSocket::Wire::write(BIO* bio, const char* bytes, int size) {
  Wire& wire = of(bio);
  BIO_clear_retry_flags(bio);
  const ssize_t sent = ::send(wire.socket, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent >= 0) return static_cast<int>(sent);
  if (would_block(errno)) {
    BIO_set_retry_write(bio);
  } else {
    wire.error = errno;
  }
  return -1;
}

BIO_METHOD* TlsSocket::Wire::method() {
  static BIO_METHOD* const made = [] {
    BIO_METHOD* wire = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "counted socket");
    BIO_meth_set_read(wire, read);
    BIO_meth_set_write(wire, write);
    BIO_meth_set_ctrl(wire, control);
    return wire;
  }();
  return made;
}

Result<TlsContext> TlsContext::make() {
  TlsContext made(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = made.get();
  if (context == nullptr) return fail("OpenSSL gives no context");
  SSL_CTX_set_security_level(context, 0);
  const bool set = SSL_CTX_set_min_proto_version(context, TLS1_VERSION) == 1 &&
                   SSL_CTX_set_cipher_list(context, "ALL:COMPLEMENTOFALL:@SECLEVEL=0") == 1;
  if (!set) return fail("OpenSSL refuses old TLS versions", "", "is a policy set in openssl.cnf?");
  SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(context, static_cast<long>(kMaxCertificateBytes));
  return made;
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}
TlsContext::TlsContext(TlsContext&& other) noexcept : context_(std::exchange(other.context_, nullptr)) {}
TlsContext& TlsContext::operator=(TlsContext&& other) noexcept {
  std::swap(context_, other.context_);
  return *this;
}

TlsSocket::TlsSocket(const TlsContext& context, int socket, const std::string& name, std::size_t byte_limit)
    : wire_(std::make_unique<Wire>(Wire{socket, byte_limit})), ssl_(SSL_new(context.get())) {
  BIO* bio = BIO_new(Wire::method());
  BIO_set_data(bio, wire_.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  if (!name.empty()) SSL_set_tlsext_host_name(ssl_, name.c_str());
}

TlsSocket::~TlsSocket() {
  SSL_free(ssl_);
}

std::size_t TlsSocket::received() const {
  return wire_->received;
}

TlsStep TlsSocket::handshake() {
  ERR_clear_error();
  return step_of(SSL_connect(ssl_));
}

TlsStep TlsSocket::write(std::string_view bytes) {
  ERR_clear_error();
  return step_of(SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())));
}

TlsStep TlsSocket::read(std::span<char> buffer, std::size_t& filled) {
  ERR_clear_error();
  const int got = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()));
  filled = got > 0 ? static_cast<std::size_t>(got) : 0;
  return step_of(got);
}

void TlsSocket::say_goodbye() {
  if (SSL_is_init_finished(ssl_) == 1 && error_kind_.empty()) SSL_shutdown(ssl_);
  ERR_clear_error();
}

TlsStep TlsSocket::step_of(int outcome) {
  if (outcome > 0) return TlsStep::done;
  const int error = SSL_get_error(ssl_, outcome);
  if (error == SSL_ERROR_WANT_READ && !wire_->over_limit) return TlsStep::want_read;
  if (error == SSL_ERROR_WANT_WRITE) return TlsStep::want_write;
  if (error == SSL_ERROR_ZERO_RETURN) return TlsStep::closed;
  error_kind_ = kind_of_failure(error);
  return TlsStep::failed;
}

std::string TlsSocket::kind_of_failure(int error) const {
  if (wire_->over_limit) return "too-many-bytes";
  if (wire_->error != 0) return "reset";
  const int reason = ERR_GET_REASON(ERR_peek_error());
  if (error != SSL_ERROR_SSL) return "closed";
  if (std::ranges::find(kTooOld, reason) != kTooOld.end()) return "tls-too-old";
  if (reason == SSL_R_EXCESSIVE_MESSAGE_SIZE) return "certificate-too-large";
  if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) return "closed";
  if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
      reason == SSL_R_HTTPS_PROXY_REQUEST)
    return "not-tls";
  return is_alert(reason) ? "tls-refused" : "tls-broken";
}

TlsFacts TlsSocket::facts() const {
  TlsFacts facts;
  facts.version = SSL_get_version(ssl_);
  if (facts.version == "TLSv1") facts.version = "TLSv1.0";
  X509* certificate = SSL_get0_peer_certificate(ssl_);
  if (certificate == nullptr) return facts;
  CertificateFacts read = read_certificate(certificate);
  facts.names = std::move(read.names);
  facts.sha256 = std::move(read.sha256);
  return facts;
}

}  // namespace afterpatch::exposure
