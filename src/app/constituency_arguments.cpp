#include "app/constituency_arguments.h"

#include <memory>
#include <ostream>
#include <string>

#include <CLI/CLI.hpp>

#include "app/constituency_ask.h"
#include "app/constituency_attribute.h"
#include "app/constituency_gaps.h"
#include "app/constituency_import.h"
#include "app/constituency_lookup.h"

namespace afterpatch::app {
namespace {

using Job = std::function<int(std::ostream&, std::ostream&)>;

constexpr const char* kExamples =
    "Examples:\n"
    "  afterpatch constituency import organisations.csv --store country.db\n"
    "  afterpatch constituency attribute --store country.db\n"
    "  afterpatch constituency lookup 192.0.2.7 --store country.db\n"
    "  afterpatch constituency lookup 'Klinikum Nord' --store country.db --security-txt --contact "
    "https://csirt.example\n"
    "  afterpatch constituency contacts --store country.db --rdap --security-txt --mail-exchangers --contact "
    "https://csirt.example\n"
    "  afterpatch constituency gaps --store country.db\n"
    "  afterpatch constituency assign 192.0.2.7 de-0017 --by anna --store country.db\n"
    "\n"
    "Columns of lists, rules of attribution, order of contacts: docs/constituency.md\n"
    "\n"
    "Exit status: 0 done, also if rows of a list were left out; 2 a file or the store can't be opened, or "
    "nothing fits.\n";

void add_store(CLI::App& command, std::string& store) {
  command.add_option("--store", store, "SQLite file, or postgresql://...")->required();
}

void add_format(CLI::App& command, bool& json) {
  command
      .add_option_function<std::string>(
          "--format", [&json](const std::string& word) { json = word == "json"; }, "text or json")
      ->check(CLI::IsMember(std::vector<std::string>{"text", "json"}));
}

void add_registry(CLI::App& command, RegistryOptions& options) {
  command.add_flag("--rdap", options.ask, "Ask registries who holds a network: one question a block, kept");
  command.add_option("--rdap-cache", options.cache, "File of answers: read, and added to by --rdap");
  command
      .add_option("--bootstrap", options.bootstrap,
                  "IANA's ipv4.json, ipv6.json, asn.json (default: fetched)")
      ->allow_extra_args(false);
  command.add_option("--rdap-rate", options.per_second, "Questions a second to one registry")
      ->capture_default_str()
      ->check(CLI::Range(0.01, 10.0));
  command.add_option("--rdap-limit", options.limit, "Questions of this run")->capture_default_str();
  command.add_option("--contact", options.contact, "Who asks: your https:// address or mail address");
  command.add_option("--proxy", options.proxy, "HTTP proxy for these questions");
  command.add_option("--ca-file", options.ca_file,
                     "Certificates to trust instead of the system's (PEM), such as those of such a proxy");
  command
      .add_flag("--allow-loopback", options.allow_internal, "Ask servers on this machine by http: for tests")
      ->group("");
}

void add_resolver(CLI::App& command, DnsOptions& options) {
  command.add_option("--resolver", options.resolver, "Name servers to ask: 192.0.2.53,192.0.2.54:5353");
  command.add_option("--dns-rate", options.per_second, "Lookups of names a second")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 1000.0));
}

void add_databases(CLI::App& command, std::vector<std::string>& files) {
  command.add_option("--mmdb", files, "MaxMind DB file with countries or AS numbers (may be given again)")
      ->allow_extra_args(false);
}

void add_import(CLI::App& constituency, Job& job) {
  auto command = std::make_shared<ConstituencyImport>();
  CLI::App* import = constituency.add_subcommand("import", "Take lists of organisations into a store");
  import->add_option("FILE", command->files, "CSV or JSON, or - for standard input")->required();
  add_store(*import, command->store);
  import->add_option("--source", command->source, "Whose list it is")->capture_default_str();
  import->add_flag("--dry-run", command->dry_run, "Only say what would be taken and what is wrong");
  import->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) {
      return run_constituency_import(*command, out, err);
    };
  });
}

