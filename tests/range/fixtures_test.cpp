#include "range/fixtures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace afterpatch::range {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Put together here too, so that this file holds no script.
const std::string kCall = std::string("ev") + "al(";

TEST(Fixtures, ScriptIsRecognisableButCallsWhatDoesNotExist) {
  const std::string script = inert_script("klk");
  EXPECT_THAT(script, HasSubstr("runat=\"server\""));
  EXPECT_THAT(script, HasSubstr("inert_" + kCall));
  EXPECT_THAT(script, Not(HasSubstr("{" + kCall)));
  EXPECT_THAT(script, HasSubstr("[\"klk\"]"));
}

TEST(Fixtures, DumpHasTheShapeOfAVirtualDirectory) {
  const Server server = make_server(Random(1), true);
  const std::string dump = oab_dump(server, "guid", "http://f/", Timestamp{});
  for (const auto* name :
       {"ExternalUrl                     : http://f/", "InternalAuthenticationMethods",
        "ExtendedProtectionTokenChecking", "OfflineAddressBooks", "Guid                            : guid"}) {
    EXPECT_THAT(dump, HasSubstr(name));
  }
}

TEST(Fixtures, MemoryDumpHasItsMagicAndModule) {
  Random random(1);
  const std::string dump = inert_memory_dump(random);
  EXPECT_TRUE(dump.starts_with("MDMP"));
  EXPECT_THAT(dump, HasSubstr(std::string("l\0s\0a\0s\0s\0", 10)));
}

// Python's zipfile opens it and finds its checksum right (checked by hand).
TEST(Fixtures, ZipHoldsOneStoredEntryAndADirectory) {
  const std::string zip = stored_zip("a.txt", "hello");
  EXPECT_TRUE(zip.starts_with("PK\x03\x04"));
  EXPECT_THAT(zip, HasSubstr("a.txthello"));
  EXPECT_THAT(zip, HasSubstr(std::string("\x86\xa6\x10\x36", 4)));  // CRC-32 of "hello", little endian
  EXPECT_EQ(zip.substr(zip.size() - 22, 4), "PK\x05\x06");
}

}  // namespace
}  // namespace afterpatch::range
