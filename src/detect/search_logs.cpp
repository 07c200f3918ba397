// Logs: one thread reads and cuts them into blocks, the others search.
#include <algorithm>
#include <deque>
#include <utility>

#include "base/ordered_pool.h"
#include "detect/evidence_pass.h"
#include "detect/log_names.h"

namespace afterpatch::detect {
namespace {

using evidence::Artefact;
using evidence::Kind;

struct BlockJob {
  const Artefact* artefact = nullptr;
  LogBlock block;
  std::shared_ptr<const FullRules> full_rules;
};

struct BlockResult {
  const Artefact* artefact = nullptr;
  BlockOutcome outcome;
  LogBlock block;  // done with, but its room is not
};

// One thread's searches, one a log, made when first needed.
class Searcher {
 public:
  Searcher(const LogPlans& plans, const BlockSearch::Options& options) : plans_(plans), options_(options) {}

  BlockResult run(BlockJob&& job) {
    BlockResult result;
    result.artefact = job.artefact;
    result.outcome.full_rules = std::move(job.full_rules);
    search_job(job, result.outcome);
    result.block = std::move(job.block);
    return result;
  }

 private:
  void search_job(const BlockJob& job, BlockOutcome& outcome) {
    if (job.artefact->kind == Kind::mixed_log) {
      search_mixed(job, outcome);
    } else if (BlockSearch* search = search_for(log_of(*job.artefact))) {
      search->run(job.block, *job.artefact, options_, outcome);
    }
  }

  BlockSearch* search_for(std::string_view log) {
    const auto made = searches_.find(log);
    if (made != searches_.end()) return &made->second;
    const auto plan = plans_.find(log);
    if (plan == plans_.end()) return nullptr;
    return &searches_.try_emplace(std::string(log), plan->second).first->second;
  }

  // Each row by the header that is in force for it.
  void search_mixed(const BlockJob& job, BlockOutcome& outcome) {
    records::RecordReader reader(job.block.bytes, job.block.header, job.block.offset, job.block.date);
    while (reader.next()) {
      const records::Record& record = reader.record();
      const std::string_view log = record.header != nullptr ? log_of(*record.header) : std::string_view();
      BlockSearch* search = search_for(log);
      if (search == nullptr) continue;
      search->examine_row(record, *job.artefact, reader.date(), outcome);
      if (options_.summarise) summarise_row(record, log, reader.date(), outcome);
    }
    outcome.lines = job.block.lines.count();
  }

  static void summarise_row(const records::Record& record, std::string_view log, const std::string& date,
                            BlockOutcome& outcome) {
    const records::HeaderPtr header(std::shared_ptr<void>(), record.header);  // borrowed for this call
    outcome.summaries[std::string(log)].merge(records::summarise(record.raw, header, record.offset, date));
  }

  const LogPlans& plans_;
  BlockSearch::Options options_;
  std::map<std::string, BlockSearch, std::less<>> searches_;
};

bool is_wanted(const Artefact& artefact, const LogPlans& plans) {
  return artefact.kind == Kind::mixed_log || plans.contains(log_of(artefact));
}

std::uint64_t wanted_bytes(const evidence::Inventory& inventory, const LogPlans& plans) {
  std::uint64_t bytes = 0;
  for (const Artefact& artefact : inventory.artefacts)
    bytes += is_wanted(artefact, plans) ? artefact.size : 0;
  return bytes;
}

using BlockPool = OrderedPool<BlockJob, BlockResult>;

// Blocks that were searched: their room is used again, since new room costs a page fault for every 4 KiB.
using SpareBlocks = std::vector<LogBlock>;

LogBlock take_spare(SpareBlocks& spare) {
  if (spare.empty()) return {};
  LogBlock block = std::move(spare.back());
  spare.pop_back();
  return block;
}

void read_log(const Artefact& artefact, BlockPool& pool, SpareBlocks& spare, FindingsBuilder& builder,
              Progress& progress) {
  auto blocks = LogBlocks::open(artefact);
  if (!blocks) return builder.add_problem({artefact.path, "can't be read: " + blocks.error().what, 1});
  std::uint64_t counted = 0;
  LogBlock block = take_spare(spare);
  while (!progress.cancelled && blocks->next(block)) {
    pool.give({&artefact, std::move(block), builder.full_rules()});
    progress.done_bytes += blocks->consumed() - counted;
    counted = blocks->consumed();
    block = take_spare(spare);
  }
  spare.push_back(std::move(block));
  if (!blocks->failure().empty())
    builder.add_problem({artefact.path, "can't be read to its end: " + blocks->failure(), 1});
}

}  // namespace

void search_logs(const evidence::Inventory& inventory, const LogPlans& plans,
                 const BlockSearch::Options& options, unsigned threads, FindingsBuilder& builder,
                 Progress& progress) {
  std::deque<Searcher> searchers;
  for (unsigned i = 0; i < threads; ++i) searchers.emplace_back(plans, options);
  const Artefact* merged = nullptr;
  SpareBlocks spare;
  BlockPool pool(
      threads, [&](BlockJob&& job, unsigned thread) { return searchers[thread].run(std::move(job)); },
      [&](BlockResult&& result) {
        if (result.artefact != merged) builder.begin_artefact(*result.artefact);
        merged = result.artefact;
        builder.add_block(std::move(result.outcome), *result.artefact);
        spare.push_back(std::move(result.block));
      });
  progress.total_bytes = wanted_bytes(inventory, plans);
  progress.done_bytes = 0;
  for (const Artefact& artefact : inventory.artefacts) {
    if (is_wanted(artefact, plans) && !progress.cancelled) read_log(artefact, pool, spare, builder, progress);
  }
  pool.finish();
}

}  // namespace afterpatch::detect
