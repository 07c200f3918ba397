// A small sound product and campaign in a folder of their own, for tests that break one file of it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace afterpatch::knowledge {

class ScratchKnowledge {
 public:
  ScratchKnowledge();  // sound: check() finds nothing
  ~ScratchKnowledge();
  ScratchKnowledge(const ScratchKnowledge&) = delete;
  ScratchKnowledge& operator=(const ScratchKnowledge&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  // Replaces the first `old` in a file; REQUIRES that it is there.
  void replace(const std::string& file, const std::string& old, const std::string& now);
  void write(const std::string& file, const std::string& content);
  void remove(const std::string& file);
  // Faults as "file:line: what (next)", the file below the folder.
  std::vector<std::string> check() const;

 private:
  std::filesystem::path folder_;
};

inline constexpr const char* kCampaignYaml = "campaigns/wave/campaign.yaml";
inline constexpr const char* kGuideYaml = "campaigns/wave/guide.yaml";
inline constexpr const char* kIndicatorsCsv = "campaigns/wave/indicators.csv";
inline constexpr const char* kProductYaml = "products/mailer/product.yaml";
inline constexpr const char* kBuildsCsv = "products/mailer/builds.csv";
inline constexpr const char* kFixesCsv = "products/mailer/fixes.csv";
inline constexpr const char* kKnownGood = "products/mailer/known_good_web.csv.gz";

// Packs text as gzip does.
std::string gzip(const std::string& text);

}  // namespace afterpatch::knowledge
