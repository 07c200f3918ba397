#include "detect/events/search_events.h"

#include <deque>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/ordered_pool.h"
#include "detect/events/event_blocks.h"
#include "detect/events/event_search.h"
#include "detect/events/export_blocks.h"
#include "detect/events/export_search.h"
#include "records/evtx/template_library.h"

namespace afterpatch::detect::events {
namespace {

using evidence::Artefact;
using records::event_export::CutCounts;
using records::event_export::ExportCounts;
using records::evtx::EventCounts;
using records::evtx::TemplateLibrary;

struct BlockJob {
  const Artefact* artefact = nullptr;
  std::shared_ptr<const FullRules> full_rules;
  std::shared_ptr<const TemplateLibrary> templates;  // for leftovers; null when none is needed
  std::variant<EventBlock, ExportBlock> block;
};

// What was read, and what of it could not be.
struct Counts {
  EventCounts evtx;
  ExportCounts exported;
  CutCounts cuts;

  void add(const Counts& other) {
    evtx.add(other.evtx);
    exported.add(other.exported);
    cuts.add(other.cuts);
  }
};

// One thread's working space.
struct Searches {
  explicit Searches(const EventRules& rules) : evtx(rules), exported(rules) {}
  EvtxSearch evtx;
  ExportSearch exported;
};

struct BlockResult {
  const Artefact* artefact = nullptr;
  BlockOutcome outcome;
  Counts counts;
};

void search_chunks(EvtxSearch& search, const EventBlock& block, BlockResult& result) {
  for (const EventBlock::Piece& piece : block.chunks) {
    search.run(std::string_view(block.bytes).substr(piece.begin, piece.size), block.offset + piece.begin,
               *result.artefact, result.outcome);
  }
  search.finish_block(result.outcome);
  result.counts.evtx = search.take_counts();
}

BlockResult search_block(Searches& searches, const BlockJob& job) {
  BlockResult result;
  result.artefact = job.artefact;
  result.outcome.full_rules = job.full_rules;
  if (const auto* block = std::get_if<ExportBlock>(&job.block)) {
    result.counts.exported = searches.exported.run(*block, *job.artefact, result.outcome);
    result.counts.cuts = block->cuts;
  } else {
    searches.evtx.use_templates(job.templates);
    search_chunks(searches.evtx, std::get<EventBlock>(job.block), result);
  }
  return result;
}

// Puts results together file by file.
class Merger {
 public:
  explicit Merger(FindingsBuilder& builder) : builder_(builder) {}

  void add(BlockResult&& result) {
    if (result.artefact != artefact_) {
      finish_file();
      builder_.begin_artefact(*result.artefact);
      artefact_ = result.artefact;
    }
    counts_.add(result.counts);
    builder_.add_block(std::move(result.outcome), *result.artefact);
  }

  // What an attacker or a crash left unreadable is named once a file.
  void finish_file() {
    const Counts counts = std::exchange(counts_, {});
    if (artefact_ == nullptr) return;
    name_evtx(counts.evtx);
    name_exported(counts.exported);
    name(counts.cuts.cut_off, "{} events of the export are cut off and can't be read");
    name(counts.cuts.oversized, "{} events longer than 1 MiB were not read");
  }

 private:
  void name_evtx(const EventCounts& counts) {
    name(counts.damaged, "{} events can't be read: their records are damaged");
    name(counts.partly_damaged, "{} events are damaged in part; the rest of them was read");
    name(counts.damaged_stretches, "{} stretches of damaged bytes between events");
    name(counts.damaged_chunks, "{} chunks of 64 KiB have lost their header");
    name(counts.wrong_checksums,
         "{} chunks of 64 KiB do not fit their checksums: the log was copied while Windows wrote to it, is "
         "damaged, or was changed by another program");
    name(counts.recovered,
         "{} events are left over from before the log was overwritten or cleared; they were read too");
    name(counts.borrowed_template,
         "{} of them have the names of their fields from elsewhere in the file: their own are gone");
    name(counts.without_template,
         "{} events have lost the names of their fields; only their values were searched");
  }

  void name_exported(const ExportCounts& counts) {
    name(counts.damaged, "{} events of the export are damaged and can't be read");
    name(counts.no_events, "{} JSON objects are no Windows events: they name no event id and channel");
    name(counts.partly, "{} events have more than 4096 values, or too long names; the rest of them was read");
    name(counts.without_zone, "{} events have a time without zone; it was taken as UTC");
    name(counts.off_time,
         "{} events have a time more than 10 minutes from the UTC time that Sysmon wrote into them: those of "
         "the export seem to be local times; they are shown as they stand");
  }

