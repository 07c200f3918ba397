#include "constituency/looked_up.h"

#include <gtest/gtest.h>

#include "constituency/example.h"

namespace afterpatch::constituency {
namespace {

FoundContacts abuse_desk() {
  Contact contact;
  contact.rung = Rung::network;
  contact.value = "abuse@isp.example";
  contact.person = "ISP \"quoted\"\nline";
  contact.provenance = "https://rdap.example/ip/192.0.2.7";
  contact.learnt = day("2021-03-08T10:00:00Z");
  FoundContacts found;
  found.from = "RDAP 192.0.2.0/24";
  found.contacts = {contact};
  return found;
}

TEST(FoundContacts, AreReadAsTheyWereWritten) {
  const FoundContacts found = abuse_desk();
  const auto again = read_found_contacts(to_json(found), suffixes(), "here");
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(*again, found);
  EXPECT_FALSE(is_security_txt(*again));
}

TEST(FoundContacts, KeepWhatASecurityTxtSaysOfItself) {
  const auto file = read_security_txt("Contact: mailto:security@a.example\nExpires: 2022-01-01T00:00:00Z\n",
                                      "a.example", day("2021-03-08"));
  ASSERT_TRUE(file) << to_string(file.error());
  const auto again = read_found_contacts(to_json(found_in(*file)), suffixes(), "here");
  ASSERT_TRUE(again) << to_string(again.error());
  ASSERT_TRUE(is_security_txt(*again));
  const SecurityTxt read = security_txt_of(*again);
  EXPECT_EQ(read.domain, "a.example");
  EXPECT_EQ(read.contacts, file->contacts);
  EXPECT_EQ(read.expires, day("2022-01-01"));
}

TEST(FoundContacts, KeepWhyThereIsNone) {
  FoundContacts found;
  found.from = "security.txt of a.example";
  found.failed = "HTTP status 404";
  EXPECT_EQ(*read_found_contacts(to_json(found), suffixes(), "here"), found);
}

TEST(FoundContacts, MayBeFromAPlaceOfBlanksButNotFromNowhere) {
  FoundContacts found = abuse_desk();
  found.from = " ";
  EXPECT_EQ(*read_found_contacts(to_json(found), suffixes(), "here"), found);
  found.from.clear();
  EXPECT_FALSE(read_found_contacts(to_json(found), suffixes(), "here"));
}

TEST(FoundContacts, RefuseWhatIsNone) {
  for (const char* wrong : {"", "[]", "{}", "{\"holder\":1}", "{\"holder\":{}}", "{\"from\":\"x\"", "null"})
    EXPECT_FALSE(read_found_contacts(wrong, suffixes(), "here")) << wrong;
  const std::string deep = "{\"holder\":" + std::string(1000, '[');
  EXPECT_FALSE(read_found_contacts(deep, suffixes(), "here"));
}

TEST(FoundContacts, TakeNoAddressThatWouldAddMailHeaders) {
  FoundContacts found = abuse_desk();
  found.contacts[0].value = "abuse@isp.example\r\nBcc: all@isp.example";
  const auto again = read_found_contacts(to_json(found), suffixes(), "here");
  EXPECT_TRUE(!again || again->contacts.empty());
}

TEST(MailExchangers, AreReadAsTheyWereWritten) {
  const MailExchangers mail{"a.example",
                            {{"mx1.a.example", {address("192.0.2.7"), address("2001:db8::7")}},
                             {"mx2.a.example", {address("192.0.2.8")}}}};
  const auto again = read_mail_exchangers(to_json(mail), "here");
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_EQ(*again, mail);
}

TEST(MailExchangers, LeaveOutWhatIsNoNameOrHasNoAddress) {
  const auto mail = read_mail_exchangers(
      R"({"domain":"a.example","exchangers":{"mx.a.example":["192.0.2.7",3,"x"],"a b":["192.0.2.8"],"mx2.a.example":[]}})",
      "here");
  ASSERT_TRUE(mail);
  ASSERT_EQ(mail->exchangers.size(), 1U);
  EXPECT_EQ(mail->exchangers.at("mx.a.example"), std::vector<Address>{address("192.0.2.7")});
  for (const char* wrong : {"", "{}", "{\"domain\":\"a.example\"}", "{\"domain\":\"a b\",\"exchangers\":{}}"})
    EXPECT_FALSE(read_mail_exchangers(wrong, "here")) << wrong;
}

}  // namespace
}  // namespace afterpatch::constituency
