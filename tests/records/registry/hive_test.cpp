#include "records/registry/hive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <random>

#include <unistd.h>

#include <fmt/format.h>

#include "base/file.h"
#include "range/hive_writer.h"

namespace afterpatch::records::registry {
namespace {

using range::HiveKey;
using range::key_at;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kPrograms = "Microsoft\\Windows\\CurrentVersion\\Uninstall";

Timestamp at(std::string_view time) {
  return *parse_time(time);
}

HiveKey software() {
  HiveKey root{.name = "ROOT", .written = at("2021-01-02T03:04:05Z")};
  HiveKey& update =
      key_at(root, std::string(kPrograms) + "\\{11111111-2222}.KB5000871", at("2021-03-05T10:11:12.345Z"));
  update.values = {{"DisplayName", std::string("Security Update für Exchange")}, {"NoModify", 1U}};
  key_at(root, std::string(kPrograms) + "\\Another", at("2020-01-01T00:00:00Z"));
  return root;
}

std::string bytes_of(const HiveKey& root) {
  return range::hive_file(root, "\\SystemRoot\\System32\\Config\\SOFTWARE");
}

std::vector<std::string> names_of(const std::vector<RegistryKey>& keys) {
  std::vector<std::string> names;
  for (const RegistryKey& key : keys) names.push_back(key.name);
  return names;
}

// Overwrites the number (little endian) at `at`.
void put(std::string& bytes, std::size_t at, std::uint32_t number) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(number >> (8U * i));
}

TEST(Hive, FindsAKeyByItsPathInAnyCase) {
  const std::string bytes = bytes_of(software());
  HiveText text(bytes);
  auto hive = Hive::open(text);
  ASSERT_TRUE(hive);
  const auto key = hive->find("microsoft\\WINDOWS\\CurrentVersion\\uninstall\\{11111111-2222}.kb5000871");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->name, "{11111111-2222}.KB5000871");
  EXPECT_EQ(key->written, at("2021-03-05T10:11:12.345Z"));
  EXPECT_EQ(bytes.substr(key->offset + 4, 2), "nk");
  EXPECT_FALSE(hive->find("Microsoft\\Windows\\Nowhere"));
  EXPECT_EQ(hive->damaged(), 0U);
}

TEST(Hive, ReadsTextsAndNumbers) {
  const std::string bytes = bytes_of(software());
  HiveText text(bytes);
  auto hive = Hive::open(text);
  const auto key = hive->find(std::string(kPrograms) + "\\{11111111-2222}.KB5000871");
  const auto values = hive->values_of(*key);
  ASSERT_THAT(values, SizeIs(2));
  EXPECT_EQ(values[0].name, "DisplayName");
  EXPECT_EQ(values[0].text, "Security Update für Exchange");
  EXPECT_EQ(values[1].text, "1");
}

TEST(Hive, ListsTheKeysBelowAKey) {
  const std::string bytes = bytes_of(software());
  HiveText text(bytes);
  auto hive = Hive::open(text);
  const auto programs = hive->find(kPrograms);
  EXPECT_THAT(names_of(hive->keys_below(*programs)), ElementsAre("Another", "{11111111-2222}.KB5000871"));
  EXPECT_THAT(hive->values_of(*programs), IsEmpty());
}

TEST(Hive, TellsWhereWindowsHadLoadedItFrom) {
  const std::string bytes = bytes_of(software());
  HiveText text(bytes);
  EXPECT_THAT(Hive::open(text)->loaded_from(), testing::EndsWith("Config\\SOFTWARE"));
}

TEST(Hive, TellsThatNotEverythingWasWritten) {
  std::string bytes = bytes_of(software());
  HiveText text(bytes);
  EXPECT_FALSE(Hive::open(text)->is_dirty());
  put(bytes, 4, 2);
  HiveText later(bytes);
  EXPECT_TRUE(Hive::open(later)->is_dirty());
}

TEST(Hive, WhatDoesNotBeginAsAHiveIsNone) {
  for (const std::string_view bytes : {"", "regf",
                                       "MZ and so on, long enough for a header but no hive at all, "
                                       "so that only its first bytes can tell, and they do tell "
                                       "that it is another kind of file"}) {
    HiveText text(bytes);
    EXPECT_FALSE(Hive::open(text)) << bytes;
  }
}

