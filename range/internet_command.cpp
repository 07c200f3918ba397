#include "range/internet_command.h"

#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "range/internet/internet.h"
#include "range/internet/internet_truth.h"

namespace afterpatch::range {
namespace {

struct InternetArguments {
  InternetSettings settings;
  std::string curve;
  std::string truth;
  std::string request_log;
  int truth_days = 20;
  bool only_truth = false;
};

int complain(const Error& error) {
  fmt::print(stderr, "afterpatch-range: {}\n", to_string(error));
  return 2;
}

// Both signals are blocked in every thread and waited for here.
void wait_for_the_end(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
}

int serve_until_signal(InternetArguments& arguments) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  arguments.settings.request_log = arguments.request_log;
  const auto internet = Internet::start(arguments.settings);
  if (!internet) return complain(internet.error());
  fmt::print("{} hosts from {} on, port {}, day {}\n", arguments.settings.population.hosts,
             address_text(0, arguments.settings.population.family), (*internet)->port(),
             arguments.settings.day);
  std::fflush(stdout);
  wait_for_the_end(signals);
  fmt::print("{} connections, {} requests\n", (*internet)->connections(), (*internet)->requests());
  return 0;
}

int run_internet(InternetArguments& arguments) {
  if (!arguments.curve.empty()) {
    auto curve = PatchCurve::parse(arguments.curve);
    if (!curve) return complain(curve.error());
    arguments.settings.population.curve = std::move(*curve);
  }
  if (!arguments.truth.empty()) {
    const Population population(arguments.settings.population);
    const auto written = write_truth(population, arguments.truth_days, arguments.truth);
    if (!written) return complain(written.error());
  }
  return arguments.only_truth ? 0 : serve_until_signal(arguments);
}

void add_population(CLI::App* command, InternetArguments& arguments) {
  PopulationSettings& population = arguments.settings.population;
  command->add_option("--hosts", population.hosts, "addresses from 127.1.0.0 on")
      ->check(CLI::Range(1U, kMaxHosts))
      ->capture_default_str();
  command->add_flag_callback(
      "--ipv6", [&population] { population.family = Family::ipv6; },
      "addresses from fd12:af7e:: on, 256 a /48, instead; they must be routed to loopback (docs/range.md)");
  command->add_option("--seed", population.seed, "the same seed gives the same population")
      ->capture_default_str();
  command->add_option("--trouble", population.trouble_percent, "per cent that misbehave")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_option("--exchange", population.exchange_percent, "per cent of the others that run Exchange")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_option("--churn", population.churn_percent, "per cent of these that come late, or go")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_option("--curve", arguments.curve, "patched by day, in per cent: 0:10,4:75,7:80,17:92");
}

}  // namespace

void add_internet(CLI::App& program, std::function<int()>& job) {
  auto arguments = std::make_shared<InternetArguments>();
  CLI::App* command =
      program.add_subcommand("internet", "a population of servers on 127.0.0.0/8, until Ctrl-C");
  add_population(command, *arguments);
  command->add_option("--day", arguments->settings.day, "simulated day; 0 is 2021-03-05")
      ->capture_default_str();
  command->add_option("--port", arguments->settings.port, "0: any free one")->capture_default_str();
  command->add_option("--threads", arguments->settings.threads, "threads")->capture_default_str();
  command->add_option("--request-log", arguments->request_log, "CSV of who was asked what, and when");
  command->add_option("--truth", arguments->truth, "JSON lines: what every host really is, day by day");
  command->add_option("--truth-days", arguments->truth_days, "how many days")->capture_default_str();
  command->add_flag("--only-truth", arguments->only_truth, "write --truth and end");
  command->callback([arguments, &job] { job = [arguments] { return run_internet(*arguments); }; });
}

}  // namespace afterpatch::range
