#include "detect/files/yara_pattern_part.h"

#include <gtest/gtest.h>

namespace afterpatch::detect::files {
namespace {

TEST(YaraPatternPart, IsTheRarestPieceWithoutGap) {
  EXPECT_EQ(rarest_part("\\x60.{0,8}\\x81\\xeb\\x17.{0,8}\\x00\\x00\\x00"), "\\x81\\xeb\\x17");
  EXPECT_EQ(rarest_part("\\x8b.\\x08\\x03.\\x3c.{2,}\\x14"), "\\x8b.\\x08\\x03.\\x3c");
  EXPECT_EQ(rarest_part("\\x31.{2,2}\\x47\\x44.{1,}\\x0f"), "\\x31.{2,2}\\x47\\x44");
}

TEST(YaraPatternPart, KeepsCaseAndWideLetters) {
  EXPECT_EQ(rarest_part("(?i)\\x70[\\x5e]?\\x6f\\x77\\x65"), "(?i)\\x6f\\x77\\x65");
  EXPECT_EQ(rarest_part("(?:\\x70\\x00)(?:\\x5e\\x00)(?:\\x6f\\x00)*"), "(?:\\x70\\x00)(?:\\x5e\\x00)");
}

TEST(YaraPatternPart, WhatMayBeAbsentIsNoPart) {
  EXPECT_EQ(rarest_part("\\x41\\x42\\x43?\\x44"), "\\x41\\x42");
  EXPECT_EQ(rarest_part("(?:\\x41\\x42\\x43)*\\x44\\x45"), "\\x44\\x45");
}

TEST(YaraPatternPart, AChoiceAndWhatIsCommonStayWhole) {
  EXPECT_EQ(rarest_part("\\x41\\x42|\\x43\\x44"), "\\x41\\x42|\\x43\\x44");
  EXPECT_EQ(rarest_part("\\x89.{1,}\\x8b.{1,}\\xe8"), "\\x89.{1,}\\x8b.{1,}\\xe8");
  EXPECT_EQ(rarest_part(""), "");
}

}  // namespace
}  // namespace afterpatch::detect::files
