#include "knowledge/special_conditions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "knowledge/catalogue.h"
#include "knowledge/scratch_knowledge.h"

namespace afterpatch::knowledge {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;

constexpr const char* kFile = "products/mailer/special_conditions.csv";
constexpr const char* kHeader = "cve,applies_to,condition,where,source\n";

Result<std::vector<SpecialCondition>> load(const ScratchKnowledge& knowledge) {
  return load_special_conditions(knowledge.folder(), *load_campaign(knowledge.folder(), "wave")->product);
}

TEST(SpecialConditions, AProductWithoutTheFileHasNone) {
  const ScratchKnowledge knowledge;
  const auto none = load(knowledge);
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty());
}

TEST(SpecialConditions, AFlawThatTheProductDoesNotKnowIsAFault) {
  ScratchKnowledge knowledge;
  knowledge.write(kFile, std::string(kHeader) + "CVE-1999-0001,all,a switch,a file,somebody\n");
  const auto refused = load(knowledge);
  ASSERT_FALSE(refused);
  EXPECT_THAT(to_string(refused.error()), HasSubstr("'CVE-1999-0001' is not in fixes.csv"));
}

TEST(SpecialConditionsData, AreSoundAndTellOfTheMitigationOf2022) {
  const std::filesystem::path knowledge = AFTERPATCH_SOURCE_DIR "/knowledge";
  const auto loaded = load_campaign(knowledge, "exchange-2022-proxynotshell");
  ASSERT_TRUE(loaded);
  const auto all = load_special_conditions(knowledge, *loaded->product);
  ASSERT_TRUE(all) << to_string(all.error());
  EXPECT_THAT(*all, Contains(Field(&SpecialCondition::cve, "CVE-2022-41040")));
}

}  // namespace
}  // namespace afterpatch::knowledge
