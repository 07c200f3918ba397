#include "constituency/domain_name.h"

#include <gtest/gtest.h>

#include "constituency/example.h"

namespace afterpatch::constituency {
namespace {

TEST(HostName, IsLowerCaseWithoutDotAndStar) {
  EXPECT_EQ(host_name("Mail.Praxis.DE."), "mail.praxis.de");
  EXPECT_EQ(host_name("*.praxis.de"), "praxis.de");
}

TEST(HostName, TurnsOtherScriptsToWhatDnsHas) {
  EXPECT_EQ(host_name("Müller.de"), "xn--mller-kva.de");
  EXPECT_EQ(host_name("straße.de"), "xn--strae-oqa.de");  // IDNA 2008, not "strasse.de"
  EXPECT_EQ(host_name("食狮.公司.cn"), "xn--85x722f.xn--55qx5d.cn");
  EXPECT_EQ(readable_name("xn--mller-kva.de"), "müller.de");
}

TEST(HostName, RefusesWhatIsNone) {
  using namespace std::string_view_literals;
  for (const auto text : {"localhost"sv, "192.0.2.1"sv, "a..b"sv, ""sv, "."sv, "a b.de"sv,
                          "mail.de\r\nBcc: x"sv, "mail\0.de"sv, "=cmd|'.de"sv, "\xff\xfe.de"sv, "<b>.de"sv})
    EXPECT_FALSE(host_name(text)) << text;
  EXPECT_FALSE(host_name(std::string(64, 'a') + ".de"));
  EXPECT_TRUE(host_name(std::string(63, 'a') + ".de"));
  EXPECT_FALSE(host_name(std::string(5000, 'a')));
}

TEST(PublicSuffixes, FindsTheRegisteredDomain) {
  EXPECT_EQ(suffixes().registrable("mail.praxis.de"), "praxis.de");
  EXPECT_EQ(suffixes().registrable("a.b.shop.co.uk"), "shop.co.uk");
  EXPECT_EQ(suffixes().registrable("co.uk"), "");
  EXPECT_EQ(suffixes().registrable("x.xn--85x722f.xn--55qx5d.cn"), "xn--85x722f.xn--55qx5d.cn");
  EXPECT_EQ(suffixes().registrable("mail.hospital.example"), "hospital.example");
}

TEST(PublicSuffixes, GivesEachCustomerOfADynamicNameHisOwn) {
  EXPECT_EQ(suffixes().registrable("praxis.dyndns.org"), "praxis.dyndns.org");
  EXPECT_TRUE(suffixes().is_public_suffix("dyndns.org"));
}

TEST(PublicSuffixes, SaysWhichFileIsMissing) {
  const auto loaded = PublicSuffixes::load("/nowhere/list.dat");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().where, "/nowhere/list.dat");
}

TEST(PrivateName, TellsNobodysOwnership) {
  EXPECT_TRUE(is_private_name("exch01.firma.local"));
  EXPECT_TRUE(is_private_name("mail.lan"));
  EXPECT_FALSE(is_private_name("local.praxis.de"));
}

TEST(MailDomain, IsBehindTheLastAt) {
  EXPECT_EQ(domain_of_mail_address("it@Praxis.DE"), "praxis.de");
  EXPECT_EQ(domain_of_mail_address("\"a@b\"@praxis.de"), "praxis.de");
  EXPECT_FALSE(domain_of_mail_address("nobody"));
}

}  // namespace
}  // namespace afterpatch::constituency
