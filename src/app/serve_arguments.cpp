#include "app/serve_arguments.h"

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/serve_command.h"

namespace afterpatch::app {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  afterpatch serve --demo                                     made-up data, on this machine only\n"
    "  afterpatch serve --store country.db --add-account anna --role operator      asks for the password\n"
    "  afterpatch serve --store country.db --uploads /srv/uploads  on 127.0.0.1:8443\n"
    "  afterpatch serve --store postgresql://csirt@db/country --listen 0.0.0.0:443 \\\n"
    "      --tls-cert chain.pem --tls-key key.pem --public-url https://help.csirt.example\n"
    "  afterpatch serve --store country.db --behind-proxy 127.0.0.1 --public-url https://help.csirt.example\n"
    "\n"
    "What is where, roles, uploads, limits: docs/serve.md\n"
    "\n"
    "Exit status: 0 ended by Ctrl-C or SIGTERM; 2 it can't begin.\n";

void add_agency(CLI::App& serve, web::Agency& agency) {
  serve.add_option("--agency", agency.name, "Who runs this, as victims see it");
  serve.add_option("--agency-phone", agency.phone, "Number at which victims reach you");
  serve.add_option("--agency-email", agency.email, "Mail address at which victims reach you");
  serve.add_option("--verify-url", agency.verify_url, "Page on which victims can see that it is really you");
}

}  // namespace

void add_serve(CLI::App& program, std::function<int(std::ostream&, std::ostream&)>& job) {
  auto command = std::make_shared<ServeCommand>();
  CLI::App* serve = program.add_subcommand("serve", "The console of a team, and the pages of victims");
  serve->footer(kExamples);
  serve->add_option("--store", command->web.store, "SQLite file, or postgresql://...");
  serve->add_flag("--demo", command->web.demo, "Made-up data in a temporary folder, on loopback");
  serve->add_option("--listen", command->listen, "ADDRESS:PORT")->capture_default_str();
  serve->add_option("--tls-cert", command->web.certificate, "Certificate and its chain, PEM");
  serve->add_option("--tls-key", command->web.key, "Its key, PEM");
  serve
      ->add_option(
          "--behind-proxy", command->web.trusted_proxies,
          "Address of a proxy whose X-Forwarded-For and X-Forwarded-Proto count (may be given again)")
      ->allow_extra_args(false);
  serve->add_option("--public-url", command->web.public_url, "With what links to victims begin");
  serve->add_option("--notices", command->notices,
                    "Configuration of `afterpatch notify`: lets operators plan, preview and send");
  serve->add_option("--uploads", command->web.uploads, "Folder for what victims send; without it they can't");
  serve->add_option("--knowledge", command->web.knowledge,
                    "Folder with products/ and campaigns/ instead of the built-in one");
  serve
      ->add_option("--workers", command->web.workers,
                   "Threads for answers, each with a connection to the store")
      ->capture_default_str()
      ->check(CLI::Range(2U, 64U));
  add_agency(*serve, command->web.agency);
  serve->add_option("--add-account", command->add_account,
                    "Make an account, or change it, instead of serving");
  serve->add_option("--role", command->role, "Of the account")
      ->capture_default_str()
      ->check(CLI::IsMember(std::vector<std::string>{"viewer", "analyst", "operator", "admin"}));
  serve->add_flag("--disable", command->disable, "With --add-account: it may not sign in any more");
  serve->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) { return run_serve(*command, out, err); };
  });
}

}  // namespace afterpatch::app
