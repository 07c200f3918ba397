#include "app/scan_import.h"

#include <array>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "app/bounded_lines.h"
#include "app/exit_status.h"
#include "app/give_up.h"
#include "app/scan_import_shadowserver.h"
#include "base/hash.h"
#include "base/ordered_pool.h"
#include "base/text.h"
#include "knowledge/catalogue.h"
#include "report/words.h"
#include "store/store.h"

namespace afterpatch::app {
namespace {

using store::Observation;
using store::Writer;
using ReadRow = std::function<Result<Observation>(std::string_view, const std::string&)>;

constexpr std::uint64_t kRecordsPerCommit = 10'000;
constexpr std::uint64_t kMostShownFaults = 10;
constexpr std::size_t kLinesPerJob = 512;
constexpr std::size_t kJobsAhead = 24;  // so many that reading goes on while a portion is written
constexpr unsigned kReaders = 1;        // the store itself takes longer than one thread needs to read for it

struct Line {
  std::uint64_t number = 0;
  bool too_long = false;
  std::string text;
};
using Lines = std::vector<Line>;
using Rows = std::vector<Result<Observation>>;

struct Tally {
  std::uint64_t records = 0;
  std::uint64_t faulty = 0;
};

Result<std::string> digest_of(const std::string& file) {
  std::ifstream input(file, std::ios::binary);
  if (!input) return fail("can't be read", file);
  Hasher hasher;
  std::array<char, 65536> bytes{};
  while (input.read(bytes.data(), bytes.size()) || input.gcount() > 0)
    hasher.add({bytes.data(), static_cast<std::size_t>(input.gcount())});
  return hasher.finish().sha256;
}

bool is_json(std::string_view line) {
  return trim(line).starts_with('{');
}

// Reads one open file. Records are kept in portions, so that a run that dies has to do the rest only; what it
// did twice does no harm.
class FileImport {
 public:
  FileImport(const ScanImport& command, store::Store& store, std::string file, std::istream& input,
             std::ostream& err)
      : command_(command),
        store_(store),
        file_(std::move(file)),
        lines_(input, store::kMaxObservationBytes + 1),
        err_(err) {}

  // `digest`: empty for standard input, which can't be known again.
  Result<std::string> run(const std::string& digest) {
    std::string line;
    if (!lines_.next(line)) return file_ + ": empty";
    if (const auto begun = begin(line); !begun) return std::unexpected(begun.error());
    if (!digest.empty()) {
      const auto known = writer_->was_imported(digest);
      if (!known) return std::unexpected(known.error());
      if (*known) return file_ + ": is in the store already; nothing changed";
    }
    Line first{1, lines_.too_long(), is_json(line) ? line : std::string()};
    if (const auto read = take_rest(std::move(first)); !read) return std::unexpected(read.error());
    if (const auto kept = keep(digest); !kept) return std::unexpected(kept.error());
    return summary();
  }

