#include "app/store_import.h"

#include <boost/json.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <ostream>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "app/bounded_lines.h"
#include "app/clock.h"
#include "app/exit_status.h"
#include "app/give_up.h"
#include "app/scan_import.h"
#include "app/store_statements.h"
#include "base/escape.h"
#include "base/text.h"
#include "notify/case_book.h"
#include "report/words.h"
#include "situation/situation.h"
#include "store/store.h"

namespace afterpatch::app {
namespace {

using store::Statement;

constexpr std::size_t kLongestLine = 256U << 10U;
constexpr std::uintmax_t kLongestReport = 256U << 20U;
constexpr std::size_t kBeginning = 64U << 10U;
constexpr std::size_t kStatementsAtOnce = 1000;
constexpr std::uint64_t kMostShownFaults = 10;
constexpr std::chrono::days kLongAgo{60};
constexpr const char* kKinds = "name it: --kind hunt, scan, shadowserver, intelmq, statements or list";

// What one file gave; `scan_summary` is fit for a terminal.
struct Taken {
  std::string file;
  std::string kind;
  std::uint64_t records = 0;
  std::uint64_t added = 0;  // the rest was there already
  std::uint64_t faulty = 0;
  bool is_old = false;       // a hunt whose evidence ended long before it is taken in, as of now
  std::string scan_summary;  // as `scan import` tells it; empty if no scan was in it
};

Result<std::string> beginning_of(const std::string& file) {
  std::ifstream input(file, std::ios::binary);
  if (!input) return fail("can't be read", file);
  std::string bytes(kBeginning, '\0');
  input.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(input.gcount()));
  return bytes;
}

Result<std::string> whole(const std::string& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) return fail("can't be read", file);
  if (size > kLongestReport) return fail("larger than a report can be", file, "256 MiB at most");
  std::ifstream input(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(input), {});
}

// Statements on their way to the ledger, in portions; one that it refuses is shown, counted and left out.
class Intake {
 public:
  Intake(store::Store& store, Taken& taken, std::ostream& err) : store_(store), taken_(taken), err_(err) {}

  Result<void> give(Result<Statement> statement) {
    if (!statement) return complain(statement.error()), Result<void>();
    ++taken_.records;
    waiting_.push_back(std::move(*statement));
    return waiting_.size() < kStatementsAtOnce ? Result<void>() : keep();
  }

  Result<void> keep() {
    const std::vector<Statement> statements = std::exchange(waiting_, {});
    const auto added = store_.ledger().add(statements);
    if (added) return taken_.added += *added, Result<void>();
    for (const Statement& one : statements) {
      const auto kept = store_.ledger().add({one});
      if (kept) {
        taken_.added += *kept;
        continue;
      }
      // If it can't be asked either, it is the store that fails, and not the record.
      if (const auto alive = store_.sources(); !alive) return std::unexpected(alive.error());
      complain(kept.error());
    }
    return {};
  }

  void complain(const Error& error) {
    if (taken_.faulty++ < kMostShownFaults)
      err_ << "afterpatch: note: left out: " << escape_terminal(to_string(error)) << '\n';
  }

 private:
  store::Store& store_;
  Taken& taken_;
  std::ostream& err_;
  std::vector<Statement> waiting_;
};

// The address of the one server that the store knows by one of these names.
Result<ServerPlace> place_by_name(store::Store& store, const std::vector<std::string>& names,
                                  const std::string& where) {
  std::set<ServerPlace> places;
  for (const std::string& name : names) {
    if (const auto address = parse_server(name)) places.insert(*address);
    store::ServerQuery query;
    query.search = name;
    const auto page = store.servers().find(query);
    if (!page) return std::unexpected(page.error());
    for (const store::ServerRow& row : page->rows) {
      if (equals_ignoring_case(row.name, name)) places.emplace(row.address, row.port);
    }
  }
  if (places.size() == 1) return *places.begin();
  return fail(places.empty() ? "the store does not know which server this report is about"
                             : "more than one server has a name that this report tells",
              where, "say it: --server ADDRESS:PORT");
}

class FileImporter {
 public:
  FileImporter(const StoreImport& command, store::Store& store, std::string file, std::ostream& err)
      : command_(command), store_(store), intake_(store, taken_, err), err_(err) {
    taken_.file = std::move(file);
  }

