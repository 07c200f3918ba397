// What the page of a victim says in the victim's language: knowledge/victims/<language>.yaml.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

namespace afterpatch::knowledge {

// Words of a verdict that each language has a sentence for.
inline constexpr std::string_view kVictimVerdicts[] = {
    "no-evidence",  "probed",        "exploited",           "backdoored", "re-entered",
    "door-present", "mail-accessed", "credentials-exposed", "unpatched",  "partial"};

struct VictimWords {
  std::map<std::string, std::string> verdicts;  // one sentence for each of kVictimVerdicts
  std::map<std::string, std::string> phrases;   // of a guide (kGuidePhrases), by their English words
};

// Fails, with file and line, on unknown keys, what stands twice, and verdicts or phrases without words.
// REQUIRES: `language` is made of lower-case letters, such as "de".
Result<VictimWords> load_victim_words(const std::filesystem::path& knowledge, const std::string& language);

}  // namespace afterpatch::knowledge
