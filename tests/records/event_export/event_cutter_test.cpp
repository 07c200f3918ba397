#include "records/event_export/event_cutter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace afterpatch::records::event_export {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Cuts {
  std::vector<std::string> events;
  CutCounts counts;
};

// Cuts the text as if it came in pieces of `piece` bytes.
Cuts cut(Format format, std::string_view text, std::size_t piece) {
  EventCutter cutter(format);
  Cuts cuts;
  std::string held;
  for (std::size_t at = 0;; at += piece) {
    const bool at_end = at + piece >= text.size();
    held += text.substr(std::min(at, text.size()), piece);
    std::vector<EventSpan> spans;
    const std::size_t done = cutter.cut(held, at_end, spans);
    for (const EventSpan& span : spans) {
      EXPECT_LE(span.begin + span.size, done);
      cuts.events.push_back(held.substr(span.begin, span.size));
    }
    held.erase(0, done);
    if (at_end) break;
  }
  EXPECT_TRUE(held.empty());
  cuts.counts = cutter.take_counts();
  return cuts;
}

// However the text comes, the cuts are the same.
Cuts cut(Format format, const std::string& text) {
  const Cuts whole = cut(format, text, text.size());
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 64U, 4096U}) {
    if (piece * 20000 < text.size()) continue;
    const Cuts pieces = cut(format, text, piece);
    EXPECT_EQ(pieces.events, whole.events) << piece;
    EXPECT_EQ(pieces.counts, whole.counts) << piece;
  }
  return whole;
}

Cuts cut_xml(const std::string& text) {
  return cut(Format::xml, text);
}
Cuts cut_json(const std::string& text) {
  return cut(Format::json, text);
}

std::string xml(const std::string& id) {
  return "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>" + id +
         "</EventID></System><EventData><Data>x</Data></EventData></Event>";
}

TEST(EventCutterXml, FindsEventsWithWhateverStandsBetweenThem) {
  const std::string a = xml("1");
  const std::string b = xml("2");
  EXPECT_THAT(cut_xml(a + b).events, ElementsAre(a, b));
  EXPECT_THAT(cut_xml("<?xml version=\"1.0\"?>\r\n<Events>" + a + "\r\n" + b + "</Events>\r\n").events,
              ElementsAre(a, b));
  EXPECT_THAT(cut_xml("evtxexport 20181227\n\n" + a + "\n\n" + b + "\n").events, ElementsAre(a, b));
  EXPECT_EQ(cut_xml("<Events>" + a + "</Events>").counts, CutCounts{});
}

TEST(EventCutterXml, AnEventsDataAndOtherElementsNamedLikeItAreNoEvents) {
  const std::string event =
      "<Event>\n <System>\n  <EventID>1</EventID></System><UserData><EventXML><Event_NS/><EventData/>"
      "</EventXML></UserData>\n</Event >";
  EXPECT_THAT(cut_xml("<Events><EventData/>" + event + "<Eventful/></Events>").events, ElementsAre(event));
}

TEST(EventCutterXml, AnEventMayHoldElementsOfItsOwnName) {
  std::string event = xml("1");
  event.insert(event.find("</EventData>"), "<Event><Data>y</Data><Event >z</Event></Event>");
  EXPECT_THAT(cut_xml(event + event).events, ElementsAre(event, event));
  EXPECT_EQ(cut_xml(event + event).counts, CutCounts{});
}

TEST(EventCutterXml, NamesMayHaveAPrefix) {
  const std::string event =
      "<e:Event xmlns:e='x'><e:System><e:EventID>1</e:EventID></e:System>"
      "<e:Event>inner</e:Event></e:Event>";
  EXPECT_THAT(cut_xml("<e:Events>" + event + event + "</e:Events>").events, ElementsAre(event, event));
  EXPECT_EQ(cut_xml(event).counts, CutCounts{});
  EXPECT_THAT(cut_xml("<not a:Event><System/></Event>").events, IsEmpty());
}

TEST(EventCutterXml, ACutOffEventDoesNotSwallowTheNext) {
  const std::string good = xml("2");
  const Cuts cuts = cut_xml(xml("1").substr(0, 120) + "\n" + good + xml("3").substr(0, 90));
  EXPECT_THAT(cuts.events, ElementsAre(good));
  EXPECT_EQ(cuts.counts.cut_off, 2U);
}

