// The quick way through a log must count what reading every row counts.
#include <cstdint>
#include <cstdlib>

#include "records/log_summary.h"
#include "records/record.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace afterpatch::records;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const LogSummary summary = summarise(text, nullptr, 0);
  std::map<std::int64_t, std::uint64_t> rows_by_hour;
  RecordReader reader(text, nullptr, 0);
  while (reader.next()) {
    if (const auto time = time_of(reader.record(), reader.date())) ++rows_by_hour[afterpatch::hour_of(*time)];
  }
  const bool same =
      rows_by_hour == summary.rows_by_hour && reader.counts().records == summary.counts.records &&
      reader.counts().damaged == summary.counts.damaged && reader.counts().lines == summary.counts.lines;
  if (!same) std::abort();
  return 0;
}
