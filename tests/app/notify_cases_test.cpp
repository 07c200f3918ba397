// `afterpatch notify letters`, `phone-list`, `done`, `case` and `effect`, from the command line on.
#include <boost/json.hpp>

#include "app/response_store.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kList =
    "id,name,networks,country,sector,email,phone,letter\n"
    "e,Rathaus,192.0.2.1,DE,nace:O,it@rathaus.example,,\n"
    "l,Kanzlei,192.0.2.2,DE,nace:M,,,Kanzlei Muster|Hauptstr. 1|12345 Ort\n"
    "p,\"=HYPERLINK(\"\"http://x.example\"\")\",192.0.2.3,DE,nace:Q,,+49 30 1234,\n";

class NotifyCases : public ResponseStore {
 protected:
  void plan_and_approve(std::vector<std::string> more = {}) {
    fill(kList, seen("192.0.2.1", "EX01") + seen("192.0.2.2", "EX02") + seen("192.0.2.3", "EX03"));
    std::vector<std::string> plan = {"notify", "plan", "--config", config()};
    plan.insert(plan.end(), more.begin(), more.end());
    EXPECT_THAT(done(plan), HasSubstr("3 organisations with 3 servers; 3 new notices."));
    done({"notify", "approve", "--all", "--by", "anna"});
  }
  // The case of an organisation.
  std::string number_of(const std::string& organisation) const {
    const json::value plan = json::parse(done({"notify", "plan", "--dry-run", "--format", "json"}));
    for (const json::value& one : plan.at("cases").as_array()) {
      if (one.at("organisation").as_string() == organisation) return std::string(one.at("case").as_string());
    }
    return {};
  }
  std::string path(const std::string& name) const { return folder_ / name; }
};

TEST_F(NotifyCases, LettersAreOnePdfAndCountAsSentOnceTheyWerePosted) {
  plan_and_approve();
  EXPECT_THAT(done({"notify", "letters", path("post.pdf"), "--config", config()}), StartsWith("1 letters."));
  EXPECT_THAT(read("post.pdf"), StartsWith("%PDF-"));
  const std::string number = number_of("l");
  EXPECT_THAT(done({"notify", "case", number}), HasSubstr("letter to Kanzlei Muster: approved, sent -"));
  EXPECT_THAT(done({"notify", "done", number, "--by", "anna"}),
              HasSubstr("1 letters and calls count as sent."));
  EXPECT_THAT(done({"notify", "case", number}), HasSubstr("letter to Kanzlei Muster: sent, sent 20"));
  EXPECT_THAT(done({"notify", "done", "--all", "--by", "anna"}),
              HasSubstr("1 letters and calls"));  // the call
  const Ran again = ran({"notify", "letters", path("post.pdf"), "--config", config()});
  EXPECT_EQ(again.status, kCannotRun);
  EXPECT_THAT(again.err, HasSubstr("no letter is approved and due"));
}

TEST_F(NotifyCases, APhoneListHasNoFormulas) {
  plan_and_approve();
  const std::string list = done({"notify", "phone-list", "-"});
  EXPECT_THAT(list, HasSubstr("'+49 30 1234"));
  EXPECT_THAT(list, HasSubstr("'=HYPERLINK"));
  EXPECT_THAT(list, Not(HasSubstr(",=")));
  EXPECT_THAT(list, Not(HasSubstr("\"=")));
  EXPECT_THAT(list, Not(HasSubstr("Kanzlei")));
  EXPECT_THAT(done({"notify", "phone-list", path("calls.csv")}), StartsWith("1 calls."));
  EXPECT_EQ(read("calls.csv"), list);
  EXPECT_EQ(ran({"notify", "phone-list", path("no/such/folder.csv")}).status, kCannotRun);
}

TEST_F(NotifyCases, WhatAnOperatorHeardIsKeptWithTheCase) {
  plan_and_approve();
  done({"notify", "done", "--all", "--by", "anna"});
  const std::string number = number_of("p");
  const std::string shown =
      done({"notify", "case", number, "--say", "acknowledged", "--by", "anna", "--why", "phoned"});
  EXPECT_THAT(shown, HasSubstr("acknowledged since 20"));
  const json::value one = json::parse(done({"notify", "case", number, "--format", "json"}));
  EXPECT_EQ(one.at("state").as_string(), "acknowledged");
  EXPECT_TRUE(one.at("reached").is_string());
  done({"notify", "case", number, "--say", "case-closed", "--by", "anna"});
  const json::value status = json::parse(done({"notify", "status", "--format", "json"}));
  EXPECT_EQ(status.at("cases").at("closed").to_number<int>(), 1);
  EXPECT_EQ(status.at("notices").at("sent").to_number<int>() +
                (status.at("notices").as_object().contains("delivered") ? 1 : 0),
            2);
  EXPECT_EQ(ran({"notify", "case", number, "--say", "acknowledged"}).status, kCannotRun);  // who says so?
  EXPECT_EQ(ran({"notify", "case", number, "--say", "hacked", "--by", "anna"}).status, kCannotRun);
  EXPECT_EQ(ran({"notify", "case", "AP-1999-000001"}).status, kCannotRun);
}