TEST(EventCutterXml, AnEndWithoutBeginningIsCounted) {
  const std::string good = xml("2");
  const Cuts cuts = cut_xml("x</System></Event>" + good);
  EXPECT_THAT(cuts.events, ElementsAre(good));
  EXPECT_EQ(cuts.counts.cut_off, 1U);
}

TEST(EventCutterXml, AnOverlongEventIsSkippedAndCountedOnce) {
  const std::string good = xml("2");
  std::string huge = xml("1");
  huge.insert(huge.find("</Data>"), 3 * kMaxEventBytes, 'a');
  const std::string text = good + huge + good;
  for (const std::size_t piece : {text.size(), std::size_t{100'000}}) {
    const Cuts cuts = cut(Format::xml, text, piece);
    EXPECT_THAT(cuts.events, ElementsAre(good, good));
    EXPECT_EQ(cuts.counts, (CutCounts{0, 1}));
  }
}

TEST(EventCutterJson, FindsObjectsInLinesInArraysIndentedAndInARow) {
  const std::string a = R"({"a":"}{\"\\","b":[{"c":1},{}]})";
  const std::string b = "{\n  \"b\": {\n    \"c\": [\n      {\n      }\n    ]\n  }\n}";
  EXPECT_THAT(cut_json(a + "\n" + a + "\r\n").events, ElementsAre(a, a));
  EXPECT_THAT(cut_json("[" + a + "," + b + "]").events, ElementsAre(a, b));
  EXPECT_THAT(cut_json("Record 1\n" + b + "\nRecord 2\n" + b).events, ElementsAre(b, b));
  EXPECT_THAT(cut_json(a + b).events, ElementsAre(a, b));
  EXPECT_EQ(cut_json(a + b).counts, CutCounts{});
}

TEST(EventCutterJson, ABrokenLineDoesNotSwallowTheNext) {
  const std::string good = R"({"a":"b"})";
  for (const std::string broken : {R"({"a":"b)", R"({"a":"b\)", R"({"a":[1)", R"({"a":"b")", R"({"a)"}) {
    const Cuts cuts = cut_json(broken + "\n" + good + "\n" + good + "\n");
    EXPECT_THAT(cuts.events, ElementsAre(good, good)) << broken;
    EXPECT_EQ(cuts.counts, (CutCounts{1, 0})) << broken;
  }
}

TEST(EventCutterJson, ALineThatIsCutBehindACommaTakesNoMoreThanTheNextWithIt) {
  const std::string good = R"({"a":"b"})";
  const Cuts cuts = cut_json(R"({"a":1,)" + ("\n" + good) + "\n" + good + "\n" + good + "\n");
  EXPECT_THAT(cuts.events, ElementsAre(good, good));
  EXPECT_EQ(cuts.counts.cut_off, 1U);
}

TEST(EventCutterJson, AnOverlongObjectIsSkippedAndCountedOnce) {
  const std::string good = R"({"a":"b"})";
  const std::string huge = R"({"a":")" + std::string(3 * kMaxEventBytes, '{') + R"("})";
  const std::string text = "[" + good + "," + huge + "," + good + "]";
  for (const std::size_t piece : {text.size(), std::size_t{100'000}}) {
    const Cuts cuts = cut(Format::json, text, piece);
    EXPECT_THAT(cuts.events, ElementsAre(good, good));
    EXPECT_EQ(cuts.counts, (CutCounts{0, 1}));
  }
}

TEST(EventCutter, HoldsBackNoMoreThanOneEvent) {
  for (const Format format : {Format::xml, Format::json}) {
    for (const std::string& filler :
         {std::string("{\"a\":["), "<Event ><System>" + std::string(400, 'x'), std::string("no event\n")}) {
      EventCutter cutter(format);
      std::vector<EventSpan> spans;
      std::string text;
      while (text.size() < 2 * kMaxEventBytes) text += filler;
      const std::size_t done = cutter.cut(text, false, spans);
      EXPECT_LE(text.size() - done, kMaxEventBytes + 2048) << filler;
    }
  }
}

TEST(EventCutter, NothingIsInTextWithoutEvents) {
  for (const Format format : {Format::xml, Format::json}) {
    for (const std::string text : {"", "\n\n", "[]", "<Events></Events>", "Event </Event", "no events here"})
      EXPECT_THAT(cut(format, text, std::max<std::size_t>(text.size(), 1)).events, IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace afterpatch::records::event_export
