#include "range/evtx_writer.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "range/evtx_value.h"
#include "tests/range/evtx_export.h"
#include "tests/range/tree_reader.h"

namespace afterpatch::range {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const EvtxLayout kManifest{.provider = "Microsoft-Windows-Security-Auditing",
                           .provider_guid = "54849625-5478-4994-A5BA-3E3B0328C30D",
                           .channel = "Security",
                           .event_id = 4624,
                           .version = 2,
                           .level = 0,
                           .task = 12544,
                           .opcode = 3,
                           .keywords = 0x8020000000000000,
                           .fields = {{"Sid", EvtxType::sid},
                                      {"Text", EvtxType::text},
                                      {"Wide", EvtxType::hex64},
                                      {"Narrow", EvtxType::hex32},
                                      {"Byte", EvtxType::uint8},
                                      {"Word", EvtxType::uint16},
                                      {"Number", EvtxType::uint32},
                                      {"Signed", EvtxType::int32},
                                      {"Long", EvtxType::uint64},
                                      {"Guid", EvtxType::guid},
                                      {"Flag", EvtxType::boolean},
                                      {"Time", EvtxType::filetime},
                                      {"Bytes", EvtxType::binary}}};
const EvtxLayout kClassic{.provider = "MSExchange CmdletLogs",
                          .channel = "MSExchange Management",
                          .event_id = 1,
                          .qualifiers = 16384,
                          .task = 1,
                          .keywords = 0x80000000000000,
                          .payload = EvtxPayload::unnamed_data};
const EvtxLayout kUser{.provider = "Microsoft-Windows-Eventlog",
                       .provider_guid = "FC65DDD8-D6EF-4962-83D5-6E5CFE9CE148",
                       .channel = "Security",
                       .event_id = 1102,
                       .task = 104,
                       .keywords = 0x4020000000000000,
                       .payload = EvtxPayload::user_data,
                       .fields = {{"SubjectUserSid", EvtxType::sid}, {"SubjectUserName"}},
                       .user_element = "LogFileCleared",
                       .user_namespace = "http://manifests.microsoft.com/win/2004/08/windows/eventlog"};

// Every third event of each kind, all different, with values in the form in which evtxexport shows them.
EvtxEvent event_number(std::size_t number) {
  const Timestamp time = *parse_time("2021-03-03T06:49:46Z") + std::chrono::seconds(number);
  if (number % 3 == 0) {
    return {&kManifest,
            time,
            620,
            44,
            "S-1-5-18",
            {fmt::format("S-1-5-21-1-2-3-{}", number), "J\u00fcrgen \u65e5 " + std::string(number % 97, 'x'),
             fmt::format("0x{:016x}", number), "0x0000001f", "255", "65535", fmt::format("{}", number), "7",
             "18446744073709551615", "{54849625-5478-4994-A5BA-3E3B0328C30D}",
             number % 2 == 0 ? "true" : "false", "2021-03-03T06:49:46.210000000Z", "00FF10"}};
  }
  if (number % 3 == 1) {
    return {&kClassic, time, 0,
            0,         "",   {"Set-OabVirtualDirectory", fmt::format("-Identity \"{}\"", number), "", "x"}};
  }
  return {&kUser, time, 1004, 5, "", {"S-1-5-18", fmt::format("MAIL{}$", number)}};
}

std::string element(std::string_view indent, std::string_view start, std::string_view value,
                    std::string_view end) {
  if (value.empty()) return fmt::format("{}<{}/>\n", indent, start);
  return fmt::format("{}<{}>{}</{}>\n", indent, start, value, end);
}

std::string expected_payload(const EvtxEvent& event) {
  const EvtxLayout& layout = *event.layout;
  std::string out;
  for (std::size_t i = 0; i < event.values.size(); ++i) {
    if (layout.payload == EvtxPayload::user_data) {
      out += element("      ", layout.fields[i].name, event.values[i], layout.fields[i].name);
    } else {
      out +=
          element("    ", layout.classic() ? "Data" : fmt::format("Data Name=\"{}\"", layout.fields[i].name),
                  event.values[i], "Data");
    }
  }
  if (layout.payload != EvtxPayload::user_data) return "  <EventData>\n" + out + "  </EventData>\n";
  return fmt::format("  <UserData>\n    <{0} xmlns=\"{1}\">\n{2}    </{0}>\n  </UserData>\n",
                     layout.user_element, layout.user_namespace, out);
}

// The whole document, written without any of the writer's code.
std::string expected_xml(const EvtxEvent& event, std::uint64_t id, std::string_view time_tail) {
  const EvtxLayout& layout = *event.layout;
  std::string system =
      fmt::format("    <Provider Name=\"{}\"{}/>\n", layout.provider,
                  layout.classic() ? "" : fmt::format(" Guid=\"{{{}}}\"", layout.provider_guid));
  system += fmt::format("    <EventID{}>{}</EventID>\n",
                        layout.classic() ? fmt::format(" Qualifiers=\"{}\"", layout.qualifiers) : "",
                        layout.event_id);
  if (!layout.classic()) system += fmt::format("    <Version>{}</Version>\n", layout.version);
  system += fmt::format("    <Level>{}</Level>\n    <Task>{}</Task>\n", layout.level, layout.task);
  if (!layout.classic()) system += fmt::format("    <Opcode>{}</Opcode>\n", layout.opcode);
  std::string time = to_iso8601(event.time);
  time.pop_back();
  system += fmt::format(
      "    <Keywords>0x{:016x}</Keywords>\n    <TimeCreated SystemTime=\"{}{}Z\"/>\n    "
      "<EventRecordID>{}</EventRecordID>\n",
      layout.keywords, time, time_tail, id);
  if (!layout.classic()) {
    system += fmt::format("    <Correlation/>\n    <Execution ProcessID=\"{}\" ThreadID=\"{}\"/>\n",
                          event.process_id, event.thread_id);
  }
  system += fmt::format("    <Channel>{}</Channel>\n    <Computer>mail01.fabrikam.local</Computer>\n",
                        layout.channel);
  system += event.user_sid.empty() ? "    <Security/>\n"
                                   : fmt::format("    <Security UserID=\"{}\"/>\n", event.user_sid);
  return "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">\n  <System>\n" + system +
         "  </System>\n" + expected_payload(event) + "</Event>\n\n";
}

class EvtxWriterTest : public ::testing::Test {
 protected:
  // 400 events make some chunks.
  std::string write(EvtxOptions options, std::size_t events = 400) {
    options.computer = "mail01.fabrikam.local";
    auto writer = EvtxWriter::create(file_, options).value();
    for (std::size_t i = 0; i < events; ++i) EXPECT_TRUE(writer.write(event_number(i)));
    EXPECT_TRUE(writer.finish());
    EXPECT_EQ(writer.records(), events);
    EXPECT_EQ(writer.bytes(), std::filesystem::file_size(file_));
    return text_of(file_);
  }
  std::string expected(std::string_view time_tail, std::uint64_t first_id = 1, std::size_t events = 400) {
    std::string all;
    for (std::size_t i = 0; i < events; ++i) all += expected_xml(event_number(i), first_id + i, time_tail);
    return all;
  }
  TemporaryFolder folder_{"evtx-writer"};
  std::filesystem::path file_ = folder_.path() / "test.evtx";
};

TEST_F(EvtxWriterTest, EvtxexportReadsTheSameRecordsAndValues) {
  EXPECT_GE(write({.first_record_id = 7001}).size(), 4096 + 3 * kEvtxChunk);
  const auto xml = evtxexport_xml(file_);
  if (!xml) GTEST_SKIP() << "evtxexport is not installed (libevtx-utils)";
  EXPECT_EQ(*xml, expected(".000000000", 7001));
  EXPECT_THAT(*evtxinfo(file_), Not(HasSubstr("corrupted")));
}

TEST_F(EvtxWriterTest, EvtxexportReadsRecordsWithoutTemplates) {
  write({.templates = false});
  const auto xml = evtxexport_xml(file_);
  if (!xml) GTEST_SKIP() << "evtxexport is not installed (libevtx-utils)";
  EXPECT_EQ(*xml, expected(""));
  EXPECT_THAT(*evtxinfo(file_), Not(HasSubstr("corrupted")));
}

TEST_F(EvtxWriterTest, EvtxexportReadsDirtyFilesThatCountTooFewChunks) {
  write({.dirty = true, .uncounted_chunks = 2});
  const auto xml = evtxexport_xml(file_);
  if (!xml) GTEST_SKIP() << "evtxexport is not installed (libevtx-utils)";
  EXPECT_EQ(*xml, expected(".000000000"));
  EXPECT_THAT(*evtxinfo(file_), HasSubstr("Is dirty"));
}

// That evtxinfo finds no fault above means something: it looks at the checksums.
TEST_F(EvtxWriterTest, EvtxinfoWouldHaveSeenAWrongChecksum) {
  std::string bytes = write({});
  bytes[4096 + 600] ^= 1;
  std::ofstream(file_, std::ios::binary | std::ios::trunc) << bytes;
  const auto info = evtxinfo(file_);
  if (!info) GTEST_SKIP() << "evtxinfo is not installed (libevtx-utils)";
  EXPECT_THAT(*info, HasSubstr("corrupted"));
}

TEST_F(EvtxWriterTest, LeavesOutChecksumsAsNewerWindowsDoes) {
  const std::string bytes = write({.checksums = false});
  EXPECT_EQ(bytes.substr(120, 8), std::string("\4\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(bytes.substr(4096 + 120, 8), std::string("\4\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(bytes[36], 2);  // version 3.2
  const auto xml = evtxexport_xml(file_);
  if (!xml) GTEST_SKIP() << "evtxexport is not installed (libevtx-utils)";
  EXPECT_EQ(*xml, expected(".000000000"));
}

TEST_F(EvtxWriterTest, AFileWithoutEventsHasOneEmptyChunk) {
  EXPECT_EQ(write({}, 0).size(), 4096 + kEvtxChunk);
  const auto info = evtxinfo(file_);
  if (!info) GTEST_SKIP() << "evtxinfo is not installed (libevtx-utils)";
  EXPECT_THAT(*info, HasSubstr("Number of records\t\t: 0"));
}

TEST_F(EvtxWriterTest, RefusesWhatCantBeWrittenAndGoesOn) {
  auto writer = EvtxWriter::create(file_, {.computer = "mail01.fabrikam.local"}).value();
  ASSERT_TRUE(writer.write(event_number(0)));
  EvtxEvent large = event_number(1);
  large.values[1].assign(40000, 'x');
  EXPECT_THAT(writer.write(large).error().what, HasSubstr("larger than a chunk"));
  EvtxEvent wrong = event_number(3);
  wrong.values[6] = "many";
  EXPECT_THAT(writer.write(wrong).error().what, HasSubstr("field 6"));
  EvtxEvent surplus = event_number(2);
  surplus.values.emplace_back("one too many");
  EXPECT_THAT(writer.write(surplus).error().what, HasSubstr("more values"));
  ASSERT_TRUE(writer.write(event_number(1)));
  ASSERT_TRUE(writer.finish());
  const auto xml = evtxexport_xml(file_);
  if (!xml) GTEST_SKIP() << "evtxexport is not installed (libevtx-utils)";
  EXPECT_EQ(*xml, expected(".000000000", 1, 2));
}

TEST(EvtxValue, EncodesWhatLiesBeyondTheBasicPlane) {
  std::string out;
  append_utf16(out, "\U0001F600");
  EXPECT_EQ(out, std::string("\x3d\xd8\x00\xde", 4));
  out.clear();
  append_utf16(out, "a\xff");
  EXPECT_EQ(out, std::string("a\0\xfd\xff", 4));
}

TEST(EvtxValue, RefusesTextThatIsNotOfTheType) {
  const std::vector<std::pair<EvtxType, std::string>> wrong = {
      {EvtxType::uint8, "256"},        {EvtxType::uint32, ""},       {EvtxType::hex64, "3e7"},
      {EvtxType::sid, "S-2-5"},        {EvtxType::sid, "S-1-5-x"},   {EvtxType::guid, "54849625"},
      {EvtxType::boolean, "yes"},      {EvtxType::filetime, "soon"}, {EvtxType::binary, "abc"},
      {EvtxType::text_array, "a text"}};
  for (const auto& [type, text] : wrong) {
    std::string out;
    EXPECT_FALSE(append_value(out, type, text)) << text;
  }
}

// evtxexport 20181227 shows -7 as -2147483641 and U+1F600 as U+1F201, so these two are only looked at in
// bytes.
TEST(EvtxValue, EncodesNegativeNumbersInTwosComplement) {
  std::string out;
  EXPECT_TRUE(append_value(out, EvtxType::int32, "-7"));
  EXPECT_EQ(out, "\xf9\xff\xff\xff");
}

TEST(EvtxValue, CountsTimeFrom1601) {
  EXPECT_EQ(to_filetime(Timestamp{}), 116'444'736'000'000'000U);
}

}  // namespace
}  // namespace afterpatch::range
