#include "range/internet/keys.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include <array>
#include <utility>
#include <vector>

namespace afterpatch::range {
namespace {

using Group = std::unique_ptr<EC_GROUP, FreeWith<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, FreeWith<EC_POINT_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;

std::unexpected<Error> no_key() {
  return fail("OpenSSL can't make a key", "the internet range");
}

std::vector<unsigned char> random_bytes(Random& random, std::size_t count) {
  std::vector<unsigned char> bytes(count);
  for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random.below(256));
  return bytes;
}

NumberHandle number_of(const std::vector<unsigned char>& bytes) {
  return NumberHandle(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

Result<KeyHandle> key_of(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (parameters == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get()) != 1)
    return no_key();
  return KeyHandle(key);
}

// A prime p of 1024 bits, its two highest bits set so that the product of two has 2048, and p - 1 prime to e.
NumberHandle make_prime(Random& random, const BIGNUM* exponent, BN_CTX* scratch) {
  const NumberHandle rest(BN_new());
  for (;;) {
    auto bytes = random_bytes(random, 128);
    bytes.front() |= 0xc0U;
    bytes.back() |= 1U;
    NumberHandle prime = number_of(bytes);
    for (int step = 0; step < 4096; ++step, BN_add_word(prime.get(), 2)) {
      if (BN_check_prime(prime.get(), scratch, nullptr) != 1) continue;
      BN_mod(rest.get(), prime.get(), exponent, scratch);
      if (BN_is_one(rest.get()) == 0) return prime;
    }
  }
}

struct RsaNumbers {
  NumberHandle e{BN_new()}, p, q, n{BN_new()}, d, dp{BN_new()}, dq{BN_new()}, q_inverse;
};

RsaNumbers make_rsa_numbers(Random& random, BN_CTX* scratch) {
  RsaNumbers out;
  BN_set_word(out.e.get(), 65537);
  out.p = make_prime(random, out.e.get(), scratch);
  out.q = make_prime(random, out.e.get(), scratch);
  if (BN_cmp(out.p.get(), out.q.get()) < 0) std::swap(out.p, out.q);
  BN_mul(out.n.get(), out.p.get(), out.q.get(), scratch);
  const NumberHandle p1(BN_dup(out.p.get()));
  const NumberHandle q1(BN_dup(out.q.get()));
  BN_sub_word(p1.get(), 1);
  BN_sub_word(q1.get(), 1);
  const NumberHandle phi(BN_new());
  BN_mul(phi.get(), p1.get(), q1.get(), scratch);
  out.d.reset(BN_mod_inverse(nullptr, out.e.get(), phi.get(), scratch));
  BN_mod(out.dp.get(), out.d.get(), p1.get(), scratch);
  BN_mod(out.dq.get(), out.d.get(), q1.get(), scratch);
  out.q_inverse.reset(BN_mod_inverse(nullptr, out.q.get(), out.p.get(), scratch));
  return out;
}

}  // namespace

Result<KeyHandle> make_ec_key(Random& random) {
  const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  auto bytes = random_bytes(random, 32);
  bytes.front() &= 0x7fU;  // below the group's order
  const NumberHandle scalar = number_of(bytes);
  const Point point(group == nullptr ? nullptr : EC_POINT_new(group.get()));
  if (point == nullptr ||
      EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, nullptr) != 1)
    return no_key();
  std::array<unsigned char, 65> open{};
  EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, open.data(), open.size(),
                     nullptr);
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get());
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, open.data(), open.size());
  return key_of("EC", builder.get());
}

Result<KeyHandle> make_rsa_key(Random& random) {
  const NumberScratch scratch(BN_CTX_new());
  const RsaNumbers numbers = make_rsa_numbers(random, scratch.get());
  const Builder builder(OSSL_PARAM_BLD_new());
  const std::array<std::pair<const char*, const BIGNUM*>, 8> parts = {
      {{OSSL_PKEY_PARAM_RSA_N, numbers.n.get()},
       {OSSL_PKEY_PARAM_RSA_E, numbers.e.get()},
       {OSSL_PKEY_PARAM_RSA_D, numbers.d.get()},
       {OSSL_PKEY_PARAM_RSA_FACTOR1, numbers.p.get()},
       {OSSL_PKEY_PARAM_RSA_FACTOR2, numbers.q.get()},
       {OSSL_PKEY_PARAM_RSA_EXPONENT1, numbers.dp.get()},
       {OSSL_PKEY_PARAM_RSA_EXPONENT2, numbers.dq.get()},
       {OSSL_PKEY_PARAM_RSA_COEFFICIENT1, numbers.q_inverse.get()}}};
  for (const auto& [name, value] : parts) {
    if (value == nullptr || OSSL_PARAM_BLD_push_BN(builder.get(), name, value) != 1) return no_key();
  }
  return key_of("RSA", builder.get());
}

Result<KeyHandle> make_ed25519_key(Random& random) {
  const auto bytes = random_bytes(random, 32);
  KeyHandle key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size()));
  if (key == nullptr) return no_key();
  return key;
}

}  // namespace afterpatch::range
