#include "exposure/certificate.h"

#include <gtest/gtest.h>

#include "base/hash.h"
#include "exposure/made_certificate.h"

namespace afterpatch::exposure {
namespace {

using namespace std::string_literals;

TEST(Certificate, GivesItsNamesOnce) {
  const std::string der =
      make_certificate("Mail.Example.org", {"mail.example.org", "*.example.org", "autodiscover.example.org"})
          .der();
  const CertificateFacts facts = read_certificate(der);
  EXPECT_EQ(facts.names,
            (std::vector<std::string>{"mail.example.org", "*.example.org", "autodiscover.example.org"}));
  EXPECT_EQ(facts.sha256, sha256(der));
  EXPECT_EQ(facts.odd_names, 0U);
}

TEST(Certificate, SaysTheSameParsedAndUnparsed) {
  const MadeCertificate made =
      make_certificate("mail.example.org", {"a b.example", "autodiscover.example.org"});
  const CertificateFacts parsed = read_certificate(made.certificate.get());
  const CertificateFacts unparsed = read_certificate(made.der());
  EXPECT_EQ(parsed.names, (std::vector<std::string>{"mail.example.org", "autodiscover.example.org"}));
  EXPECT_EQ(parsed.names, unparsed.names);
  EXPECT_EQ(parsed.sha256, unparsed.sha256);
  EXPECT_EQ(parsed.odd_names, unparsed.odd_names);
}

TEST(Certificate, LeavesOutWhatIsNoHostName) {
  const CertificateFacts facts =
      read_certificate(make_certificate("EX01", {"mail.bank.example\0.evil.example"s, "a b.example",
                                                 "\x1b[2J.example", "ok.example"})
                           .der());
  EXPECT_EQ(facts.names, (std::vector<std::string>{"ok.example"}));
  EXPECT_EQ(facts.odd_names, 4U);
}

TEST(Certificate, KeepsABoundedNumberOfNames) {
  std::vector<std::string> names;
  for (int i = 0; i < 500; ++i) names.push_back("n" + std::to_string(i) + ".example");
  EXPECT_EQ(read_certificate(make_certificate("a.example", names).der()).names.size(), kMostCertificateNames);
}

TEST(Certificate, SurvivesDamage) {
  const std::string der = make_certificate("mail.example.org", {"mail.example.org"}).der();
  for (std::size_t i = 0; i < der.size(); i += 3) {
    std::string damaged = der;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x5A);
    EXPECT_EQ(read_certificate(damaged).sha256, sha256(damaged));
    EXPECT_EQ(read_certificate(der.substr(0, i)).names.size(), 0U);
  }
}

}  // namespace
}  // namespace afterpatch::exposure
