// `afterpatch rules ...` from the command line to what it prints.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/command_line.h"
#include "app/exit_status.h"

namespace afterpatch::app {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace json = boost::json;

struct Ran {
  int status;
  std::string out;
  std::string err;
};

Ran run_with(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  const int status = run(arguments, out, err);
  return {status, out.str(), err.str()};
}

const std::string kPost =
    "title: A POST\nid: post\nlogsource: {category: webserver}\ndetection:\n  sel:\n    cs-method: POST\n"
    "    cs-uri-stem|endswith: .aspx\n  filter:\n    cs-referer: none\n  condition: sel and not filter\n";

const std::string kSite =
    "title: From a server of ours\nid: site\nlogsource: {category: webserver}\ndetection:\n  sel:\n"
    "    c-ip|expand: '%OurServers%'\n  condition: sel\n";

const std::string kIis =
    "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time cs-method cs-uri-stem c-ip "
    "sc-status\n2021-03-03 06:49:46 GET /owa/auth/x.aspx 192.0.2.1 200\n2021-03-03 06:49:47 POST "
    "/owa/auth/x.aspx "
    "192.0.2.1 200\n";

class RulesCommand : public testing::Test {
 protected:
  RulesCommand()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("afterpatch_rules_command_" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "rules");
    write("rules/post.yml", kPost);
    write("u_ex210303.log", kIis);
  }
  ~RulesCommand() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return path(name);
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::filesystem::path folder_;
};

TEST_F(RulesCommand, CheckNeedsValuesForPlaceholders) {
  write("rules/site.yml", kSite);
  const Ran without = run_with({"rules", "check", path("rules")});
  EXPECT_EQ(without.status, kFound);
  EXPECT_THAT(without.out, HasSubstr("the placeholder %OurServers% has no value"));
  const std::string values = write("site-values.yml", "OurServers: [192.0.2.1]\n");
  const Ran with = run_with({"rules", "check", path("rules"), "--placeholders", values});
  EXPECT_EQ(with.status, kSuccess) << with.err;
  EXPECT_THAT(with.out, HasSubstr("2 rules loaded, 0 refused"));
}

TEST_F(RulesCommand, FaultsOfPlaceholdersAreNamedByFileAndLine) {
  const std::string values = write("site-values.yml", "a: x\nb: []\n");
  for (const std::vector<std::string>& command : {std::vector<std::string>{"rules", "check", path("rules")},
                                                  {"hunt", path("u_ex210303.log"), "--no-progress"}}) {
    std::vector<std::string> arguments = command;
    arguments.insert(arguments.end(), {"--placeholders", values});
    const Ran ran = run_with(arguments);
    EXPECT_EQ(ran.status, kCannotRun);
    EXPECT_THAT(ran.err, HasSubstr("site-values.yml:2: the placeholder 'b'"));
  }
}

TEST_F(RulesCommand, HuntTakesPlaceholders) {
  write("rules/site.yml", kSite);
  const std::string values = write("site-values.yml", "OurServers: [192.0.2.1]\n");
  const Ran ran = run_with({"hunt", path("u_ex210303.log"), "--no-progress", "--sigma", path("rules"),
                            "--placeholders", values, "--format", "jsonl"});
  EXPECT_EQ(ran.status, kSuccess) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("From a server of ours"));
}

TEST_F(RulesCommand, HuntShowsWhatACorrelationFound) {
  write("rules/pair.yml",
        "title: Twice the same page\nid: pair\ncorrelation:\n  type: event_count\n  rules: [page]\n  "
        "group-by: [c-ip]\n"
        "  timespan: 1m\n  condition: {gte: 2}\n---\ntitle: The page\nid: page\nlogsource: {category: "
        "webserver}\n"
        "detection:\n  s: {cs-uri-stem: /owa/auth/x.aspx}\n  condition: s\n");
  const Ran ran = run_with({"hunt", path("u_ex210303.log"), "--no-progress", "--sigma",
                            path("rules/pair.yml"), "--format", "jsonl"});
  EXPECT_EQ(ran.status, kSuccess) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Twice the same page"));
  EXPECT_THAT(ran.out, Not(HasSubstr("The page")));
}

