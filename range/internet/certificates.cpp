#include "range/internet/certificates.h"

#include <openssl/asn1.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <string>

#include "range/internet/keys.h"

namespace afterpatch::range {
namespace {

constexpr std::size_t kEcKeys = 4;
constexpr std::size_t kRsaKeys = 2;
constexpr std::size_t kMostCertificates = 10'000;
constexpr std::time_t kValidFrom = 1'577'836'800;   // 2020-01-01
constexpr std::time_t kValidUntil = 1'735'689'600;  // 2025-01-01
constexpr std::size_t kHugeBytes = 1U << 20U;

using Names = std::unique_ptr<GENERAL_NAMES, FreeWith<GENERAL_NAMES_free>>;

void add_name(GENERAL_NAMES* names, const std::string& name) {
  ASN1_IA5STRING* text = ASN1_IA5STRING_new();
  ASN1_STRING_set(text, name.data(), static_cast<int>(name.size()));
  GENERAL_NAME* general = GENERAL_NAME_new();
  GENERAL_NAME_set0_value(general, GEN_DNS, text);
  sk_GENERAL_NAME_push(names, general);
}

void set_common_name(X509_NAME* name, const std::string& text) {
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.data()),
                             static_cast<int>(text.size()), -1, 0);
}

std::vector<std::string> certificate_names(const Host& host) {
  using namespace std::string_literals;
  if (host.trouble == Trouble::nul_in_name) return {"mail.bank.example\0.evil.example"s};
  return host.names();
}

// A Netscape comment as long as the world is patient.
void add_huge_comment(X509* certificate) {
  ASN1_IA5STRING* text = ASN1_IA5STRING_new();
  const std::string filler(kHugeBytes, 'a');
  ASN1_STRING_set(text, filler.data(), static_cast<int>(filler.size()));
  X509_add1_ext_i2d(certificate, NID_netscape_comment, text, 0, X509V3_ADD_DEFAULT);
  ASN1_IA5STRING_free(text);
}

CertificateHandle make_certificate(const Host& host, EVP_PKEY* key, EVP_PKEY* issuer) {
  CertificateHandle certificate(X509_new());
  if (certificate == nullptr) return nullptr;
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), static_cast<long>(host.number) + 1);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), kValidFrom);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), kValidUntil);
  set_common_name(X509_get_issuer_name(certificate.get()), "Afterpatch range");
  const auto names = certificate_names(host);
  set_common_name(X509_get_subject_name(certificate.get()), names.front());
  const Names general(GENERAL_NAMES_new());
  for (const std::string& name : names) add_name(general.get(), name);
  X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, general.get(), 0, X509V3_ADD_DEFAULT);
  if (host.trouble == Trouble::huge_certificate) add_huge_comment(certificate.get());
  X509_set_pubkey(certificate.get(), key);
  return X509_sign(certificate.get(), issuer, nullptr) > 0 ? std::move(certificate) : nullptr;
}

}  // namespace

Result<std::shared_ptr<const KeyPool>> KeyPool::make(std::uint64_t seed) {
  auto pool = std::make_shared<KeyPool>();
  Random random = Random(seed).fork("keys");
  for (std::size_t i = 0; i < kEcKeys + kRsaKeys; ++i) {
    auto key = i < kEcKeys ? make_ec_key(random) : make_rsa_key(random);
    if (!key) return std::unexpected(key.error());
    (i < kEcKeys ? pool->ec_ : pool->rsa_).push_back(std::move(*key));
  }
  auto issuer = make_ed25519_key(random);
  if (!issuer) return std::unexpected(issuer.error());
  pool->issuer_ = std::move(*issuer);
  return pool;
}

EVP_PKEY* KeyPool::key_of(const Host& host) const {
  const auto& keys = host.rsa ? rsa_ : ec_;
  return keys[host.number % keys.size()].get();
}

CertificateHandle Certificates::certificate_of(const Host& host) {
  if (host.trouble == Trouble::huge_certificate) return make_certificate(host, key_of(host), keys_->issuer());
  if (made_.size() >= kMostCertificates) made_.clear();
  CertificateHandle& certificate = made_[host.number];
  if (certificate == nullptr) certificate = make_certificate(host, key_of(host), keys_->issuer());
  if (certificate != nullptr) X509_up_ref(certificate.get());
  return CertificateHandle(certificate.get());
}

}  // namespace afterpatch::range
