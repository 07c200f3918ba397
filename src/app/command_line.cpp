#include "app/command_line.h"

#include <algorithm>
#include <functional>
#include <ostream>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/baseline_command.h"
#include "app/campaign_arguments.h"
#include "app/completion.h"
#include "app/constituency_arguments.h"
#include "app/exit_status.h"
#include "app/hunt_command.h"
#include "app/notify_arguments.h"
#include "app/rules_command.h"
#include "app/scan_arguments.h"
#include "app/scan_store_arguments.h"
#include "app/serve_arguments.h"
#include "app/situation_command.h"
#include "app/store_arguments.h"
#include "app/version.h"

namespace afterpatch::app {
namespace {

constexpr const char* kAbout =
    "Afterpatch: were you broken into before you patched, what was left behind, and what to do now.\n"
    "It only reads. It never exploits, never runs what it finds, never changes evidence.";

constexpr const char* kHuntExamples =
    "Examples:\n"
    "  afterpatch hunt /mnt/exchange                       a mounted disk or a copied folder\n"
    "  afterpatch hunt C-drive.d --report case-17          and write case-17/report.html and others\n"
    "  afterpatch hunt u_ex2103*.log HttpProxy/            single logs and folders together\n"
    "  zcat u_ex210303.log.gz | afterpatch hunt -          standard input\n"
    "  afterpatch hunt disk --sigma rules/ --ioc misp.json --format json | jq '.servers[0].verdict'\n"
    "  afterpatch hunt disk --format stix > csirt.json     STIX 2.1 bundle that names no victim\n"
    "  afterpatch hunt a/ b/ c/ --fleet-report             three servers side by side, and what they share\n"
    "  afterpatch hunt disk --fail-on backdoored           exit status 1 if a back door was found\n"
    "\n"
    "Exit status: 0 done, whatever was found; 1 --fail-on was reached; 2 a source or rule folder can't be "
    "opened;\n"
    "130 Ctrl-C: what was read so far is judged and marked as only part (a second Ctrl-C ends at once).\n";

struct FormatWord {
  std::string word;
  HuntFormat format;
  std::string what;
};

const std::vector<FormatWord>& formats() {
  static const std::vector<FormatWord> kFormats = {
      {"text", HuntFormat::text, "the answer on one screen"},
      {"json", HuntFormat::json, "everything"},
      {"jsonl", HuntFormat::jsonl, "everything, one object a line"},
      {"csv", HuntFormat::csv, "detections"},
      {"timeline", HuntFormat::timeline, "all evidence by time, CSV"},
      {"timesketch", HuntFormat::timesketch, "Timesketch, JSON lines"},
      {"timesketch-csv", HuntFormat::timesketch_csv, "Timesketch, CSV"},
      {"stix", HuntFormat::stix, "STIX 2.1 bundle, for sharing"},
      {"misp", HuntFormat::misp, "MISP event, for sharing"},
      {"attack", HuntFormat::attack, "ATT&CK Navigator layer"}};
  return kFormats;
}

std::vector<std::string> format_words() {
  std::vector<std::string> words;
  for (const FormatWord& format : formats()) words.push_back(format.word);
  return words;
}

std::string hunt_footer() {
  std::string footer = "Formats (--format):\n";
  for (const FormatWord& format : formats()) footer += fmt::format("  {:<15} {}\n", format.word, format.what);
  return footer + "\n" + kHuntExamples;
}

HuntFormat format_of(const std::string& word) {
  return std::ranges::find(formats(), word, &FormatWord::word)->format;  // checked by CLI::IsMember
}

// What a parsed command line asks for; run after parsing is done.
using Job = std::function<int(std::ostream&, std::ostream&)>;

CLI::Validator compromise_level() {
  return CLI::IsMember(std::vector<std::string>{"probed", "exploited", "backdoored", "re-entered"});
}

void add_hunt(CLI::App& program, Job& job) {
  auto command = std::make_shared<HuntCommand>();
  auto knowledge = std::make_shared<std::string>();
  auto fail_on = std::make_shared<std::string>();
  auto format = std::make_shared<std::string>("text");
  auto share = std::make_shared<std::string>("without-victims");
  CLI::App* hunt = program.add_subcommand("hunt", "Say what happened to a server, from its disk and logs");
  hunt->footer(hunt_footer());
  hunt->add_option("SOURCE", command->hunt.sources, "Folder, mounted disk, log, .gz, or - for standard input")
      ->required();
  hunt->add_option("--campaign", command->hunt.campaigns,
                   "Look for this wave only (see: afterpatch campaign list; may be given again)")
      ->allow_extra_args(false);
  hunt->add_option("--report", command->report,
                   "Folder to write report.html and the same for other tools into (docs/outputs.md)");
  hunt->add_option("--format", *format, "What to print, see below")->check(CLI::IsMember(format_words()));
  hunt->add_option("--share", *share,
                   "Whether STIX and MISP name the victims: without-victims (pseudonyms) or with-victims")
      ->check(CLI::IsMember(std::vector<std::string>{"without-victims", "with-victims"}))
      ->capture_default_str();
  hunt->add_flag(
      "--fleet-report", command->fleet_report,
      "Each SOURCE is a server of its own: tell them side by side, and which were hit in the same way");
  hunt->add_option("--sigma", command->hunt.sigma, "More Sigma rules: a file or folder (may be given again)")
      ->allow_extra_args(false);
  hunt->add_option("--placeholders", command->hunt.placeholders,
                   "Values of your site for Sigma rules with 'expand': a YAML file");
  hunt->add_option("--yara", command->hunt.yara, "More YARA rules: a file or folder (may be given again)")
      ->allow_extra_args(false);
  hunt->add_option("--ioc", command->hunt.indicators,
                   "Indicators: CSV, STIX 2.1 bundle or MISP event (may be given again)")
      ->allow_extra_args(false);
  hunt->add_option(
          "--baseline", command->hunt.baselines,
          "What a clean server had, from 'baseline make': known good; a script beside it is not (may "
          "be given again)")
      ->allow_extra_args(false);
  hunt->add_option("--fail-on", *fail_on,
                   "Exit with status 1 from this level on: probed, exploited, backdoored, re-entered")
      ->check(compromise_level());
  hunt->add_option("--threads", command->hunt.threads, "Threads to use; 0 = one a core")
      ->check(CLI::Range(0U, 256U));
  hunt->add_option("--knowledge", *knowledge,
                   "Folder with products/ and campaigns/ instead of the built-in one");
  hunt->add_option("--country", command->hunt.country,
                   "Whom the law of this country wants to be told, in the guide: de, fr, us, eu, ...");
  hunt->add_flag("--no-progress", command->no_progress, "Show no progress bar");
  hunt->callback([command, knowledge, fail_on, format, share, &job] {
    if (!knowledge->empty()) command->hunt.knowledge = *knowledge;
    command->format = format_of(*format);
    command->share = report::parse_share(*share).value_or(report::Share::without_victims);
    command->fail_on = assess::parse_compromise(*fail_on);
    job = [command](std::ostream& out, std::ostream& err) { return run_hunt(*command, out, err); };
  });
}

void add_completion(CLI::App& program, Job& job) {
  auto shell = std::make_shared<std::string>();
  CLI::App* completion =
      program.add_subcommand("completion", "Print a completion script for bash, zsh or fish");
  completion->footer("Example:\n  afterpatch completion bash > /etc/bash_completion.d/afterpatch");
  completion->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember(std::vector<std::string>{"bash", "zsh", "fish"}));
  completion->callback([shell, &program, &job] {
    job = [shell, &program](std::ostream& out, std::ostream&) {
      out << completion_script(program, *shell);
      return kSuccess;
    };
  });
}

}  // namespace

int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  CLI::App program(kAbout, "afterpatch");
  program.set_version_flag("--version", kVersion);
  program.require_subcommand(1);
  program.get_formatter()->column_width(32);
  Job job;
  add_hunt(program, job);
  add_scan_store(*add_scan(program, job), job);
  add_constituency(program, job);
  add_store(program, job);
  add_situation(program, job);
  add_notify(program, job);
  add_campaign(program, job);
  add_rules(program, job);
  add_baseline(program, job);
  add_serve(program, job);
  add_completion(program, job);
  try {
    std::vector<std::string> reversed(arguments.rbegin(),
                                      arguments.rend());  // CLI11's vector form takes them last first
    for (std::string& argument : reversed) {
      if (argument.starts_with("-:"))
        argument.erase(0, 1);  // CLI11 takes "-:9", a line of stdin, for an option
    }
    program.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return program.exit(error, out, err) == 0 ? kSuccess : kCannotRun;
  }
  return job(out, err);
}

}  // namespace afterpatch::app