TEST_F(RulesCommand, CheckAgainstEvidenceNamesFieldsThatNeverOccur) {
  write("rules/ecp.yml",
        "title: E\nid: ecp\nlogsource: {product: exchange, service: ecp-server}\ndetection:\n  s: "
        "{EventData: x}\n"
        "  condition: s\n");
  const Ran ran = run_with({"rules", "check", path("rules"), "--against", path("u_ex210303.log")});
  EXPECT_EQ(ran.status, kSuccess) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("post.yml:1: no value in iis-w3c for: cs-referer"));
  EXPECT_THAT(ran.out, HasSubstr("ecp.yml:1: can't run here"));
  EXPECT_THAT(ran.out, HasSubstr("1 of 2 rules can run on it"));
  const Ran as_json =
      run_with({"rules", "check", path("rules"), "--json", "--against", path("u_ex210303.log")});
  EXPECT_EQ(json::parse(as_json.out).at("against").at("can_run").to_number<int>(), 1);
}

TEST_F(RulesCommand, ExplainPrintsEveryNodeWithItsResult) {
  const Ran ran = run_with({"rules", "explain", path("rules/post.yml"), path("u_ex210303.log") + ":3"});
  EXPECT_EQ(ran.status, kSuccess) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("does not match\n"));
  EXPECT_THAT(ran.out, HasSubstr("no  cs-method, seen: 'GET'"));
  EXPECT_THAT(ran.out, HasSubstr("yes cs-uri-stem, seen: '/owa/auth/x.aspx'"));
  EXPECT_THAT(ran.out, HasSubstr("yes not\n"));
  EXPECT_THAT(ran.out, HasSubstr("no  cs-referer, seen: nothing"));
}

TEST_F(RulesCommand, ExplainFindsARuleByItsIdAndSpeaksJson) {
  const Ran ran = run_with({"rules", "explain", "post", path("u_ex210303.log") + ":4", "--sigma",
                            path("rules"), "--format", "json"});
  ASSERT_EQ(ran.status, kSuccess) << ran.err;
  const json::value first = json::parse(ran.out).as_array().at(0);
  EXPECT_TRUE(first.at("matches").as_bool());
  EXPECT_EQ(first.at("line").to_number<int>(), 4);
  EXPECT_EQ(first.at("why").at("kind"), "all_of");
}

TEST_F(RulesCommand, ExplainSaysWhatIsWrongWithItsArguments) {
  EXPECT_THAT(run_with({"rules", "explain", "none", path("u_ex210303.log")}).err, HasSubstr("no such rule"));
  EXPECT_THAT(run_with({"rules", "explain", path("rules/post.yml"), path("u_ex210303.log") + ":1"}).err,
              HasSubstr("no row on this line"));
  EXPECT_EQ(run_with({"rules", "explain", path("rules/post.yml"), path("none.log")}).status, kCannotRun);
  const std::string bad = write("bad.yml", "title: Bad\nid: bad\n");
  EXPECT_THAT(run_with({"rules", "explain", bad, path("u_ex210303.log")}).err, HasSubstr("bad.yml:1: "));
}

TEST_F(RulesCommand, CoverageIsALayerOfTheCampaignsAndTheGivenRules) {
  const std::string tagged = write("tagged.yml", "tags: [attack.t1499]\n" + kPost);
  const Ran ran = run_with({"rules", "coverage", tagged});
  EXPECT_EQ(ran.status, kSuccess) << ran.err;
  const json::value layer = json::parse(ran.out);
  EXPECT_EQ(layer.at("versions").at("layer"), "4.5");
  EXPECT_THAT(ran.out, HasSubstr("\"T1499\""));
  EXPECT_GT(layer.at("techniques").as_array().size(), 1U);
}

TEST_F(RulesCommand, CompletionKnowsTheActionsAndTheirOptions) {
  for (const std::string shell : {"bash", "fish"}) {
    const Ran ran = run_with({"completion", shell});
    for (const char* word : {"explain", "coverage", "against", "placeholders"})
      EXPECT_THAT(ran.out, HasSubstr(word)) << shell;
  }
}

}  // namespace
}  // namespace afterpatch::app