// A cut hive has what lies before the cut, and never more.
TEST(Hive, ACutHiveNeverGivesWhatIsNotThere) {
  const std::string bytes = bytes_of(software());
  for (std::size_t size = 112; size < bytes.size(); size += 7) {
    HiveText text(std::string_view(bytes).substr(0, size));
    auto hive = Hive::open(text);
    ASSERT_TRUE(hive);
    if (const auto key = hive->find(kPrograms)) {
      for (const RegistryKey& below : hive->keys_below(*key)) {
        EXPECT_LT(below.offset, size);
        hive->values_of(below);
      }
    }
  }
}

// Made to be a list of lists that holds itself.
TEST(Hive, AListThatNamesItselfEnds) {
  std::string bytes = bytes_of(software());
  HiveText text(bytes);
  auto hive = Hive::open(text);
  const auto programs = hive->find(kPrograms);
  const std::size_t list = 4096 + programs->key_list + 4;
  bytes.replace(list, 2, "ri");
  for (const std::size_t entry : {list + 4, list + 8}) put(bytes, entry, programs->key_list);
  HiveText circle(bytes);
  auto round = Hive::open(circle);
  EXPECT_THAT(round->keys_below(*round->find(kPrograms)), IsEmpty());
  EXPECT_GT(round->damaged(), 0U);
}

TEST(Hive, MoreKeysThanTheBoundAreCutOffAndThatIsSaid) {
  HiveKey root{.name = "ROOT", .written = at("2021-01-02T03:04:05Z")};
  for (std::size_t i = 0; i < kMaxKeysOfOne + 5; ++i)
    root.keys.push_back({.name = fmt::format("{:06}", i), .written = root.written});
  const std::string bytes = bytes_of(root);
  HiveText text(bytes);
  auto hive = Hive::open(text);
  EXPECT_FALSE(hive->find("000000\\Nothing"));
  EXPECT_TRUE(hive->cut_short());
  EXPECT_TRUE(hive->find("000007"));
}

// Seeded random damage: no read outside, no endless work; the sanitizers and the clock watch.
TEST(Hive, SurvivesRandomDamage) {
  HiveKey root = software();
  for (int i = 0; i < 200; ++i)
    key_at(root, fmt::format("{}\\Program{}", kPrograms, i), root.written).values = {{"A", std::string("b")}};
  const std::string sound = bytes_of(root);
  std::mt19937 engine(7);
  const auto random = [&] { return static_cast<std::uint32_t>(engine()); };
  const auto begin = std::chrono::steady_clock::now();
  for (int run = 0; run < 500; ++run) {
    std::string bytes = sound;
    for (std::uint32_t change = 0; change <= random() % 20; ++change)
      put(bytes, 4096 + random() % (bytes.size() - 4100), random() % 2 == 0 ? random() : random() % 50'000);
    HiveText text(bytes);
    auto hive = Hive::open(text);
    if (const auto key = hive->find(kPrograms))
      for (const RegistryKey& below : hive->keys_below(*key)) hive->values_of(below);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) output.push_back(static_cast<char>(c));
  return ::pclose(pipe) == 0 ? output : "";
}

// hivex reads the same hive to the same values: the writer and the reader of ours don't share a mistake.
TEST(Hive, AgreesWithHivex) {
  if (output_of("command -v hivexget").empty()) GTEST_SKIP() << "hivexget (libhivex-bin) is not installed";
  const auto file = std::filesystem::temp_directory_path() / fmt::format("hive-{}", ::getpid());
  const std::string bytes = bytes_of(software());
  ASSERT_TRUE(write_file(file, bytes));
  const std::string path = std::string(kPrograms) + "\\{11111111-2222}.KB5000871";
  const std::string theirs = output_of(fmt::format("hivexget '{}' '{}'", file.string(), path));
  std::filesystem::remove(file);
  HiveText text(bytes);
  auto hive = Hive::open(text);
  std::string ours;
  for (const RegistryValue& value : hive->values_of(*hive->find(path)))
    ours += fmt::format("\"{}\"={}\n", value.name,
                        value.name == "NoModify" ? "dword:00000001" : fmt::format("\"{}\"", value.text));
  EXPECT_EQ(ours, theirs);
}

}  // namespace
}  // namespace afterpatch::records::registry
