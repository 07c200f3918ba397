// The pass over whole files, written by the range's writer.
#include "detect/events/search_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <zlib.h>
#include <algorithm>

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "detect/correlator.h"
#include "detect/events/event_harness.h"
#include "evidence/temporary_folder.h"
#include "range/evtx_writer.h"
#include "records/evtx/layout.h"

namespace afterpatch::detect::events {
namespace {

using records::evtx::kChunkBytes;
using records::evtx::kFileHeaderBytes;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const range::EvtxLayout kLogon{.provider = "Microsoft-Windows-Security-Auditing",
                               .provider_guid = "54849625-5478-4994-A5BA-3E3B0328C30D",
                               .channel = "Security",
                               .event_id = 4625,
                               .fields = {{"TargetUserName"}, {"IpAddress"}, {"Filler"}}};
const range::EvtxLayout kService{.provider = "Service Control Manager",
                                 .channel = "System",
                                 .event_id = 7045,
                                 .fields = {{"ServiceName"}}};

Timestamp at(int second) {
  return *parse_time("2021-03-03 06:00:00") + std::chrono::seconds(second);
}

// Every third logon is that of "needle".
void write_logons(const std::filesystem::path& file, int count, const range::EvtxOptions& options = {}) {
  auto log = range::EvtxWriter::create(file, options);
  ASSERT_TRUE(log);
  for (int i = 0; i < count; ++i) {
    const std::string user = i % 3 == 0 ? "needle" : fmt::format("user{}", i);
    ASSERT_TRUE(log->write({.layout = &kLogon,
                            .time = at(i),
                            .values = {user, fmt::format("192.0.2.{}", i % 7), std::string(200, 'f')}}));
  }
  ASSERT_TRUE(log->finish());
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

void write_gzip(const std::filesystem::path& path, const std::string& content) {
  gzFile file = gzopen(path.c_str(), "wb");
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(gzwrite(file, content.data(), static_cast<unsigned>(content.size())),
            static_cast<int>(content.size()));
  gzclose(file);
}

const std::string kNeedle =
    "---\ntitle: Needle\nid: needle\nlogsource:\n  product: windows\n  service: security\n"
    "detection:\n  s:\n    TargetUserName: needle\n  condition: s\n";

Findings search(const std::filesystem::path& folder, const std::string& yaml = kNeedle, unsigned threads = 2,
                bool cancelled = false) {
  const SigmaRules sets = user_rules(yaml);
  EXPECT_THAT(sets.user->refused, IsEmpty());
  const EventRules rules(sets);
  const auto inventory = evidence::take_inventory({folder.string()});
  Findings findings;
  Correlator correlator(sets);
  FindingsBuilder builder(findings, &correlator);
  Progress progress;
  progress.cancelled = cancelled;
  search_events(*inventory, rules, threads, builder, progress);
  EXPECT_EQ(progress.done_bytes, cancelled ? 0 : event_bytes(*inventory));
  correlator.finish(builder);
  builder.finish();
  std::ranges::sort(findings.problems, {}, [](const auto& p) { return std::tie(p.artefact, p.what); });
  return findings;
}

// Everything that a hunt could print.
std::string all_of(const Findings& findings) {
  std::string all;
  for (const Detection& d : findings.detections) {
    all += fmt::format("{} {} {} {} {}", d.rule_id, d.place.artefact, d.place.offset,
                       d.time ? to_iso8601(*d.time) : "", d.raw);
    for (const auto& [name, value] : d.fields) all += fmt::format(" {}={}", name, value);
    all += '\n';
  }
  for (const RuleCount& rule : findings.rule_counts)
    all += fmt::format("{} {} {}\n", rule.rule_id, rule.matches, rule.kept);
  for (const LogCoverage& log : findings.coverage) {
    all += fmt::format("{} {} {} {} {} {}\n", log.log, log.files, log.bytes, log.summary.counts.records,
                       to_iso8601(*log.summary.first), to_iso8601(*log.summary.last));
  }
  for (const auto& problem : findings.problems)
    all += fmt::format("{}: {} ({})\n", problem.artefact, problem.what, problem.count);
  return all;
}

std::vector<std::string> problems_of(const Findings& findings) {
  std::vector<std::string> problems;
  for (const auto& problem : findings.problems) problems.push_back(problem.what);
  return problems;
}

std::uint64_t matches_of(const Findings& findings, const std::string& rule) {
  for (const RuleCount& count : findings.rule_counts)
    if (count.rule_id == rule) return count.matches;
  return 0;
}

TEST(SearchEvents, FindsTheSameWhateverTheThreads) {
  const TemporaryFolder folder;
  write_logons(folder.path() / "a.evtx", 3000);
  write_logons(folder.path() / "b.evtx", 10);
  write_logons(folder.path() / "c.evtx", 2500, {.templates = false});
  std::string damaged = content_of(folder.path() / "a.evtx");
  damaged.replace(kFileHeaderBytes + 5 * kChunkBytes, 8, "damaged!");
  folder.write("d.evtx", damaged);
  const std::string one = all_of(search(folder.path(), kNeedle, 1));
  EXPECT_GT(std::filesystem::file_size(folder.path() / "a.evtx"), std::size_t{3} << 19U) << "several blocks";
  EXPECT_EQ(all_of(search(folder.path(), kNeedle, 2)), one);
  EXPECT_EQ(all_of(search(folder.path(), kNeedle, 4)), one);
  EXPECT_THAT(one, HasSubstr("d.evtx: 1 chunks of 64 KiB have lost their header"));
}

TEST(SearchEvents, DetectionsTellPlaceTimeAndFacts) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "logs");
  write_logons(folder.path() / "logs/x.evtx", 4, {.computer = "EX01", .first_record_id = 100});
  const Findings findings = search(folder.path());
  ASSERT_THAT(findings.detections, SizeIs(2));
  const Detection& second = findings.detections[1];
  EXPECT_EQ(second.rule_id, "needle");
  EXPECT_EQ(second.place.artefact, "logs/x.evtx");
  EXPECT_EQ(second.time, at(3));
  EXPECT_EQ(second.log, "windows-events");
  EXPECT_EQ(second.field("channel"), "Security");
  EXPECT_EQ(second.field("event-id"), "4625");
  EXPECT_EQ(second.field("record-id"), "103");
  EXPECT_EQ(second.field("computer"), "EX01");
  EXPECT_EQ(second.field("target-user"), "needle");
  EXPECT_EQ(second.step, Step::context) << "a rule of the user";
  EXPECT_THAT(second.raw, AllOf(HasSubstr("<Event"), HasSubstr("needle")));
  const std::string bytes = content_of(folder.path() / "logs/x.evtx");
  EXPECT_EQ(bytes.substr(second.place.offset, 4), std::string("**\0\0", 4)) << "the record begins there";
}

TEST(SearchEvents, APackedLogIsReadLikeAnyOther) {
  const TemporaryFolder folder;
  write_logons(folder.path() / "x.evtx", 3000);
  const TemporaryFolder packed;
  write_gzip(packed.path() / "x.evtx.gz", content_of(folder.path() / "x.evtx"));
  const Findings plain = search(folder.path());
  const Findings unpacked = search(packed.path());
  EXPECT_EQ(matches_of(plain, "needle"), 1000U);
  ASSERT_EQ(unpacked.detections.size(), plain.detections.size());
  for (std::size_t i = 0; i < plain.detections.size(); ++i)
    EXPECT_EQ(unpacked.detections[i].place.offset, plain.detections[i].place.offset) << "in the unpacked log";
}

TEST(SearchEvents, ACutPackedLogIsReadUpToTheCut) {
  const TemporaryFolder folder;
  write_logons(folder.path() / "x.evtx", 3000);
  const TemporaryFolder packed;
  write_gzip(packed.path() / "x.evtx.gz", content_of(folder.path() / "x.evtx"));
  const std::string whole = content_of(packed.path() / "x.evtx.gz");
  packed.write("x.evtx.gz", whole.substr(0, whole.size() / 2));
  const Findings findings = search(packed.path());
  EXPECT_GT(matches_of(findings, "needle"), 100U);
  EXPECT_LT(matches_of(findings, "needle"), 1000U);
  EXPECT_THAT(problems_of(findings), testing::Contains(HasSubstr("can't be read to its end")));
}

TEST(SearchEvents, ATruncatedLogIsReadUpToTheCut) {
  const TemporaryFolder folder;
  write_logons(folder.path() / "x.evtx", 300);
  const std::string whole = content_of(folder.path() / "x.evtx");
  const std::string all = all_of(search(folder.path()));
  folder.write("x.evtx", whole.substr(0, kFileHeaderBytes + kChunkBytes + 20000));
  const Findings cut = search(folder.path());
  EXPECT_GT(cut.detections.size(), 10U);
  EXPECT_LT(cut.detections.size(), 100U);
  for (const Detection& d : cut.detections) EXPECT_THAT(all, HasSubstr(d.raw));
}

TEST(SearchEvents, LogsWithoutEventsGiveNothing) {
  const TemporaryFolder folder;
  write_logons(folder.path() / "rested.evtx", 0);
  folder.write("nothing.evtx", "");
  folder.write("header.evtx", content_of(folder.path() / "rested.evtx").substr(0, kFileHeaderBytes));
  folder.write("begun.evtx", content_of(folder.path() / "rested.evtx").substr(0, 100));
  const Findings findings = search(folder.path());
  EXPECT_THAT(findings.detections, IsEmpty());
  EXPECT_THAT(findings.coverage, IsEmpty());
}

TEST(SearchEvents, AChunkThatLostItsHeaderIsReadAndNamed) {
  const TemporaryFolder folder;
  write_logons(folder.path() / "x.evtx", 300);
  const std::uint64_t all = matches_of(search(folder.path()), "needle");
  std::string bytes = content_of(folder.path() / "x.evtx");
  bytes.replace(kFileHeaderBytes + kChunkBytes, 8, std::string(8, '\0'));
  folder.write("x.evtx", bytes);
  const Findings findings = search(folder.path());
  EXPECT_EQ(matches_of(findings, "needle"), all) << "its records stand as they were";
  EXPECT_THAT(problems_of(findings), testing::Contains("1 chunks of 64 KiB have lost their header"));
}

TEST(SearchEvents, DamagedEventsAreCountedAndTheRestIsRead) {
  const TemporaryFolder folder;
  write_logons(folder.path() / "x.evtx", 30);
  const std::uint64_t all = matches_of(search(folder.path()), "needle");
  std::string bytes = content_of(folder.path() / "x.evtx");
  std::size_t record = 0;
  for (int i = 0; i < 11; ++i) record = bytes.find(std::string("**\0\0", 4), record + 1);
  bytes.replace(record + 24, 40, std::string(40, '\xEE'));  // the content of the eleventh, which is no needle
  folder.write("x.evtx", bytes);
  const Findings findings = search(folder.path());
  EXPECT_EQ(matches_of(findings, "needle"), all);
  EXPECT_THAT(problems_of(findings),
              UnorderedElementsAre("1 events can't be read: their records are damaged",
                                   HasSubstr("1 chunks of 64 KiB do not fit their checksums")));
}

TEST(SearchEvents, KeepsOnlySoManyDetectionsOfARuleAndCountsAll) {
  const TemporaryFolder folder;
  const int rows = 3 * static_cast<int>(kMaxKeptPerRule) + 30;
  write_logons(folder.path() / "a.evtx", rows);
  write_logons(folder.path() / "b.evtx", 30);
  const Findings findings = search(folder.path());
  EXPECT_THAT(findings.detections, SizeIs(kMaxKeptPerRule));
  ASSERT_THAT(findings.rule_counts, SizeIs(1));
  EXPECT_EQ(findings.rule_counts[0].matches, kMaxKeptPerRule + 20);
  EXPECT_EQ(findings.rule_counts[0].kept, kMaxKeptPerRule);
}

TEST(SearchEvents, CoverageIsToldByChannelNotByFile) {
  const TemporaryFolder folder;
  auto log = range::EvtxWriter::create(folder.path() / "forwarded.evtx", {});
  ASSERT_TRUE(log);
  for (int hour = 0; hour < 5; ++hour) {
    ASSERT_TRUE(log->write({.layout = &kLogon, .time = at(hour * 3600), .values = {"u"}}));
    if (hour < 2) {
      ASSERT_TRUE(log->write({.layout = &kService, .time = at(hour * 3600 + 1), .values = {"s"}}));
    }
  }
  ASSERT_TRUE(log->finish());
  const Findings findings = search(folder.path());
  ASSERT_THAT(findings.coverage, SizeIs(2));
  EXPECT_EQ(findings.coverage[0].log, "event-security");
  EXPECT_THAT(findings.coverage[0].summary.rows_by_hour, SizeIs(5));
  EXPECT_EQ(findings.coverage[0].summary.counts.records, 5U);
  EXPECT_EQ(findings.coverage[0].summary.last, at(4 * 3600));
  EXPECT_EQ(findings.coverage[0].files, 1U);
  EXPECT_EQ(findings.coverage[1].log, "event-system");
  EXPECT_THAT(findings.coverage[1].summary.rows_by_hour, SizeIs(2));
}

const std::string kBurst = R"(---
title: A refused logon
id: refused
logsource: {product: windows, service: security}
detection:
  s: {EventID: 4625}
  condition: s
---
title: Many refused logons
id: burst
correlation:
  type: event_count
  rules: [refused]
  group-by: [TargetUserName]
  timespan: 1m
  condition: {gte: 20}
)";

