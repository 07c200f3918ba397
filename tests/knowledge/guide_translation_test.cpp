#include "knowledge/guide_translation.h"

#include <gtest/gtest.h>

#include <set>

#include "knowledge/catalogue.h"
#include "knowledge/guide_filling.h"
#include "knowledge/scratch_knowledge.h"

namespace afterpatch::knowledge {
namespace {

constexpr const char* kLanguages[] = {"de", "fr", "es"};

std::filesystem::path ours() {
  return std::filesystem::path(AFTERPATCH_SOURCE_DIR) / "knowledge";
}

StepWords words_of(const GuideStep& step) {
  return {step.title, step.text, step.check};
}

// What stands in backticks: commands and paths, which nobody may translate.
std::multiset<std::string> code_in(const std::string& text) {
  std::multiset<std::string> found;
  for (std::size_t open = text.find('`'); open != std::string::npos;) {
    const std::size_t close = text.find('`', open + 1);
    if (close == std::string::npos) break;
    found.insert(text.substr(open + 1, close - open - 1));
    open = text.find('`', close + 1);
  }
  return found;
}

class OfEveryCampaign : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Ours, OfEveryCampaign, testing::ValuesIn(campaign_ids(ours())),
                         [](const auto& each) {
                           std::string name = each.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(OfEveryCampaign, EachStepIsThereInEachLanguageWithItsPlaceholdersAndCode) {
  const auto campaign = load_campaign(ours(), GetParam());
  ASSERT_TRUE(campaign) << to_string(campaign.error());
  for (const char* language : kLanguages) {
    const auto translation = GuideTranslation::load(ours(), *campaign->campaign, language);
    ASSERT_TRUE(translation) << to_string(translation.error());
    for (const GuideStep& step : campaign->campaign->guide) {
      const auto words = translation->translated(step.id, words_of(step));
      ASSERT_TRUE(words) << language << " " << step.id;
      EXPECT_NE(words->title, step.title) << language;
      EXPECT_NE(words->text, step.text) << language;
      EXPECT_EQ(words->check.empty(), step.check.empty()) << language << " " << step.id;
      EXPECT_EQ(placeholders_in(words->text), placeholders_in(step.text)) << language << " " << step.id;
      EXPECT_EQ(code_in(words->text), code_in(step.text)) << language << " " << step.id;
      EXPECT_EQ(code_in(words->check), code_in(step.check)) << language << " " << step.id;
    }
  }
}

class OneStep : public testing::Test {
 protected:
  void SetUp() override {
    campaign_.id = "wave";
    campaign_.product = "mailer";
    campaign_.guide = {
        {"move", "Move them", "Move {door_paths} from {server} now.", {}, {}, "They are gone.", ""}};
    knowledge_.write(
        "campaigns/wave/guide.de.yaml",
        "steps: [{id: move, title: Verschieben, text: 'Auf {server}: {door_paths}.', check: Weg.}]\n");
    std::filesystem::create_directories(knowledge_.folder() / "victims");
    std::filesystem::copy_file(ours() / "victims" / "de.yaml", knowledge_.folder() / "victims" / "de.yaml");
  }

  std::optional<StepWords> german_of(const std::string& text, const std::string& title = "Move them") {
    const auto translation = GuideTranslation::load(knowledge_.folder(), campaign_, "de");
    EXPECT_TRUE(translation) << to_string(translation.error());
    return translation->translated("move", {title, text, "They are gone."});
  }

  ScratchKnowledge knowledge_;
  Campaign campaign_;
};

TEST_F(OneStep, TakesTheValuesOverFromAFilledText) {
  const StepWords expected{"Verschieben", "Auf mail.example.org: a.aspx, b.aspx.", "Weg."};
  EXPECT_EQ(german_of("Move a.aspx, b.aspx from mail.example.org now."), expected);
}

TEST_F(OneStep, SaysInTheLanguageThatAValueIsNotKnown) {
  EXPECT_EQ(german_of("Move none known from this server now.")->text, "Auf diesem Server: keine bekannt.");
}

TEST_F(OneStep, AValueIsNeverTakenForAPlaceholder) {
  EXPECT_EQ(german_of("Move {server} from h now.")->text, "Auf h: {server}.");
}

TEST_F(OneStep, AReportOfAnotherGuideStaysInEnglish) {
  EXPECT_FALSE(german_of("Delete a.aspx from mail.example.org now."));
  EXPECT_FALSE(german_of("Move a.aspx from mail.example.org now. And more."));
  EXPECT_FALSE(german_of("Move a.aspx from mail.example.org now.", "Another title"));
}

TEST_F(OneStep, AMissingPlaceholderIsAFaultWithItsPlace) {
  knowledge_.write("campaigns/wave/guide.de.yaml",
                   "steps: [{id: move, title: Verschieben, text: 'Auf {server}.', check: Weg.}]\n");
  const auto translation = GuideTranslation::load(knowledge_.folder(), campaign_, "de");
  ASSERT_FALSE(translation);
  EXPECT_NE(translation.error().what.find("placeholders"), std::string::npos);
  EXPECT_NE(translation.error().where.find("guide.de.yaml:1"), std::string::npos)
      << translation.error().where;
}

TEST_F(OneStep, WithoutAFileNothingIsTranslated) {
  const auto translation = GuideTranslation::load(knowledge_.folder(), campaign_, "fr");
  ASSERT_TRUE(translation);
  EXPECT_FALSE(translation->translated("move", words_of(campaign_.guide.front())));
}

TEST(ValuesIn, AreThoseThatWerePutIn) {
  const std::string text = "At {first_evidence} on {server}: {door_paths}, {attacker_addresses}";
  const PlaceholderValues values{{"{first_evidence}", "2021-03-03 06:44 UTC"},
                                 {"{server}", "m"},
                                 {"{door_paths}", ""},
                                 {"{attacker_addresses}", "192.0.2.1"}};
  EXPECT_EQ(values_in(text, with_values(text, values)), values);
}

}  // namespace
}  // namespace afterpatch::knowledge
