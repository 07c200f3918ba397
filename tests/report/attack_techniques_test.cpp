#include "report/attack_techniques.h"

#include <gtest/gtest.h>

namespace afterpatch::report {
namespace {

TEST(AttackTechniques, AreToldByTheirForm) {
  EXPECT_TRUE(is_technique_id("T1190"));
  EXPECT_TRUE(is_technique_id("T1505.003"));
  for (const char* other :
       {"", "T119", "t1190", "T1190.", "T1190.03", "T1190/003", "TA0001", "T11900", "T1505.0033"})
    EXPECT_FALSE(is_technique_id(other)) << other;
}

TEST(AttackTechniques, HaveANameAndAPage) {
  EXPECT_EQ(technique_name("T1505.003"), "Server Software Component: Web Shell");
  EXPECT_EQ(technique_url("T1505.003"), "https://attack.mitre.org/techniques/T1505/003");
}

TEST(AttackTechniques, OfOtherRulesAreNamedByTheirId) {
  EXPECT_EQ(technique_name("T9999"), "T9999");
}

}  // namespace
}  // namespace afterpatch::report