  Result<Taken> run() {
    const auto beginning = beginning_of(taken_.file);
    if (!beginning) return std::unexpected(beginning.error());
    taken_.kind = command_.kind.empty() ? kind_of_content(*beginning) : command_.kind;
    if (taken_.kind.empty()) return fail("nobody can tell what this file is", taken_.file, kKinds);
    auto done = take(*beginning);
    if (done) done = intake_.keep();
    if (!done) return std::unexpected(done.error());
    return std::move(taken_);
  }

 private:
  Result<void> take(const std::string& beginning) {
    if (taken_.kind == "hunt") return take_hunt();
    if (taken_.kind == "scan") return take_scan();
    if (taken_.kind == "statements") {
      return take_lines([this](std::string_view line, const std::string& where) {
        return intake_.give(read_statement(line, where, received()));
      });
    }
    if (taken_.kind == "intelmq") {
      return take_lines([this](std::string_view line, const std::string& where) {
        return intake_.give(read_intelmq_event(line, where, command_.campaign, received()));
      });
    }
    const auto columns = TableColumns::make(beginning.substr(0, beginning.find_first_of("\r\n")), header());
    if (!columns) return std::unexpected(columns.error());
    return taken_.kind == "list" ? take_list(*columns) : take_shadowserver(*columns);
  }

  Result<void> take_hunt() {
    const auto text = whole(taken_.file);
    if (!text) return std::unexpected(text.error());
    auto servers = read_hunt_report(*text, taken_.file, received());
    if (!servers) return std::unexpected(servers.error());
    if (!command_.server.empty() && servers->size() > 1)
      return fail("the report is about several servers, so one --server can't name them", taken_.file);
    for (HuntedServer& server : *servers) {
      if (!command_.received && received() - server.statement.time > kLongAgo) taken_.is_old = true;
      const auto place = place_of(server);
      if (!place) return std::unexpected(place.error());
      for (Statement* one : {&server.statement, &server.evidence}) {
        one->subject = store::server_subject(place->first, place->second);
        one->key += " " + one->subject;
        if (const auto given = intake_.give(std::move(*one)); !given) return given;
      }
    }
    return {};
  }

  Result<ServerPlace> place_of(const HuntedServer& server) {
    if (command_.server.empty()) return place_by_name(store_, server.names, taken_.file);
    const auto place = parse_server(command_.server);
    if (!place) return fail("'" + command_.server + "' is no address", "--server", "such as 192.0.2.1:443");
    return *place;
  }

  Result<void> take_scan() {
    ScanImport scan;
    scan.files = {taken_.file};
    scan.store = command_.store;
    scan.campaign = command_.campaign;
    scan.knowledge = command_.knowledge;
    std::ostringstream out;
    if (run_scan_import(scan, out, err_) != kSuccess) return fail("not imported, see above", taken_.file);
    taken_.scan_summary = std::string(trim(out.str()));
    return {};
  }

  // scan_exchange tells builds, which are spans, and sometimes doors; other reports tell doors only.
  Result<void> take_shadowserver(const TableColumns& columns) {
    for (const char* needed : {"timestamp", "ip"}) {
      if (!columns.has(needed))
        return fail(std::string("column '") + needed + "' is missing", header(), kKinds);
    }
    if (columns.has("servername")) {
      if (const auto scanned = take_scan(); !scanned) return scanned;
    }
    return take_rows([&](std::string_view line, const std::string& where) -> Result<void> {
      auto row = read_shadowserver_row(columns, line, where, command_.campaign, received());
      if (!row) return intake_.give(std::unexpected(row.error()));
      return *row ? intake_.give(std::move(**row)) : Result<void>();
    });
  }

  Result<void> take_list(const TableColumns& columns) {
    if (!columns.has("address"))
      return fail("column 'address' is missing", header(), "address,port,name,note");
    return take_rows([&](std::string_view line, const std::string& where) {
      return intake_.give(read_list_row(columns, line, where, received()));
    });
  }

  std::string header() const { return taken_.file + ":1"; }

  using ReadLine = std::function<Result<void>(std::string_view, const std::string&)>;

