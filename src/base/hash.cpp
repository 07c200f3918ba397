#include "base/hash.h"

#include <openssl/evp.h>

#include "base/hex.h"

namespace afterpatch {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Context start(const EVP_MD* algorithm) {
  Context context(EVP_MD_CTX_new());
  EVP_DigestInit_ex(context.get(), algorithm, nullptr);
  return context;
}

std::string finish(EVP_MD_CTX* context) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(context, digest.data(), &size);
  return to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

}  // namespace

struct Hasher::State {
  std::array<Context, 3> contexts{start(EVP_md5()), start(EVP_sha1()), start(EVP_sha256())};
};

Hasher::Hasher() : state_(std::make_unique<State>()) {}
Hasher::~Hasher() = default;

void Hasher::add(std::string_view bytes) {
  for (const Context& context : state_->contexts) EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
}

Digests Hasher::finish() {
  auto& [md5, sha1, sha256] = state_->contexts;
  return {afterpatch::finish(md5.get()), afterpatch::finish(sha1.get()), afterpatch::finish(sha256.get())};
}

std::string sha256(std::string_view bytes) {
  const Context context = start(EVP_sha256());
  EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
  return finish(context.get());
}

}  // namespace afterpatch
