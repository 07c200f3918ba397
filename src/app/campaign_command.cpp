#include "app/campaign_command.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <boost/json.hpp>
#include <ostream>

#include "app/exit_status.h"
#include "base/escape.h"
#include "base/time.h"
#include "knowledge/country.h"
#include "knowledge/faults.h"
#include "knowledge/special_conditions.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using knowledge::Campaign;
using knowledge::LoadedCampaign;

int refuse(const Error& error, std::ostream& errors) {
  fmt::print(errors, "afterpatch: {}\n", escape_terminal(to_string(error)));
  return kCannotRun;
}

void print_json(const json::value& value, std::ostream& out) {
  out << json::serialize(value) << '\n';
}

json::array to_json(const std::vector<std::string>& texts) {
  return json::array(texts.begin(), texts.end());
}

json::object summary_of(const LoadedCampaign& loaded) {
  const Campaign& campaign = *loaded.campaign;
  json::array cves;
  for (const auto& flaw : campaign.flaws) cves.emplace_back(flaw.cve);
  return {{"id", campaign.id},
          {"title", campaign.title},
          {"product", loaded.product->title},
          {"window_start", to_iso8601(campaign.window_start)},
          {"window_end", to_iso8601(campaign.window_end)},
          {"cves", std::move(cves)}};
}

json::array flaws_of(const Campaign& campaign) {
  json::array flaws;
  for (const auto& flaw : campaign.flaws) {
    flaws.push_back(
        {{"cve", flaw.cve}, {"title", flaw.title}, {"allows", flaw.allows}, {"entry", flaw.entry}});
  }
  return flaws;
}

json::array timeline_of(const Campaign& campaign) {
  json::array timeline;
  for (const auto& entry : campaign.timeline) {
    timeline.push_back({{"date", entry.date_text}, {"what", entry.what}, {"source", entry.source}});
  }
  return timeline;
}

json::array guide_of(const Campaign& campaign) {
  json::array guide;
  for (const auto& step : campaign.guide) {
    guide.push_back({{"id", step.id}, {"title", step.title}, {"when", to_json(step.when)}});
  }
  return guide;
}

json::object details_of(const LoadedCampaign& loaded) {
  const Campaign& campaign = *loaded.campaign;
  json::object details = summary_of(loaded);
  details["summary"] = campaign.summary;
  details["mass_start"] = to_iso8601(campaign.mass_start);
  details["patch_released"] = to_iso8601(campaign.patch_released);
  details["disclosed"] = to_iso8601(campaign.disclosed);
  details["flaws"] = flaws_of(campaign);
  details["timeline"] = timeline_of(campaign);
  details["needed_logs"] = to_json(campaign.needed_logs);
  details["indicators"] = campaign.indicators.size();
  details["guide"] = guide_of(campaign);
  details["references"] = to_json(campaign.references);
  return details;
}

int list(const std::filesystem::path& knowledge, const CampaignOptions& options, std::ostream& out,
         std::ostream& errors) {
  json::array all;
  for (const std::string& id : knowledge::campaign_ids(knowledge)) {
    const auto loaded = knowledge::load_campaign(knowledge, id);
    if (!loaded) return refuse(loaded.error(), errors);
    const Campaign& campaign = *loaded->campaign;
    if (options.format == CampaignOptions::Format::json) {
      all.push_back(summary_of(*loaded));
    } else {
      fmt::print(out, "{}  {}  ({} to {})\n", escape_terminal(id), escape_terminal(campaign.title),
                 to_date_text(campaign.window_start), to_date_text(campaign.window_end));
    }
  }
  if (options.format == CampaignOptions::Format::json) print_json(all, out);
  return kSuccess;
}

void print_campaign(const LoadedCampaign& loaded, std::ostream& out) {
  const Campaign& campaign = *loaded.campaign;
  fmt::print(out, "{}\n{}\n\n{}\n\nFlaws\n", escape_terminal(campaign.title), escape_terminal(campaign.id),
             escape_terminal(campaign.summary));
  for (const auto& flaw : campaign.flaws) {
    fmt::print(out, "  {}  {}{}\n      {}\n", escape_terminal(flaw.cve), escape_terminal(flaw.title),
               flaw.entry ? " (way in)" : "", escape_terminal(flaw.allows));
  }
  fmt::print(out, "\nTimeline\n");
  for (const auto& entry : campaign.timeline) {
    fmt::print(out, "  {:<18}{}  [{}]\n", escape_terminal(entry.date_text), escape_terminal(entry.what),
               escape_terminal(entry.source));
  }
  fmt::print(out, "\nLogs that its verdict rests on\n");
  for (const std::string& needed : campaign.needed_logs) {
    for (const auto& log : loaded.product->logs) {
      if (log.log != needed) continue;
      fmt::print(out, "  {}{}: without it, {} stays unknown\n", escape_terminal(log.title),
                 log.decisive ? " (decisive)" : "", escape_terminal(log.hides));
    }
  }
  fmt::print(out, "\n{} indicators, {} steps of guidance, {} known builds of {}\n",
             campaign.indicators.size(), campaign.guide.size(), loaded.product->builds.size(),
             escape_terminal(loaded.product->title));
}

