// What a server's certificate says, bounded and cleaned: certificates are written by whoever runs the server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

struct x509_st;

namespace afterpatch::exposure {

inline constexpr std::size_t kMostCertificateNames = 100;
inline constexpr std::size_t kMaxCertificateBytes = 65536;

struct CertificateFacts {
  std::vector<std::string>
      names;                  // lower case, common name first, then alternative DNS names; may begin "*."
  std::string sha256;         // of the DER form
  std::size_t odd_names = 0;  // left out: no host names (a NUL, a blank, a single label)
};

// `der`: one X.509 certificate. What can't be parsed has no names, but its digest. Never throws. Thread-safe.
CertificateFacts read_certificate(std::string_view der);
// The same of one that OpenSSL has parsed already, as in a handshake: parsing it again takes a tenth of the
// handshake's time.
CertificateFacts read_certificate(x509_st* certificate);

}  // namespace afterpatch::exposure
