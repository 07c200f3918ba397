#include "detect/block_search.h"

#include <algorithm>

#include <fmt/format.h>

#include "detect/sigma/field_aliases.h"
#include "records/record_picker.h"

namespace afterpatch::detect {
namespace {

// The first of the names that is a column.
std::optional<std::size_t> find_first(const records::Header& header,
                                      std::span<const std::string_view> names) {
  for (const std::string_view name : names)
    if (const auto column = header.find(name)) return column;
  return std::nullopt;
}

// Whether rows under the header are as IIS writes them (sigma/witness.h). IIS writes its columns in one
// order, whichever of them are chosen; other programs may not.
bool is_of_iis(const records::Header* header) {
  if (header == nullptr) return true;  // then rows are told by their shape, which is that of IIS
  const auto path = find_first(*header, sigma::kPathColumns);
  const auto query = find_first(*header, sigma::kQueryColumns);
  const bool seam_is_a_space = !path || !query || *query == *path + 1;
  return header->dialect() == records::Dialect::w3c && seam_is_a_space;
}

bool has_foreign_header(const LogBlock& block) {
  return !is_of_iis(block.header.get()) ||
         !std::ranges::all_of(block.headers,
                              [](const records::HeaderSpan& span) { return is_of_iis(span.header.get()); });
}

}  // namespace

Result<LogPlan> LogPlan::make(std::string log, std::vector<std::shared_ptr<const RowSearch>> searches,
                              std::string_view sample) {
  LogPlan plan;
  std::vector<ScanLiteral> literals;
  for (std::uint32_t i = 0; i < searches.size(); ++i) {
    const auto& wanted = searches[i]->literals();
    for (std::uint32_t j = 0; j < wanted.size(); ++j) plan.uses_.push_back({i, j});
    literals.insert(literals.end(), wanted.begin(), wanted.end());
    plan.needs_every_row_ = plan.needs_every_row_ || searches[i]->needs_every_row();
    plan.expects_iis_rows_ = plan.expects_iis_rows_ || searches[i]->expects_iis_rows();
  }
  for (const ScanLiteral& literal : literals) {
    const bool ends_line = literal.text.ends_with('\n') || literal.text.ends_with('\r');
    plan.line_ends_.push_back(ends_line ? 1 : 0);
    plan.reaches_beside_ = plan.reaches_beside_ || ends_line || literal.text.starts_with('\n');
  }
  auto scanner = LiteralScanner::compile(literals, sample);
  if (!scanner) return std::unexpected(scanner.error());
  plan.log_ = std::move(log);
  plan.searches_ = std::move(searches);
  plan.scanner_ = std::move(*scanner);
  return plan;
}

std::vector<ScanLiteral> LogPlan::literals() const {
  std::vector<ScanLiteral> all;
  for (const Use& use : uses_) all.push_back(searches_[use.search]->literals()[use.literal]);
  return all;
}

BlockSearch::BlockSearch(const LogPlan& plan)
    : plan_(plan), scanner_scratch_(plan.scanner_.make_scratch()), row_literals_(plan.searches_.size()) {
  for (const auto& search : plan.searches_) scratches_.push_back(search->make_scratch());
}

void BlockSearch::run(const LogBlock& block, const evidence::Artefact& artefact, const Options& options,
                      BlockOutcome& outcome) {
  if (options.summarise) {
    outcome.summaries[plan_.log()].merge(
        records::summarise(block.bytes, block.lines, block.header, block.offset, block.date));
  }
  if (plan_.needs_every_row() || (plan_.expects_iis_rows_ && has_foreign_header(block))) {
    search_every_row(block, artefact, outcome);
  } else {
    search_hit_rows(block, artefact, outcome);
  }
  outcome.lines += block.lines.count();
}

void BlockSearch::search_hit_rows(const LogBlock& block, const evidence::Artefact& artefact,
                                  BlockOutcome& outcome) {
  hits_.clear();
  plan_.scanner_.scan(block.bytes, scanner_scratch_,
                      [this](std::uint32_t literal, std::size_t end) { add_hit(literal, end); });
  if (plan_.reaches_beside_) scan_outer_rows(block.bytes);
  const auto by_end = [](const Hit& a, const Hit& b) { return a.end < b.end; };
  if (!std::is_sorted(hits_.begin(), hits_.end(), by_end))
    std::stable_sort(hits_.begin(), hits_.end(), by_end);

  records::RecordPicker picker(block.bytes, block.lines, block.headers, block.offset);
  for (std::size_t i = 0; i < hits_.size();) {
    const bool is_row = picker.pick(hits_[i].end - 1);
    do note_literal(hits_[i++].literal);
    while (is_row && i < hits_.size() && hits_[i].end <= picker.row_end());
    if (is_row) {
      const records::Record& record = picker.record();
      examine(record, artefact, picker.date(), outcome);
    } else {
      forget_literals();
    }
  }
}

// A hit belongs to the row that holds its last character but a line end.
void BlockSearch::add_hit(std::uint32_t literal, std::size_t end) {
  const std::size_t last = end - plan_.line_ends_[literal];
  if (last > 0) hits_.push_back({last, literal});
}

// Some literals begin or end with a line end: for them the block's first row needs one before it, and the
// last one behind it. Hits that were found before count once.
void BlockSearch::scan_outer_rows(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::string first = "\n" + std::string(bytes.substr(0, bytes.find('\n')));
  plan_.scanner_.scan(first, scanner_scratch_,
                      [&](std::uint32_t literal, std::size_t end) { add_hit(literal, end - 1); });
  const std::size_t begin = bytes.rfind('\n') + 1;  // 0 when there is only one row
  const std::string last = std::string(bytes.substr(begin)) + "\n";
  plan_.scanner_.scan(last, scanner_scratch_,
                      [&](std::uint32_t literal, std::size_t end) { add_hit(literal, begin + end); });
}

void BlockSearch::search_every_row(const LogBlock& block, const evidence::Artefact& artefact,
                                   BlockOutcome& outcome) {
  records::RecordReader reader(block.bytes, block.header, block.offset, block.date);
  while (reader.next()) examine_row(reader.record(), artefact, reader.date(), outcome);
}

void BlockSearch::examine_row(const records::Record& record, const evidence::Artefact& artefact,
                              std::string_view date, BlockOutcome& outcome) {
  const std::string row = plan_.reaches_beside_ ? fmt::format("\n{}\n", record.raw) : std::string();
  plan_.scanner_.scan(row.empty() ? record.raw : std::string_view(row), scanner_scratch_,
                      [this](std::uint32_t literal, std::size_t) { note_literal(literal); });
  if (plan_.expects_iis_rows_ && !is_of_iis(record.header)) note_every_literal();
  examine(record, artefact, date, outcome);
}

void BlockSearch::forget_literals() {
  for (auto& literals : row_literals_) literals.clear();
}

void BlockSearch::note_literal(std::uint32_t scanner_literal) {
  const LogPlan::Use use = plan_.uses_[scanner_literal];
  row_literals_[use.search].push_back(use.literal);
}

// For rows in which literals may stand otherwise: every rule is asked.
void BlockSearch::note_every_literal() {
  for (std::uint32_t i = 0; i < plan_.uses_.size(); ++i) note_literal(i);
}

void BlockSearch::examine(const records::Record& record, const evidence::Artefact& artefact,
                          std::string_view date, BlockOutcome& outcome) {
  for (std::size_t i = 0; i < plan_.searches_.size(); ++i) {
    std::vector<std::uint32_t>& literals = row_literals_[i];
    if (literals.empty() && !plan_.searches_[i]->needs_every_row()) continue;
    std::sort(literals.begin(), literals.end());
    literals.erase(std::unique(literals.begin(), literals.end()), literals.end());
    plan_.searches_[i]->examine({record, plan_.log(), date, artefact, literals}, scratches_[i].get(),
                                outcome);
    literals.clear();
  }
}

}  // namespace afterpatch::detect
