#include "app/notify_arguments.h"

#include <memory>
#include <ostream>
#include <string>

#include <CLI/CLI.hpp>

#include "app/notify_plan.h"
#include "app/notify_send.h"
#include "app/notify_show.h"
#include "app/usual_campaign.h"

namespace afterpatch::app {
namespace {

using Job = std::function<int(std::ostream&, std::ostream&)>;

constexpr const char* kExamples =
    "Examples, in the order of a day:\n"
    "  afterpatch notify plan --store country.db --config notify.yaml        who, why, which channel; "
    "nothing is sent\n"
    "  afterpatch notify preview --all --store country.db --config notify.yaml\n"
    "  afterpatch notify approve --all --by anna --store country.db\n"
    "  afterpatch notify send --store country.db --config notify.yaml        goes on where it was stopped\n"
    "  afterpatch notify letters post.pdf --store country.db --config notify.yaml\n"
    "  afterpatch notify phone-list calls.csv --store country.db\n"
    "  afterpatch notify done AP-2021-000017.2 --by anna --store country.db  a letter was posted, a call "
    "made\n"
    "  afterpatch notify returns --store country.db --config notify.yaml     bounces and answers\n"
    "  afterpatch notify case AP-2021-000017 --store country.db --say acknowledged --by anna\n"
    "  afterpatch notify effect --store country.db\n"
    "\n"
    "Nobody gets the same notice twice, nothing goes out without approval, and nothing at all without a "
    "complete\n"
    "identity of the sender. docs/notify.md\n"
    "\n"
    "Exit status: 0 done; 2 something can't be opened or sent; 130 ended by Ctrl-C.\n";

void add_store(CLI::App& command, NotifyJob& job) {
  command.add_option("--store", job.store, "SQLite file or postgresql://...")->required();
  command
      .add_option_function<std::string>(
          "--format", [&job](const std::string& word) { job.json = word == "json"; }, "text or json")
      ->check(CLI::IsMember(std::vector<std::string>{"text", "json"}));
}

void add_config(CLI::App& command, NotifyJob& job, bool required) {
  command
      .add_option("--config", job.config, "YAML file with the sender's identity, mail server and mailboxes")
      ->required(required);
  command.add_option_function<std::string>(
      "--knowledge", [&job](const std::string& folder) { job.knowledge = folder; },
      "Folder with campaigns/ and notices/ instead of the built-in one");
}

void add_by(CLI::App& command, NotifyJob& job, bool required = true) {
  command.add_option("--by", job.by, "Your name, kept with what you decide")->required(required);
}

void add_plan(CLI::App& notify, Job& job) {
  auto command = std::make_shared<NotifyPlan>();
  auto hold_back = std::make_shared<std::string>("0");
  command->settings.campaign = kUsualCampaign;
  CLI::App* plan = notify.add_subcommand("plan", "Work out who is told what, by which channel; send nothing");
  add_store(*plan, command->job);
  add_config(*plan, command->job, false);
  plan->add_option("--campaign", command->settings.campaign, "For servers of which only the build is known")
      ->capture_default_str();
  plan->add_option("--hold-back", *hold_back,
                   "Hold each case back by a random time, such as 0-24h, to measure what notices change")
      ->check([](const std::string& text) {
        return parse_hold_back(text) ? std::string() : std::string("such as 0-24h or 30m-6h");
      });
  plan->add_option("--seed", command->settings.seed, "Of the lots for --hold-back")->capture_default_str();
  plan->add_flag(
      "--allow-hit-domain", command->settings.allow_hit_domain,
      "Write to mailboxes that may lie on the hit server as to any other: the intruder may read it");
  plan->add_option_function<unsigned>(
          "--silence", [command](unsigned hours) { command->settings.silence = std::chrono::hours(hours); },
          "Hours without a reaction after which another channel is tried (48; letters a week)")
      ->check(CLI::Range(1U, 8760U));
  plan->add_flag("--dry-run", command->dry_run, "Only show the plan");
  plan->callback([command, hold_back, &job] {
    const HoldBack hold = parse_hold_back(*hold_back).value_or(HoldBack{});
    command->settings.hold_from = hold.from;
    command->settings.hold_to = hold.to;
    job = [command](std::ostream& out, std::ostream& err) { return run_notify_plan(*command, out, err); };
  });
}

using RunChoice = int (*)(const NotifyChoice&, std::ostream&, std::ostream&);

void add_choice(CLI::App& notify, Job& job, const std::string& name, const std::string& about, RunChoice run,
                bool previews) {
  auto command = std::make_shared<NotifyChoice>();
  CLI::App* sub = notify.add_subcommand(name, about);
  sub->add_option("ID", command->notices, "Notices or cases: AP-2021-000017.1, AP-2021-000017");
  sub->add_flag("--all", command->all, "All of them");
  add_store(*sub, command->job);
  if (previews)
    add_config(*sub, command->job, true);
  else
    add_by(*sub, command->job);
  sub->callback([command, run, &job] {
    job = [command, run](std::ostream& out, std::ostream& err) { return run(*command, out, err); };
  });
}

using RunJob = int (*)(const NotifyJob&, std::ostream&, std::ostream&);

void add_simple(CLI::App& notify, Job& job, const std::string& name, const std::string& about, RunJob run,
                bool needs_config) {
  auto command = std::make_shared<NotifyJob>();
  CLI::App* sub = notify.add_subcommand(name, about);
  add_store(*sub, *command);
  if (needs_config) add_config(*sub, *command, true);
  if (name == "send") sub->add_flag("--no-progress", command->no_progress, "Show no progress");
  sub->callback([command, run, &job] {
    job = [command, run](std::ostream& out, std::ostream& err) { return run(*command, out, err); };
  });
}

void add_case(CLI::App& notify, Job& job) {
  auto command = std::make_shared<NotifyCase>();
  CLI::App* sub = notify.add_subcommand("case", "Show one case; or say what you heard of it");
  sub->add_option("NUMBER", command->number, "AP-2021-000017")->required();
  add_store(*sub, command->job);
  CLI::Option* say = sub->add_option("--say", command->say, "What the victim or you say of it")
                         ->check(CLI::IsMember(operator_words()));
  sub->add_option("--why", command->why, "Kept with it")->needs(say);
  add_by(*sub, command->job, false);
  say->needs(sub->get_option("--by"));
  sub->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) { return run_notify_case(*command, out, err); };
  });
}

