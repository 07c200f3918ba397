#include "detect/events/event_log.h"

#include <string_view>

#include "detect/events/event_blocks.h"
#include "detect/events/export_blocks.h"
#include "detect/events/export_view.h"
#include "records/evtx/event_reader.h"

namespace afterpatch::detect::events {
namespace {

using Visit = std::function<bool(const ReadEvent&)>;

class EvtxVisitor {
 public:
  EvtxVisitor(const FieldNames& names, const Visit& visit) : view_(names), visit_(visit) {}

  bool operator()(const EventBlock& block) {
    for (const EventBlock::Piece& piece : block.chunks) {
      reader_.start_chunk(std::string_view(block.bytes).substr(piece.begin, piece.size));
      while (reader_.next())
        if (!read(reader_.event())) return false;
    }
    return true;
  }

 private:
  bool read(const records::evtx::Event& event) {
    const EvtxRecord record(event);
    return visit_({record, 0, [&](Mapping mapping) -> const EventView& {
                     view_.start(event, reader_.generation(), mapping);
                     return view_;
                   }});
  }

  EvtxView view_;
  const Visit& visit_;
  records::evtx::EventReader reader_;
};

class ExportVisitor {
 public:
  ExportVisitor(const FieldNames& names, const Visit& visit) : view_(names), visit_(visit) {}

  bool operator()(const ExportBlock& block) {
    records::event_export::ExportReader reader(block.format);
    reader.start(block.text, block.events, block.place);
    while (reader.next())
      if (!read(reader.event())) return false;
    lines_before_ += reader.count_lines();
    return true;
  }

 private:
  bool read(const records::event_export::Event& event) {
    const ExportRecord record(event);
    return visit_({record, lines_before_ + event.line, [&](Mapping mapping) -> const EventView& {
                     view_.start(event, mapping);
                     return view_;
                   }});
  }

  ExportView view_;
  const Visit& visit_;
  std::uint64_t lines_before_ = 0;
};

template <typename Blocks, typename Block, typename Visitor>
Result<void> go_over(const evidence::Artefact& artefact, Visitor visitor) {
  auto blocks = Blocks::open(artefact);
  if (!blocks) return std::unexpected(blocks.error());
  for (Block block; blocks->next(block);)
    if (!visitor(block)) return {};
  if (!blocks->failure().empty()) return fail(blocks->failure(), artefact.path);
  return {};
}

}  // namespace

bool is_event_log(const evidence::Artefact& artefact) {
  return artefact.kind == evidence::Kind::evtx || is_event_export(artefact);
}

EventKey key_of(const EventRecord& record) {
  return record.key();
}

Result<void> for_each_event(const evidence::Artefact& artefact, const FieldNames& names, const Visit& visit) {
  if (is_event_export(artefact))
    return go_over<ExportBlocks, ExportBlock>(artefact, ExportVisitor(names, visit));
  return go_over<EventBlocks, EventBlock>(artefact, EvtxVisitor(names, visit));
}

}  // namespace afterpatch::detect::events
