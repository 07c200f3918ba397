#include "knowledge/product.h"

#include <gtest/gtest.h>

#include "knowledge/scratch_knowledge.h"

namespace afterpatch::knowledge {
namespace {

Result<std::shared_ptr<const Product>> load(const ScratchKnowledge& knowledge) {
  return Product::load(knowledge.folder() / "products" / "mailer");
}

TEST(Product, LoadsItsTables) {
  const auto product = load(ScratchKnowledge());
  ASSERT_TRUE(product) << to_string(product.error());
  EXPECT_EQ((*product)->builds.size(), 2U);
  EXPECT_EQ((*product)->builds[1].name(), "Mailer 1 CU1 SU1");
  EXPECT_EQ((*product)->fix_status(*parse_build("1.0.10.2"), "CVE-2021-0001").state, FixState::vulnerable);
  EXPECT_EQ((*product)->known_good("\\x\\www\\a.aspx", std::string(64, 'A')), KnownGoodAnswer::known_file);
}

TEST(Product, FailsWithTheFirstFault) {
  ScratchKnowledge knowledge;
  knowledge.replace(kBuildsCsv, "1.0.10.4", "x");
  const auto product = load(knowledge);
  ASSERT_FALSE(product);
  EXPECT_EQ(product.error().where, (knowledge.folder() / kBuildsCsv).string() + ":3");
}

TEST(Product, CallsAnUpdateThatBeganWithTheFixFixedWhateverItsLastNumber) {
  ScratchKnowledge knowledge;
  knowledge.replace(kFixesCsv, "SU1,x", "CU base,x");
  EXPECT_EQ((*load(knowledge))->fix_status(*parse_build("1.0.10.0"), "CVE-2021-0001").state, FixState::fixed);
}

TEST(Product, FitsAFolderThatIsNotRecursiveOnlyToItsOwnFiles) {
  ScratchKnowledge knowledge;
  knowledge.replace(kProductYaml, "    url: /\n", "    url: /\n    recursive: false\n");
  const auto product = *load(knowledge);
  EXPECT_NE(product->web_folder("\\www\\a.aspx"), nullptr);
  EXPECT_EQ(product->web_folder("\\www\\sub\\a.aspx"), nullptr);
}

}  // namespace
}  // namespace afterpatch::knowledge
