// Our bundles against the JSON schemas of OASIS, when they are at hand (schema_folder.h).
#include <cstdlib>
#include <map>
#include <optional>

#include <gmock/gmock.h>

#include "report/sample_report.h"
#include "report/schema_folder.h"
#include "report/stix.h"

namespace afterpatch::report {
namespace {

using testing::IsEmpty;
using testing::Not;

// Folder of the schema of a type.
const std::map<std::string, std::string> kFolders = {{"attack-pattern", "sdos"},
                                                     {"campaign", "sdos"},
                                                     {"directory", "observables"},
                                                     {"file", "observables"},
                                                     {"grouping", "sdos"},
                                                     {"identity", "sdos"},
                                                     {"indicator", "sdos"},
                                                     {"malware", "sdos"},
                                                     {"ipv4-addr", "observables"},
                                                     {"ipv6-addr", "observables"},
                                                     {"observed-data", "sdos"},
                                                     {"network-traffic", "observables"},
                                                     {"marking-definition", "common"},
                                                     {"relationship", "sros"},
                                                     {"sighting", "sros"},
                                                     {"url", "observables"},
                                                     {"user-account", "observables"},
                                                     {"vulnerability", "sdos"}};

class StixSchemas : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("AFTERPATCH_STIX_SCHEMAS");
    if (folder == nullptr) GTEST_SKIP() << "set AFTERPATCH_STIX_SCHEMAS to the OASIS schemas to run this";
    schemas_.emplace(folder);
  }

  std::vector<std::string> violations(const boost::json::value& object) {
    const std::string type(object.at("type").as_string());
    return schemas_->violations(kFolders.at(type) + "/" + type + ".json", object);
  }

  std::optional<SchemaFolder> schemas_;
};

// One by one: the schema of a bundle (2025-11) has forgotten that it may hold a grouping.
TEST_F(StixSchemas, AcceptEveryObjectOfEveryReport) {
  for (const auto& hunt :
       {reentered_report(), clean_report(), probed_with_gaps_report(), empty_report(), hostile_report()}) {
    for (const Share share : {Share::without_victims, Share::with_victims}) {
      const boost::json::value bundle = boost::json::parse(stix_bundle(hunt, share));
      for (const auto& object : bundle.at("objects").as_array())
        EXPECT_THAT(violations(object), IsEmpty()) << object;
    }
  }
}

TEST_F(StixSchemas, AreReallyAsked) {
  const boost::json::value bundle =
      boost::json::parse(stix_bundle(reentered_report(), Share::without_victims));
  for (const auto& object : bundle.at("objects").as_array()) {
    boost::json::value broken = object;
    broken.as_object()["id"] = "1";
    EXPECT_THAT(violations(broken), Not(IsEmpty()));
    broken = object;
    broken.as_object()["object_marking_refs"] = "x";
    EXPECT_THAT(violations(broken), Not(IsEmpty())) << object;
  }
}

}  // namespace
}  // namespace afterpatch::report
