#include "detect/files/build_traces.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "detect/files/fixtures.h"

namespace afterpatch::detect::files {
namespace {

using fixtures::TestFolder;

std::string words(std::initializer_list<unsigned> values) {
  std::string bytes;
  for (const unsigned value : values) {
    bytes.push_back(static_cast<char>(value & 0xFFU));
    bytes.push_back(static_cast<char>(value >> 8U));
  }
  return bytes;
}

// The version block as a linker writes it: key, padding, VS_FIXEDFILEINFO.
std::string version_block(unsigned major, unsigned minor, unsigned build, unsigned revision) {
  std::string block;
  for (const char c : std::string("VS_VERSION_INFO")) block += std::string{c, '\0'};
  return block + std::string(4, '\0') + words({0x04BD, 0xFEEF, 0, 1, minor, major, revision, build}) +
         std::string(36, '\0');
}

TEST(FileVersion, IsReadFromTheVersionBlock) {
  EXPECT_EQ(file_version("MZ" + std::string(300, 'x') + version_block(15, 1, 2176, 9)), "15.1.2176.9");
}

TEST(FileVersion, IsNoneWithoutABlockOrWithACutOne) {
  EXPECT_EQ(file_version("MZ and nothing more"), std::nullopt);
  const std::string whole = version_block(15, 1, 2176, 9);
  for (std::size_t size = 0; size < 50; ++size) EXPECT_EQ(file_version(whole.substr(0, size)), std::nullopt);
  EXPECT_EQ(file_version(whole.substr(0, 30) + std::string(60, '\0')), std::nullopt);
}

TEST(FileVersion, TextThatOnlyNamesTheBlockIsPassedOver) {
  const std::string key = version_block(1, 2, 3, 4).substr(0, 30);
  EXPECT_EQ(file_version(key + "no signature here" + version_block(15, 2, 858, 5)), "15.2.858.5");
}

TEST(BuildInPath, IsTheFolderNamedAfterABuild) {
  constexpr const char* kFolder = "\\owa\\auth\\";
  EXPECT_EQ(build_in_path("\\httpproxy\\owa\\auth\\15.1.2176.9\\scripts\\x.js", kFolder), "15.1.2176.9");
  EXPECT_EQ(build_in_path("\\httpproxy\\owa\\auth\\15.1.2176.9", kFolder), "") << "a file, no folder";
  EXPECT_EQ(build_in_path("\\httpproxy\\owa\\auth\\current\\x.js", kFolder), "");
  EXPECT_EQ(build_in_path("\\elsewhere\\15.1.2176.9\\x.js", kFolder), "");
}

TEST(BuildTraces, AreTakenFromProgramsAndFolders) {
  const TestFolder folder;
  knowledge::Product product;
  product.version_files = {"\\bin\\exsetup.exe"};
  product.version_folders = {"\\owa\\auth\\"};
  evidence::Inventory inventory;
  const auto add = [&](const std::string& windows_path, const std::filesystem::path& file) {
    evidence::Artefact& artefact = inventory.artefacts.emplace_back();
    artefact.windows_path = windows_path;
    artefact.path = windows_path;
    artefact.file = file;
    artefact.size = 1000;
  };
  add("\\v15\\bin\\exsetup.exe", folder.write("ExSetup.exe", "MZ" + version_block(15, 1, 2176, 9)));
  add("\\x\\owa\\auth\\15.1.2176.2\\a.js", "");
  add("\\x\\owa\\auth\\15.1.2176.2\\b.js", "");
  std::vector<evidence::Problem> problems;
  const auto traces = build_traces(inventory, product, problems);
  ASSERT_EQ(traces.size(), 2U);
  EXPECT_EQ(traces[0].source, BuildSource::program_file);
  EXPECT_EQ(traces[0].build, "15.1.2176.9");
  EXPECT_EQ(traces[1].build, "15.1.2176.2");
  EXPECT_TRUE(problems.empty());
}

}  // namespace
}  // namespace afterpatch::detect::files
