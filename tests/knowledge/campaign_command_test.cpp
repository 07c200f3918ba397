#include "app/campaign_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <sstream>

#include "knowledge/scratch_knowledge.h"

namespace afterpatch::app {
namespace {

using knowledge::ScratchKnowledge;
using testing::HasSubstr;
using Action = CampaignOptions::Action;
using Format = CampaignOptions::Format;

struct Ran {
  int status;
  std::string out;
  std::string errors;
};

Ran run(const ScratchKnowledge& knowledge, CampaignOptions options) {
  options.knowledge = knowledge.folder();
  std::ostringstream out;
  std::ostringstream errors;
  const int status = run_campaign(options, out, errors);
  return {status, out.str(), errors.str()};
}

TEST(CampaignCommand, ListsCampaigns) {
  const Ran ran = run(ScratchKnowledge(), {.action = Action::list});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.out, "wave  A wave  (2021-01-03 to 2021-04-30)\n");
}

TEST(CampaignCommand, ListsCampaignsAsJson) {
  const Ran ran = run(ScratchKnowledge(), {.action = Action::list, .format = Format::json});
  const auto value = boost::json::parse(ran.out);
  EXPECT_EQ(value.at(0).at("id"), "wave");
  EXPECT_EQ(value.at(0).at("cves").at(0), "CVE-2021-0001");
}

TEST(CampaignCommand, ShowsOne) {
  const Ran ran = run(ScratchKnowledge(), {.action = Action::show, .id = "wave"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.out, HasSubstr("CVE-2021-0001  a flaw (way in)"));
  EXPECT_THAT(ran.out, HasSubstr("IIS logs (decisive): without it, all stays unknown"));
  const Ran json = run(ScratchKnowledge(), {.action = Action::show, .id = "wave", .format = Format::json});
  EXPECT_EQ(boost::json::parse(json.out).at("timeline").as_array().size(), 2U);
}

TEST(CampaignCommand, EscapesWhatItShows) {
  ScratchKnowledge knowledge;
  knowledge.replace(knowledge::kCampaignYaml, "title: A wave", "title: \"A \\e[31mwave\"");
  EXPECT_THAT(run(knowledge, {.action = Action::list}).out, testing::Not(HasSubstr("\x1b")));
}

TEST(CampaignCommand, SaysWhyItCannotShow) {
  const Ran ran = run(ScratchKnowledge(), {.action = Action::show, .id = "storm"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.errors, HasSubstr("unknown campaign 'storm' (known: wave)"));
  EXPECT_EQ(run(ScratchKnowledge(), {.action = Action::check, .id = "storm"}).status, 2);
}

TEST(CampaignCommand, ChecksAllWhenNoneIsNamed) {
  const Ran ran = run(ScratchKnowledge(), {.action = Action::check});
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.out, "wave: in order\n");
}

TEST(CampaignCommand, NamesFaultsAndReturnsOne) {
  ScratchKnowledge knowledge;
  knowledge.replace(knowledge::kIndicatorsCsv, "192.0.2.1", "x");
  const Ran ran = run(knowledge, {.action = Action::check, .id = "wave"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.out, HasSubstr("indicators.csv:2: 'x' is no ipv4"));
  EXPECT_THAT(ran.out, HasSubstr("wave: 1 fault\n"));
}

TEST(CampaignCommand, AddsTheFaultsOfRules) {
  CampaignOptions options{.action = Action::check, .id = "wave", .format = Format::json};
  options.rule_faults = [](const knowledge::LoadedCampaign& loaded) {
    return std::vector<Error>{{"does not compile", loaded.campaign->id + ".yml:3", ""}};
  };
  const Ran ran = run(ScratchKnowledge(), options);
  EXPECT_EQ(ran.status, 1);
  EXPECT_EQ(boost::json::parse(ran.out).at(0).at("faults").at(0).at("where"), "wave.yml:3");
}

TEST(CampaignCommand, ChecksTheDutiesOfCountriesToo) {
  ScratchKnowledge knowledge;
  const std::string sound =
      "country: xx\nname: Somewhere\nduties:\n"
      "  - {title: Data, deadline: soon, to: an authority, source: a law}\n";
  knowledge.write("countries/xx.yaml", sound);
  EXPECT_EQ(run(knowledge, {.action = Action::check}).out, "wave: in order\ncountries: in order\n");
  EXPECT_EQ(run(knowledge, {.action = Action::check, .id = "wave"}).out, "wave: in order\n");
  knowledge.write("countries/xx.yaml", sound + "  - {title: Data, deadline: soon, to: x, source: y}\n");
  const Ran ran = run(knowledge, {.action = Action::check});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.out, HasSubstr("xx.yaml:5: duty 'Data' stands twice"));
  EXPECT_THAT(ran.out, HasSubstr("countries: 1 fault\n"));
}

TEST(CampaignCommand, ChecksTheSpecialConditionsOfTheProduct) {
  ScratchKnowledge knowledge;
  knowledge.write("products/mailer/special_conditions.csv",
                  "cve,applies_to,condition,where,source\nCVE-1999-0001,all,a,b,c\n");
  const Ran ran = run(knowledge, {.action = Action::check, .id = "wave"});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.out, HasSubstr("special_conditions.csv:2: 'CVE-1999-0001' is not in fixes.csv"));
}

}  // namespace
}  // namespace afterpatch::app
