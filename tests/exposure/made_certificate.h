// Certificates and keys made for a test.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <vector>

namespace afterpatch::exposure {

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

struct MadeCertificate {
  std::unique_ptr<EVP_PKEY, FreeCertificate> key;
  std::unique_ptr<X509, FreeCertificate> certificate;
  std::string der() const;
};

// Names as raw bytes: they may hold anything. An RSA key where `rsa`, else P-256.
MadeCertificate make_certificate(const std::string& common_name, const std::vector<std::string>& dns_names,
                                 bool rsa = false);

}  // namespace afterpatch::exposure
