#include "range/country_command.h"

#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "range/country/country.h"
#include "range/country/write_country.h"

namespace afterpatch::range {
namespace {

struct CountryArguments {
  CountrySettings settings;
  std::string start = "2021-03-03";
  std::string folder;
};

int complain(const Error& error) {
  fmt::print(stderr, "afterpatch-range: {}\n", to_string(error));
  return 2;
}

int run_country(CountryArguments& arguments) {
  const auto start = parse_time(arguments.start);
  if (!start) return complain({"'" + arguments.start + "' is no date", "--start", "write it as 2021-03-03"});
  arguments.settings.start = std::chrono::floor<std::chrono::days>(*start);
  const Country country = make_country(arguments.settings);
  if (const auto written = write_country(country, arguments.folder); !written)
    return complain(written.error());
  fmt::print("{} servers, {} organisations, {} intrusions in {} waves, {} hunts, {} cases; {}\n",
             country.servers.size(), country.organisations.size(), country.hits.size(), country.waves.size(),
             country.hunts.size(), country.cases.size(), arguments.folder);
  return 0;
}

}  // namespace

void add_country(CLI::App& program, std::function<int()>& job) {
  auto arguments = std::make_shared<CountryArguments>();
  CountrySettings& settings = arguments->settings;
  CLI::App* command = program.add_subcommand("country", "a country's servers, intruders, hunts and answers");
  command->add_option("--seed", settings.seed, "the same seed gives the same country")->capture_default_str();
  command->add_option("--servers", settings.servers, "how many")
      ->check(CLI::Range(1U, kMaxCountryServers))
      ->capture_default_str();
  command->add_option("--days", settings.days, "days with a scan")
      ->check(CLI::Range(1, 365))
      ->capture_default_str();
  command->add_option("--start", arguments->start, "first day; the patch is released then")
      ->capture_default_str();
  command->add_option("--country", settings.country, "two letters")->capture_default_str();
  command->add_option("--out", arguments->folder, "folder to write into")->required();
  command->callback([arguments, &job] { job = [arguments] { return run_country(*arguments); }; });
}

}  // namespace afterpatch::range
