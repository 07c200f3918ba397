#include "app/store_arguments.h"

#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/store_import.h"
#include "app/store_info.h"
#include "app/store_rebuild.h"

namespace afterpatch::app {
namespace {

using Job = std::function<int(std::ostream&, std::ostream&)>;

constexpr const char* kPlaceHelp = "SQLite file, or postgresql://user@host:port/database";

constexpr const char* kImportExamples =
    "Examples:\n"
    "  afterpatch store import today.jsonl 2021-03-12-special-*.csv --store country.db\n"
    "  afterpatch store import case-17/report.json --server 192.0.2.10 --store country.db\n"
    "  afterpatch store import intelmq.jsonl --store postgresql://cert@db.example/afterpatch\n"
    "  afterpatch store import by-hand.csv --kind list --store country.db     address,port,name,note\n"
    "  afterpatch store import 2021/case-17/report.json --received 2021-03-20 --store country.db\n"
    "\n"
    "Twice is once. What every kind becomes: docs/store.md\n"
    "\n"
    "Exit status: 0 done, also if single records could not be read; 2 a file or the store can't be used.\n";

constexpr const char* kRebuildExamples =
    "Example:\n"
    "  afterpatch store rebuild --store country.db\n"
    "\n"
    "Nothing that was seen or said is touched; the tables that lists and counts read are made from it "
    "again.\n";

constexpr const char* kInfoExamples =
    "Examples:\n"
    "  afterpatch store info --store country.db\n"
    "  afterpatch store info --store country.db --format json | jq .statements\n";

const std::map<std::string, StoreFormat>& formats() {
  static const std::map<std::string, StoreFormat> kFormats = {{"text", StoreFormat::text},
                                                              {"json", StoreFormat::json}};
  return kFormats;
}

void add_common(CLI::App& command, std::string& store, StoreFormat& format) {
  command.add_option("--store", store, kPlaceHelp)->required();
  command.add_option("--format", format, "text or json")
      ->transform(CLI::CheckedTransformer(formats()).description("{text,json}"));
}

void add_import(CLI::App& parent, Job& job) {
  auto command = std::make_shared<StoreImport>();
  auto knowledge = std::make_shared<std::string>();
  CLI::App* import = parent.add_subcommand("import", "Take in hunts, scans, reports of others and lists");
  import->footer(kImportExamples);
  import->add_option("FILE", command->files, "report.json, JSON lines or CSV")->required();
  add_common(*import, command->store, command->format);
  import->add_option("--kind", command->kind, "What the files are (default: told by their content)")
      ->check(CLI::IsMember(
          std::vector<std::string>{"hunt", "scan", "shadowserver", "intelmq", "statements", "list"}));
  import->add_option("--server", command->server,
                     "Which server a hunt's report is about: ADDRESS or ADDRESS:PORT");
  import->add_option("--campaign", command->campaign, "Which wave the reports of others are about")
      ->capture_default_str();
  import
      ->add_option_function<std::string>(
          "--received",
          [command](const std::string& text) {
            command->received = parse_time(text);
            if (!command->received)
              throw CLI::ValidationError("--received", "no date: 2021-03-20 or 2021-03-20T10:00:00Z");
          },
          "When hunts and reports were received, if not now: for looking back")
      ->option_text("TIME");
  import->add_option("--knowledge", *knowledge,
                     "Folder with products/ and campaigns/ instead of the built-in one");
  import->callback([command, knowledge, &job] {
    if (!knowledge->empty()) command->knowledge = *knowledge;
    job = [command](std::ostream& out, std::ostream& err) { return run_store_import(*command, out, err); };
  });
}

void add_rebuild(CLI::App& parent, Job& job) {
  auto command = std::make_shared<StoreRebuild>();
  CLI::App* rebuild =
      parent.add_subcommand("rebuild", "Make the derived tables again from what was seen and said");
  rebuild->footer(kRebuildExamples);
  add_common(*rebuild, command->store, command->format);
  rebuild->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) { return run_store_rebuild(*command, out, err); };
  });
}

void add_info(CLI::App& parent, Job& job) {
  auto command = std::make_shared<StoreInfo>();
  CLI::App* info = parent.add_subcommand("info", "What a store holds");
  info->footer(kInfoExamples);
  add_common(*info, command->store, command->format);
  info->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) { return run_store_info(*command, out, err); };
  });
}

}  // namespace

void add_store(CLI::App& program, Job& job) {
  CLI::App* store = program.add_subcommand("store", "Keep what hunts, scans and people say in one place");
  store->require_subcommand(1);
  add_import(*store, job);
  add_rebuild(*store, job);
  add_info(*store, job);
}

}  // namespace afterpatch::app
