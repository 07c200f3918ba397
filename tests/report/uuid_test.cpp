#include "report/uuid.h"

#include <gtest/gtest.h>

namespace afterpatch::report {
namespace {

// Values of Python's uuid module.
TEST(UuidV5, IsThatOfOtherImplementations) {
  EXPECT_EQ(uuid_v5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "python.org"),
            "886313e1-3b8a-5372-9b90-0c9aee199e5d");
  EXPECT_EQ(uuid_v5("6ba7b811-9dad-11d1-80b4-00c04fd430c8", ""), "1b4db7eb-4057-5ddf-91e0-36dec72071f5");
}

TEST(UuidV5, DependsOnNamespaceAndName) {
  EXPECT_EQ(uuid_v5(kOwnNamespace, "a"), uuid_v5(kOwnNamespace, "a"));
  EXPECT_NE(uuid_v5(kOwnNamespace, "a"), uuid_v5(kOwnNamespace, "b"));
  EXPECT_NE(uuid_v5(kOwnNamespace, "a"), uuid_v5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "a"));
}

}  // namespace
}  // namespace afterpatch::report
