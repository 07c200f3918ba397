#include "detect/files/staged.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace afterpatch::detect::files {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

std::string number(std::uint32_t value) {
  std::string out;
  for (unsigned i = 0; i < 4; ++i) out.push_back(static_cast<char>((value >> (8 * i)) & 0xFFU));
  return out;
}

std::string wide(std::string_view ascii) {
  std::string out;
  for (const char c : ascii) out.append({c, '\0'});
  return out;
}

// Header, a directory of two streams, a module list with one module, its name.
std::string minidump(std::string_view program) {
  const std::string name = wide(program);
  std::string dump = "MDMP" + number(0xA793) + number(2) + number(32) + std::string(16, '\0');
  dump += number(7) + number(0) + number(0);
  dump += number(4) + number(112) + number(56);
  dump += number(1) + std::string(20, '\0') + number(56 + 4 + 108) + std::string(84, '\0');
  return dump + number(static_cast<std::uint32_t>(name.size())) + name;
}

evidence::Artefact file_at(std::string path, evidence::Kind kind = evidence::Kind::other) {
  evidence::Artefact artefact;
  artefact.windows_path = std::move(path);
  artefact.kind = kind;
  return artefact;
}

std::vector<Claim> claims_at(const std::string& path, std::string_view head, bool in_web_folder = false,
                             bool shipped = false) {
  const evidence::Artefact artefact = file_at(path);
  return staged_claims(
      {.artefact = artefact, .head = head, .in_web_folder = in_web_folder, .shipped_here = shipped});
}

TEST(Staged, AMinidumpNamesItsProcess) {
  EXPECT_EQ(dumped_process(minidump("C:\\Windows\\System32\\lsass.exe")), DumpedProcess::lsass);
  EXPECT_EQ(dumped_process(minidump("C:\\Windows\\System32\\inetsrv\\w3wp.exe")), DumpedProcess::another);
}

TEST(Staged, ADumpWhoseModuleListIsOutOfReachIsToldByALibrary) {
  EXPECT_EQ(dumped_process("MDMP" + std::string(500, '\xff') + wide("LSASRV.dll")), DumpedProcess::lsass);
  EXPECT_EQ(dumped_process("MDMP" + std::string(500, '\xff')), DumpedProcess::unknown);
}

TEST(Staged, AnyCutOfAMinidumpIsSurvived) {
  const std::string dump = minidump("C:\\Windows\\System32\\lsass.exe");
  for (std::size_t length = 0; length < dump.size(); ++length) {
    EXPECT_NE(dumped_process(std::string_view(dump).substr(0, length)), DumpedProcess::another) << length;
  }
}

TEST(Staged, ADumpOfLsassIsConfirmedWhereverItLies) {
  const auto claims = claims_at("\\programdata\\x\\debug.bin", minidump("C:\\Windows\\System32\\lsass.exe"));
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].step, Step::credential_access);
  EXPECT_EQ(claims[0].confidence, Confidence::confirmed);
}

TEST(Staged, ADumpOfAnotherProgramAtItsPlaceSaysNothing) {
  EXPECT_THAT(claims_at("\\programdata\\microsoft\\windows\\wer\\x\\w3wp.dmp", minidump("C:\\w3wp.exe")),
              IsEmpty());
}

TEST(Staged, AnArchiveNamedAfterLsassIsPossible) {
  const auto claims = claims_at("\\windows\\temp\\lsass.dmp.zip", "PK\x03\x04rest");
  ASSERT_THAT(claims, SizeIs(2));
  EXPECT_EQ(claims[0].step, Step::credential_access);
  EXPECT_EQ(claims[0].confidence, Confidence::possible);
}

TEST(Staged, HivesOutsideTheirPlaceAreLikely) {
  for (const char* path :
       {"\\windows\\temp\\sam", "\\programdata\\security.hiv", "\\users\\public\\system.save"}) {
    const auto claims = claims_at(path, "regf");
    ASSERT_THAT(claims, SizeIs(1)) << path;
    EXPECT_EQ(claims[0].confidence, Confidence::likely);
  }
  EXPECT_THAT(claims_at("\\users\\public\\x.dat", "regf....ControlSet001....MountedDevices"), SizeIs(1));
}

TEST(Staged, HivesAtTheirPlaceOfUsersAndOfCollectorsAreFine) {
  EXPECT_THAT(claims_at("\\windows\\system32\\config\\sam", "regf"), IsEmpty());
  EXPECT_THAT(claims_at("\\users\\anna\\ntuser.dat", "regf"), IsEmpty());
  EXPECT_THAT(claims_at("\\registry\\sam", "regf"), IsEmpty());
}

TEST(Staged, TheDirectoryDatabaseOutsideItsPlaceIsLikely) {
  EXPECT_THAT(claims_at("\\windows\\temp\\ntds.dit", "\x01\x02"), SizeIs(1));
  EXPECT_THAT(claims_at("\\windows\\ntds\\ntds.dit", "\x01\x02"), IsEmpty());
}

TEST(Staged, ArchivesCountOnlyAtStagingPlaces) {
  EXPECT_THAT(claims_at("\\programdata\\it.zip", "PK\x03\x04"), SizeIs(1));
  EXPECT_THAT(claims_at("\\programdata\\pst\\it.7z", "7z\xbc\xaf\x27\x1c"), SizeIs(1));
  EXPECT_THAT(claims_at("\\programdata\\mcafee\\agent\\current\\update.zip", "PK\x03\x04"), IsEmpty());
  EXPECT_THAT(claims_at("\\programdata\\apprecovery\\x.zip", "PK\x03\x04"), IsEmpty());
  EXPECT_THAT(claims_at("\\windows\\temp\\cab_4711_2", std::string_view("MSCF\0\0\0\0", 8)), IsEmpty());
}

TEST(Staged, ArchivesInWebFoldersAreLikelyUnlessShipped) {
  const auto claims = claims_at("\\inetpub\\wwwroot\\aspnet_client\\logo.gif",
                                std::string_view("MSCF\0\0\0\0", 8), /*in_web_folder=*/true);
  ASSERT_THAT(claims, SizeIs(1));
  EXPECT_EQ(claims[0].confidence, Confidence::likely);
  EXPECT_NE(claims[0].reason.find("hides"), std::string::npos);
  EXPECT_THAT(claims_at("\\x\\clientaccess\\owa\\a.zip", "PK\x03\x04", true, /*shipped=*/true), IsEmpty());
}

TEST(Staged, MailStoresOutsideProfilesArePossible) {
  const auto claims = claims_at("\\exports\\ceo.pst", "!BDN");
  EXPECT_THAT(claims, IsEmpty()) << "a collector's folder is no place of the server";
  EXPECT_THAT(claims_at("\\programdata\\pst\\ceo.pst", "!BDN"), SizeIs(1));
  EXPECT_THAT(claims_at("\\users\\anna\\documents\\old.pst", "!BDN"), IsEmpty());
  EXPECT_THAT(claims_at("\\users\\public\\old.pst", "!BDN"), SizeIs(1));
}

}  // namespace
}  // namespace afterpatch::detect::files
