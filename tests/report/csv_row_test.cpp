#include "report/csv_row.h"

#include <gtest/gtest.h>

namespace afterpatch::report {
namespace {

TEST(CsvRow, SeparatesCellsAlsoEmptyOnes) {
  EXPECT_EQ(CsvRow().cell("").cell("b").cell("").cell(17).finish(), ",b,,17\n");
}

TEST(CsvRow, MakesFormulasAndControlCharactersHarmless) {
  EXPECT_EQ(CsvRow().cell("=1+1").cell("a\x1b[2J,\"b\"\n").finish(), "'=1+1,\"a\\x1b[2J,\"\"b\"\"\\n\"\n");
}

}  // namespace
}  // namespace afterpatch::report
