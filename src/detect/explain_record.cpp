#include "detect/explain_record.h"

#include <fmt/format.h>

#include <utility>

#include "detect/events/event_log.h"
#include "detect/events/explain_event.h"
#include "detect/log_blocks.h"
#include "detect/log_names.h"
#include "detect/row_event.h"
#include "detect/sigma/log_source.h"
#include "records/byte_count.h"
#include "records/record.h"

namespace afterpatch::detect {
namespace {

std::unexpected<Error> no_row(const evidence::Artefact& artefact, std::optional<std::uint64_t> line) {
  if (!line) return fail("the log has no row", artefact.path);
  return fail("there is no row on this line", fmt::format("{}:{}", artefact.path, *line),
              "header lines and rows without a header are not asked");
}

RecordExplanation explain(const sigma::Rule& rule, const records::Record& record, std::string_view log) {
  const sigma::Explainer explainer(rule);
  RowEvent event(explainer.field_names(), *record.header);
  const sigma::Route* route = sigma::find_route(log);
  RecordExplanation explanation;
  explanation.log = log;
  explanation.raw = record.raw;
  explanation.for_this_log = route != nullptr && sigma::applies(rule.log_source, *route);
  explanation.why = explainer.explain(event.start(record));
  return explanation;
}

}  // namespace

Result<RecordExplanation> explain_record(const sigma::Rule& rule, const evidence::Artefact& artefact,
                                         std::optional<std::uint64_t> line) {
  if (events::is_event_log(artefact)) return events::explain_event(rule, artefact, line);
  const std::string_view log = log_of(artefact);
  if (log.empty() && artefact.kind != evidence::Kind::mixed_log)
    return fail("this is no log that is read row by row", artefact.path,
                "expected an IIS or Exchange log, or Windows events");
  auto blocks = LogBlocks::open(artefact);
  if (!blocks) return std::unexpected(blocks.error());
  LogBlock block;
  for (std::uint64_t before = 0; blocks->next(block); before += records::count_byte(block.bytes, '\n')) {
    records::RecordReader reader(block.bytes, block.header, block.offset, block.date);
    while (reader.next()) {
      const records::Record& record = reader.record();
      const std::uint64_t begin = before + record.line + 1;
      if (line && begin + records::count_byte(record.raw, '\n') < *line) continue;
      if (record.header == nullptr || (line && begin > *line)) return no_row(artefact, line);
      RecordExplanation explanation = explain(rule, record, log.empty() ? log_of(*record.header) : log);
      explanation.line = begin;
      return explanation;
    }
  }
  return no_row(artefact, line);
}

}  // namespace afterpatch::detect
