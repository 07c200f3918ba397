#include "app/scan_arguments.h"

#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "app/scan_command.h"

namespace afterpatch::app {
namespace {

using Job = std::function<int(std::ostream&, std::ostream&)>;

constexpr const char* kScanExamples =
    "Examples:\n"
    "  afterpatch scan zmap.csv --contact https://csirt.example/scan --output today.jsonl --state "
    "today.state\n"
    "  afterpatch scan zmap.csv --contact ... --output today.jsonl --state today.state --store country.db\n"
    "  afterpatch scan 192.0.2.0/24 mail.example.org --contact scan@csirt.example --format json | jq "
    ".exposure\n"
    "  afterpatch scan --domains members.txt --contact scan@csirt.example   mail., owa., ... and MX of each\n"
    "  masscan -p443 -oL - ... | afterpatch scan - --contact ... --opt-out never.txt --rate 500\n"
    "  afterpatch scan country.txt --contact ... --dry-run                  what would be sent, and how "
    "long\n"
    "  afterpatch scan country.txt --contact ... --shard 2/5                the second of five machines\n"
    "  afterpatch scan --contact-page 0.0.0.0:80 --contact scan@csirt.example   the page for owners who ask\n"
    "\n"
    "Lists: one address, range, name or address,name a line; output of zmap, masscan (-oL, -oJ), nmap "
    "(-oX).\n"
    "It asks only what browsers and Outlook ask, at most four times a host. It never sends cookies, "
    "credentials,\n"
    "or anything that only an attacker would send. docs/scan.md, docs/politeness.md.\n"
    "\n"
    "Exit status: 0 done; 2 it could not run, or its output could not be written; 130 Ctrl-C (run the same\n"
    "command with the same --state again to go on).\n";

void add_targets(CLI::App& scan, ScanCommand& command) {
  scan.add_option("TARGETS", command.targets, "Addresses, ranges, names, files, or - for standard input");
  scan.add_flag("--domains", command.domains, "Names are domains: look for their mail servers");
  scan.add_option("--resolver", command.resolver, "Name servers to ask: 192.0.2.53,192.0.2.54:5353");
  scan.add_flag("--reverse-names", command.reverse_names,
                "Look up the name that each reached address points back to");
  scan.add_option("--rate-dns", command.lookups_per_second, "Name lookups a second; 0: no limit")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6));
  scan.add_option("--port", command.port, "TCP port")->capture_default_str()->check(CLI::Range(1, 65535));
  scan.add_option("--allow", command.allowed, "An inside range that may be scanned (may be given again)")
      ->allow_extra_args(false);
  scan.add_option("--shard", command.shard, "Only part i of n, whole /24s: 2/5")->capture_default_str();
  scan.add_option("--seed", command.seed, "Order of the scan; a random one if it is not given");
}

void add_politeness(CLI::App& scan, ScanCommand& command) {
  scan.add_option("--contact", command.contact,
                  "Your page (https://...) or mail address, sent with every request");
  scan.add_option("--opt-out", command.opt_out,
                  "Addresses, ranges and names to leave alone; read again while running");
  scan.add_option("--rate", command.limits.all.per_second, "Connections a second in all; 0: no limit")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6));
  scan.add_option("--rate-network", command.limits.neighbourhood.per_second, "... to one /24 (IPv6: /48)")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6));
  scan.add_option("--rate-as", command.limits.network.per_second, "... to one AS, with --networks")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6));
  scan.add_option("--rate-address", command.limits.address.per_second,
                  "... to one address (more than 1: loopback only)")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e6));
  scan.add_option(
          "--existence-probes", command.existence_probes,
          "Where only the cumulative update shows, ask for files of its known builds, at most so many")
      ->capture_default_str()
      ->check(CLI::Range(0, 30));
  scan.add_option("--networks", command.networks,
                  "Table of ranges, AS numbers and countries (iptoasn.com's form)");
}

void add_running(CLI::App& scan, ScanCommand& command) {
  scan.add_option("--connections", command.connections, "Most hosts at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 100000));
  scan.add_option("--connect-timeout", command.connect_seconds, "Seconds")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 300.0));
  scan.add_option("--answer-timeout", command.answer_seconds, "Seconds for handshake and answer")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 300.0));
  scan.add_option("--state", command.state,
                  "File that remembers what is done, to go on after a stop; needs --output");
  scan.add_option("--output", command.output, "File for one JSON line a host");
  auto* store = scan.add_option("--store", command.store,
                                "Also take every host into this store: SQLite file or postgresql://...");
  scan.add_option("--source", command.source, "Under which name the store keeps it")
      ->capture_default_str()
      ->needs(store);
  scan.add_option("--every", command.every_days, "Days between two scans of this source; twice that is a gap")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 366.0))
      ->needs(store);
  scan.add_flag("--reached-only", command.reached_only,
                "No line for hosts that no connection could be made to");
  scan.add_flag("--dry-run", command.dry_run, "Print the plan and its duration; send nothing");
  scan.add_flag("--no-progress", command.no_progress, "Show no progress");
  scan.add_option("--campaign", command.campaign, "Whose flaws to judge by")->capture_default_str();
  scan.add_option("--contact-page", command.contact_page,
                  "Only serve the page for owners who ask, at ADDRESS:PORT");
}

}  // namespace

CLI::App* add_scan(CLI::App& program, Job& job) {
  auto command = std::make_shared<ScanCommand>();
  auto knowledge = std::make_shared<std::string>();
  CLI::App* scan = program.add_subcommand("scan", "Ask servers, politely, whether they are patched");
  scan->footer(kScanExamples);
  add_targets(*scan, *command);
  add_politeness(*scan, *command);
  add_running(*scan, *command);
  const std::map<std::string, ScanCommand::Format> formats = {{"text", ScanCommand::Format::text},
                                                              {"json", ScanCommand::Format::json}};
  scan->add_option("--format", command->format,
                   "text: a summary; json: one line a host (the summary with --output)")
      ->transform(CLI::CheckedTransformer(formats).description("{text,json}"));
  scan->add_option("--knowledge", *knowledge,
                   "Folder with products/ and campaigns/ instead of the built-in one");
  scan->callback([command, knowledge, scan, &job] {
    if (!scan->get_subcommands().empty()) return;
    if (!knowledge->empty()) command->knowledge = *knowledge;
    job = [command](std::ostream& out, std::ostream& err) { return run_scan(*command, out, err); };
  });
  return scan;
}

}  // namespace afterpatch::app