void add_phone_list(CLI::App& notify, Job& job) {
  auto command = std::make_shared<NotifyList>();
  CLI::App* sub = notify.add_subcommand("phone-list", "Write approved calls as a table for callers");
  sub->add_option("FILE", command->file, "CSV, or - for standard output")->required();
  add_store(*sub, command->job);
  sub->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) {
      return run_notify_phone_list(*command, out, err);
    };
  });
}

void add_letters(CLI::App& notify, Job& job) {
  auto command = std::make_shared<NotifyList>();
  CLI::App* sub = notify.add_subcommand("letters", "Write approved letters as one PDF for window envelopes");
  sub->add_option("FILE", command->file, "PDF to write")->required();
  add_store(*sub, command->job);
  add_config(*sub, command->job, true);
  sub->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) { return run_notify_letters(*command, out, err); };
  });
}

void add_done(CLI::App& notify, Job& job) {
  auto command = std::make_shared<NotifyDone>();
  CLI::App* sub = notify.add_subcommand("done", "Letters were posted, calls were made: they count as sent");
  sub->add_option("ID", command->notices, "Notices or cases");
  sub->add_flag("--all", command->all, "All approved letters and calls");
  add_store(*sub, command->job);
  add_by(*sub, command->job);
  sub->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) { return run_notify_done(*command, out, err); };
  });
}

}  // namespace

void add_notify(CLI::App& program, Job& job) {
  CLI::App* notify =
      program.add_subcommand("notify", "Tell those who were hit, once each, and see whether it helped");
  notify->require_subcommand(1);
  notify->footer(kExamples);
  add_plan(*notify, job);
  add_choice(*notify, job, "preview", "Show planned notices as they would go out", run_notify_preview, true);
  add_choice(*notify, job, "approve", "Let planned notices go out", run_notify_approve, false);
  add_choice(*notify, job, "cancel", "Take approved notices back that were not sent yet", run_notify_cancel,
             false);
  add_simple(*notify, job, "send", "Send approved mail; start it again after any interruption",
             run_notify_send, true);
  add_simple(*notify, job, "returns", "Read bounces and answers from the operator's mailbox",
             run_notify_returns, true);
  add_simple(*notify, job, "status", "Count cases and notices by state", run_notify_status, false);
  add_simple(*notify, job, "effect", "Say who was reached, who patched, and what notices changed",
             run_notify_effect, false);
  add_case(*notify, job);
  add_letters(*notify, job);
  add_phone_list(*notify, job);
  add_done(*notify, job);
}

}  // namespace afterpatch::app
