// TLS over a non-blocking socket, as a scanner needs it: takes every version from 1.0 to 1.3 and every cipher
// that is still compiled in, trusts nobody and therefore verifies nothing, and counts every byte received.
//
// OpenSSL works on the socket itself: Asio's ssl::stream would keep four buffers of 17 kB a connection.
//
// Debian's OpenSSL 3 refuses servers that only know TLS 1.0, SHA-1 or DHE-1024 at its default level, and
// servers without RFC 5746; many Exchange servers are such. Both are allowed here: nothing secret is sent.
// What it can't speak at all (SSL 3, 3DES, RC4) ends as "tls-too-old" or "tls-refused": seen, but not read.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"
#include "exposure/host_record.h"

struct ssl_ctx_st;
struct ssl_st;

namespace afterpatch::exposure {

// What all connections of one thread share.
class TlsContext {
 public:
  static Result<TlsContext> make();
  ~TlsContext();
  TlsContext(TlsContext&& other) noexcept;
  TlsContext& operator=(TlsContext&& other) noexcept;

  ssl_ctx_st* get() const { return context_; }

 private:
  explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
  ssl_ctx_st* context_;
};

// What a step came to.
enum class TlsStep { done, want_read, want_write, closed, failed };

// Not thread-safe. Does not own the socket.
class TlsSocket {
 public:
  // `name` for SNI; empty: none is sent. At most `byte_limit` bytes are ever received.
  TlsSocket(const TlsContext& context, int socket, const std::string& name, std::size_t byte_limit);
  ~TlsSocket();
  TlsSocket(const TlsSocket&) = delete;
  TlsSocket& operator=(const TlsSocket&) = delete;

  TlsStep handshake();
  TlsStep write(std::string_view bytes);  // the same bytes again until it is done
  TlsStep read(std::span<char> buffer, std::size_t& filled);
  void say_goodbye();  // a close notice, if the handshake was done

  // REQUIRES: the handshake is done.
  TlsFacts facts() const;
  // Why the last step failed: "tls-too-old", "tls-refused", "not-tls", "tls-broken", "certificate-too-large",
  // "too-many-bytes", "reset".
  const std::string& error_kind() const { return error_kind_; }
  std::size_t received() const;

 private:
  struct Wire;
  TlsStep step_of(int outcome);
  std::string kind_of_failure(int error) const;

  std::unique_ptr<Wire> wire_;
  ssl_st* ssl_;
  std::string error_kind_;
};

}  // namespace afterpatch::exposure
