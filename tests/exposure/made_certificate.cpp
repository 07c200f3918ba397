#include "exposure/made_certificate.h"

#include <openssl/x509v3.h>

namespace afterpatch::exposure {
namespace {

void add_names(X509* certificate, const std::vector<std::string>& dns_names) {
  GENERAL_NAMES* names = sk_GENERAL_NAME_new_null();
  for (const std::string& dns : dns_names) {
    GENERAL_NAME* name = GENERAL_NAME_new();
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, dns.data(), static_cast<int>(dns.size()));
    GENERAL_NAME_set0_value(name, GEN_DNS, text);
    sk_GENERAL_NAME_push(names, name);
  }
  X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, 0);
  sk_GENERAL_NAME_pop_free(names, GENERAL_NAME_free);
}

}  // namespace

std::string MadeCertificate::der() const {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate.get(), &bytes);
  const std::string copy(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return copy;
}

MadeCertificate make_certificate(const std::string& common_name, const std::vector<std::string>& dns_names,
                                 bool rsa) {
  MadeCertificate made;
  made.key.reset(rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"));
  made.certificate.reset(X509_new());
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.data()),
                             static_cast<int>(common_name.size()), -1, 0);
  X509_set_issuer_name(certificate, subject);
  X509_set_pubkey(certificate, made.key.get());
  if (!dns_names.empty()) add_names(certificate, dns_names);
  X509_sign(certificate, made.key.get(), EVP_sha256());
  return made;
}

}  // namespace afterpatch::exposure
