// IIS logs: how much of the time goes into counting lines, into cutting blocks, into splitting every row, and
// into searching with rules, in processor time of all threads. Each is measured several times, all in turn,
// and its best and its worst pass shown, since other programs make the same work take up to twice as long.
// Used by bench/compare-logs.
//
// Usage: rows_benchmark [--best-of 3] [--only TEXT] [--literals] FILE.log RULES...   (folders of Sigma rules;
// --literals: how many rows the 30 most common necessary literals stand in)
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

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

evidence::Artefact artefact_of(const std::string& path) {
  evidence::Artefact artefact;
  artefact.path = path;
  artefact.file = path;
  artefact.kind = evidence::Kind::iis_w3c;
  artefact.size = std::filesystem::file_size(path);
  return artefact;
}

struct Measured {
  double seconds = 0;
  std::uint64_t found = 0;
};

// One line of the output.
struct Line {
  std::string name;
  std::function<Measured()> measure;
  std::vector<Measured> passes = {};
};

// All lines in turn, so that a busy minute of the machine falls on each of them.
void measure_in_turn(std::vector<Line>& lines, std::size_t passes) {
  for (std::size_t pass = 0; pass < passes; ++pass)
    for (Line& line : lines) line.passes.push_back(line.measure());
}

void print(const Line& line, std::uint64_t bytes) {
  const auto [best, worst] = std::ranges::minmax(line.passes, {}, &Measured::seconds);
  const double gigabytes = static_cast<double>(bytes) / 1e9;
  fmt::print("{:<34} {:8.3f} s {:8.2f} GB/s (worst {:.2f}) {:>12} found\n", line.name, best.seconds,
             gigabytes / best.seconds, gigabytes / worst.seconds, best.found);
}

// Reads the log once and gives each block to `take`.
template <typename Take>
Measured read_blocks(const evidence::Artefact& artefact, Take take) {
  const double start = processor_seconds();
  auto blocks = detect::LogBlocks::open(artefact);
  std::uint64_t found = 0;
  detect::LogBlock block;
  while (blocks && blocks->next(block)) found += take(block);
  return {processor_seconds() - start, found};
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
Measured hunt(const evidence::Artefact& artefact, const detect::LogPlans& plans) {
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
  return {processor_seconds() - start, matches};
}

Line line_of_hunt(std::string name, const evidence::Artefact& artefact, const Searches& searches) {
  auto plans = std::make_shared<detect::LogPlans>();
  auto plan = detect::LogPlan::make(std::string(kLog), searches, sample_of(artefact));
  if (plan) plans->emplace(kLog, std::move(*plan));
  return {std::move(name), [&artefact, plans] { return hunt(artefact, *plans); }};
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

int run(const std::string& path, const std::vector<std::filesystem::path>& folders, std::size_t passes,
        std::string_view only, bool wants_literals) {
  const evidence::Artefact artefact = artefact_of(path);
  const detect::SigmaRules rules = {
      std::make_shared<detect::sigma::RuleSet>(),
      std::make_shared<detect::sigma::RuleSet>(detect::sigma::load_rules(folders))};
  const auto search = detect::make_sigma_search(rules, kLog);
  if (search == nullptr) return 2;
  const auto count_lines = [](const detect::LogBlock& block) {
    return records::count_byte(block.bytes, '\n');
  };
  std::vector<Line> lines = {
      {"read, count lines", [&] { return read_blocks(artefact, count_lines); }},
      {"read, split every row", [&] { return read_blocks(artefact, split_every_row); }},
      line_of_hunt("read, which hours (no rules)", artefact, {}),
      line_of_hunt(fmt::format("read, rules with {} literals", search->literals().size()), artefact,
                   {search})};
  std::erase_if(lines, [&](const Line& line) { return !line.name.contains(only); });
  measure_in_turn(lines, passes);
  for (const Line& line : lines) print(line, artefact.size);
  if (wants_literals) print_common_literals(artefact, *search);
  return 0;
}

}  // namespace
}  // namespace afterpatch

int main(int count, char** arguments) {
  CLI::App command("IIS logs: reading, splitting every row, searching with rules");
  std::string file;
  std::vector<std::filesystem::path> folders;
  std::size_t passes = 3;
  std::string only;
  bool wants_literals = false;
  command.add_option("FILE", file)->required()->check(CLI::ExistingFile);
  command.add_option("RULES", folders)->required();
  command.add_option("--best-of", passes, "Passes over everything; the best of each line is shown")
      ->check(CLI::Range(1, 1000));
  command.add_option("--only", only, "Only lines whose name holds this (for a profile of one of them)");
  command.add_flag("--literals", wants_literals, "Also the most common necessary literals");
  CLI11_PARSE(command, count, arguments);
  return afterpatch::run(file, folders, passes, only, wants_literals);
}