  Result<void> take_rows(const ReadLine& read) {
    return take_lines([&, first = true](std::string_view line, const std::string& where) mutable {
      if (std::exchange(first, false)) return Result<void>();  // the header
      return read(line, where);
    });
  }

  Result<void> take_lines(const ReadLine& read) {
    std::ifstream input(taken_.file, std::ios::binary);
    BoundedLines lines(input, kLongestLine);
    for (std::string line; lines.next(line);) {
      const std::string where = fmt::format("{}:{}", taken_.file, lines.number());
      if (lines.too_long()) {
        intake_.complain({"a record longer than 256 KiB", where, {}});
        continue;
      }
      if (trim(line).empty()) continue;
      if (const auto done = read(line, where); !done) return done;
    }
    return {};
  }

  Timestamp received() const { return command_.received.value_or(now_utc()); }

  const StoreImport& command_;
  store::Store& store_;
  Taken taken_;
  Intake intake_;
  std::ostream& err_;
};

// A picture is as of the last hunt that was received, so old ones taken in today make it one of today.
void say_how_to_look_back(std::ostream& err) {
  err << "afterpatch: note: evidence that ended more than 60 days ago counts as reported today; if you had "
         "the "
         "reports then, a new store with --received DATE shows the situation of then\n";
}

std::string in_words(const Taken& taken) {
  std::string text = taken.scan_summary;
  if (taken.kind == "scan") return text;
  if (!text.empty()) text += "\n";
  text += fmt::format("{}: {}: {} new, {} known", escape_terminal(taken.file),
                      report::count_text(taken.records, "statement", "statements"),
                      report::number_text(taken.added), report::number_text(taken.records - taken.added));
  if (taken.faulty > 0)
    text += fmt::format("; {} could not be read", report::count_text(taken.faulty, "record", "records"));
  return text;
}

boost::json::object in_json(const Taken& taken) {
  boost::json::object out{{"file", taken.file},
                          {"kind", taken.kind},
                          {"statements", taken.records},
                          {"new", taken.added},
                          {"left_out", taken.faulty}};
  if (!taken.scan_summary.empty()) out["scan"] = taken.scan_summary;
  return out;
}

}  // namespace

std::string kind_of_content(std::string_view beginning) {
  if (beginning.starts_with("\xEF\xBB\xBF")) beginning.remove_prefix(3);
  beginning = trim(beginning);
  const std::string_view line = beginning.substr(0, beginning.find('\n'));
  if (beginning.starts_with('{')) {
    if (beginning.substr(0, 256).find("\"schema_version\"") != std::string_view::npos) return "hunt";
    if (line.find("\"subject_kind\"") != std::string_view::npos) return "statements";
    if (line.find("\"classification") != std::string_view::npos) return "intelmq";
    return line.find("\"address\"") != std::string_view::npos ? "scan" : "";
  }
  const auto columns = TableColumns::make(trim(line), "");
  if (!columns) return "";
  if (columns->has("timestamp") && columns->has("ip")) return "shadowserver";
  return columns->has("address") ? "list" : "";
}

Result<void> renew_tables(store::Store& store) {
  if (auto done = store.servers().refresh(); !done) return done;
  if (auto done = notify::replay(store); !done) return done;
  const auto found = situation::save_clusters(store);
  return found ? Result<void>() : Result<void>(std::unexpected(found.error()));
}

int run_store_import(const StoreImport& command, std::ostream& out, std::ostream& err) {
  const auto store = store::Store::open(command.store);
  if (!store) return give_up(store.error(), err);
  boost::json::array files;
  bool any_old = false;
  for (const std::string& file : command.files) {
    const auto taken = FileImporter(command, **store, file, err).run();
    if (!taken) return give_up(taken.error(), err);
    any_old = any_old || taken->is_old;
    if (command.format == StoreFormat::json)
      files.push_back(in_json(*taken));
    else
      out << in_words(*taken) << '\n' << std::flush;
  }
  if (const auto renewed = renew_tables(**store); !renewed) return give_up(renewed.error(), err);
  if (any_old) say_how_to_look_back(err);
  if (command.format == StoreFormat::json)
    out << boost::json::serialize(boost::json::object{{"files", std::move(files)}}) << '\n';
  return kSuccess;
}

}  // namespace afterpatch::app
