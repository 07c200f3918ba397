// Reading a text whole, in two blocks and byte by byte must give the same rows, whatever the bytes.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "records/record.h"
#include "records/record_picker.h"
#include "records/web_request.h"

namespace {

using namespace afterpatch::records;

struct Row {
  std::uint64_t offset;
  std::size_t size;
  std::size_t columns;
  bool damaged;
  friend bool operator==(const Row&, const Row&) = default;
};

Row row_of(const Record& record) {
  return {record.offset, record.raw.size(), record.values.size(), record.damaged};
}

void read(std::string_view block, const HeaderTracker& tracker, std::uint64_t offset,
          std::vector<Row>& rows) {
  RecordReader reader(block, tracker.current(), offset, tracker.date());
  while (reader.next()) {
    rows.push_back(row_of(reader.record()));
    static_cast<void>(web_request_of(reader.record(), reader.date()));
  }
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  HeaderTracker whole;
  std::vector<Row> rows;
  read(text, whole, 0, rows);
  whole.feed(text);

  std::vector<Row> picked;
  const LineIndex lines(text);
  RecordPicker picker(text, lines, whole.spans(), 0);
  for (std::size_t at = 0; at < size; ++at) {
    if (picker.pick(at) && (picked.empty() || picked.back().offset != picker.record().offset)) {
      picked.push_back(row_of(picker.record()));
    }
  }
  require(picked == rows);

  const std::size_t cut = find_block_end(text.substr(0, size / 2), Dialect::csv, false);
  require(cut <= size / 2);
  HeaderTracker tracker;
  std::vector<Row> cut_rows;
  read(text.substr(0, cut), tracker, 0, cut_rows);
  tracker.feed(text.substr(0, cut));
  read(text.substr(cut), tracker, cut, cut_rows);
  require(cut_rows == rows);
  return 0;
}
