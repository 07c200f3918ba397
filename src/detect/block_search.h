// Runs the searches of one log over one block of its rows: one literal scan over the whole block, then a
// close look at the rows that were hit. Rows that no literal hits cost nothing more than that scan and the
// summary (which hours, which builds).
#pragma once

#include <memory>
#include <vector>

#include "base/error.h"
#include "detect/literal_scanner.h"
#include "detect/log_blocks.h"
#include "detect/row_search.h"

namespace afterpatch::detect {

// The searches that apply to one log, with their literals in one scanner. Immutable, shared between threads.
class LogPlan {
 public:
  // `sample`: some of the log, so that literals are looked for by what is rare in it; may be empty.
  static Result<LogPlan> make(std::string log, std::vector<std::shared_ptr<const RowSearch>> searches,
                              std::string_view sample = {});

  const std::string& log() const { return log_; }
  bool needs_every_row() const { return needs_every_row_; }
  std::vector<ScanLiteral> literals() const;

 private:
  friend class BlockSearch;
  struct Use {
    std::uint32_t search;
    std::uint32_t literal;
  };
  std::string log_;
  std::vector<std::shared_ptr<const RowSearch>> searches_;
  std::vector<Use> uses_;  // scanner's literal -> whose it is
  LiteralScanner scanner_;
  bool needs_every_row_ = false;
  std::vector<std::uint8_t> line_ends_;  // scanner's literal -> 1 if its last character is a line end
  bool reaches_beside_ = false;          // some literal holds a line end
  bool expects_iis_rows_ = false;        // some search does
};

// One thread's working space for one plan.
class BlockSearch {
 public:
  // The plan must outlive it.
  explicit BlockSearch(const LogPlan& plan);

  struct Options {
    bool summarise = true;  // false for later passes, which only look for pivots
  };
  // `artefact` says where the block is from. Adds to `outcome`.
  void run(const LogBlock& block, const evidence::Artefact& artefact, const Options& options,
           BlockOutcome& outcome);

  // For text that mixes logs: looks at one row that another reader found. `all_rows`: without asking the
  // literals.
  void examine_row(const records::Record& record, const evidence::Artefact& artefact, std::string_view date,
                   BlockOutcome& outcome);

 private:
  struct Hit {
    std::size_t end;
    std::uint32_t literal;
  };
  void search_hit_rows(const LogBlock& block, const evidence::Artefact& artefact, BlockOutcome& outcome);
  void add_hit(std::uint32_t literal, std::size_t end);
  void scan_outer_rows(std::string_view bytes);
  void search_every_row(const LogBlock& block, const evidence::Artefact& artefact, BlockOutcome& outcome);
  void examine(const records::Record& record, const evidence::Artefact& artefact, std::string_view date,
               BlockOutcome& outcome);
  void note_literal(std::uint32_t scanner_literal);
  void note_every_literal();
  void forget_literals();

  const LogPlan& plan_;
  LiteralScanner::Scratch scanner_scratch_;
  std::vector<std::unique_ptr<RowSearch::Scratch>> scratches_;
  std::vector<Hit> hits_;
  std::vector<std::vector<std::uint32_t>> row_literals_;  // one list a search
};

}  // namespace afterpatch::detect
