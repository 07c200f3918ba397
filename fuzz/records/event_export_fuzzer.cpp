// An export cut whole and cut byte range by byte range must give the same events, whatever the bytes; and
// every event that is cut can be read without harm.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "records/event_export/event_cutter.h"
#include "records/event_export/export_reader.h"
#include "records/event_export/text_decoder.h"

namespace {

using namespace afterpatch::records::event_export;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Cuts {
  std::vector<std::string> events;
  CutCounts counts;
  bool operator==(const Cuts&) const = default;
};

Cuts cut(Format format, std::string_view text, std::size_t piece) {
  EventCutter cutter(format);
  Cuts cuts;
  std::string held;
  std::size_t at = 0;
  do {
    held += text.substr(at, piece);
    at += piece;
    std::vector<EventSpan> spans;
    const std::size_t done = cutter.cut(held, at >= text.size(), spans);
    for (const EventSpan& span : spans) {
      require(span.begin + span.size <= done);
      cuts.events.push_back(held.substr(span.begin, span.size));
    }
    held.erase(0, done);
  } while (at < text.size());
  require(held.empty());
  cuts.counts = cutter.take_counts();
  return cuts;
}

void read(Format format, const std::string& text, bool utf16) {
  EventCutter cutter(format);
  std::vector<EventSpan> spans;
  require(cutter.cut(text, true, spans) == text.size());
  ExportReader reader(format);
  reader.start(text, spans, {0, utf16});
  std::uint64_t line = 0;
  while (reader.next()) {
    require(reader.event().line > line || reader.event().line == line);
    line = reader.event().line;
    require(reader.event().leaves().size() <= kMaxLeaves);
    for (const Leaf& leaf : reader.event().leaves()) require(afterpatch::is_utf8(leaf.name));
    static_cast<void>(reader.event().time());
  }
  static_cast<void>(reader.count_lines());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TextDecoder decoder;
  std::string text;
  decoder.decode({reinterpret_cast<const char*>(data), size}, true, text);
  for (const Format format : {Format::xml, Format::json}) {
    const Cuts whole = cut(format, text, std::max<std::size_t>(text.size(), 1));
    for (const std::size_t piece : {7U, 64U, 1000U})
      if (text.size() / piece < 2000) require(cut(format, text, piece) == whole);
    read(format, text, decoder.is_utf16());
  }
  return 0;
}
