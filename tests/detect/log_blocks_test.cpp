#include "detect/log_blocks.h"

#include <unistd.h>

#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "records/record.h"

namespace afterpatch::detect {
namespace {

class LogBlocksTest : public testing::Test {
 protected:
  ~LogBlocksTest() override { std::filesystem::remove(file_); }

  evidence::Artefact file_with(const std::string& content) {
    evidence::Artefact artefact;
    file_ = std::filesystem::path(testing::TempDir()) / ("log_blocks_" + std::to_string(::getpid()));
    std::ofstream(file_, std::ios::binary) << content;
    artefact.file = file_;
    artefact.path = "u_ex210303.log";
    artefact.kind = evidence::Kind::iis_w3c;
    artefact.size = content.size();
    return artefact;
  }

  std::filesystem::path file_;
};

constexpr std::size_t kSmallBlock = records::kMaxRecordBytes + 4096;

std::string many_rows(std::size_t bytes) {
  std::string text = "#Fields: date time cs-uri-stem sc-status\r\n";
  std::mt19937 random(3);
  while (text.size() < bytes) text += "2021-03-05 03:06:27 /" + std::string(random() % 400, 'x') + " 200\r\n";
  return text;
}

TEST_F(LogBlocksTest, GivesEveryByteOnceAndCutsAtRows) {
  const std::string content = many_rows(5'000'000);
  const auto artefact = file_with(content);
  auto blocks = LogBlocks::open(artefact, kSmallBlock);
  ASSERT_TRUE(blocks);
  std::string all;
  for (LogBlock block; blocks->next(block);) {
    EXPECT_EQ(block.offset, all.size());
    EXPECT_TRUE(block.bytes.starts_with("2021") || block.bytes.starts_with("#"));
    EXPECT_EQ(block.bytes.back(), '\n');
    all += block.bytes;
  }
  EXPECT_EQ(all, content);
}

TEST_F(LogBlocksTest, CarriesTheHeaderIntoLaterBlocks) {
  auto artefact = file_with(many_rows(3'000'000));
  auto blocks = LogBlocks::open(artefact, kSmallBlock);
  ASSERT_TRUE(blocks);
  LogBlock block;
  ASSERT_TRUE(blocks->next(block));
  ASSERT_TRUE(blocks->next(block));
  ASSERT_TRUE(block.header);
  EXPECT_EQ(block.header->size(), 4U);
}

TEST_F(LogBlocksTest, GivesARowWithoutAnEndInPiecesAndGoesOnBehindIt) {
  const std::string before = "#Fields: date time cs-uri-stem sc-status\r\n2021-03-05 03:06:27 /a 200\r\n";
  const std::string after = "2021-03-05 03:06:28 /b 200\r\n";
  auto artefact = file_with(before + std::string(10 * records::kMaxRecordBytes, 'x') + "\n" + after);
  auto blocks = LogBlocks::open(artefact, kSmallBlock);
  ASSERT_TRUE(blocks);
  std::string last;
  std::size_t most = 0;
  for (LogBlock block; blocks->next(block); last = block.bytes) most = std::max(most, block.bytes.size());
  EXPECT_TRUE(last.ends_with(after));
  EXPECT_LE(most, kSmallBlock);
}

TEST_F(LogBlocksTest, GivesTheTruncatedLastRow) {
  auto artefact = file_with("#Fields: date time cs-uri-stem sc-status\r\n2021-03-05 03:06:27 /a");
  auto blocks = LogBlocks::open(artefact, kSmallBlock);
  ASSERT_TRUE(blocks);
  LogBlock block;
  ASSERT_TRUE(blocks->next(block));
  EXPECT_TRUE(block.bytes.ends_with("/a"));
  EXPECT_FALSE(blocks->next(block));
}

TEST_F(LogBlocksTest, EndsAtOnceOnAnEmptyFile) {
  auto artefact = file_with("");
  auto blocks = LogBlocks::open(artefact, kSmallBlock);
  ASSERT_TRUE(blocks);
  LogBlock block;
  EXPECT_FALSE(blocks->next(block));
}

}  // namespace
}  // namespace afterpatch::detect
