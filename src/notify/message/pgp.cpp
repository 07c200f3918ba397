#include "notify/message/pgp.h"

#include <fmt/format.h>
#include <gpgme.h>

#include <array>
#include <mutex>

#include "base/text.h"

namespace afterpatch::notify {
namespace {

using Context = std::unique_ptr<gpgme_context, decltype(&gpgme_release)>;
using Data = std::unique_ptr<gpgme_data, decltype(&gpgme_data_release)>;
using Key = std::unique_ptr<_gpgme_key, decltype(&gpgme_key_unref)>;

std::unexpected<Error> failed(const char* what, gpgme_error_t error) {
  return fail(fmt::format("{}: {}", what, gpgme_strerror(error)), "gpg",
              "check gpg --list-secret-keys in this GNUPGHOME");
}

Result<Context> context_in(const std::filesystem::path& home) {
  static std::once_flag once;
  std::call_once(once, [] { gpgme_check_version(nullptr); });
  gpgme_ctx_t raw = nullptr;
  if (const gpgme_error_t error = gpgme_new(&raw)) return failed("can't start OpenPGP", error);
  Context context(raw, gpgme_release);
  const std::string folder = home.string();
  if (const gpgme_error_t error = gpgme_ctx_set_engine_info(raw, GPGME_PROTOCOL_OpenPGP, nullptr,
                                                            folder.empty() ? nullptr : folder.c_str()))
    return failed("can't use this GNUPGHOME", error);
  gpgme_set_armor(raw, 1);
  gpgme_set_textmode(raw, 0);
  return context;
}

Result<Key> signing_key(gpgme_ctx_t context, const std::string& fingerprint) {
  gpgme_key_t raw = nullptr;
  if (const gpgme_error_t error = gpgme_get_key(context, fingerprint.c_str(), &raw, 1))
    return failed("no secret key with this fingerprint", error);
  Key key(raw, gpgme_key_unref);
  if (!raw->can_sign || raw->revoked || raw->expired || raw->disabled)
    return fail("this key can't sign (no more)", fingerprint, "choose a valid signing key");
  return key;
}

Result<std::string> all_of(gpgme_data_t data) {
  std::string out;
  std::array<char, 4096> bytes{};
  gpgme_data_seek(data, 0, SEEK_SET);
  for (;;) {
    const ssize_t count = gpgme_data_read(data, bytes.data(), bytes.size());
    if (count < 0) return fail("can't read the signature", "gpg");
    if (count == 0) return out;
    out.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

Result<PgpSigner> PgpSigner::make(std::filesystem::path home, std::string fingerprint) {
  std::erase(fingerprint, ' ');
  const Result<Context> context = context_in(home);
  if (!context) return std::unexpected(context.error());
  const Result<Key> key = signing_key(context->get(), fingerprint);
  if (!key) return std::unexpected(key.error());
  return PgpSigner(std::move(home), std::move(fingerprint));
}

Result<PgpSignature> PgpSigner::sign(const std::string& bytes) const {
  const Result<Context> context = context_in(home_);
  if (!context) return std::unexpected(context.error());
  const Result<Key> key = signing_key(context->get(), fingerprint_);
  if (!key) return std::unexpected(key.error());
  gpgme_signers_add(context->get(), key->get());
  gpgme_data_t raw_in = nullptr;
  gpgme_data_t raw_out = nullptr;
  gpgme_data_new_from_mem(&raw_in, bytes.data(), bytes.size(), 0);
  gpgme_data_new(&raw_out);
  const Data in(raw_in, gpgme_data_release);
  const Data out(raw_out, gpgme_data_release);
  if (const gpgme_error_t error = gpgme_op_sign(context->get(), raw_in, raw_out, GPGME_SIG_MODE_DETACH))
    return failed("can't sign", error);
  const gpgme_sign_result_t result = gpgme_op_sign_result(context->get());
  if (result == nullptr || result->signatures == nullptr) return fail("gpg made no signature", fingerprint_);
  const char* hash = gpgme_hash_algo_name(result->signatures->hash_algo);
  Result<std::string> armored = all_of(raw_out);
  if (!armored) return std::unexpected(armored.error());
  return PgpSignature{std::move(*armored),
                      "pgp-" + to_lower_ascii(std::string_view(hash == nullptr ? "sha256" : hash))};
}

}  // namespace afterpatch::notify
