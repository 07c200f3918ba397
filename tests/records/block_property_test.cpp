// Everyone who reads rows must give the same ones: a reader of the whole text, a reader of its blocks, and
// those who start in the middle of a row.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "log_maker.h"
#include "records/log_summary.h"
#include "records/record.h"
#include "records/record_picker.h"

namespace afterpatch::records {
namespace {

struct ReadRow {
  std::string raw;
  std::uint64_t offset;
  std::uint64_t line;
  std::vector<std::string> names;
  std::string log_type;
  std::vector<std::string> values;
  bool damaged;
  std::string date;

  friend bool operator==(const ReadRow&, const ReadRow&) = default;
  friend std::ostream& operator<<(std::ostream& out, const ReadRow& row) {
    return out << row.offset << " line " << row.line << (row.damaged ? " damaged " : " ") << row.names.size()
               << " [" << row.raw << "]";
  }
};

ReadRow to_row(const Record& record, std::uint64_t first_line, const std::string& date) {
  ReadRow row{std::string(record.raw), record.offset, first_line + record.line, {}, {}, {},
              record.damaged,          date};
  if (record.header != nullptr) {
    row.names = record.header->names();
    row.log_type = record.header->log_type;
  }
  for (const auto value : record.values) row.values.emplace_back(value);
  return row;
}

struct Block {
  std::string_view bytes;
  std::size_t offset;
};

std::vector<Block> cut(std::string_view text, std::size_t block_bytes) {
  std::vector<Block> blocks;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    for (std::size_t wanted = block_bytes; size == 0; wanted += block_bytes) {
      const bool at_end = wanted >= text.size() - at;
      size = find_block_end(text.substr(at, wanted), Dialect::csv, at_end);
    }
    blocks.push_back({text.substr(at, size), at});
    at += size;
  }
  return blocks;
}

std::vector<ReadRow> read_in_blocks(std::string_view text, std::size_t block_bytes) {
  std::vector<ReadRow> rows;
  HeaderTracker tracker;
  std::uint64_t line = 0;
  for (const Block& block : cut(text, block_bytes)) {
    RecordReader reader(block.bytes, tracker.current(), block.offset, tracker.date());
    while (reader.next()) rows.push_back(to_row(reader.record(), line, reader.date()));
    line += static_cast<std::uint64_t>(std::count(block.bytes.begin(), block.bytes.end(), '\n'));
    tracker.feed(block.bytes);
  }
  return rows;
}

std::vector<ReadRow> pick_every(std::string_view text, std::size_t step) {
  std::vector<ReadRow> rows;
  const LineIndex lines(text);
  HeaderTracker tracker;
  tracker.feed(text, lines);
  RecordPicker picker(text, lines, tracker.spans(), 0);
  for (std::size_t at = 0; at < text.size(); at += step) {
    if (!picker.pick(at)) continue;
    ReadRow row = to_row(picker.record(), 0, picker.date());
    if (rows.empty() || rows.back().offset != row.offset) rows.push_back(std::move(row));
  }
  return rows;
}

class BlockProperty : public testing::TestWithParam<unsigned> {
 protected:
  BlockProperty()
      : maker_(GetParam()), csv_(GetParam() % 2 == 0), text_(maker_.text(40, csv_, GetParam() % 4 < 2)) {}
  LogMaker maker_;
  bool csv_;
  std::string text_;
};

TEST_P(BlockProperty, BlocksOfAnySizeGiveTheRowsOfTheWholeText) {
  const auto whole = read_in_blocks(text_, text_.size() + 1);
  ASSERT_FALSE(whole.empty());
  for (const std::size_t block_bytes : {1UL, 7UL, 64UL, 300UL, 1000UL}) {
    ASSERT_EQ(read_in_blocks(text_, block_bytes), whole) << "blocks of " << block_bytes << "\n" << text_;
  }
}

TEST_P(BlockProperty, PickingEveryByteGivesTheRowsOfTheWholeText) {
  const auto whole = read_in_blocks(text_, text_.size() + 1);
  ASSERT_EQ(pick_every(text_, 1), whole) << text_;
}

TEST_P(BlockProperty, RowAroundTheMiddleOfARowIsThatRow) {
  HeaderTracker tracker;
  tracker.feed(text_);
  const auto& spans = tracker.spans();
  for (const ReadRow& row : read_in_blocks(text_, text_.size() + 1)) {
    const std::size_t middle = row.offset + row.raw.size() / 2;
    auto span = std::find_if(spans.rbegin(), spans.rend(),
                             [&](const HeaderSpan& each) { return each.from <= middle; });
    const Dialect dialect = span->header ? span->header->dialect() : Dialect::csv;
    const RowSpan found = row_around(text_, middle, dialect);
    EXPECT_EQ(text_.substr(found.begin, found.end - found.begin), row.raw);
    EXPECT_EQ(found.begin, row.offset);
  }
}

TEST_P(BlockProperty, TrackerEndsWithTheHeaderThatTheReaderEndsWith) {
  HeaderTracker tracker;
  tracker.feed(text_);
  RecordReader reader(text_, nullptr, 0);
  while (reader.next()) {
  }
  EXPECT_EQ(tracker.date(), reader.date());
}

TEST_P(BlockProperty, EveryLineIsCountedOnce) {
  RecordReader reader(text_, nullptr, 0);
  while (reader.next()) {
  }
  const auto line_ends = static_cast<std::uint64_t>(std::count(text_.begin(), text_.end(), '\n'));
  EXPECT_EQ(reader.counts().lines, line_ends + (text_.ends_with('\n') || text_.ends_with('\0') ? 0 : 1));
}

INSTANTIATE_TEST_SUITE_P(Seeds, BlockProperty, testing::Range(0U, 400U));

}  // namespace
}  // namespace afterpatch::records
