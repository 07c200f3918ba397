// A guide's steps in another language: guide.<language>.yaml beside a campaign's guide.yaml, and beside that
// of its product for the steps that campaigns share (docs/campaign-format.md).
//
// A step may have been filled long ago, in a report that a hunt wrote: the values that stand in its English
// text are found again and put into the translation. Commands stay as they are. Immutable, thread-safe.
//
//   const auto german = GuideTranslation::load(folder, *campaign, "de");
//   const auto words = german->translated("isolate", {english_title, english_text, english_check});
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/error.h"
#include "knowledge/campaign.h"

namespace afterpatch::knowledge {

// What of a step is language.
struct StepWords {
  std::string title;
  std::string text;
  std::string check;

  bool operator==(const StepWords&) const = default;
};

class GuideTranslation {
 public:
  // Without a file nothing is translated. Fails, with file and line, on unknown keys, steps that stand twice,
  // and placeholders that the English step has not, or has more of.
  // REQUIRES: `language` is made of lower-case letters, such as "de"; `campaign` is of the folder
  // `knowledge`.
  static Result<GuideTranslation> load(const std::filesystem::path& knowledge, const Campaign& campaign,
                                       const std::string& language);

  // nullopt if the step has no translation, or `english` does not come from the guide as it is now.
  std::optional<StepWords> translated(const std::string& id, const StepWords& english) const;

 private:
  std::map<std::string, StepWords> english_;  // with placeholders, by the step's id
  std::map<std::string, StepWords> words_;
  std::map<std::string, std::string> phrases_;  // what stands for a value that is not known (kGuidePhrases)
};

}  // namespace afterpatch::knowledge
