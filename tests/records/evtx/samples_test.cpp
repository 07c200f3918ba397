// What is found in each of the sample files, as a guard against regressions. Where the numbers come from:
// `in_use` is what evtxexport prints for the file (evtxexport_test.cpp), but for the files where it gives up.
// The others have no second source; each was looked at when it was written down:
// - recovered: records in the room behind the last one, left over from before the log was cleared or written
//   over. Exports of a few events ("Security_short_selected", "issue_201", "MSExchange_Management_wec") keep
//   such records of the whole log. Those of "sample_with_a_bad_chunk_magic" lie in the two chunks with it.
// - without_template: their template is defined nowhere in the file any more.
// - borrowed_template: it is defined in another chunk, or elsewhere in this one.
// - damaged: leftovers of new-user-security whose outer part is no BinXml any more.
// - damaged_stretches: chunks where a log was not closed properly and zeros or old bytes follow.
#include <ostream>

#include <gtest/gtest.h>

#include "records/evtx/event_reader.h"
#include "sample_files.h"

namespace afterpatch::records::evtx {
namespace {

struct Expected {
  std::string_view file;
  std::uint64_t in_use = 0;
  std::uint64_t recovered = 0;
  std::uint64_t without_template = 0;
  std::uint64_t borrowed_template = 0;
  std::uint64_t partly_damaged = 0;
  std::uint64_t damaged = 0;
  std::uint64_t damaged_stretches = 0;
};

void PrintTo(const Expected& expected, std::ostream* out) {
  *out << expected.file;
}

constexpr Expected kExpected[] = {
    {"2-system-Microsoft-Windows-LiveId%4Operational", 399, 9, 0, 9, 0, 0, 0},
    {"2-vss_0-Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational", 1910, 155, 0, 114, 0, 0, 2},
    {"2-vss_0-Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational", 1774, 267, 0, 1, 0, 0,
     1},
    {"2-vss_7-System", 1160, 25, 0, 25, 0, 0, 0},
    {"Application_no_crc32", 17, 34, 4, 32, 0, 0, 0},
    {"E_ShadowCopy6_windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational", 459, 14, 0, 14, 0, 0,
     0},
    {"E_Windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational", 340, 0, 0, 0, 0, 0, 0},
    {"E_Windows_system32_winevt_logs_Microsoft-Windows-Shell-Core%4Operational", 1146, 128, 0, 128, 0, 0, 0},
    {"ID11", 1, 0, 0, 0, 0, 0, 0},
    {"ID6-transport-agent", 4, 71, 71, 69, 0, 0, 0},
    {"MSExchange_Management_wec", 1, 9, 9, 0, 0, 0, 0},
    {"Microsoft-Windows-HelloForBusiness%4Operational", 5, 0, 0, 0, 0, 0, 1},
    {"Microsoft-Windows-LanguagePackSetup%4Operational", 16, 15, 15, 0, 0, 0, 1},
    {"Security_short_selected", 7, 8, 8, 0, 0, 0, 0},
    {"Security_with_size_t", 636, 0, 0, 0, 0, 0, 0},
    {"issue_201", 1, 9, 9, 0, 0, 0, 0},
    {"new-user-security", 4, 0, 0, 0, 0, 6, 0},
    {"post-Security", 126, 0, 0, 0, 0, 0, 0},
    {"sample-with-irregular-bool-values", 3028, 104, 0, 104, 0, 0, 0},
    {"sample-with-zero-data-size-event", 335, 147, 0, 33, 0, 0, 1},
    {"sample_with_a_bad_chunk_magic", 267, 163, 0, 82, 0, 0, 3},
    {"security", 2261, 30, 0, 30, 0, 0, 0},
    {"security_bad_string_cache", 2261, 30, 0, 30, 0, 0, 0},
    {"sysmon", 358, 0, 0, 0, 0, 0, 0},
    {"system", 1881, 79, 0, 79, 0, 0, 0},
};

class EvtxSamples : public testing::TestWithParam<Expected> {};

TEST_P(EvtxSamples, HaveAsManyEventsAsWhenTheyWereLookedAt) {
  const std::string name = "evtx/" + std::string(GetParam().file) + ".evtx";
  const auto file = read_sample(name);
  if (!file) GTEST_SKIP() << "no " << name << " in " << samples_folder();
  const std::vector<std::string_view> chunks = chunks_of(*file);
  EventReader reader;
  reader.use_templates(gather_templates(chunks));
  for (const std::string_view chunk : chunks) {
    reader.start_chunk(chunk);
    while (reader.next()) {
    }
  }
  const EventCounts& counts = reader.counts();
  EXPECT_EQ(counts.events - counts.recovered, GetParam().in_use);
  EXPECT_EQ(counts.recovered, GetParam().recovered);
  EXPECT_EQ(counts.without_template, GetParam().without_template);
  EXPECT_EQ(counts.borrowed_template, GetParam().borrowed_template);
  EXPECT_EQ(counts.partly_damaged, GetParam().partly_damaged);
  EXPECT_EQ(counts.damaged, GetParam().damaged);
  EXPECT_EQ(counts.damaged_stretches, GetParam().damaged_stretches);
}

INSTANTIATE_TEST_SUITE_P(All, EvtxSamples, testing::ValuesIn(kExpected),
                         [](const auto& sample) { return test_name_of(sample.param.file); });

}  // namespace
}  // namespace afterpatch::records::evtx
