// Detached OpenPGP signatures by GPGME, which runs gpg and its agent. The secret key must be usable without a
// question: a signing subkey without passphrase, or one that the agent holds.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/error.h"

namespace afterpatch::notify {

struct PgpSignature {
  std::string armored;  // "-----BEGIN PGP SIGNATURE-----" ...
  std::string micalg;   // "pgp-sha512": RFC 3156, section 5
};

// Thread-safe: each signature has its own context.
class PgpSigner {
 public:
  // `home`: GNUPGHOME; empty: the user's. Fails if it has no secret key with this fingerprint that can sign.
  static Result<PgpSigner> make(std::filesystem::path home, std::string fingerprint);

  Result<PgpSignature> sign(const std::string& bytes) const;
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  PgpSigner(std::filesystem::path home, std::string fingerprint)
      : home_(std::move(home)), fingerprint_(std::move(fingerprint)) {}
  std::filesystem::path home_;
  std::string fingerprint_;
};

}  // namespace afterpatch::notify
