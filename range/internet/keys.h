// Private keys that are a function of the seed, so that a host's certificate is the same in every run, as a
// real server's is on every day of a scan. They protect nothing: anybody can make them again.
#pragma once

#include "base/error.h"
#include "range/internet/openssl_handles.h"
#include "range/random.h"

namespace afterpatch::range {

Result<KeyHandle> make_ec_key(Random& random);       // P-256
Result<KeyHandle> make_rsa_key(Random& random);      // 2048 bits, some tenths of a second
Result<KeyHandle> make_ed25519_key(Random& random);  // its signatures are the same every time

}  // namespace afterpatch::range
