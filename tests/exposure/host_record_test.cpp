#include "exposure/host_record.h"

#include <gtest/gtest.h>

#include <array>

namespace afterpatch::exposure {
namespace {

HostRecord full_record() {
  HostRecord record;
  record.time = *parse_time("2021-03-05T10:00:00Z");
  record.address = *parse_address("127.1.2.3");
  record.name = "mail.example.org";
  record.reached = true;
  record.tls = TlsFacts{"TLSv1.2", {"mail.example.org", "*.example.org"}, "ab12"};
  record.product = ProductKind::exchange_self_hosted;
  record.builds = {"15.1.2176.2"};
  record.status = {{"CVE-2021-26855", BuildStatus::unpatched}, {"CVE-2021-26857", BuildStatus::unpatched}};
  record.exposure = BuildStatus::unpatched;
  record.confidence = ScanConfidence::confirmed;
  record.evidence = {{"owa", "X-OWA-Version: 15.1.2176.2"}};
  record.country = "NO";
  record.errors = {{"autodiscover", "timeout"}};
  return record;
}

TEST(HostRecord, IsTheLineThatTheFormatPromises) {
  EXPECT_EQ(
      to_json_line(full_record()),
      R"({"time":"2021-03-05T10:00:00Z","address":"127.1.2.3","port":443,"name":"mail.example.org","reached":true,)"
      R"("tls":{"version":"TLSv1.2","names":["mail.example.org","*.example.org"],"sha256":"ab12"},)"
      R"("product":"exchange-self-hosted","builds":["15.1.2176.2"],)"
      R"("status":{"CVE-2021-26855":"unpatched","CVE-2021-26857":"unpatched"},"exposure":"unpatched",)"
      R"("confidence":"confirmed","evidence":[{"probe":"owa","says":"X-OWA-Version: 15.1.2176.2"}],)"
      R"("country":"NO","network":null,"sector":null,"errors":[{"probe":"autodiscover","kind":"timeout"}]})");
}

TEST(HostRecord, ReadsBackWhatItWrites) {
  for (const HostRecord& record : {full_record(), HostRecord{}}) {
    const auto read = parse_json_line(to_json_line(record));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(to_json_line(*read), to_json_line(record));
  }
}

TEST(HostRecord, NamesTheKeyThatIsWrong) {
  const std::string line = to_json_line(full_record());
  for (const auto& [from, to, key] : std::vector<std::array<std::string, 3>>{
           {"127.1.2.3", "127.1.2", "address"},
           {"2021-03-05T10", "yesterday", "time"},
           {":443", ":70000", "port"},
           {"\"exchange-self-hosted\"", "\"postfix\"", "product"},
           {"\"reached\":true", "\"reached\":1", "reached"},
           {"\"exposure\":\"unpatched\"", "\"exposure\":\"bad\"", "exposure"}}) {
    std::string broken = line;
    broken.replace(broken.find(from), from.size(), to);
    const auto read = parse_json_line(broken);
    ASSERT_FALSE(read) << key;
    EXPECT_NE(read.error().what.find("'" + key + "'"), std::string::npos) << read.error().what;
  }
  EXPECT_FALSE(parse_json_line("[]"));
  EXPECT_FALSE(parse_json_line("{"));
}

}  // namespace
}  // namespace afterpatch::exposure
