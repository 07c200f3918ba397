#include "knowledge/country.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "knowledge/scratch_knowledge.h"

namespace afterpatch::knowledge {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kUnion =
    "country: eu\nname: Union\nduties:\n"
    "  - {title: Data, deadline: within 72 hours, to: an authority, source: 'law, article 33'}\n"
    "  - {title: People, deadline: soon, to: them, source: 'law, article 34'}\n";
constexpr const char* kMember =
    "country: xx\nname: Member\nalso: [eu]\nduties:\n"
    "  - {title: Data, deadline: within 72 hours, to: our own authority, where: 'https://x.example', "
    "source: law}\n";

ScratchKnowledge& scratch(ScratchKnowledge& knowledge) {
  knowledge.write("countries/eu.yaml", kUnion);
  knowledge.write("countries/xx.yaml", kMember);
  return knowledge;
}

std::vector<std::string> titles(const Country& country) {
  std::vector<std::string> all;
  for (const Duty& duty : country.duties) all.push_back(duty.title + " -> " + duty.to);
  return all;
}

std::vector<std::string> faults_of(const ScratchKnowledge& knowledge) {
  std::vector<std::string> all;
  for (const Error& error : check_countries(knowledge.folder())) all.push_back(to_string(error));
  return all;
}

TEST(Country, OwnDutiesComeFirstAndStandForThoseOfTheSameTitle) {
  ScratchKnowledge knowledge;
  const auto country = load_country(scratch(knowledge).folder(), "XX");
  ASSERT_TRUE(country) << to_string(country.error());
  EXPECT_EQ(country->name, "Member");
  EXPECT_THAT(titles(*country), ElementsAre("Data -> our own authority", "People -> them"));
}

TEST(Country, AnUnknownOneIsRefusedWithThoseThatAreKnown) {
  ScratchKnowledge knowledge;
  for (const char* code : {"zz", "", "../eu", "e", "eu/"}) {
    const auto country = load_country(scratch(knowledge).folder(), code);
    ASSERT_FALSE(country) << code;
    EXPECT_THAT(to_string(country.error()), HasSubstr("known: eu, xx"));
  }
}

TEST(Country, ADutyWithoutItsSourceIsAFault) {
  ScratchKnowledge knowledge;
  scratch(knowledge).replace("countries/xx.yaml", ", source: law", "");
  EXPECT_THAT(faults_of(knowledge), Contains(HasSubstr("source")));
}

TEST(Country, AnAddressMustBeHttps) {
  ScratchKnowledge knowledge;
  scratch(knowledge).replace("countries/xx.yaml", "https://", "http://");
  EXPECT_THAT(faults_of(knowledge), Contains(HasSubstr("is no https address")));
}

TEST(Country, ACircleOfCountriesIsAFaultAndEnds) {
  ScratchKnowledge knowledge;
  scratch(knowledge).replace("countries/eu.yaml", "name: Union", "name: Union\nalso: [xx]");
  EXPECT_THAT(faults_of(knowledge), Contains(HasSubstr("can't be named here")));
}

TEST(Country, TheCodeIsTheFilesName) {
  ScratchKnowledge knowledge;
  scratch(knowledge).replace("countries/xx.yaml", "country: xx", "country: xy");
  EXPECT_THAT(faults_of(knowledge), Contains(HasSubstr("the code is not the file's name")));
}

TEST(CountryData, AllFilesAreSoundAndTheUnionsDutiesHoldInItsMembers) {
  const std::filesystem::path knowledge = AFTERPATCH_SOURCE_DIR "/knowledge";
  EXPECT_THAT(check_countries(knowledge), IsEmpty());
  EXPECT_THAT(country_codes(knowledge), ElementsAre("at", "de", "es", "eu", "fr", "gb", "ie", "nl", "us"));
  for (const char* member : {"at", "de", "es", "fr", "ie", "nl"}) {
    const auto country = load_country(knowledge, member);
    ASSERT_TRUE(country);
    EXPECT_THAT(country->duties, Contains(testing::Field(&Duty::source, HasSubstr("GDPR), article 34"))))
        << member;
    EXPECT_THAT(country->duties.front().deadline, HasSubstr("72 hours")) << member;
  }
}

}  // namespace
}  // namespace afterpatch::knowledge
