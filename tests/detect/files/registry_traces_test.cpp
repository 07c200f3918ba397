#include "detect/files/registry_traces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "detect/files/fixtures.h"
#include "range/hive_writer.h"

namespace afterpatch::detect::files {
namespace {

using fixtures::TestFolder;
using range::HiveKey;
using range::key_at;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kUpdate =
    "Security Update for Exchange Server 2016 Cumulative Update 19 (KB5000871)";

Timestamp at(std::string_view time) {
  return *parse_time(time);
}

HiveKey software() {
  HiveKey root{.name = "ROOT", .written = at("2021-01-02T03:04:05Z")};
  key_at(root, std::string(kUninstallKey) + "\\{1}.KB5000871", at("2021-03-05T20:01:02Z")).values = {
      {"DisplayName", std::string(kUpdate)},
      {"DisplayVersion", std::string("15.1.2176.9")},
      {"InstallDate", std::string("20210305")}};
  key_at(root, std::string(kUninstallKey) + "\\nameless", root.written).values = {{"NoModify", 1U}};
  key_at(root, "Microsoft\\Updates\\Exchange 2016\\KB5000871", root.written).values = {
      {"PackageName", std::string(kUpdate)}};
  key_at(root, "Microsoft\\ExchangeServer\\v15\\Setup", root.written).values = {
      {"MsiProductMajor", 15U}, {"MsiProductMinor", 1U}, {"MsiBuildMajor", 2176U}, {"MsiBuildMinor", 2U}};
  return root;
}

knowledge::Product exchange() {
  knowledge::Product product;
  product.update_keys = {"Microsoft\\Updates\\Exchange 2016"};
  product.set_up_keys = {"Microsoft\\ExchangeServer\\v15\\Setup"};
  return product;
}

struct Read {
  RegistryTraces traces;
  std::vector<evidence::Problem> problems;
};

Read read(std::string_view windows_path, const std::string& bytes, bool gzip = false) {
  const TestFolder folder;
  evidence::Inventory inventory;
  evidence::Artefact& artefact = inventory.artefacts.emplace_back();
  artefact.windows_path = windows_path;
  artefact.path = windows_path;
  artefact.file = folder.write("hive", bytes);
  artefact.kind = evidence::Kind::registry_hive;
  artefact.gzip = gzip;
  Read result;
  result.traces = registry_traces(inventory, exchange(), result.problems);
  return result;
}

constexpr std::string_view kPlace = "\\windows\\system32\\config\\software";

TEST(RegistryTraces, UpdatesAreReadFromBothLists) {
  const Read result = read(kPlace, range::hive_file(software(), "\\SystemRoot\\System32\\Config\\SOFTWARE"));
  ASSERT_THAT(result.traces.programs, SizeIs(2));
  const InstalledProgram& listed = result.traces.programs[0];
  EXPECT_EQ(listed.name, kUpdate);
  EXPECT_EQ(listed.version, "15.1.2176.9");
  EXPECT_EQ(listed.day, "20210305");
  EXPECT_EQ(listed.written, at("2021-03-05T20:01:02Z"));
  EXPECT_EQ(listed.place.artefact, kPlace);
  EXPECT_GT(listed.place.offset, 4096U);
  EXPECT_EQ(result.traces.programs[1].name, kUpdate);
  EXPECT_THAT(result.problems, IsEmpty());
}

TEST(RegistryTraces, TheSetUpTellsTheCumulativeUpdateOnly) {
  const Read result = read(kPlace, range::hive_file(software(), ""));
  ASSERT_THAT(result.traces.builds, SizeIs(1));
  EXPECT_EQ(result.traces.builds[0].build, "15.1.2176");
  EXPECT_EQ(result.traces.builds[0].source, BuildSource::registry);
}

TEST(RegistryTraces, AHiveIsToldByItsNameOrByWhereItWasLoadedFrom) {
  const HiveKey root = software();
  EXPECT_THAT(read("\\export\\c_software.hiv", range::hive_file(root, "")).traces.programs, SizeIs(2));
  EXPECT_THAT(read("\\export\\1.dat", range::hive_file(root, "\\X\\Config\\SOFTWARE")).traces.programs,
              SizeIs(2));
  EXPECT_THAT(read("\\export\\1.dat", range::hive_file(root, "\\X\\Config\\SYSTEM")).traces.programs,
              IsEmpty());
}

TEST(RegistryTraces, WhatCanNotBeReadIsSaid) {
  const std::string sound = range::hive_file(software(), "");
  EXPECT_THAT(read(kPlace, "regf and no more").problems.at(0).what, HasSubstr("no registry hive"));
  EXPECT_THAT(read(kPlace, sound, true).problems.at(0).what, HasSubstr("unpack it"));
  std::string dirty = sound;
  dirty[4] = 2;
  const Read in_use = read(kPlace, dirty);
  EXPECT_THAT(in_use.problems.at(0).what, HasSubstr("transaction logs"));
  EXPECT_THAT(in_use.traces.programs, SizeIs(2));
  const Read cut = read(kPlace, sound.substr(0, sound.size() / 2));
  EXPECT_THAT(cut.problems, testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace afterpatch::detect::files
