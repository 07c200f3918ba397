#include "knowledge/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "knowledge/scratch_knowledge.h"

namespace afterpatch::knowledge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(FindKnowledge, TakesTheChosenFolderFirst) {
  const ScratchKnowledge knowledge;
  EXPECT_EQ(find_knowledge(knowledge.folder()).value(), knowledge.folder());
}

TEST(FindKnowledge, RefusesAChosenFolderThatIsNone) {
  const auto found = find_knowledge("/nowhere");
  ASSERT_FALSE(found);
  EXPECT_EQ(to_string(found.error()),
            "/nowhere: holds no knowledge (--knowledge must name a folder with campaigns/ and products/)");
}

TEST(FindKnowledge, TakesTheEnvironmentsFolderNext) {
  const ScratchKnowledge knowledge;
  ::setenv("AFTERPATCH_KNOWLEDGE", knowledge.folder().c_str(), 1);
  EXPECT_EQ(find_knowledge(std::nullopt).value(), knowledge.folder());
  ::setenv("AFTERPATCH_KNOWLEDGE", "/nowhere", 1);
  EXPECT_FALSE(find_knowledge(std::nullopt));
  ::unsetenv("AFTERPATCH_KNOWLEDGE");
}

TEST(FindKnowledge, FallsBackToTheFolderOfTheBuild) {
  ::unsetenv("AFTERPATCH_KNOWLEDGE");
  EXPECT_EQ(find_knowledge(std::nullopt).value(), std::filesystem::path(AFTERPATCH_SOURCE_DIR "/knowledge"));
}

TEST(CampaignIds, AreSortedFolderNames) {
  ScratchKnowledge knowledge;
  knowledge.write("campaigns/another/campaign.yaml", "");
  knowledge.write("campaigns/no-campaign/readme", "");
  EXPECT_THAT(campaign_ids(knowledge.folder()), ElementsAre("another", "wave"));
  EXPECT_THAT(campaign_ids("/nowhere"), ElementsAre());
}

TEST(LoadCampaign, GivesCampaignAndProduct) {
  const ScratchKnowledge knowledge;
  const auto loaded = load_campaign(knowledge.folder(), "wave");
  ASSERT_TRUE(loaded) << to_string(loaded.error());
  EXPECT_EQ(loaded->campaign->title, "A wave");
  EXPECT_EQ(loaded->product->title, "Mailer");
  EXPECT_EQ(loaded->campaign->sigma_folder, knowledge.folder() / "campaigns/wave/rules/sigma");
}

TEST(LoadCampaign, NamesTheKnownOnesForAnUnknownId) {
  const ScratchKnowledge knowledge;
  for (const char* id : {"storm", "", ".", "..", "../campaigns/wave", "wave/"}) {
    const auto loaded = load_campaign(knowledge.folder(), id);
    ASSERT_FALSE(loaded) << id;
    EXPECT_THAT(loaded.error().next, HasSubstr("known: wave"));
  }
}

TEST(LoadCampaign, FailsWhenAnyFileHasAFault) {
  ScratchKnowledge knowledge;
  knowledge.replace(kIndicatorsCsv, "192.0.2.1", "x");
  EXPECT_FALSE(load_campaign(knowledge.folder(), "wave"));
  EXPECT_FALSE(Campaign::load(knowledge.folder() / "campaigns/wave"));
}

}  // namespace
}  // namespace afterpatch::knowledge