  void name(std::uint64_t count, fmt::format_string<std::uint64_t&> text) {
    if (count > 0) builder_.add_problem({artefact_->path, fmt::format(text, count), count});
  }

  FindingsBuilder& builder_;
  const Artefact* artefact_ = nullptr;
  Counts counts_;
};

// One sweep over the chunks of a file.
template <typename Add>
void sweep(const Artefact& artefact, const Progress& progress, Add add) {
  auto blocks = EventBlocks::open(artefact);
  if (!blocks) return;
  EventBlock block;
  while (!progress.cancelled && blocks->next(block)) {
    for (const EventBlock::Piece& piece : block.chunks)
      add(std::string_view(block.bytes).substr(piece.begin, piece.size));
  }
}

// Names for records that are left over in the file. Both sweeps run at the speed of memory, but the disk is
// read again for them: so only for logs of a size that Windows keeps by default or somewhat above.
constexpr std::uint64_t kMaxSweptBytes = std::uint64_t{1} << 30U;

std::shared_ptr<const TemplateLibrary> templates_of(const Artefact& artefact, const Progress& progress) {
  if (artefact.gzip || artefact.size > kMaxSweptBytes) return nullptr;
  records::evtx::MissingTemplates missing;
  sweep(artefact, progress, [&](std::string_view chunk) { missing.add_chunk(chunk); });
  if (missing.empty()) return nullptr;
  auto library = std::make_shared<TemplateLibrary>(missing);
  sweep(artefact, progress, [&](std::string_view chunk) { library->add_chunk(chunk); });
  return library;
}

using BlockPool = OrderedPool<BlockJob, BlockResult>;

template <typename Blocks, typename Block>
void read_log(const Artefact& artefact, BlockPool& pool, FindingsBuilder& builder, Progress& progress) {
  auto blocks = Blocks::open(artefact);
  if (!blocks) return builder.add_problem({artefact.path, "can't be read: " + blocks.error().what, 1});
  const auto templates = artefact.kind == evidence::Kind::evtx ? templates_of(artefact, progress) : nullptr;
  std::uint64_t counted = 0;
  const auto count = [&] {
    progress.done_bytes += blocks->consumed() - std::exchange(counted, blocks->consumed());
  };
  for (Block block; !progress.cancelled && blocks->next(block); block = Block()) {
    pool.give({&artefact, builder.full_rules(), templates, std::move(block)});
    count();
  }
  if (!progress.cancelled) count();  // what held no events
  if (!blocks->failure().empty())
    builder.add_problem({artefact.path, "can't be read to its end: " + blocks->failure(), 1});
}

bool is_wanted(const Artefact& artefact) {
  return artefact.kind == evidence::Kind::evtx || is_event_export(artefact);
}

void read_any(const Artefact& artefact, BlockPool& pool, FindingsBuilder& builder, Progress& progress) {
  if (is_event_export(artefact))
    return read_log<ExportBlocks, ExportBlock>(artefact, pool, builder, progress);
  read_log<EventBlocks, EventBlock>(artefact, pool, builder, progress);
}

}  // namespace

std::uint64_t event_bytes(const evidence::Inventory& inventory) {
  std::uint64_t bytes = 0;
  for (const Artefact& artefact : inventory.artefacts) bytes += is_wanted(artefact) ? artefact.size : 0;
  return bytes;
}

void search_events(const evidence::Inventory& inventory, const EventRules& rules, unsigned threads,
                   FindingsBuilder& builder, Progress& progress) {
  if (event_bytes(inventory) == 0) return;
  std::deque<Searches> searches;
  for (unsigned i = 0; i < threads; ++i) searches.emplace_back(rules);
  Merger merger(builder);
  BlockPool pool(
      threads, [&](BlockJob&& job, unsigned thread) { return search_block(searches[thread], job); },
      [&](BlockResult&& result) { merger.add(std::move(result)); });
  progress.total_bytes = event_bytes(inventory);
  progress.done_bytes = 0;
  for (const Artefact& artefact : inventory.artefacts)
    if (is_wanted(artefact) && !progress.cancelled) read_any(artefact, pool, builder, progress);
  pool.finish();
  merger.finish_file();
}

}  // namespace afterpatch::detect::events
