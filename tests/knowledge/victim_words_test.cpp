#include "knowledge/victim_words.h"

#include <gtest/gtest.h>

#include <set>

#include "knowledge/scratch_knowledge.h"

namespace afterpatch::knowledge {
namespace {

std::filesystem::path ours() {
  return std::filesystem::path(AFTERPATCH_SOURCE_DIR) / "knowledge";
}

constexpr const char* kLanguages[] = {"en", "de", "fr", "es"};

TEST(VictimWords, NoLanguageRepeatsAnothersSentence) {
  std::set<std::string> sentences;
  std::size_t all = 0;
  for (const char* language : kLanguages) {
    const auto words = load_victim_words(ours(), language);
    ASSERT_TRUE(words);
    for (const auto& [verdict, sentence] : words->verdicts) sentences.insert(sentence);
    all += words->verdicts.size();
  }
  EXPECT_EQ(sentences.size(), all);
  EXPECT_EQ(all, std::size(kLanguages) * std::size(kVictimVerdicts));
}

TEST(VictimWords, AVerdictWithoutASentenceIsAnErrorWithItsPlace) {
  ScratchKnowledge knowledge;
  knowledge.write("victims/de.yaml", "verdict: [{when: probed, says: B}]\nguide: []\n");
  const auto words = load_victim_words(knowledge.folder(), "de");
  ASSERT_FALSE(words);
  EXPECT_NE(words.error().what.find("no-evidence"), std::string::npos) << words.error().what;
  EXPECT_NE(words.error().where.find("de.yaml:"), std::string::npos) << words.error().where;
}

TEST(VictimWords, AVerdictThatStandsTwiceIsAnError) {
  ScratchKnowledge knowledge;
  knowledge.write("victims/de.yaml",
                  "verdict: [{when: probed, says: A}, {when: probed, says: B}]\nguide: []\n");
  const auto words = load_victim_words(knowledge.folder(), "de");
  ASSERT_FALSE(words);
  EXPECT_NE(words.error().what.find("twice"), std::string::npos) << words.error().what;
}

}  // namespace
}  // namespace afterpatch::knowledge
