#include "detect/events/event_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "detect/events/event_maker.h"
#include "detect/events/event_rules.h"
#include "records/evtx/event_reader.h"

namespace afterpatch::detect::events {
namespace {

using records::evtx::EventReader;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// One event, and the view of it as rules that name these fields have it.
class Seen {
 public:
  Seen(const MadeEvent& event, std::vector<std::string> fields, Mapping mapping = Mapping::none)
      : fields_(std::move(fields)), names_(fields_), view_(names_) {
    EventLog log;
    log.add(event);
    chunk_ = log.chunks().at(0);
    reader_.start_chunk(chunk_);
    if (!reader_.next()) throw std::logic_error("the event can't be read");
    view_.start(reader_.event(), reader_.generation(), mapping);
  }

  // As for a plan that scans every second field, from the `first` on.
  void gather_from(std::size_t first, Mapping mapping) {
    EventPlan plan;
    plan.mapping = mapping;
    for (std::size_t field = first; field < fields_.size(); field += 2)
      plan.scanned_fields.push_back(static_cast<sigma::FieldId>(field));
    view_.gather(plan, gathered_);
  }

  std::vector<std::string> values(const std::string& field) const {
    const auto place = std::ranges::find(fields_, field) - fields_.begin();
    const auto values = view_.values(static_cast<sigma::FieldId>(place));
    return {values.begin(), values.end()};
  }
  std::vector<std::string> all_texts() const {
    std::vector<std::string> texts;
    view_.any_text([&](std::string_view text) {
      texts.emplace_back(text);
      return false;
    });
    return texts;
  }

