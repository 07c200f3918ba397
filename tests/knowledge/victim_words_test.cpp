#include "knowledge/victim_words.h"

#include <gtest/gtest.h>

#include <set>

#include "knowledge/catalogue.h"
#include "knowledge/scratch_knowledge.h"

namespace afterpatch::knowledge {
namespace {

std::filesystem::path ours() {
  return std::filesystem::path(AFTERPATCH_SOURCE_DIR) / "knowledge";
}

constexpr const char* kLanguages[] = {"en", "de", "fr", "es"};

TEST(VictimWords, EveryLanguageHasATitleForEveryStepOfTheModelCase) {
  const auto campaign = load_campaign(ours(), "exchange-2021-proxylogon");
  ASSERT_TRUE(campaign);
  for (const char* language : kLanguages) {
    const auto words = load_victim_words(ours(), language);
    ASSERT_TRUE(words) << to_string(words.error());
    for (const GuideStep& step : campaign->campaign->guide)
      EXPECT_TRUE(words->step_titles.contains(step.id)) << language << " " << step.id;
  }
}

TEST(VictimWords, EnglishTitlesAreThoseOfTheGuide) {
  const auto campaign = load_campaign(ours(), "exchange-2021-proxylogon");
  const auto words = load_victim_words(ours(), "en");
  ASSERT_TRUE(campaign && words);
  for (const GuideStep& step : campaign->campaign->guide)
    EXPECT_EQ(words->step_titles.at(step.id), step.title);
}

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
  knowledge.write("victims/de.yaml", "steps: [{id: a, title: A}]\nverdict: [{when: probed, says: B}]\n");
  const auto words = load_victim_words(knowledge.folder(), "de");
  ASSERT_FALSE(words);
  EXPECT_NE(words.error().what.find("no-evidence"), std::string::npos) << words.error().what;
  EXPECT_NE(words.error().where.find("de.yaml:"), std::string::npos) << words.error().where;
}

TEST(VictimWords, AStepThatStandsTwiceIsAnError) {
  ScratchKnowledge knowledge;
  knowledge.write("victims/de.yaml", "steps: [{id: a, title: A}, {id: a, title: B}]\nverdict: []\n");
  const auto words = load_victim_words(knowledge.folder(), "de");
  ASSERT_FALSE(words);
  EXPECT_NE(words.error().what.find("twice"), std::string::npos) << words.error().what;
}

}  // namespace
}  // namespace afterpatch::knowledge
