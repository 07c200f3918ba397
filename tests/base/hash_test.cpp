#include "base/hash.h"

#include <gtest/gtest.h>

namespace afterpatch {
namespace {

// Test vectors: RFC 1321 A.5, FIPS 180-4 examples for "abc".
TEST(Hash, AgreesWithThePublishedVectors) {
  Hasher hasher;
  hasher.add("a");
  hasher.add("bc");
  const Digests digests = hasher.finish();
  EXPECT_EQ(digests.md5, "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(digests.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(digests.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abc"), digests.sha256);
}

}  // namespace
}  // namespace afterpatch
