// A chunk, whatever its bytes, is read to its end and every text of its events is made. The XML must be
// well-formed whenever it is whole: a hostile log must not be able to put markup of its own into it.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "records/evtx/event_reader.h"
#include "records/evtx/event_xml.h"
#include "records/evtx/file_header.h"
#include "records/evtx/layout.h"

namespace {

using namespace afterpatch::records::evtx;

constexpr std::size_t kXmlBytes = 4096;

void require(bool holds) {
  if (!holds) std::abort();
}

// Start tags and end tags must nest, and no other markup may occur.
void require_well_formed(std::string_view xml) {
  std::vector<std::string_view> open;
  for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at)) {
    const std::size_t end = xml.find('>', at);
    require(end != std::string_view::npos);
    const std::string_view tag = xml.substr(at + 1, end - at - 1);
    require(tag.find('<') == std::string_view::npos);
    if (tag.starts_with('/')) {
      require(!open.empty() && open.back() == tag.substr(1));
      open.pop_back();
    } else {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
    at = end;
  }
  require(open.empty());
}

void touch(const Event& event) {
  std::string text;
  for (const Instance& instance : event.instances()) {
    for (const Leaf& leaf : instance.shape->leaves) {
      text.clear();
      event.append_name(instance, leaf, text);
      const std::size_t count = event.count_texts(instance, leaf);
      for (std::size_t item = 0; item < count; ++item) {
        text.clear();
        event.append_text(instance, leaf, item, text);
      }
    }
  }
  static_cast<void>(event.event_id());
  static_cast<void>(event.time());
  const std::string xml = to_xml(event, kXmlBytes);
  if (xml.size() < kXmlBytes) require_well_formed(xml);
}

void read(std::string_view chunk) {
  EventReader reader;
  reader.use_templates(gather_templates({&chunk, 1}));
  reader.start_chunk(chunk);
  while (reader.next()) {
    require(reader.event().offset + reader.event().size <= chunk.size());
    touch(reader.event());
  }
  const EventCounts& counts = reader.counts();
  require(counts.recovered <= counts.events && counts.without_template <= counts.events);
  require(counts.borrowed_template <= counts.events);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  static_cast<void>(read_file_header(bytes));
  read(bytes);
  if (size <= kChunkHeaderBytes || bytes.starts_with(kChunkMagic)) return 0;
  // Behind a header that is whole records are taken for records in use.
  std::string chunk(kChunkHeaderBytes, '\0');
  chunk.replace(0, kChunkMagic.size(), kChunkMagic);
  read(chunk.append(bytes.substr(kChunkHeaderBytes)));
  return 0;
}