TEST(SearchEvents, CorrelationsReachOverEventsOfSeveralBlocks) {
  const TemporaryFolder folder;
  write_logons(folder.path() / "x.evtx", 3000);  // "needle" every third second
  const Findings findings = search(folder.path(), kBurst);
  ASSERT_THAT(findings.detections, SizeIs(1)) << "one stretch, and the refused ones are not shown alone";
  EXPECT_EQ(findings.detections[0].rule_id, "burst");
  EXPECT_EQ(findings.detections[0].field("TargetUserName"), "needle");
  EXPECT_EQ(findings.detections[0].field("count"), "1000");
  EXPECT_EQ(findings.detections[0].time, at(0));
}

TEST(SearchEvents, ACancelledSearchReadsNothingMore) {
  const TemporaryFolder folder;
  write_logons(folder.path() / "x.evtx", 30);
  const Findings findings = search(folder.path(), kNeedle, 2, /*cancelled=*/true);
  EXPECT_THAT(findings.detections, IsEmpty());
  EXPECT_THAT(findings.coverage, IsEmpty());
}

TEST(SearchEvents, OtherFilesAreNotRead) {
  const TemporaryFolder folder;
  folder.write("Security.evtx", "not an event log but text with needle\n");
  const Findings findings = search(folder.path());
  EXPECT_THAT(findings.detections, IsEmpty());
  EXPECT_THAT(findings.problems, IsEmpty());
}

}  // namespace
}  // namespace afterpatch::detect::events
