// Rules over exports: each shape by itself, and exports of an EVTX file against the file.
#include "detect/events/export_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "detect/engine.h"
#include "detect/events/event_logs.h"
#include "detect/events/search_events.h"
#include "evidence/temporary_folder.h"
#include "records/evtx/event_reader.h"
#include "records/evtx/event_xml.h"
#include "records/samples.h"

namespace afterpatch::detect::events {
namespace {

using records::event_export::Format;
using records::evtx::kChunkBytes;
using records::evtx::kFileHeaderBytes;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

std::string rule(const std::string& id, const std::string& source, const std::string& detection) {
  return "---\ntitle: T\nid: " + id + "\nlogsource: {product: windows" + source + "}\ndetection:\n" +
         detection + "  condition: s\n";
}

// One of each way in which a rule can meet an event.
const std::string kRules =
    rule("any", "", "  s:\n    EventID|gte: 1\n") +
    rule("computer", "", "  s:\n    Computer|contains: '.'\n") +
    rule("no-user", "", "  s:\n    SubjectUserName: null\n") +
    rule("user", "", "  s:\n    SubjectUserName|endswith: ['$', 'a', 'n', 'r']\n") +
    rule("nameless", "", "  s:\n    Data|contains: ['e', 'a']\n") +
    rule("number", "", "  s:\n    LogonType: [3, 5, 10]\n") +
    rule("provider", "", "  s:\n    Provider_Name|startswith: Microsoft-Windows-\n") +
    rule("keyword", "", "  s: ['system32', 'Transport', 'e11']\n") +
    rule("process", ", category: process_creation", "  s:\n    Image|endswith: .exe\n") +
    rule("file", ", category: file_event", "  s:\n    TargetFilename|contains: '\\'\n") +
    rule("exchange", ", service: msexchange-management", "  s: ['Set-', 'New-', 'Get-', 'Install-']\n") +
    rule("security", ", service: security", "  s:\n    EventID: [4624, 4625, 4688, 4720, 1102]\n");

EventRules rules() {
  return event_rules(sigma::parse_rules(kRules, "rules.yml"));
}

// Without what only EVTX knows: whether a record is a leftover, and its number in the file, which is another
// than that in the event when the log was saved anew.
std::string facts_of(const Detection& detection) {
  std::string text = detection.rule_id + " " + (detection.time ? to_iso8601(*detection.time) : "");
  for (const auto& [name, value] : detection.fields)
    if (name != "recovered" && name != "record-id") text += " " + name + "=" + value;
  return text;
}

// Of events that name their channel or provider: and are no leftovers: one without its template is none any
// more once it is XML.
std::string facts_of(const BlockOutcome& outcome) {
  std::string facts;
  for (const Detection& detection : outcome.detections) {
    const bool is_whole = !detection.field("channel").empty() || !detection.field("provider").empty();
    if (is_whole && detection.field("recovered").empty()) facts += facts_of(detection) + "\n";
  }
  return facts;
}

// --- by hand ---

const std::string kFlat =
    R"({"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon",)"
    R"("Hostname":"ex01.example","TimeCreated":"2021-03-03T06:49:46Z","RecordNumber":7,)"
    R"("Image":"C:\\x\\w3wp.exe","CommandLine":"w3wp -ap x"})";

TEST(ExportSearch, FindsAndTellsLikeInAnEventLog) {
  const EventRules all = rules();
  const BlockOutcome outcome = search_export(all, "\n" + kFlat, Format::json);
  EXPECT_THAT(outcome.rule_matches, Contains(Pair("process", 1)));
  EXPECT_EQ(outcome.lines, 1U);
  ASSERT_FALSE(outcome.detections.empty());
  const Detection& detection = outcome.detections[0];
  EXPECT_EQ(detection.place.line, 2U);
  EXPECT_EQ(detection.place.offset, 1U);
  EXPECT_EQ(detection.raw, kFlat);
  EXPECT_EQ(detection.log, "windows-events");
  EXPECT_EQ(detection.field("record-id"), "7");
  EXPECT_EQ(detection.field("image"), "C:\\x\\w3wp.exe");
  EXPECT_EQ(detection.field("command-line"), "w3wp -ap x");
  EXPECT_EQ(outcome.summaries.at("event-sysmon").counts.records, 1U);
}

// "04624" is the event 4624 for log sources and numbers, and another text for texts.
TEST(ExportSearch, AnEventIdWithLeadingZerosIsAskedTheRulesForItsText) {
  const std::string rules = rule("as-text", "", "  s:\n    EventID: '04624'\n") +
                            rule("other-text", "", "  s:\n    EventID: '4624'\n") +
                            rule("as-number", ", service: security", "  s:\n    EventID: 4624\n");
  const EventRules all = event_rules(sigma::parse_rules(rules, "rules.yml"));
  const auto event = [](const std::string& id) {
    return "<Event xmlns='x'><System><EventID>" + id +
           "</EventID><Channel>Security</Channel></System></Event>";
  };
  const BlockOutcome outcome = search_export(all, event("4624") + event("04624"), Format::xml);
  EXPECT_THAT(outcome.rule_matches,
              UnorderedElementsAre(Pair("as-text", 1), Pair("other-text", 1), Pair("as-number", 2)));
}

TEST(ExportSearch, MapsSecurityEventsToSysmonsFields) {
  const EventRules all = rules();
  const std::string event =
      R"({"winlog":{"channel":"Security","event_id":4688,"provider_name":"Microsoft-Windows-Security-Auditing",)"
      R"("event_data":{"NewProcessName":"C:\\x\\cmd.exe"}}})";
  EXPECT_THAT(search_export(all, event, Format::json).rule_matches, Contains(Pair("process", 1)));
}

TEST(ExportSearch, TellsTheCmdletOfAnExchangeEvent) {
  const EventRules all = rules();
  const std::string event =
      "<Event><System><Provider Name='MSExchange CmdletLogs'/><EventID Qualifiers='16384'>1</EventID>"
      "<Channel>MSExchange Management</Channel></System><EventData><Data>Set-OabVirtualDirectory</Data>"
      "<Data>-ExternalUrl x</Data><Data>example/admin</Data></EventData></Event>";
  const BlockOutcome outcome = search_export(all, event, Format::xml);
  EXPECT_THAT(outcome.rule_matches, Contains(Pair("exchange", 1)));
  ASSERT_FALSE(outcome.detections.empty());
  EXPECT_EQ(outcome.detections[0].field("command-line"), "Set-OabVirtualDirectory -ExternalUrl x");
  EXPECT_EQ(outcome.detections[0].field("user"), "example/admin");
}

// --- files ---

struct Hunted {
  Findings findings;
  std::map<std::string, std::uint64_t> matches;
};

Hunted hunt(const EventRules& all, const std::filesystem::path& folder, unsigned threads) {
  Hunted hunted;
  const evidence::Inventory inventory = evidence::take_inventory({folder.string()}).value();
  FindingsBuilder builder(hunted.findings);
  Progress progress;
  search_events(inventory, all, threads, builder, progress);
  builder.finish();
  for (const auto& count : hunted.findings.rule_counts) hunted.matches[count.rule_id] = count.matches;
  return hunted;
}

TEST(ExportsInAFolder, AreReadBlockByBlockWithPlacesInTheWholeFile) {
  const TemporaryFolder folder;
  const std::string filler = R"({"EventID":9,"Channel":"C","x":")" + std::string(500, 'a') + "\"}\n";
  std::string text;
  while (text.size() < 5'000'000) text += filler;
  folder.write("export.jsonl", text + kFlat + "\n");
  const EventRules all = event_rules(sigma::parse_rules(
      rule("process", ", category: process_creation", "  s:\n    Image|endswith: .exe\n"), "r.yml"));
  for (const unsigned threads : {1U, 3U}) {
    const Hunted hunted = hunt(all, folder.path(), threads);
    ASSERT_EQ(hunted.findings.detections.size(), 1U);
    EXPECT_EQ(hunted.findings.detections[0].place.line, text.size() / filler.size() + 1);
    EXPECT_EQ(hunted.findings.detections[0].place.offset, text.size());
    EXPECT_TRUE(hunted.findings.problems.empty());
  }
}

TEST(ExportsInAFolder, WhatCantBeReadIsCountedAndNamed) {
  const TemporaryFolder folder;
  folder.write("export.jsonl", kFlat + "\n{\"a\" 1}\n{\"a\":1}\n" + kFlat.substr(0, 100));
  const Hunted hunted = hunt(rules(), folder.path(), 1);
  EXPECT_EQ(hunted.matches.at("process"), 1U);
  std::string problems;
  for (const evidence::Problem& problem : hunted.findings.problems) problems += problem.what + "\n";
  EXPECT_THAT(problems, HasSubstr("1 events of the export are damaged"));
  EXPECT_THAT(problems, HasSubstr("1 JSON objects are no Windows events"));
  EXPECT_THAT(problems, HasSubstr("1 events of the export are cut off"));
}

// --- against EVTX ---

std::string exported_by_us(std::string_view chunk) {
  std::string text = "<Events>";
  records::evtx::EventReader reader;
  reader.start_chunk(chunk);
  // Leftovers may name elements so that it is no XML any more.
  while (reader.next())
    if (!reader.event().recovered) text += records::evtx::to_xml(reader.event()) + "\n";
  return text + "</Events>";
}

std::string exported_by_libevtx(const std::filesystem::path& file) {
  const std::string command = "evtxexport -f xml '" + file.string() + "' 2>/dev/null";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string text;
  std::array<char, 65536> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    text.append(buffer.data(), got);
  return ::pclose(pipe) == 0 ? text : std::string();
}

class EvtxSamples : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(samples_folder() / "evtx"))
      GTEST_SKIP() << "no samples in " << samples_folder();
  }
};

