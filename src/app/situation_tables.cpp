#include <fmt/format.h>

#include "app/situation_command.h"
#include "base/escape.h"
#include "report/words.h"

namespace afterpatch::app {
namespace {

using report::number_text;
using situation::Band;
using situation::Funnel;
using situation::FunnelStep;
using situation::GroupFunnel;
using situation::Picture;

void append_rows(std::string& out, std::string_view kind, const std::string& key, const Funnel& funnel) {
  for (const FunnelStep& step : funnel)
    out +=
        fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", kind, escape_csv(key), name_of(step.stage),
                    step.servers.value, step.servers.low, step.servers.high, step.organisations.value,
                    step.organisations.low, step.organisations.high, step.denominator, escape_csv(step.of));
}

void append_groups(std::string& out, std::string_view kind, const std::vector<GroupFunnel>& groups) {
  for (const GroupFunnel& group : groups) append_rows(out, kind, group.key, group.funnel);
}

std::string band_text(const Band& band) {
  if (band.low == band.high) return number_text(band.value);
  return fmt::format("{} ({}-{})", number_text(band.value), number_text(band.low), number_text(band.high));
}

// A cell of a table in Markdown: no bars, nothing that would be HTML.
std::string cell(const std::string& text) {
  std::string out;
  for (const char c : escape_html(text)) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string group_table(std::string_view title, const std::vector<GroupFunnel>& groups) {
  if (groups.empty()) return {};
  std::string out = fmt::format("\n## {}\n\n|", title);
  std::string rule = "\n|---|";
  out += " |";
  for (const FunnelStep& step : groups.front().funnel) {
    out += fmt::format(" {} |", name_of(step.stage));
    rule += "---:|";
  }
  out += rule + "\n";
  for (const GroupFunnel& group : groups) {
    out += fmt::format("| {} |", group.key.empty() ? "(not known)" : cell(group.key));
    for (const FunnelStep& step : group.funnel) out += fmt::format(" {} |", number_text(step.servers.value));
    out += "\n";
  }
  return out;
}

}  // namespace

std::string situation_csv(const Picture& picture) {
  std::string out =
      "kind,group,stage,servers,servers_certain,servers_possible,organisations,organisations_certain,"
      "organisations_possible,denominator,of\n";
  append_rows(out, "all", "", picture.funnel);
  append_groups(out, "country", picture.by_country);
  append_groups(out, "region", picture.by_region);
  append_groups(out, "sector", picture.by_sector);
  return out;
}

std::string situation_markdown(const Picture& picture) {
  std::string out = fmt::format("# Situation as of {}\n\n", to_minute_text(picture.as_of));
  out += "| | servers | organisations | of | |\n|---|---:|---:|---:|---|\n";
  for (const FunnelStep& step : picture.funnel)
    out += fmt::format("| {} | {} | {} | {} | {} |\n", name_of(step.stage), band_text(step.servers),
                       band_text(step.organisations), number_text(step.denominator), step.of);
  out += "\nIn brackets: what is certain, and what is possible.\n\n## Waves\n\n";
  for (const situation::DatedWave& wave : picture.waves.waves) out += "- " + wave_says(wave) + "\n";
  if (picture.waves.waves.empty()) out += "None.\n";
  out += group_table("By country", picture.by_country) + group_table("By region", picture.by_region) +
         group_table("By sector", picture.by_sector);
  out += "\n## What this can't know\n\n";
  for (const situation::BlindSpot& spot : picture.blind_spots)
    out += fmt::format("- {}{}\n", spot.servers ? number_text(*spot.servers) + " servers " : "", spot.says);
  return out;
}

}  // namespace afterpatch::app