int show(const std::filesystem::path& knowledge, const CampaignOptions& options, std::ostream& out,
         std::ostream& errors) {
  const auto loaded = knowledge::load_campaign(knowledge, options.id);
  if (!loaded) return refuse(loaded.error(), errors);
  if (options.format == CampaignOptions::Format::json) {
    print_json(details_of(*loaded), out);
  } else {
    print_campaign(*loaded, out);
  }
  return kSuccess;
}

std::vector<Error> faults_of(const std::filesystem::path& knowledge, const std::string& id,
                             const CampaignOptions& options) {
  std::vector<Error> faults = knowledge::check_campaign(knowledge, id);
  if (!faults.empty()) return faults;
  const auto loaded = knowledge::load_campaign(knowledge, id);
  if (!loaded) return {loaded.error()};
  knowledge::Faults conditions;
  knowledge::read_special_conditions(knowledge, *loaded->product, conditions);
  faults = conditions.take();
  if (faults.empty() && options.rule_faults) faults = options.rule_faults(*loaded);
  return faults;
}

// What is checked, with its faults: campaigns (with their product), then the duties of all countries, which
// belong to no campaign.
using Checked = std::pair<std::string, std::vector<Error>>;

std::vector<Checked> check_all(const std::filesystem::path& knowledge, const std::vector<std::string>& ids,
                               const CampaignOptions& options) {
  std::vector<Checked> all;
  for (const std::string& id : ids) all.emplace_back(id, faults_of(knowledge, id, options));
  if (options.id.empty() && !knowledge::country_codes(knowledge).empty())
    all.emplace_back("countries", knowledge::check_countries(knowledge));
  return all;
}

void print_faults(const std::string& id, const std::vector<Error>& faults, std::ostream& out) {
  for (const Error& fault : faults) fmt::print(out, "{}\n", escape_terminal(to_string(fault)));
  if (faults.empty()) {
    fmt::print(out, "{}: in order\n", escape_terminal(id));
  } else {
    fmt::print(out, "{}: {} fault{}\n", escape_terminal(id), faults.size(), faults.size() == 1 ? "" : "s");
  }
}

json::object to_json(const std::string& id, const std::vector<Error>& faults) {
  json::array all;
  for (const Error& fault : faults) {
    all.push_back({{"what", fault.what}, {"where", fault.where}, {"next", fault.next}});
  }
  return {{"id", id}, {"faults", std::move(all)}};
}

int check(const std::filesystem::path& knowledge, const CampaignOptions& options, std::ostream& out,
          std::ostream& errors) {
  const auto known = knowledge::campaign_ids(knowledge);
  if (!options.id.empty() && std::ranges::find(known, options.id) == known.end()) {
    return refuse(knowledge::load_campaign(knowledge, options.id).error(), errors);
  }
  json::array all;
  bool sound = true;
  for (const auto& [id, faults] :
       check_all(knowledge, options.id.empty() ? known : std::vector{options.id}, options)) {
    sound = sound && faults.empty();
    if (options.format == CampaignOptions::Format::json) {
      all.push_back(to_json(id, faults));
    } else {
      print_faults(id, faults, out);
    }
  }
  if (options.format == CampaignOptions::Format::json) print_json(all, out);
  return sound ? kSuccess : kFound;
}

}  // namespace

int run_campaign(const CampaignOptions& options, std::ostream& out, std::ostream& errors) {
  const auto knowledge = knowledge::find_knowledge(options.knowledge);
  if (!knowledge) return refuse(knowledge.error(), errors);
  switch (options.action) {
    case CampaignOptions::Action::list:
      return list(*knowledge, options, out, errors);
    case CampaignOptions::Action::show:
      return show(*knowledge, options, out, errors);
    case CampaignOptions::Action::check:
      return check(*knowledge, options, out, errors);
  }
  return kCannotRun;
}

}  // namespace afterpatch::app