TEST_F(EvtxSamples, OurXmlReadBackGivesTheSameDetections) {
  const EventRules all = rules();
  std::size_t compared = 0;
  for (const auto& entry : std::filesystem::directory_iterator(samples_folder() / "evtx")) {
    const std::string evtx = read_sample("evtx/" + entry.path().filename().string()).value();
    for (std::size_t at = kFileHeaderBytes; at < evtx.size(); at += kChunkBytes) {
      const std::string_view chunk = std::string_view(evtx).substr(at, kChunkBytes);
      const auto direct = facts_of(search_chunk(all, chunk));
      EXPECT_EQ(facts_of(search_export(all, exported_by_us(chunk), Format::xml)), direct) << entry.path();
      compared += static_cast<std::size_t>(std::ranges::count(direct, '\n'));
    }
  }
  EXPECT_GT(compared, 1000U);
}

TEST_F(EvtxSamples, TheXmlOfLibevtxGivesTheSameDetections) {
  const EventRules all = rules();
  for (const char* name : {"ID11.evtx", "ID6-transport-agent.evtx", "post-Security.evtx", "sysmon.evtx",
                           "new-user-security.evtx"}) {
    const std::string text = exported_by_libevtx(samples_folder() / "evtx" / name);
    if (text.empty()) GTEST_SKIP() << "no evtxexport";
    const BlockOutcome direct = search_evtx(all, read_sample(std::string("evtx/") + name).value());
    const BlockOutcome exported = search_export(all, text, Format::xml);
    EXPECT_FALSE(direct.detections.empty()) << name;
    EXPECT_EQ(facts_of(exported), facts_of(direct)) << name;
  }
}

}  // namespace
}  // namespace afterpatch::detect::events
