// Owners of OpenSSL's objects.
#pragma once

#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

namespace afterpatch::range {

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using KeyHandle = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, FreeWith<X509_free>>;
using NumberHandle = std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>>;
using NumberScratch = std::unique_ptr<BN_CTX, FreeWith<BN_CTX_free>>;
using TlsContextHandle = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;

}  // namespace afterpatch::range
