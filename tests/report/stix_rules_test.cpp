#include "report/stix_rules.h"

#include <gmock/gmock.h>

#include "report/sample_report.h"
#include "report/stix.h"

namespace afterpatch::report {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

boost::json::value sample() {
  return boost::json::parse(stix_bundle(reentered_report(), Share::without_victims));
}

boost::json::object& first_of(boost::json::value& bundle, std::string_view type) {
  for (boost::json::value& object : bundle.as_object().at("objects").as_array()) {
    if (object.as_object().at("type").as_string() == type) return object.as_object();
  }
  throw std::logic_error("no such object in the sample");
}

// What the checker says after one member of the first object of a type was changed.
std::vector<std::string> after(std::string_view type, std::string_view member,
                               const boost::json::value& value) {
  boost::json::value bundle = sample();
  first_of(bundle, type)[member] = value;
  return stix_violations(bundle);
}

std::vector<std::string> without(std::string_view type, std::string_view member) {
  boost::json::value bundle = sample();
  first_of(bundle, type).erase(member);
  return stix_violations(bundle);
}

TEST(StixRules, AcceptASoundBundle) {
  EXPECT_THAT(stix_violations(sample()), IsEmpty());
}

TEST(StixRules, NameAMissingMember) {
  EXPECT_THAT(without("indicator", "valid_from"), Contains(HasSubstr("'valid_from' is missing")));
  EXPECT_THAT(without("malware", "is_family"), Contains(HasSubstr("'is_family' is missing")));
  EXPECT_THAT(without("identity", "modified"), Contains(HasSubstr("'modified' is missing")));
}

TEST(StixRules, NameABrokenIdentifierAndWhatPointedToIt) {
  const auto said = after("malware", "id", "malware--1");
  EXPECT_THAT(said, Contains(HasSubstr("not TYPE--UUID")));
  EXPECT_THAT(said, Contains(HasSubstr("leads nowhere")));
}

TEST(StixRules, NameTimesThatAreNoneOrRunBackwards) {
  EXPECT_THAT(after("indicator", "valid_from", "2021-03-03 06:50"), Contains(HasSubstr("no time in UTC")));
  EXPECT_THAT(after("indicator", "valid_from", "2021-02-30T06:50:00.000Z"), Contains(HasSubstr("no time")));
  EXPECT_THAT(after("observed-data", "last_observed", "2001-01-01T00:00:00.000Z"),
              Contains(HasSubstr("'last_observed' is before")));
  EXPECT_THAT(after("grouping", "created", "2021-03-03T06:50:00Z"), Contains(HasSubstr("milliseconds")));
}

TEST(StixRules, NameReferencesOfTheWrongKind) {
  EXPECT_THAT(after("malware", "created_by_ref", "malware--00000000-0000-4000-8000-000000000000"),
              Contains(HasSubstr("leads nowhere")));
  boost::json::value bundle = sample();
  const auto marking = first_of(bundle, "marking-definition").at("id");
  first_of(bundle, "sighting")["sighting_of_ref"] = marking;
  EXPECT_THAT(stix_violations(bundle), Contains(HasSubstr("leads to a marking-definition")));
}

TEST(StixRules, NameARelationshipThatTheStandardDoesNotKnow) {
  EXPECT_THAT(after("relationship", "relationship_type", "loves"),
              Contains(HasSubstr("none of the standard's")));
}

TEST(StixRules, NameNumbersOutOfRange) {
  EXPECT_THAT(after("observed-data", "number_observed", 0), Contains(HasSubstr("out of range")));
  EXPECT_THAT(after("malware", "confidence", 101), Contains(HasSubstr("out of range")));
}

TEST(StixRules, NameAnObservationOfThingsThatHaveNothingToDoWithEachOther) {
  boost::json::value bundle = sample();
  const auto url = first_of(bundle, "url").at("id");
  first_of(bundle, "observed-data").at("object_refs").as_array().push_back(url);
  EXPECT_THAT(stix_violations(bundle), Contains(HasSubstr("nothing to do with each other")));
}

TEST(StixRules, NameAMarkingThatIsNotTheStandardsOwn) {
  EXPECT_THAT(after("marking-definition", "definition", {{"tlp", "red"}}), Contains(HasSubstr("four TLP")));
}

TEST(StixRules, NameEmptyLists) {
  EXPECT_THAT(after("malware", "malware_types", boost::json::array{}), Contains(HasSubstr("empty list")));
}

TEST(StixPattern, IsReadByItsGrammar) {
  EXPECT_TRUE(is_stix_pattern("[file:hashes.'SHA-256' = 'aa']"));
  EXPECT_TRUE(is_stix_pattern("[file:name = 'a\\'b' AND file:parent_directory_ref.path MATCHES '\\\\x$']"));
  EXPECT_FALSE(is_stix_pattern("[file:name = 'a'b']"));
  EXPECT_FALSE(is_stix_pattern("[file:name = 'a\\b']"));
  EXPECT_FALSE(is_stix_pattern("[file:name = 'a'"));
  EXPECT_FALSE(is_stix_pattern("file:name = 'a'"));
}

}  // namespace
}  // namespace afterpatch::report