TEST_F(NotifyCases, EffectCountsByTextChannelAndSector) {
  plan_and_approve();
  done({"notify", "done", "--all", "--by", "anna"});
  done({"notify", "case", number_of("p"), "--say", "acknowledged", "--by", "anna"});
  const std::string text = done({"notify", "effect"});
  EXPECT_THAT(text, HasSubstr("(3 cases)"));
  EXPECT_THAT(text, HasSubstr("  exchange-2021-proxylogon/unpatched/de     2/3 "));
  EXPECT_THAT(text, HasSubstr("Hold-back: none was drawn"));
  const json::value effect = json::parse(done({"notify", "effect", "--format", "json"}));
  EXPECT_EQ(effect.at("all").at("reached").at("with").to_number<int>(), 1);
  EXPECT_EQ(effect.at("all").at("reached").at("of").to_number<int>(), 2);
  EXPECT_EQ(effect.at("by_text").at(0).at("name").as_string(), "exchange-2021-proxylogon/unpatched/de");
  EXPECT_EQ(effect.at("by_text").at(0).at("notified").at("with").to_number<int>(), 2);
  EXPECT_EQ(effect.at("by_sector").as_array().size(), 3U);
  EXPECT_TRUE(effect.at("hold_back_by_text").as_array().empty());
}

TEST_F(NotifyCases, EffectComparesThoseWhoWereHeldBackByTheirText) {
  plan_and_approve({"--hold-back", "0-24h", "--seed", "7"});
  const json::value effect = json::parse(done({"notify", "effect", "--format", "json"}));
  EXPECT_EQ(effect.at("hold_back").at("cases").to_number<int>(), 3);
  ASSERT_EQ(effect.at("hold_back_by_text").as_array().size(), 1U);
  const json::value& one = effect.at("hold_back_by_text").at(0);
  EXPECT_EQ(one.at("name").as_string(), "exchange-2021-proxylogon/unpatched/de");
  EXPECT_EQ(one.at("cases").to_number<int>(), 3);
  EXPECT_TRUE(one.at("difference").at("low").is_double());
  EXPECT_THAT(done({"notify", "effect"}), HasSubstr("Hold-back (3 cases drawn by lot)"));
}

TEST_F(NotifyCases, ANamedNoticeInAnotherStateIsSaidNotPassedOver) {
  plan_and_approve();
  const std::string notice = number_of("l") + ".1";
  for (const char* step : {"preview", "approve"}) {
    std::vector<std::string> arguments = {"notify", step, notice};
    if (std::string(step) == "preview") arguments.insert(arguments.end(), {"--config", config()});
    if (std::string(step) == "approve") arguments.insert(arguments.end(), {"--by", "anna"});
    const Ran result = ran(arguments);
    EXPECT_EQ(result.status, kCannotRun) << step;
    EXPECT_THAT(result.err, HasSubstr("the notice is approved, not planned")) << step;
  }
}

TEST_F(NotifyCases, AMissingStoreConfigOrTextIsSaid) {
  plan_and_approve();
  EXPECT_EQ(ran({"notify", "preview", "--all", "--config", path("none.yaml")}).status, kCannotRun);
  EXPECT_EQ(ran({"notify", "preview", "--all", "--config", config(), "--knowledge", path("none")}).status,
            kCannotRun);
  std::ostringstream out, err;
  EXPECT_EQ(run({"notify", "effect", "--store", path("none.db")}, out, err), kCannotRun);
  EXPECT_THAT(err.str(), HasSubstr("there is no store"));
  EXPECT_FALSE(std::filesystem::exists(path("none.db")));
}

TEST_F(NotifyCases, AnotherCampaignHasTextsToo) {
  fill(kList, seen("192.0.2.1", "EX01"));
  done({"notify", "plan", "--config", config(), "--campaign", "exchange-other"});
  EXPECT_THAT(done({"notify", "preview", "--all", "--config", config()}), HasSubstr("CVE-2021-33766"));
}

TEST_F(NotifyCases, APreviewShowsTheTextFromItsFirstWord) {
  fill(kList, seen("192.0.2.1", "EX01") + seen("192.0.2.2", "EX02"));
  done({"notify", "plan", "--config", config()});
  const std::string shown = done({"notify", "preview", "--all", "--config", config()});
  EXPECT_THAT(shown, HasSubstr("\n\nSehr geehrte Damen und Herren,\n\nCERT Example wendet sich an "));
  EXPECT_THAT(shown, Not(HasSubstr("\\x")));
}

}  // namespace
}  // namespace afterpatch::app
