// IIS logs: how much of the time goes into counting lines, into cutting blocks, into splitting every row, and
// into searching with rules, in processor time of all threads. Used by bench/compare-logs.
//
// Usage: rows_benchmark FILE.log [--literals] RULES...   (folders of Sigma rules; --literals: how many rows
// the 30 most common necessary literals stand in)
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "detect/evidence_pass.h"
#include "detect/log_blocks.h"
#include "detect/sigma_search.h"
#include "records/byte_count.h"

namespace afterpatch {
namespace {

constexpr std::string_view kLog = "iis-w3c";

// Of all threads together, so that what reads ahead is counted, too.
double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

evidence::Artefact artefact_of(const char* path) {
  evidence::Artefact artefact;
  artefact.path = path;
  artefact.file = path;
  artefact.kind = evidence::Kind::iis_w3c;
  artefact.size = std::filesystem::file_size(path);
  return artefact;
}

void print(std::string_view name, double seconds, std::uint64_t bytes, std::uint64_t found) {
  fmt::print("{:<34} {:8.3f} s {:8.2f} GB/s {:>12} found\n", name, seconds,
             static_cast<double>(bytes) / seconds / 1e9, found);
}

// Reads the log once and gives each block to `take`.
template <typename Take>
void measure(std::string_view name, const evidence::Artefact& artefact, Take take) {
  const double start = processor_seconds();
  auto blocks = detect::LogBlocks::open(artefact);
  if (!blocks) return fmt::print("{}\n", blocks.error().what);
  std::uint64_t found = 0;
  detect::LogBlock block;
  while (blocks->next(block)) found += take(block);
  print(name, processor_seconds() - start, artefact.size, found);
}

std::uint64_t split_every_row(const detect::LogBlock& block) {
  records::RecordReader reader(block.bytes, block.header, block.offset, block.date);
  std::uint64_t rows = 0;
  while (reader.next()) ++rows;
  return rows;
}

std::string sample_of(const evidence::Artefact& artefact) {
  auto blocks = detect::LogBlocks::open(artefact);
  detect::LogBlock block;
  if (blocks && blocks->next(block))
    block.bytes.resize(std::min<std::size_t>(block.bytes.size(), 512U << 10U));
  return std::move(block.bytes);
}

using Searches = std::vector<std::shared_ptr<const detect::RowSearch>>;

// The pass of a hunt, with what it keeps.
void measure_search(std::string_view name, const evidence::Artefact& artefact, const Searches& searches) {
  auto plan = detect::LogPlan::make(std::string(kLog), searches, sample_of(artefact));
  if (!plan) return fmt::print("{}\n", plan.error().what);
  detect::LogPlans plans;
  plans.emplace(kLog, std::move(*plan));
  evidence::Inventory inventory;
  inventory.artefacts.push_back(artefact);
  detect::Findings findings;
  detect::FindingsBuilder builder(findings);
  Progress progress;
  const double start = processor_seconds();
  detect::search_logs(inventory, plans, {}, 1, builder, progress);
  builder.finish();
  std::uint64_t matches = 0;
  for (const auto& count : findings.rule_counts) matches += count.matches;
  print(name, processor_seconds() - start, artefact.size, matches);
}

void print_common_literals(const evidence::Artefact& artefact, const detect::RowSearch& search) {
  auto scanner = detect::LiteralScanner::compile(search.literals());
  auto blocks = detect::LogBlocks::open(artefact);
  if (!scanner || !blocks) return;
  auto scratch = scanner->make_scratch();
  std::vector<std::pair<std::uint64_t, std::uint32_t>> hits;
  for (std::uint32_t i = 0; i < search.literals().size(); ++i) hits.emplace_back(0, i);
  std::uint64_t rows = 0;
  detect::LogBlock block;
  while (blocks->next(block)) {
    rows += records::count_byte(block.bytes, '\n');
    scanner->scan(block.bytes, scratch, [&](std::uint32_t literal, std::size_t) { ++hits[literal].first; });
  }
  std::ranges::sort(hits, std::greater());
  hits.resize(std::min<std::size_t>(hits.size(), 30));
  for (const auto& [count, literal] : hits)
    fmt::print("{:8.4f} hits a row: {:?}\n", static_cast<double>(count) / static_cast<double>(rows),
               search.literals()[literal].text);
}

int run(int count, char** arguments) {
  if (count < 3) return 2;
  const bool wants_literals = std::string_view(arguments[2]) == "--literals";
  const std::vector<std::filesystem::path> folders(arguments + (wants_literals ? 3 : 2), arguments + count);
  const evidence::Artefact artefact = artefact_of(arguments[1]);
  const detect::SigmaRules rules = {
      std::make_shared<detect::sigma::RuleSet>(),
      std::make_shared<detect::sigma::RuleSet>(detect::sigma::load_rules(folders))};
  const auto search = detect::make_sigma_search(rules, kLog);
  if (search == nullptr) return 2;
  measure("read, count lines", artefact,
          [](const detect::LogBlock& block) { return records::count_byte(block.bytes, '\n'); });
  measure("read, split every row", artefact, split_every_row);
  measure_search("read, which hours (no rules)", artefact, {});
  measure_search(fmt::format("read, rules with {} literals", search->literals().size()), artefact, {search});
  if (wants_literals) print_common_literals(artefact, *search);
  return 0;
}

}  // namespace
}  // namespace afterpatch

int main(int count, char** arguments) {
  return afterpatch::run(count, arguments);
}
