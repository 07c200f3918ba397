#include "report/stix/observables.h"

#include <gmock/gmock.h>

namespace afterpatch::report::stix {
namespace {

json::object made(Bundle& bundle, const std::string& id) {
  const json::object taken = bundle.take();
  for (const json::value& object : taken.at("objects").as_array()) {
    if (object.at("id").as_string() == id) return object.as_object();
  }
  return {};
}

TEST(StixUrl, IsOneWhateverTheLogHeld) {
  const SharedFindings findings;
  Bundle bundle(findings);
  const std::string id = add_url(bundle, "h.invalid", "/a b\"%41%zz\xff<.aspx");
  EXPECT_EQ(made(bundle, id).at("value").as_string(), "https://h.invalid/a%20b%22%41%25zz%C3%BF%3C.aspx");
}

TEST(StixRequests, NameMethodAndPathWhenKnown) {
  const SharedFindings findings;
  Bundle bundle(findings);
  const Timestamp time = parse_time("2021-03-03T06:49:46.2Z").value();
  const Ids ids = add_requests(bundle, {"2001:db8::1", "POST", "/x.aspx", time, time});
  EXPECT_THAT(ids.back(), testing::StartsWith("ipv6-addr--"));
  const json::object traffic = made(bundle, ids.front());
  EXPECT_EQ(traffic.at("start").as_string(), "2021-03-03T06:49:46.2Z");
  EXPECT_EQ(traffic.at("extensions").at("http-request-ext").at("request_method").as_string(), "post");
  EXPECT_FALSE(traffic.at("is_active").as_bool());
}

TEST(StixFile, NeedsANameOrADigest) {
  const SharedFindings findings;
  Bundle bundle(findings);
  SharedDoor door;
  door.folder = "inetpub\\wwwroot";
  EXPECT_TRUE(add_file(bundle, door).empty());
  door.sha256 = std::string(64, 'a');
  EXPECT_EQ(add_file(bundle, door).size(), 2U);
}

}  // namespace
}  // namespace afterpatch::report::stix
