#include "exposure/certificate.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "base/hash.h"
#include "exposure/target.h"

namespace afterpatch::exposure {
namespace {

struct Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
  void operator()(unsigned char* bytes) const { OPENSSL_free(bytes); }
};

void add_name(std::string_view text, CertificateFacts& facts) {
  const bool wild = text.starts_with("*.");
  const auto name = host_name(wild ? text.substr(2) : text);
  if (!name || facts.names.size() >= kMostCertificateNames) {
    ++facts.odd_names;
    return;
  }
  std::string kept = wild ? "*." + *name : *name;
  if (std::ranges::find(facts.names, kept) == facts.names.end()) facts.names.push_back(std::move(kept));
}

void add_common_name(X509* certificate, CertificateFacts& facts) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = subject != nullptr ? X509_NAME_get_index_by_NID(subject, NID_commonName, -1) : -1;
  if (at < 0) return;
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  const std::unique_ptr<unsigned char, Free> owned(utf8);
  if (size > 0) add_name({reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size)}, facts);
}

void add_alternative_names(X509* certificate, CertificateFacts& facts) {
  const std::unique_ptr<GENERAL_NAMES, Free> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
  for (int i = 0; i < count; ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName));
    add_name({reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)), size}, facts);
  }
}

void add_names(X509* certificate, CertificateFacts& facts) {
  add_common_name(certificate, facts);
  add_alternative_names(certificate, facts);
  ERR_clear_error();
}

}  // namespace

CertificateFacts read_certificate(std::string_view der) {
  CertificateFacts facts;
  facts.sha256 = sha256(der);
  if (der.size() > kMaxCertificateBytes) return facts;
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<X509, Free> certificate(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
  if (certificate) add_names(certificate.get(), facts);
  ERR_clear_error();
  return facts;
}

CertificateFacts read_certificate(x509_st* certificate) {
  CertificateFacts facts;
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  const std::unique_ptr<unsigned char, Free> owned(der);
  if (size <= 0) return facts;
  facts.sha256 = sha256({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  add_names(certificate, facts);
  return facts;
}

}  // namespace afterpatch::exposure