 private:
  Result<void> begin(std::string line) {
    if (line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    const bool json = is_json(line);
    if (json)
      read_row_ = store::read_scan_line;
    else if (const auto made = begin_table(line); !made)
      return made;
    const std::string fallback = json ? "scan" : "shadowserver";
    const auto gap = std::chrono::microseconds(static_cast<std::int64_t>(command_.every_days * 2 * 86'400e6));
    auto writer = store_.write(command_.source.empty() ? fallback : command_.source, gap);
    if (!writer) return std::unexpected(writer.error());
    writer_ = std::move(*writer);
    return {};
  }

  Result<void> begin_table(const std::string& header) {
    const auto folder = knowledge::find_knowledge(command_.knowledge);
    if (!folder) return std::unexpected(folder.error());
    const auto campaign = knowledge::load_campaign(*folder, command_.campaign);
    if (!campaign) return std::unexpected(campaign.error());
    auto reader = ShadowserverReader::make(header, file_, *campaign);
    if (!reader) return std::unexpected(reader.error());
    read_row_ = [table = std::move(*reader)](std::string_view line, const std::string& where) {
      return table.read(line, where);
    };
    return {};
  }

  Result<void> take_rest(Line first) {
    OrderedPool<Lines, Rows> pool(
        kReaders, [this](Lines&& lines, unsigned) { return read(lines); },
        [this](Rows&& rows) { take(std::move(rows)); }, kJobsAhead);
    Lines job;
    if (!first.text.empty()) job.push_back(std::move(first));
    for (Line line; !failed_ && lines_.next(line.text);) {
      line.number = lines_.number();
      line.too_long = lines_.too_long();
      job.push_back(std::move(line));
      if (job.size() == kLinesPerJob) pool.give(std::exchange(job, {}));
    }
    pool.give(std::move(job));
    pool.finish();
    return failed_ ? Result<void>(std::unexpected(*failed_)) : Result<void>();
  }

  // Called from another thread; needs nothing that changes.
  Rows read(const Lines& lines) const {
    Rows rows;
    for (const Line& line : lines) {
      if (trim(line.text).empty()) continue;
      const std::string where = fmt::format("{}:{}", file_, line.number);
      rows.push_back(line.too_long ? Result<Observation>(fail("a record longer than 256 KiB", where))
                                   : read_row_(line.text, where));
    }
    return rows;
  }

  // A record that can't be read is shown and left out; a store that can't be written ends the run.
  void take(Rows&& rows) {
    for (Result<Observation>& row : rows) {
      if (failed_) return;
      if (!row) {
        complain(row.error());
        continue;
      }
      auto kept = writer_->add(std::move(*row));
      if (kept && ++tally_.records % kRecordsPerCommit == 0) kept = writer_->commit();
      if (!kept) failed_ = kept.error();
    }
  }

  void complain(const Error& error) {
    if (tally_.faulty++ < kMostShownFaults)
      err_ << "afterpatch: note: left out: " << escape_terminal(to_string(error)) << '\n';
  }

  Result<void> keep(const std::string& digest) {
    if (!digest.empty()) {
      if (const auto noted = writer_->note_import(digest, file_, tally_.records); !noted) return noted;
    }
    return writer_->commit();
  }

  std::string summary() const {
    const store::WriteCounts& counts = writer_->counts();
    std::string text = fmt::format("{}: {}: {} new or changed, {} as before", file_,
                                   report::count_text(tally_.records, "record", "records"),
                                   report::number_text(counts.changed),
                                   report::number_text(counts.extended + counts.unchanged));
    if (counts.contradicted > 0)
      text += fmt::format("; {} contradict what stands there for the same moment, and were left out",
                          report::number_text(counts.contradicted));
    if (tally_.faulty > 0)
      text += fmt::format("; {} could not be read", report::count_text(tally_.faulty, "line", "lines"));
    return text;
  }

  const ScanImport& command_;
  store::Store& store_;
  std::string file_;
  BoundedLines lines_;
  std::ostream& err_;
  ReadRow read_row_;
  std::unique_ptr<Writer> writer_;
  Tally tally_;
  std::optional<Error> failed_;
};

Result<std::string> import_file(const ScanImport& command, store::Store& store, const std::string& file,
                                std::ostream& err) {
  if (file == "-") return FileImport(command, store, "standard input", std::cin, err).run({});
  const auto digest = digest_of(file);
  if (!digest) return std::unexpected(digest.error());
  std::ifstream input(file, std::ios::binary);
  return FileImport(command, store, file, input, err).run(*digest);
}

}  // namespace

int run_scan_import(const ScanImport& command, std::ostream& out, std::ostream& err) {
  const auto store = store::Store::open(command.store);
  if (!store) return give_up(store.error(), err);
  for (const std::string& file : command.files) {
    const auto imported = import_file(command, **store, file, err);
    if (!imported) return give_up(imported.error(), err);
    out << escape_terminal(*imported) << '\n' << std::flush;
  }
  return kSuccess;
}

}  // namespace afterpatch::app
