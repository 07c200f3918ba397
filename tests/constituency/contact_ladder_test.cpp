#include "constituency/contact_ladder.h"

#include <gtest/gtest.h>

#include "constituency/contact_sources.h"
#include "constituency/example.h"

namespace afterpatch::constituency {
namespace {

Contact mail(const char* value, Rung rung = Rung::own_register, const char* learnt = nullptr) {
  Contact contact;
  contact.rung = rung;
  contact.value = value;
  if (learnt != nullptr) contact.learnt = day(learnt);
  return contact;
}

Contact letter() {
  Contact contact;
  contact.rung = Rung::post_and_phone;
  contact.channel = Channel::letter;
  contact.postal = {"Klinikum", "24103 Kiel"};
  return contact;
}

const Timestamp kNow = day("2021-03-08");

std::vector<std::string> values(const std::vector<LadderStep>& steps) {
  std::vector<std::string> texts;
  for (const LadderStep& step : steps) texts.push_back(step.contact.value);
  return texts;
}

TEST(ContactLadder, ClimbsInOrder) {
  Organisation one = organisation("a", {"a.de"});
  one.contacts = {letter(), mail("it@a.de")};
  ContactSources sources;
  sources.others = {mail("cert@national.de", Rung::national_csirt), mail("abuse@isp.de", Rung::network),
                    mail("isac@health.de", Rung::sector_authority),
                    mail("noc@as.de", Rung::autonomous_system)};
  sources.security_txts = {*read_security_txt("Contact: mailto:psirt@a.de\n", "a.de", kNow)};
  const auto steps = contact_ladder(one, sources, {}, suffixes(), kNow);
  EXPECT_EQ(values(steps),
            (std::vector<std::string>{"it@a.de", "isac@health.de", "psirt@a.de", "security@a.de",
                                      "abuse@a.de", "postmaster@a.de", "info@a.de", "abuse@isp.de",
                                      "noc@as.de", "cert@national.de", ""}));
  EXPECT_EQ(steps.back().contact.channel, Channel::letter);
  EXPECT_EQ(steps[3].note, "guessed: RFC 2142 name, nobody confirmed it");
  EXPECT_EQ(steps[3].contact.provenance, "RFC 2142");
}

TEST(ContactLadder, SaysWhatIsStaleAndPutsItBehindOnItsRung) {
  Organisation one = organisation("a", {});
  one.contacts = {mail("old@b.de", Rung::own_register, "2019-01-01"),
                  mail("new@b.de", Rung::own_register, "2021-03-01"), mail("ageless@b.de")};
  const auto steps = contact_ladder(one, {}, {}, suffixes(), kNow);
  EXPECT_EQ(values(steps), (std::vector<std::string>{"new@b.de", "ageless@b.de", "old@b.de"}));
  EXPECT_EQ(steps[0].age, "learnt 7 days ago");
  EXPECT_EQ(steps[1].age, "age unknown");
  EXPECT_TRUE(steps[2].stale);
}

TEST(ContactLadder, CallsAnExpiredSecurityTxtStale) {
  ContactSources sources;
  sources.security_txts = {
      *read_security_txt("Contact: mailto:x@a.de\nExpires: 2020-12-31T23:59:59Z\n", "a.de", kNow)};
  const auto steps = contact_ladder(organisation("a", {}), sources, {}, suffixes(), kNow);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_TRUE(steps[0].stale);
  EXPECT_EQ(steps[0].age, "expired on 2020-12-31");
  EXPECT_EQ(steps[0].note, "not signed");
}

TEST(ContactLadder, MarksMailThatMayLieOnTheHitServer) {
  Organisation one = organisation("a", {"a.de"});
  one.contacts = {mail("it@sub.a.de"), mail("it@b.de"), mail("it@c.de"), mail("it@d.de"), mail("it@e.de")};
  ContactSources sources;
  sources.guess_role_names = false;
  HitServers hit;
  hit.names = {"mail.a.de", "*.bad name", "relay.b.net"};
  hit.addresses = {address("192.0.2.7")};
  hit.exchangers = {{"b.de", {"relay.b.net"}}, {"c.de", {"mx.c.net"}}, {"d.de", {"mx.elsewhere.net"}}};
  hit.exchanger_addresses = {{"mx.c.net", {address("192.0.2.7")}},
                             {"mx.elsewhere.net", {address("192.0.2.8")}}};
  const auto steps = contact_ladder(one, sources, hit, suffixes(), kNow);
  ASSERT_EQ(steps.size(), 5U);
  EXPECT_EQ(steps[0].on_hit_reason, "same domain as the hit server mail.a.de");
  EXPECT_EQ(steps[1].on_hit_reason, "its mail exchanger relay.b.net is a hit server");
  EXPECT_TRUE(steps[2].on_hit_domain);
  EXPECT_FALSE(steps[3].on_hit_domain);
  EXPECT_FALSE(steps[4].on_hit_domain);
}

TEST(ContactLadder, PresumesThatAnOrganisationsOwnMailLiesOnItsServer) {
  Organisation one = organisation("a", {"a.de"});
  one.contacts = {mail("it@a.de"), mail("it@b.de")};
  ContactSources sources;
  sources.guess_role_names = false;
  HitServers hit;
  hit.addresses = {address("192.0.2.7")};
  hit.names = {"EX01"};
  auto steps = contact_ladder(one, sources, hit, suffixes(), kNow);
  EXPECT_EQ(steps[0].on_hit_reason, "the organisation's own domain, and where its mail lies is not known");
  EXPECT_FALSE(steps[1].on_hit_domain);
  hit.exchangers = {{"a.de", {"mx.cloud.example"}}};  // perhaps only a filter
  EXPECT_EQ(
      contact_ladder(one, sources, hit, suffixes(), kNow)[0].on_hit_reason,
      "the organisation's own domain: its mail enters at mx.cloud.example, and may lie on the hit server "
      "behind it");
  hit.exchangers.clear();
  one.provider = true;
  EXPECT_FALSE(contact_ladder(one, sources, hit, suffixes(), kNow)[0].on_hit_domain);
}

TEST(ContactLadder, KeepsARepeatedContactOnItsBestRung) {
  Organisation one = organisation("a", {"a.de"});
  one.contacts = {mail("Abuse@a.de")};
  ContactSources sources;
  sources.others = {mail("abuse@a.de", Rung::network)};
  const auto steps = contact_ladder(one, sources, {}, suffixes(), kNow);
  EXPECT_EQ(values(steps),
            (std::vector<std::string>{"Abuse@a.de", "security@a.de", "postmaster@a.de", "info@a.de"}));
}

TEST(ContactLadder, GuessesNamesAtFewDomainsOnly) {
  Organisation one = organisation("a", {"a.de", "b.de", "c.de", "d.de", "e.de"});
  EXPECT_EQ(role_contacts(one).size(), kMostRoleDomains * 4);
}

TEST(SecurityTxt, ReadsWhatRfc9116Says) {
  const auto file = read_security_txt(
      "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# hello\nContact: mailto:security@a.de\n"
      "contact: https://a.de/report\r\nContact: tel:+49-431-1\nExpires: 2022-01-01T00:00:00.000Z\n"
      "Encryption: openpgp4fpr:5f2de5521c63a801ab59ccb603d49de44b29100f\nPreferred-Languages: de, en\n"
      "-----BEGIN PGP SIGNATURE-----\n\nContact: mailto:forged@evil.net\n",
      "a.de", kNow);
  ASSERT_TRUE(file);
  ASSERT_EQ(file->contacts.size(), 3U);
  EXPECT_EQ(file->contacts[0].value, "security@a.de");
  EXPECT_EQ(file->contacts[0].pgp_fingerprint, "5F2DE5521C63A801AB59CCB603D49DE44B29100F");
  EXPECT_EQ(file->contacts[0].language, "de");
  EXPECT_EQ(file->contacts[1].channel, Channel::web_form);
  EXPECT_EQ(file->contacts[2].channel, Channel::phone);
  EXPECT_TRUE(file->signature_seen);
  EXPECT_TRUE(file->faults.empty());
}

TEST(SecurityTxt, SaysWhatIsWrong) {
  const auto file =
      read_security_txt("Contact: a@b.de\nContact: javascript:alert(1)\nExpires: soon\n", "b.de", kNow);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->contacts.size(), 1U);
  EXPECT_EQ(file->faults, (std::vector<std::string>{
                              "line 2: no contact that we can use", "line 3: Expires is no date",
                              "no Expires, which RFC 9116 asks for",
                              "not signed: anybody who can write to the web server can have written it"}));
}

TEST(SecurityTxt, RefusesPagesWithoutContact) {
  EXPECT_FALSE(read_security_txt("<!doctype html><html>404</html>", "a.de", kNow));
  EXPECT_FALSE(read_security_txt(std::string(kMostSecurityTxtBytes + 1, 'x'), "a.de", kNow));
}

TEST(Oversees, ASectorHoldsItsDivisions) {
  EXPECT_TRUE(oversees("nace:Q", "nace:Q"));
  EXPECT_TRUE(oversees("nace:Q", "nace:86.10"));
  EXPECT_TRUE(oversees("nace:Q", "nace:88"));
  EXPECT_FALSE(oversees("nace:Q", "nace:85"));
  EXPECT_FALSE(oversees("nace:Q", "nace:90"));
  EXPECT_TRUE(oversees("nace:A", "nace:01.1"));
  EXPECT_TRUE(oversees("nace:U", "nace:99"));
  EXPECT_TRUE(oversees("nace:86", "nace:86.10"));
  EXPECT_FALSE(oversees("nace:86.10", "nace:86"));
  EXPECT_TRUE(oversees("naics:62", "naics:622110"));
  EXPECT_FALSE(oversees("nace:Q", "naics:622110"));
  EXPECT_FALSE(oversees("nace:Q", ""));
}

TEST(ContactsOfOthers, AreThoseOfTheSectorTheHosterAndTheCountry) {
  Organisation one = organisation("a", {});
  one.country = "DE";
  one.sector = "nace:86.10";
  Organisation sector = organisation("sector", {});
  sector.country = "DE";
  sector.authority_for = {"nace:Q"};
  sector.contacts = {mail("desk@sector.de"), letter()};
  Organisation abroad = sector;
  abroad.id = "abroad";
  abroad.country = "AT";
  Organisation csirt = organisation("csirt", {});
  csirt.authority_for = {kAllSectors};
  csirt.contacts = {mail("report@csirt.de")};
  Organisation host = organisation("host", {});
  host.contacts = {mail("abuse@host.de")};
  Organisation carrier = organisation("carrier", {});
  carrier.as_numbers = {64500, 64501};
  carrier.contacts = {mail("abuse@carrier.de")};
  const std::vector<Organisation> all = {abroad, carrier, csirt, host, one, sector};
  const auto announced = contacts_of_others(one, "", all, {64501});
  ASSERT_FALSE(announced.empty());
  EXPECT_EQ(announced[0].value, "abuse@carrier.de");
  EXPECT_EQ(announced[0].rung, Rung::autonomous_system);
  const auto contacts = contacts_of_others(one, "host", all);
  ASSERT_EQ(contacts.size(), 5U);
  EXPECT_EQ(contacts[0].rung, Rung::national_csirt);
  EXPECT_EQ(contacts[1].channel, Channel::provider);
  EXPECT_EQ(contacts[1].value, "host");
  EXPECT_EQ(contacts[2].value, "abuse@host.de");
  EXPECT_EQ(contacts[2].rung, Rung::network);
  EXPECT_EQ(contacts[3].rung, Rung::sector_authority);
  EXPECT_EQ(contacts[4].rung, Rung::post_and_phone);
}

}  // namespace
}  // namespace afterpatch::constituency
