#include "app/situation_command.h"

#include <map>
#include <memory>
#include <ostream>

#include <CLI/CLI.hpp>

#include "app/filled_store.h"
#include "app/give_up.h"
#include "situation/picture_json.h"
#include "situation/situation.h"

namespace afterpatch::app {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  afterpatch situation --store country.db\n"
    "  afterpatch situation --store country.db --as-of 2021-03-20\n"
    "  afterpatch situation --store country.db --format json | jq '.funnel'\n"
    "  afterpatch situation --store country.db --format csv > funnel.csv\n"
    "\n"
    "Every count has a band: what is certain, and what is possible. How each figure is made: "
    "docs/situation.md\n"
    "\n"
    "Exit status: 0 done; 2 there is no store, or nothing in it.\n";

Result<situation::SituationOptions> options_of(const SituationCommand& command) {
  situation::SituationOptions options;
  options.campaign = command.campaign;
  options.country = command.country;
  if (command.as_of.empty()) return options;
  const auto day = parse_time(command.as_of);
  if (!day) return fail("'" + command.as_of + "' is no date", "--as-of", "write it as 2021-03-20");
  const bool whole_day = command.as_of.size() == 10;
  options.as_of = whole_day ? *day + std::chrono::days(1) : *day;
  return options;
}

std::string shown(const SituationCommand& command, const situation::Picture& picture) {
  switch (command.format) {
    case SituationCommand::Format::json:
      return situation::picture_json(picture) + "\n";
    case SituationCommand::Format::csv:
      return situation_csv(picture);
    case SituationCommand::Format::markdown:
      return situation_markdown(picture);
    default:
      return situation_text(picture);
  }
}

Result<situation::Picture> take(const SituationCommand& command, store::Store& store) {
  const auto options = options_of(command);
  if (!options) return std::unexpected(options.error());
  if (command.save_clusters) {
    if (const auto saved = situation::save_clusters(store); !saved) return std::unexpected(saved.error());
  }
  return situation::take_situation(store, *options);
}

}  // namespace

int run_situation(const SituationCommand& command, std::ostream& out, std::ostream& err) {
  const auto store = open_filled_store(command.store);
  if (!store) return give_up(store.error(), err);
  const auto picture = take(command, **store);
  if (!picture) return give_up(picture.error(), err);
  if (picture->empty)
    return give_up({"no server is known yet", command.store,
                    "after an import: afterpatch store rebuild --store " + command.store},
                   err);
  out << shown(command, *picture) << std::flush;
  return out ? kSuccess : give_up({"the picture can't be written", "", "is the disk full?"}, err);
}

void add_situation(CLI::App& program, std::function<int(std::ostream&, std::ostream&)>& job) {
  auto command = std::make_shared<SituationCommand>();
  CLI::App* situation =
      program.add_subcommand("situation", "How large it is, whether it grows, and who has been reached");
  situation->footer(kExamples);
  situation->add_option("--store", command->store, "SQLite file or postgresql://...")->required();
  situation->add_option("--as-of", command->as_of, "What was known at the end of that day");
  situation->add_option("--campaign", command->campaign, "Hunts of this campaign only");
  situation->add_option("--country", command->country, "Servers of this country only");
  const std::map<std::string, SituationCommand::Format> formats = {
      {"text", SituationCommand::Format::text},
      {"json", SituationCommand::Format::json},
      {"csv", SituationCommand::Format::csv},
      {"markdown", SituationCommand::Format::markdown}};
  situation->add_option("--format", command->format, "text, json, csv or markdown")
      ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case).description(""))
      ->option_text("FORMAT");
  situation->add_flag(
      "--save-clusters", command->save_clusters,
      "Keep each server's activity cluster in the store, so that lists can be filtered by it");
  situation->callback([command, &job] {
    job = [command](std::ostream& out, std::ostream& err) { return run_situation(*command, out, err); };
  });
}

}  // namespace afterpatch::app
