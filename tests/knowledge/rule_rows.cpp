#include "knowledge/rule_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "detect/engine.h"
#include "evidence/artefact.h"
#include "knowledge/catalogue.h"

namespace afterpatch::rule_rows {
namespace {

namespace fs = std::filesystem;

class ScratchLog {
 public:
  ScratchLog(const std::string& path, const std::string& header, const std::vector<Row>& rows) {
    std::string name = (fs::temp_directory_path() / "afterpatch-rules-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    fs::create_directories((folder_ / path).parent_path());
    std::ofstream file(folder_ / path, std::ios::binary);
    file << header;
    for (const Row& row : rows) file << row.text << "\r\n";
  }
  ~ScratchLog() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  ScratchLog(const ScratchLog&) = delete;
  ScratchLog& operator=(const ScratchLog&) = delete;

  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

const knowledge::LoadedCampaigns& all() {
  static const auto loaded = knowledge::load_campaigns(AFTERPATCH_SOURCE_DIR "/knowledge", {}).value();
  return loaded;
}

using Names = std::map<std::string, std::string>;

void add_names(Names& names, const fs::path& folder, const std::string& prefix) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);)
      if (line.starts_with("id: ")) names[line.substr(4)] = prefix + entry.path().stem().string();
  }
}

const Names& names() {
  static const Names found = [] {
    Names names;
    add_names(names, all().product->sigma_folder, "");
    for (const auto& campaign : all().campaigns) {
      const std::string last = campaign->id.substr(campaign->id.rfind('-') + 1);
      add_names(names, campaign->sigma_folder, last == "proxylogon" ? "" : last + "/");
    }
    return names;
  }();
  return found;
}

detect::Engine make_engine() {
  detect::EngineOptions options;
  options.campaigns = all().campaigns;
  options.product = all().product;
  return detect::Engine::make(options).value();
}

std::map<std::uint64_t, std::set<std::string>> matches_by_line(const fs::path& folder) {
  detect::Engine engine = make_engine();
  Progress progress;
  const auto inventory = evidence::take_inventory({folder.string()});
  std::map<std::uint64_t, std::set<std::string>> matches;
  for (const auto& detection : engine.first_pass(inventory.value(), progress).detections) {
    if (detection.rule_kind == detect::RuleKind::sigma)
      matches[detection.place.line].insert(rule_name(detection.rule_id));
  }
  return matches;
}

}  // namespace

std::string rule_name(const std::string& id) {
  const auto name = names().find(id);
  return name == names().end() ? id : name->second;
}

void expect_rules(const std::string& path, const std::string& header, const std::vector<Row>& rows) {
  const ScratchLog log(path, header, rows);
  auto matches = matches_by_line(log.folder());
  auto line = static_cast<std::uint64_t>(std::ranges::count(header, '\n'));
  for (const Row& row : rows) EXPECT_THAT(matches[++line], testing::ElementsAreArray(row.rules)) << row.text;
}

}  // namespace afterpatch::rule_rows
