#include "evidence/byte_stream.h"

#include <unistd.h>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gzip_maker.h"
#include "temporary_folder.h"

namespace afterpatch::evidence {
namespace {

Artefact artefact_of(const std::filesystem::path& file, bool gzip) {
  Artefact artefact;
  artefact.path = file.filename().string();
  artefact.file = file;
  artefact.gzip = gzip;
  return artefact;
}

struct ReadAll {
  std::string bytes;
  std::string error;
};

ReadAll read_all(const Artefact& artefact, std::size_t step) {
  auto stream = open_stream(artefact);
  if (!stream) return {"", stream.error().what};
  ReadAll all;
  std::string buffer(step, '\0');
  for (;;) {
    const auto got = (*stream)->read(buffer);
    if (!got) return {all.bytes, to_string(got.error())};
    if (*got == 0) return all;
    all.bytes.append(buffer, 0, *got);
  }
}

std::string long_text() {
  std::string text;
  for (int i = 0; text.size() < 700'000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}

TEST(ByteStream, GivesAFileInStepsOfAnySize) {
  const TemporaryFolder folder;
  const std::string text = long_text();
  const Artefact artefact = artefact_of(folder.write("a.log", text), false);
  EXPECT_EQ(read_all(artefact, 1000).bytes, text);
  EXPECT_EQ(read_all(artefact, 1 << 20).bytes, text);
}

TEST(GzipStream, UnpacksEveryMemberOfAnAppendedFile) {
  const TemporaryFolder folder;
  const std::string text = long_text();
  const Artefact artefact = artefact_of(folder.write("a.gz", gzip(text) + gzip("") + gzip("tail\n")), true);
  for (const std::size_t step : {1000UL, 1UL << 20U}) {
    const ReadAll all = read_all(artefact, step);
    EXPECT_EQ(all.bytes, text + "tail\n");
    EXPECT_EQ(all.error, "");
  }
}

TEST(GzipStream, GivesWhatStandsBeforeACutThenSaysSo) {
  const TemporaryFolder folder;
  const std::string text = long_text();
  const std::string packed = gzip(text);
  const Artefact artefact = artefact_of(folder.write("a.gz", packed.substr(0, packed.size() / 2)), true);
  const ReadAll all = read_all(artefact, 4096);
  EXPECT_GT(all.bytes.size(), text.size() / 4);
  EXPECT_EQ(all.bytes, text.substr(0, all.bytes.size()));
  EXPECT_EQ(all.error, "a.gz: the .gz is cut off (what stands before the damage was read)");
}

TEST(GzipStream, WhatACutFileGivesDoesNotDependOnTheReadersBuffer) {
  const TemporaryFolder folder;
  const std::string packed = gzip(std::string(100'000, 'x'));
  const Artefact artefact = artefact_of(folder.write("a.gz", packed.substr(0, packed.size() - 30)), true);
  const std::string all = read_all(artefact, 1 << 20).bytes;
  EXPECT_FALSE(all.empty());
  for (const std::size_t step : {1UL, 100UL, 777UL}) EXPECT_EQ(read_all(artefact, step).bytes, all);
}

TEST(GzipStream, SaysThatBytesAreDamaged) {
  const TemporaryFolder folder;
  std::string packed = gzip(long_text());
  for (std::size_t i = packed.size() / 2; i < packed.size() / 2 + 64; ++i)
    packed[i] = static_cast<char>(~packed[i]);
  const ReadAll all = read_all(artefact_of(folder.write("a.gz", packed), true), 4096);
  EXPECT_THAT(all.error, testing::HasSubstr("the .gz is damaged"));
}

TEST(GzipStream, LeavesOutPaddingBehindTheLastMember) {
  const TemporaryFolder folder;
  const ReadAll all =
      read_all(artefact_of(folder.write("a.gz", gzip("text") + std::string(512, '\0')), true), 100);
  EXPECT_EQ(all.bytes, "text");
  EXPECT_EQ(all.error, "");
}

TEST(ByteStream, CountsTheBytesOfTheDiskNotThoseUnpacked) {
  const TemporaryFolder folder;
  const std::string packed = gzip(std::string(1'000'000, 'x'));
  auto stream = open_stream(artefact_of(folder.write("a.gz", packed), true));
  ASSERT_TRUE(stream);
  std::string buffer(1 << 20, '\0');
  ASSERT_TRUE((*stream)->read(buffer));
  EXPECT_EQ((*stream)->consumed(), packed.size());
}

TEST(ByteStream, EndsEarlyWhenTheFileShrinks) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.log", std::string(100'000, 'x'));
  auto stream = open_stream(artefact_of(file, false));
  ASSERT_TRUE(stream);
  std::string buffer(1000, '\0');
  ASSERT_EQ((*stream)->read(buffer).value(), 1000U);
  std::filesystem::resize_file(file, 1500);
  EXPECT_EQ((*stream)->read(buffer).value(), 500U);
  EXPECT_EQ((*stream)->read(buffer).value(), 0U);
}

TEST(ByteStream, MissingFileIsAnErrorThatNamesIt) {
  Artefact artefact;
  artefact.path = "gone.log";
  artefact.file = "/nonexistent/gone.log";
  const auto stream = open_stream(artefact);
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().where, "gone.log");
}

TEST(ReadContent, StopsAtItsLimitAndSaysSo) {
  const TemporaryFolder folder;
  const Artefact artefact = artefact_of(folder.write("a", "0123456789"), false);
  EXPECT_EQ(read_content(artefact, 4)->bytes, "0123");
  EXPECT_TRUE(read_content(artefact, 4)->truncated);
  EXPECT_EQ(read_content(artefact, 10)->bytes, "0123456789");
  EXPECT_FALSE(read_content(artefact, 10)->truncated);
}

}  // namespace
}  // namespace afterpatch::evidence