 private:
  std::vector<std::string> fields_;
  FieldNames names_;
  EventReader reader_;
  std::string chunk_;
  EvtxView view_;
  ScanTexts gathered_;
};

TEST(EventView, FieldsAreFoundWhateverTheCase) {
  const Seen seen({.data = {text("CommandLine", "cmd /c")}}, {"CommandLine", "commandline", "Other"});
  EXPECT_THAT(seen.values("CommandLine"), ElementsAre("cmd /c"));
  EXPECT_THAT(seen.values("commandline"), ElementsAre("cmd /c"));
  EXPECT_THAT(seen.values("Other"), IsEmpty());
}

// docs/sigma.md A1b.
TEST(EventView, A1bNullIsAbsentAndTheEmptyTextIsPresent) {
  const Seen seen({.data = {null("Absent"), text("Empty", "")}}, {"Absent", "Empty"});
  EXPECT_THAT(seen.values("Absent"), IsEmpty());
  EXPECT_THAT(seen.values("Empty"), ElementsAre(""));
}

TEST(EventView, ADashIsTextInEvents) {
  EXPECT_THAT(Seen({.data = {text("User", "-")}}, {"User"}).values("User"), ElementsAre("-"));
}

TEST(EventView, SpacesInNamesMayBeLeftOut) {
  const Seen seen({.data = {text("Threat Name", "Backdoor")}}, {"ThreatName", "threat name"});
  EXPECT_THAT(seen.values("ThreatName"), ElementsAre("Backdoor"));
  EXPECT_THAT(seen.values("threat name"), ElementsAre("Backdoor"));
}

TEST(EventView, AFieldThatStandsSeveralTimesHasSeveralValues) {
  const Seen seen({.data = {text("X", "one"), text("x", "two")}}, {"X"});
  EXPECT_THAT(seen.values("X"), ElementsAre("one", "two"));
}

TEST(EventView, ItemsOfArraysAreValues) {
  const Seen seen({.data = {texts("", {"Set-OabVirtualDirectory", "-Identity x", "alice"})}}, {"Data"});
  EXPECT_THAT(seen.values("Data"), ElementsAre("Set-OabVirtualDirectory", "-Identity x", "alice"));
  EXPECT_THAT(seen.all_texts(), Contains("-Identity x"));
}

TEST(EventView, TypedValuesAreTheTextThatWindowsShows) {
  using range::EvtxType;
  const Seen seen({.data = {typed("Id", EvtxType::hex64, "0x3e7"), typed("Sid", EvtxType::sid, "S-1-5-18"),
                            typed("Number", EvtxType::uint32, "4711"),
                            typed("Guid", EvtxType::guid, "54849625-5478-4994-A5BA-3E3B0328C30D")}},
                  {"Id", "Sid", "Number", "Guid"});
  EXPECT_THAT(seen.values("Id"), ElementsAre("0x3e7"));
  EXPECT_THAT(seen.values("Sid"), ElementsAre("S-1-5-18"));
  EXPECT_THAT(seen.values("Number"), ElementsAre("4711"));
  EXPECT_THAT(seen.values("Guid"), ElementsAre("{54849625-5478-4994-A5BA-3E3B0328C30D}"));
}

TEST(EventView, WhatRoutesAnEventIsThatOfSystemOnly) {
  const Seen seen({.channel = "Security",
                   .provider = "Real",
                   .event_id = 4624,
                   .data = {text("EventID", "4688"), text("channel", "System"), text("Provider_Name", "Fake"),
                            named_by_value("EventID", "1102"), text("Computer", "EX01")}},
                  {"EventID", "Channel", "Provider_Name", "Computer"});
  EXPECT_THAT(seen.values("EventID"), ElementsAre("4624"));
  EXPECT_THAT(seen.values("Channel"), ElementsAre("Security"));
  EXPECT_THAT(seen.values("Provider_Name"), ElementsAre("Real"));
  EXPECT_THAT(seen.values("Computer"), ElementsAre("EX01"));
  EXPECT_THAT(seen.all_texts(), Contains("Fake")) << "keywords see it all the same";
}

TEST(EventView, DataMayBeNamedByAValue) {
  const Seen seen(
      {.data = {named_by_value("Path", "C:\\x"), text("Path", "D:\\y"), named_by_value("Other", "z")}},
      {"Path", "Other"});
  EXPECT_THAT(seen.values("Path"), ElementsAre("D:\\y", "C:\\x"));
  EXPECT_THAT(seen.values("Other"), ElementsAre("z"));
}

const MadeEvent k4688{
    .channel = "Security",
    .event_id = 4688,
    .data = {typed("SubjectLogonId", range::EvtxType::hex64, "0x3e7"), text("SubjectUserName", "EX01$"),
             text("SubjectDomainName", "FABRIKAM"), typed("NewProcessId", range::EvtxType::hex64, "0x1f4"),
             text("NewProcessName", "C:\\Windows\\System32\\cmd.exe"),
             typed("ProcessId", range::EvtxType::hex64, "0x10"), text("CommandLine", "cmd /c whoami"),
             text("ParentProcessName", "C:\\inetsrv\\w3wp.exe"),
             typed("MandatoryLabel", range::EvtxType::sid, "S-1-16-16384")}};

TEST(EventView, AFieldHasTheSameValuesWhetherItsTextsWereGatheredOrNot) {
  const MadeEvent odd{.channel = "Security",
                      .event_id = 4624,
                      .data = {text("X", "one"), text("x", "two"), null("Absent"), text("Empty", ""),
                               named_by_value("Path", "C:\\x"), text("Path", "D:\\y"),
                               named_by_value("Only", "z"), text("EventID", "1"), text("Threat Name", "t"),
                               texts("", {"a", "b"}), text("Late", std::string(2000, 'l'))}};
  const std::vector<std::string> fields = {"X",         "Absent",  "Empty",      "Path",        "Only",
                                           "EventID",   "Late",    "Data",       "Channel",     "ThreatName",
                                           "Image",     "LogonId", "User",       "CommandLine", "ProcessId",
                                           "processid", "x",       "ParentImage"};
  for (const MadeEvent& event : {odd, k4688}) {
    for (const Mapping mapping : {Mapping::none, Mapping::process_creation}) {
      const Seen plain(event, fields, mapping);
      for (const std::size_t first : {0U, 1U}) {
        Seen gathered(event, fields, mapping);
        gathered.gather_from(first, mapping);
        for (const std::string& field : fields)
          EXPECT_EQ(gathered.values(field), plain.values(field)) << field;
      }
    }
  }
}

TEST(EventView, AProcessCreationOfSecurityHasSysmonsNames) {
  const std::vector<std::string> fields = {"Image",           "ParentImage",    "CommandLine",      "User",
                                           "ParentProcessId", "IntegrityLevel", "OriginalFileName", "LogonId",
                                           "ProcessId",       "NewProcessName"};
  const Seen seen(k4688, fields, Mapping::process_creation);
  EXPECT_THAT(seen.values("Image"), ElementsAre("C:\\Windows\\System32\\cmd.exe"));
  EXPECT_THAT(seen.values("ParentImage"), ElementsAre("C:\\inetsrv\\w3wp.exe"));
  EXPECT_THAT(seen.values("CommandLine"), ElementsAre("cmd /c whoami"));
  EXPECT_THAT(seen.values("User"), ElementsAre("FABRIKAM\\EX01$"));
  EXPECT_THAT(seen.values("ParentProcessId"), ElementsAre("16"));
  EXPECT_THAT(seen.values("IntegrityLevel"), ElementsAre("System"));
  EXPECT_THAT(seen.values("LogonId"), ElementsAre("0x3e7"));
  EXPECT_THAT(seen.values("OriginalFileName"), IsEmpty()) << "only Sysmon knows it";
  EXPECT_THAT(seen.values("ProcessId"), ElementsAre("0x10")) << "the event's own field wins";
  EXPECT_THAT(seen.values("NewProcessName"), ElementsAre("C:\\Windows\\System32\\cmd.exe"));
}

TEST(EventView, NothingIsMappedUnlessItsKindIs) {
  EXPECT_THAT(Seen(k4688, {"Image"}).values("Image"), IsEmpty());
}

TEST(EventView, AnEventsOwnFieldWinsOverTheMapping) {
  MadeEvent event = k4688;
  event.data.push_back(text("Image", "own"));
  EXPECT_THAT(Seen(event, {"Image"}, Mapping::process_creation).values("Image"), ElementsAre("own"));
}

TEST(EventView, AConnectionOfSecurityHasSysmonsNames) {
  const MadeEvent event{.data = {text("Application", "\\device\\harddiskvolume2\\windows\\x.exe"),
                                 text("Direction", "%%14593"), text("SourceAddress", "192.0.2.1"),
                                 text("DestAddress", "192.0.2.2"), text("DestPort", "443"),
                                 typed("Protocol", range::EvtxType::uint32, "6")}};
  const Seen seen(event, {"Image", "Initiated", "SourceIp", "DestinationIp", "DestinationPort", "Protocol"},
                  Mapping::network_connection);
  EXPECT_THAT(seen.values("Image"),
              ElementsAre("\\device\\harddiskvolume2\\windows\\x.exe", "C:\\windows\\x.exe"));
  EXPECT_THAT(seen.values("Initiated"), ElementsAre("true"));
  EXPECT_THAT(seen.values("SourceIp"), ElementsAre("192.0.2.1"));
  EXPECT_THAT(seen.values("DestinationIp"), ElementsAre("192.0.2.2"));
  EXPECT_THAT(seen.values("DestinationPort"), ElementsAre("443"));
  EXPECT_THAT(seen.values("Protocol"), ElementsAre("6", "tcp")) << "both writings";
}

TEST(EventView, ARegistryChangeOfSecurityHasSysmonsNames) {
  const MadeEvent event{.data = {text("ObjectName", "\\REGISTRY\\MACHINE\\SOFTWARE\\Run"),
                                 text("ObjectValueName", "x"), text("NewValue", "cmd"),
                                 typed("ProcessId", range::EvtxType::hex64, "0x1f4"),
                                 text("ProcessName", "C:\\reg.exe")}};
  const Seen seen(event, {"TargetObject", "Details", "Image", "ProcessId", "User"}, Mapping::registry);
  EXPECT_THAT(seen.values("TargetObject"), ElementsAre("HKLM\\SOFTWARE\\Run\\x"));
  EXPECT_THAT(seen.values("Details"), ElementsAre("cmd"));
  EXPECT_THAT(seen.values("Image"), ElementsAre("C:\\reg.exe"));
  EXPECT_THAT(seen.values("ProcessId"), ElementsAre("0x1f4", "500"));
  EXPECT_THAT(seen.values("User"), IsEmpty());
}

TEST(EventView, DefenderHasTheNamesOfAntivirusRules) {
  const Seen seen({.data = {text("Threat Name", "Backdoor:ASP/X"), text("Path", "file:_C:\\x.aspx")}},
                  {"Signature", "Filename", "ThreatName"}, Mapping::antivirus);
  EXPECT_THAT(seen.values("Signature"), ElementsAre("Backdoor:ASP/X"));
  EXPECT_THAT(seen.values("Filename"), ElementsAre("file:_C:\\x.aspx"));
  EXPECT_THAT(seen.values("ThreatName"), ElementsAre("Backdoor:ASP/X"));
}

TEST(EventView, MappedValuesAreNoTextsForKeywords) {
  const Seen seen(k4688, {"User"}, Mapping::process_creation);
  EXPECT_THAT(seen.values("User"), SizeIs(1));
  EXPECT_THAT(seen.all_texts(), Not(Contains("FABRIKAM\\EX01$")));
}

// A hostile event may name one long value in thousands of places.
TEST(EventView, TextsOfOneEventAreBounded) {
  constexpr std::size_t kFields = 100;
  const MadeValue huge{ValueType::string, utf16_of(std::string(20000, 'x'))};
  ChunkMaker chunk;
  const auto one = [](ChunkMaker& c) {
    c.open("Event").close_start();
    for (int i = 0; i < 4; ++i) {
      c.open_with_attributes("Data").attribute("Name").text("F").close_start();
      c.slot(0).end();
    }
    c.end();
  };
  chunk.record(1, [&](ChunkMaker& c) {
    c.fragment();
    c.instance(1, one, {huge});
    c.stop();
  });
  const std::string bytes = chunk.bytes();
  EventReader reader;
  reader.start_chunk(bytes);
  ASSERT_TRUE(reader.next());
  // As many numbers for the one name as rules may write it in different cases.
  const FieldNames names(std::vector<std::string>(kFields, "F"));
  EvtxView view(names);
  view.start(reader.event(), reader.generation(), Mapping::none);
  std::size_t bytes_given = 0;
  for (sigma::FieldId field = 0; field < kFields; ++field)
    for (const std::string_view text : view.values(field)) bytes_given += text.size();
  EXPECT_GE(bytes_given, std::size_t{4} << 20U);
  EXPECT_LE(bytes_given, (std::size_t{4} << 20U) + 20000);
  view.start(reader.event(), reader.generation(), Mapping::none);
  EXPECT_THAT(view.values(0), SizeIs(4)) << "the next event has all its room";
}

// A reader that forgets its shapes gives their numbers to others.
TEST(EventView, ForgetsWhatItKnewOfShapesWhenTheReaderDoes) {
  const auto chunk_of = [](const MadeEvent& event) {
    EventLog log;
    log.add(event);
    return log.chunks().at(0);
  };
  const std::string first = chunk_of({.data = {text("A", "1"), text("B", "2")}});
  const std::string second = chunk_of({.data = {text("B", "3"), text("A", "4")}});
  const std::vector<std::string> fields = {"A", "B"};
  const FieldNames names(fields);
  EvtxView view(names);
  EventReader one;
  one.start_chunk(first);
  ASSERT_TRUE(one.next());
  view.start(one.event(), 7, Mapping::none);
  EXPECT_THAT(view.values(0), ElementsAre("1"));
  EventReader another;
  another.start_chunk(second);
  ASSERT_TRUE(another.next());
  ASSERT_EQ(one.event().instances()[1].shape->id, another.event().instances()[1].shape->id);
  view.start(another.event(), 8, Mapping::none);
  EXPECT_THAT(view.values(0), ElementsAre("4"));
  EXPECT_THAT(view.values(1), ElementsAre("3"));
}

TEST(FieldNames, OneNameMayHaveSeveralNumbers) {
  const FieldNames names({"Image", "User", "IMAGE"});
  EXPECT_THAT(names.ids("image"), ElementsAre(0U, 2U));
  EXPECT_THAT(names.ids("User"), ElementsAre(1U));
  EXPECT_THAT(names.ids("Nobody"), IsEmpty());
}

}  // namespace
}  // namespace afterpatch::detect::events