void add_attribute(CLI::App& constituency, Job& job) {
  auto command = std::make_shared<ConstituencyAttribute>();
  CLI::App* attribute = constituency.add_subcommand("attribute", "Work out whose each server of a store is");
  add_store(*attribute, command->store);
  add_databases(*attribute, command->databases);
  attribute->add_flag("--reverse-names", command->dns.ask,
                      "Ask name servers for the reverse names of servers of which none is known");
  add_resolver(*attribute, command->dns);
  add_registry(*attribute, command->registry);
  add_format(*attribute, command->json);
  attribute->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) {
      return run_constituency_attribute(*command, out, err);
    };
  });
}

void add_lookup(CLI::App& constituency, Job& job) {
  auto command = std::make_shared<ConstituencyLookup>();
  CLI::App* lookup =
      constituency.add_subcommand("lookup", "Who is it, why, and whom there to tell in which order");
  lookup->add_option("WHAT", command->what, "Address, host name, organisation's id or part of its name")
      ->required();
  add_store(*lookup, command->store);
  add_databases(*lookup, command->databases);
  add_registry(*lookup, command->registry);
  lookup->add_flag("--security-txt", command->registry.visit,
                   "Fetch security.txt from the organisation's web servers");
  add_format(*lookup, command->json);
  lookup->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) {
      return run_constituency_lookup(*command, out, err);
    };
  });
}

void add_contacts(CLI::App& constituency, Job& job) {
  auto command = std::make_shared<ConstituencyContacts>();
  CLI::App* contacts = constituency.add_subcommand(
      "contacts", "Look up whom to tell about servers of concern, and keep it for 'notify plan'");
  add_store(*contacts, command->store);
  add_registry(*contacts, command->registry);
  contacts->add_flag("--security-txt", command->registry.visit,
                     "Fetch security.txt from the organisations' web servers");
  contacts->add_flag("--mail-exchangers", command->dns.ask,
                     "Ask name servers where the mail of all contacts goes");
  add_resolver(*contacts, command->dns);
  contacts
      ->add_option("--fresh-days", command->fresh_days, "Answers younger than this are not asked for again")
      ->capture_default_str()
      ->check(CLI::Range(0U, 3650U));
  add_format(*contacts, command->json);
  contacts->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) {
      return run_constituency_contacts(*command, out, err);
    };
  });
}

void add_gaps(CLI::App& constituency, Job& job) {
  auto command = std::make_shared<ConstituencyGaps>();
  CLI::App* gaps = constituency.add_subcommand(
      "gaps",
      "Servers without an owner, conflicts, organisations without a contact: most open servers first");
  add_store(*gaps, command->store);
  gaps->add_option("--most", command->most, "Rows of each list")->capture_default_str();
  add_format(*gaps, command->json);
  gaps->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) {
      return run_constituency_gaps(*command, out, err);
    };
  });
}

void add_assign(CLI::App& constituency, Job& job) {
  auto command = std::make_shared<ConstituencyAssign>();
  CLI::App* assign = constituency.add_subcommand("assign", "Decide whose a server is: stands above all else");
  assign->add_option("SERVER", command->server, "192.0.2.1 or [2001:db8::1]:443")->required();
  assign->add_option("ORGANISATION", command->organisation, "Id, or none: nobody on the list")->required();
  add_store(*assign, command->store);
  assign->add_option("--by", command->by, "Who decides")->required();
  assign->add_option("--why", command->why, "What for");
  assign->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) {
      return run_constituency_assign(*command, out, err);
    };
  });
}

}  // namespace

void add_constituency(CLI::App& program, Job& job) {
  CLI::App* constituency =
      program.add_subcommand("constituency", "Whose server is it, and whom there to tell");
  constituency->require_subcommand(1);
  constituency->footer(kExamples);
  add_import(*constituency, job);
  add_attribute(*constituency, job);
  add_lookup(*constituency, job);
  add_contacts(*constituency, job);
  add_gaps(*constituency, job);
  add_assign(*constituency, job);
}

}  // namespace afterpatch::app
