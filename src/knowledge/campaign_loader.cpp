#include "knowledge/campaign_loader.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/ranges.h>

#include "base/file.h"
#include "knowledge/map_reader.h"
#include "knowledge/product_loader.h"

namespace afterpatch::knowledge {
namespace {

Flaw read_flaw(const YamlValue& value, const std::string& file, Faults& faults) {
  MapReader reader(value, file, "a flaw", faults);
  Flaw flaw;
  flaw.cve = reader.text("cve");
  flaw.title = reader.text("title");
  flaw.allows = reader.text("allows");
  flaw.entry = reader.flag_or("entry", false);
  if (!flaw.cve.empty() && !is_flaw_id(flaw.cve)) {
    reader.fault("'" + flaw.cve + "' is no CVE id", "cve", "expected CVE-YYYY-NNNN");
  }
  reader.finish();
  return flaw;
}

std::vector<Flaw> read_flaws(MapReader& campaign, const std::string& file, Faults& faults) {
  std::vector<Flaw> flaws;
  std::set<std::string> seen;
  for (const YamlValue& value : campaign.list("flaws")) {
    flaws.push_back(read_flaw(value, file, faults));
    if (!seen.insert(flaws.back().cve).second)
      faults.add(flaws.back().cve + " stands twice", file, value.line);
  }
  const bool has_entry = std::ranges::any_of(flaws, &Flaw::entry);
  if (!has_entry)
    campaign.fault("no flaw has 'entry: true'", "flaws",
                   "exposure is judged by the flaws that give a way in");
  return flaws;
}

std::vector<TimelineEntry> read_timeline(MapReader& campaign, const std::string& file, Faults& faults) {
  std::vector<TimelineEntry> timeline;
  for (const YamlValue& value : campaign.list("timeline")) {
    MapReader reader(value, file, "a timeline entry", faults);
    TimelineEntry entry;
    entry.time = reader.time("date");
    entry.date_text = reader.text("date");
    entry.what = reader.text("what");
    entry.source = reader.text("source");
    reader.finish();
    if (!timeline.empty() && entry.time < timeline.back().time) {
      reader.fault(entry.date_text + " stands after " + timeline.back().date_text, "date",
                   "expected the entries in order");
    }
    timeline.push_back(std::move(entry));
  }
  return timeline;
}

void read_window(MapReader& reader, const std::string& file, Campaign& campaign, Faults& faults) {
  const YamlValue* value = reader.map("window");
  if (value == nullptr) return;
  MapReader window(*value, file, "the window", faults);
  campaign.window_start = window.time("start");
  campaign.window_end = window.time("end");
  window.text("why");
  if (campaign.window_end <= campaign.window_start) window.fault("the window ends before it starts", "end");
  window.finish();
}

void read_dates(MapReader& reader, const std::string& file, Campaign& campaign, Faults& faults) {
  read_window(reader, file, campaign, faults);
  campaign.mass_start = reader.time("mass_start");
  campaign.patch_released = reader.time("patch_released");
  campaign.disclosed = reader.time("disclosed");
  if (campaign.mass_start < campaign.window_start || campaign.mass_start > campaign.window_end) {
    reader.fault("mass_start lies outside the window", "mass_start",
                 "expected a time between window.start and window.end");
  }
}

// `public_marks`: what published proofs of concept leave, which tells no two intruders apart.
std::vector<std::pair<std::string, std::string>> read_public_marks(MapReader& campaign,
                                                                   const std::string& file, Faults& faults) {
  static constexpr std::array<std::string_view, 6> kKinds = {"shell-content", "parameter", "anchor",
                                                             "script",        "address",   "shell-name"};
  std::vector<std::pair<std::string, std::string>> marks;
  for (const YamlValue& value : campaign.list_or_none("public_marks")) {
    MapReader reader(value, file, "a public mark", faults);
    const std::string kind = reader.text("kind");
    marks.emplace_back(kind, reader.text("value"));
    reader.text("source");
    if (!kind.empty() && std::ranges::find(kKinds, kind) == kKinds.end())
      reader.fault("unknown kind '" + kind + "'", "kind",
                   fmt::format("expected one of: {}", fmt::join(kKinds, ", ")));
    reader.finish();
  }
  return marks;
}

void read_description(const std::filesystem::path& folder, Campaign& campaign, Faults& faults) {
  const std::string file = (folder / "campaign.yaml").string();
  const auto text = read_file(file, kMaxYamlBytes);
  if (!text) return faults.add(text.error());
  const auto yaml = parse_yaml(*text, file);
  if (!yaml) return faults.add(yaml.error());
  MapReader reader(*yaml, file, "the campaign", faults);
  campaign.id = reader.text("id");
  campaign.name = reader.text("name");
  campaign.title = reader.text("title");
  campaign.product = reader.text("product");
  campaign.summary = reader.text("summary");
  campaign.flaws = read_flaws(reader, file, faults);
  read_dates(reader, file, campaign, faults);
  campaign.timeline = read_timeline(reader, file, faults);
  campaign.needed_logs = reader.texts("needed_logs");
  campaign.public_marks = read_public_marks(reader, file, faults);
  campaign.references = reader.texts("references");
  if (!campaign.id.empty() && campaign.id != folder.filename().string()) {
    reader.fault("the id is not the folder's name", "id", "expected " + folder.filename().string());
  }
  reader.finish();
}

}  // namespace

std::shared_ptr<Campaign> read_campaign(const std::filesystem::path& folder, Faults& faults) {
  auto campaign = std::make_shared<Campaign>();
  read_description(folder, *campaign, faults);
  campaign->indicators = read_indicators(folder, faults);
  const auto products = folder.parent_path().parent_path() / "products";
  campaign->guide = read_guide(folder, products / campaign->product / "guide.yaml", faults);
  campaign->sigma_folder = folder / "rules" / "sigma";
  std::error_code error;
  if (!std::filesystem::is_directory(campaign->sigma_folder, error))
    faults.add({"is no folder", campaign->sigma_folder.string(), "expected a folder of rules"});
  if (const auto yara = folder / "rules" / "yara"; std::filesystem::is_directory(yara, error))
    campaign->yara_folder = yara;
  return campaign;
}

Result<std::shared_ptr<const Campaign>> Campaign::load(const std::filesystem::path& folder) {
  Faults faults;
  std::shared_ptr<const Campaign> campaign = read_campaign(folder, faults);
  if (!faults.empty()) return std::unexpected(faults.all().front());
  return campaign;
}

}  // namespace afterpatch::knowledge
