#include <gtest/gtest.h>

#include "base/escape.h"
#include "constituency/example.h"
#include "constituency/organisation_csv.h"
#include "constituency/organisation_json.h"

namespace afterpatch::constituency {
namespace {

OrganisationList read(std::string_view csv) {
  return read_organisations_csv(csv, "list.csv", suffixes()).value();
}

TEST(OrganisationCsv, ReadsEveryColumn) {
  const auto list = read(
      "id,name,aliases,domains,networks,as,sector,country,region,language,provider,authority_for,email,web_"
      "form,"
      "phone,letter,pgp,contact,learnt\n"
      "de-0017,Klinikum Nord,KH Nord; Nordklinik,www.klinikum-nord.de müller.de,192.0.2.0/24;2001:db8::/32,"
      "AS64500 "
      "64501,nace:Q,de,Kiel,de-DE,no,,it@klinikum-nord.de;cert@land.de,https://klinikum-nord.de/kontakt,"
      "+49 431 1234; 0431 99,Klinikum Nord|IT-Abteilung|24103 Kiel,"
      "ABCD EF01 2345 6789 ABCD EF01 2345 6789 ABCD EF01,Frau Petersen,2021-01-15\n");
  ASSERT_EQ(list.organisations.size(), 1U);
  EXPECT_TRUE(list.faults.empty()) << to_string(list.faults.front().error);
  const Organisation& one = list.organisations[0];
  EXPECT_EQ(one.id, "de-0017");
  EXPECT_EQ(one.aliases, (std::vector<std::string>{"KH Nord", "Nordklinik"}));
  EXPECT_EQ(one.domains, (std::vector<std::string>{"klinikum-nord.de", "xn--mller-kva.de"}));
  EXPECT_EQ(one.networks.size(), 2U);
  EXPECT_EQ(one.as_numbers, (std::vector<std::uint32_t>{64500, 64501}));
  EXPECT_EQ(one.sector, "nace:Q");
  EXPECT_EQ(one.country, "DE");
  ASSERT_EQ(one.contacts.size(), 6U);
  EXPECT_EQ(one.contacts[0].value, "it@klinikum-nord.de");
  EXPECT_EQ(one.contacts[0].pgp_fingerprint, "ABCDEF0123456789ABCDEF0123456789ABCDEF01");
  EXPECT_EQ(one.contacts[0].learnt, day("2021-01-15"));
  EXPECT_EQ(one.contacts[1].pgp_fingerprint, "");
  EXPECT_EQ(one.contacts[2].channel, Channel::web_form);
  EXPECT_EQ(one.contacts[3].value, "+49 431 1234");
  EXPECT_EQ(one.contacts[5].postal.size(), 3U);
  EXPECT_EQ(one.contacts[5].rung, Rung::post_and_phone);
}

TEST(OrganisationCsv, SaysLineAndColumnAndGoesOn) {
  const auto list = read(
      "id,name,networks,country\n"
      "a,First,10.0.0.1/8,DE\n"
      ",,192.0.2.0/24,DE\n"
      "c,Third,192.0.2.0/24,Germany\n"
      "c,Fourth,,\n"
      "d,Fifth,,,,\n"
      "e,Sixth,198.51.100.0/24,AT\n");
  ASSERT_EQ(list.organisations.size(), 3U);
  EXPECT_TRUE(list.organisations[0].networks.empty());
  EXPECT_EQ(list.organisations[2].id, "e");
  EXPECT_EQ(list.rows_left_out, 3U);
  EXPECT_EQ(list.values_left_out, 2U);
  ASSERT_EQ(list.faults.size(), 5U);
  EXPECT_EQ(list.faults[0].error.where, "list.csv:2, column networks");
  EXPECT_TRUE(list.faults[1].whole_row);
  EXPECT_EQ(list.faults[1].error.where, "list.csv:3");
  EXPECT_EQ(list.faults[2].error.where, "list.csv:4, column country");
}

TEST(OrganisationCsv, TakesFormulasAndControlCharactersAsText) {
  const auto list = read("name,email\n\"=HYPERLINK(\"\"http://x\"\")\",=1+1@praxis.de\n\"a\x1b[31m\",x\r\n");
  ASSERT_EQ(list.organisations.size(), 2U);
  EXPECT_EQ(list.organisations[0].name, "=HYPERLINK(\"http://x\")");
  EXPECT_EQ(escape_csv(list.organisations[0].name).substr(0, 3), "\"'=");
  EXPECT_EQ(escape_terminal(list.organisations[1].name), "a\\x1b[31m");
  EXPECT_EQ(list.values_left_out, 1U);  // "x" is no mail address; "=1+1@" is one
}

TEST(OrganisationCsv, RefusesAddressesThatWouldAddMailHeaders) {
  for (const char* address :
       {"a@b.de\\nBcc: c@d.de", "<a@b.de>", "a b@c.de", "a@b", "@b.de", "a@@b.de", "\"a\"@b.de"})
    EXPECT_FALSE(mail_address(address)) << address;
  EXPECT_FALSE(mail_address("a@b.de\r\nBcc: c@d.de"));
  EXPECT_FALSE(mail_address("a\r\nBcc: c@d.de"));
  EXPECT_EQ(mail_address("o'neil+it@B.DE"), "o'neil+it@b.de");
}

TEST(OrganisationCsv, RefusesASuffixThatWouldClaimEverybody) {
  const auto list = read("name,domains,networks\nGov,co.uk;gov.example,0.0.0.0/0\n");
  ASSERT_EQ(list.organisations.size(), 1U);
  EXPECT_EQ(list.organisations[0].domains, (std::vector<std::string>{"gov.example"}));
  EXPECT_TRUE(list.organisations[0].networks.empty());
  EXPECT_EQ(list.values_left_out, 2U);
}

TEST(OrganisationCsv, RefusesAnUnknownColumn) {
  const auto read = read_organisations_csv("name,netwroks\nA,192.0.2.0/24\n", "list.csv", suffixes());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().what, "unknown column 'netwroks'");
  EXPECT_EQ(read.error().where, "list.csv:1");
}

TEST(OrganisationCsv, MakesTheSameIdFromTheSameName) {
  const auto first = read("name,country\nPraxis Dr. Meier,DE\n");
  const auto second = read("country,name\nDE,Praxis Dr. Meier\nAT,Praxis Dr. Meier\n");
  EXPECT_EQ(first.organisations[0].id, second.organisations[0].id);
  EXPECT_NE(first.organisations[0].id, second.organisations[1].id);
  EXPECT_TRUE(first.organisations[0].id.starts_with("de-praxis-dr-meier-"));
}

TEST(SectorCode, TellsWhichClassification) {
  EXPECT_EQ(sector_code("q"), "nace:Q");
  EXPECT_EQ(sector_code("86.10"), "nace:86.10");
  EXPECT_EQ(sector_code("NACE:86"), "nace:86");
  EXPECT_EQ(sector_code("naics:622110"), "naics:622110");
  for (const char* text : {"86", "622110", "X", "naics:99", "nace:86.", "health", ""})
    EXPECT_FALSE(sector_code(text)) << text;
}

TEST(OrganisationJson, WritesWhatItReads) {
  const auto list = read(
      "id,name,aliases,domains,networks,as,sector,country,region,language,provider,authority_for,email,phone,"
      "letter,"
      "learnt\n"
      "a,\"Quote \"\" and \\ and \x01\",B,b.de,192.0.2.0/24,1,Q,DE,R,de,yes,nace:Q nace:P,x@b.de,112 "
      "0,A|B,2021-01-15\n"
      "b,Small,,,,,,,,,,,,,,\n");
  ASSERT_EQ(list.organisations.size(), 2U);
  for (const Organisation& one : list.organisations) {
    const auto again = read_organisation(to_json(one), suffixes(), "row");
    ASSERT_TRUE(again) << to_string(again.error());
    EXPECT_EQ(*again, one);
    EXPECT_EQ(to_json(*again), to_json(one));
  }
}

TEST(OrganisationJson, ReadsArraysObjectsAndLines) {
  for (const char* text : {R"([{"name":"A"},{"name":"B","domains":"b.de"}])",
                           R"({"organisations":[{"name":"A"},{"name":"B","domains":["b.de"]}]})",
                           "{\"name\":\"A\"}\n\n{\"name\":\"B\",\"domains\":[\"b.de\"]}\n"}) {
    const auto list = read_organisations_json(text, "list.json", suffixes());
    ASSERT_TRUE(list) << text;
    ASSERT_EQ(list->organisations.size(), 2U) << text;
    EXPECT_EQ(list->organisations[1].domains.size(), 1U);
  }
}

TEST(OrganisationJson, SaysWhatIsWrongAndGoesOn) {
  const auto list = read_organisations_json(
      R"([{"name":"A","color":"red","contacts":[{"channel":"pigeon"},{"channel":"email","value":"no"},
          {"channel":"email","value":"a@b.de","rung":"network"}]},17,{"name":5},{"name":"C"}])",
      "list.json", suffixes());
  ASSERT_TRUE(list);
  ASSERT_EQ(list->organisations.size(), 2U);
  ASSERT_EQ(list->organisations[0].contacts.size(), 1U);
  EXPECT_EQ(list->organisations[0].contacts[0].rung, Rung::network);
  EXPECT_EQ(list->rows_left_out, 2U);
  EXPECT_EQ(list->values_left_out, 4U);
  EXPECT_EQ(list->faults[0].error.where, "list.json, organisation 1, key color");
}

TEST(OrganisationJson, RefusesDepthWithoutFalling) {
  const std::string deep(100'000, '[');
  EXPECT_FALSE(read_organisations_json(deep, "deep.json", suffixes()));
}

}  // namespace
}  // namespace afterpatch::constituency
