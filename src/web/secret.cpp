#include "web/secret.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <mutex>

#include "base/hash.h"
#include "base/hex.h"

namespace afterpatch::web {
namespace {

constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemory = 32U << 20U;

void start_sodium() {
  // Fails only where the system has no source of random numbers; libsodium then aborts by itself later.
  [[maybe_unused]] static const int kStarted = sodium_init();
}

std::mutex& one_at_a_time() {
  static std::mutex mutex;
  return mutex;
}

// The hash of a password that nobody knows.
const std::string& hash_of_nobody() {
  static const std::string kHash = hash_password(new_token()).value_or("");
  return kHash;
}

}  // namespace

std::string new_token() {
  start_sodium();
  std::array<unsigned char, 32> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, kTokenCharacters + 1> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return {text.data(), kTokenCharacters};
}

bool looks_like_token(std::string_view text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return text.size() == kTokenCharacters && text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

std::string digest_of(std::string_view token) {
  return sha256(token);
}

bool equal_secrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string csrf_token(std::string_view session_token) {
  start_sodium();
  constexpr std::string_view kText = "afterpatch csrf";
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(session_token.data()),
                              session_token.size());
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(kText.data()), kText.size());
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_final(&state, mac.data());
  return to_hex({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

Result<std::string> hash_password(const std::string& password) {
  start_sodium();
  const std::lock_guard lock(one_at_a_time());
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), kPasses, kMemory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail("the password can't be hashed", "", "is there 32 MiB of free memory?");
  return std::string(hash.data());
}

bool check_password(const std::string& password, const std::string& hash) {
  start_sodium();
  const std::string& against = hash.empty() ? hash_of_nobody() : hash;
  const std::lock_guard lock(one_at_a_time());
  std::array<char, crypto_pwhash_STRBYTES> text{};
  if (against.size() >= text.size()) return false;
  std::ranges::copy(against, text.begin());
  const bool right = crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
  return right && !hash.empty();
}

}  // namespace afterpatch::web
