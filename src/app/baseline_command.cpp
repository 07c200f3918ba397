#include "app/baseline_command.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/give_up.h"
#include "app/version.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/ordered_pool.h"
#include "detect/files/baseline.h"
#include "detect/files/file_scan.h"
#include "evidence/artefact.h"
#include "evidence/byte_stream.h"

namespace afterpatch::app {
namespace {

using Job = std::function<int(std::ostream&, std::ostream&)>;
using detect::files::baseline_line;

struct MakeBaseline {
  std::string folder;
  std::string output = "-";
  std::string product = "exchange";
  unsigned threads = 0;
};

struct Hashed {
  std::string line;
  std::string problem;
};

Hashed hash_file(const evidence::Artefact& artefact) {
  const std::uint64_t limit = detect::files::FileScanOptions{}.max_file_bytes;
  const auto content = evidence::read_content(artefact, limit);
  if (!content) return {.line = {}, .problem = to_string(content.error())};
  if (content->truncated)
    return {.line = {},
            .problem = fmt::format("longer than {} MiB, which a hunt does not hash", limit >> 20U)};
  return {
      .line = baseline_line(
          {.path = artefact.windows_path, .sha256 = sha256(content->bytes), .size = content->bytes.size()}),
      .problem = {}};
}

// As read: a file that a link leads to, or that changes while it is read, is as it was at that moment.
std::string hash_all(const evidence::Inventory& inventory, unsigned threads, std::ostream& err) {
  std::string lines;
  OrderedPool<const evidence::Artefact*, std::pair<const evidence::Artefact*, Hashed>> pool(
      threads,
      [](const evidence::Artefact*&& artefact, unsigned) {
        return std::pair(artefact, hash_file(*artefact));
      },
      [&](std::pair<const evidence::Artefact*, Hashed>&& done) {
        lines += done.second.line;
        if (!done.second.problem.empty())
          err << fmt::format("afterpatch: note: left out: {}: {}\n", escape_terminal(done.first->path),
                             escape_terminal(done.second.problem));
      });
  for (const evidence::Artefact& artefact : inventory.artefacts) pool.give(&artefact);
  pool.finish();
  return lines;
}

int make_baseline(const MakeBaseline& command, std::ostream& out, std::ostream& err) {
  const auto inventory = evidence::take_inventory({command.folder});
  if (!inventory) return give_up(inventory.error(), err);
  for (const evidence::Problem& problem : inventory->problems)
    err << fmt::format("afterpatch: note: {}: {}\n", escape_terminal(problem.artefact),
                       escape_terminal(problem.what));
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  std::string text = baseline_line({.product = command.product,
                                    .tool = kVersion,
                                    .folder = command.folder,
                                    .date = to_iso8601(Timestamp(now))});
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  text += hash_all(*inventory, command.threads != 0 ? command.threads : cores, err);
  if (command.output == "-") {
    out << text << std::flush;
    if (!out)
      return give_up({"the baseline can't be written to standard output", "", "is the disk full?"}, err);
    return kSuccess;
  }
  const auto written = write_file(command.output, text);
  return written ? kSuccess : give_up(written.error(), err);
}

}  // namespace

void add_baseline(CLI::App& program, Job& job) {
  CLI::App* baseline = program.add_subcommand("baseline", "Write down what a clean server has, for hunts");
  baseline->require_subcommand(1);
  auto command = std::make_shared<MakeBaseline>();
  CLI::App* make = baseline->add_subcommand("make", "List every file of a clean folder with its SHA-256");
  make->footer(
      "Examples:\n"
      "  afterpatch baseline make /mnt/clean-exchange --output clean.jsonl\n"
      "  afterpatch baseline make /mnt/backup/inetpub > inetpub.jsonl\n"
      "  afterpatch hunt /mnt/exchange --baseline clean.jsonl\n"
      "\n"
      "Files are known by their path on the server, so name a folder that shows it: a disk, or one that "
      "still "
      "has\n"
      "'inetpub' or 'Program Files' in its path. Make it of a server that was never exposed, or from a "
      "backup of\n"
      "before the attack: what is on a baseline is believed.");
  make->add_option("DIR", command->folder, "Folder or mounted disk of a clean server")->required();
  make->add_option("--output", command->output, "File to write; - for standard output")
      ->capture_default_str();
  make->add_option("--product", command->product, "What the server runs, for the header")
      ->capture_default_str();
  make->add_option("--threads", command->threads, "Threads to use; 0 = one a core")
      ->check(CLI::Range(0U, 256U));
  make->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) { return make_baseline(*command, out, err); };
  });
}

}  // namespace afterpatch::app
