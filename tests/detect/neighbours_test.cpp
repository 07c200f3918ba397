#include "detect/neighbours.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace afterpatch::detect {
namespace {

evidence::Inventory folder_of(int files, const std::string& date, int other_files, const std::string& other) {
  evidence::Inventory inventory;
  for (int i = 0; i < files + other_files; ++i) {
    evidence::Artefact file;
    file.path = fmt::format("a/{}", i);
    file.windows_path = fmt::format("\\a\\{}", i);
    file.modified = parse_time(i < files ? date : other);
    inventory.artefacts.push_back(file);
  }
  return inventory;
}

std::optional<Timestamp> around(const evidence::Inventory& inventory, const std::string& artefact) {
  WebFile file;
  file.artefact = artefact;
  file.windows_path = "\\a\\x";
  std::vector<WebFile> files = {file};
  note_neighbours(inventory, files);
  return files[0].neighbours_modified;
}

TEST(Neighbours, FilesThatCameTogetherGiveTheirTime) {
  EXPECT_EQ(around(folder_of(8, "2020-12-01", 2, "2021-03-03"), "a/x"), parse_time("2020-12-01"));
}

TEST(Neighbours, FewFilesOrManyTimesGiveNone) {
  EXPECT_FALSE(around(folder_of(4, "2020-12-01", 0, ""), "a/x"));
  EXPECT_FALSE(around(folder_of(6, "2020-12-01", 4, "2021-03-03"), "a/x"));
}

TEST(Neighbours, TheFileItselfDoesNotCount) {
  EXPECT_FALSE(around(folder_of(5, "2020-12-01", 0, ""), "a/0"));
}

}  // namespace
}  // namespace afterpatch::detect
