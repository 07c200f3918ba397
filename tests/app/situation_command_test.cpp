// `afterpatch situation`, from the command line on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "app/command_line.h"
#include "app/exit_status.h"
#include "store/any_place.h"
#include "store/store.h"

namespace afterpatch::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kReport = R"({"schema_version": 1, "campaign": {"id": "exchange-2021-proxylogon"},
  "servers": [{"names": ["mail.a.example"],
    "verdict": {"compromise": "backdoored", "compromise_confidence": "confirmed"},
    "exposure": [{"build": "15.1.2176.2", "first": "2021-03-01T00:00:00Z", "last": "2021-03-06T00:00:00Z"}],
    "runs": [{"start": "2021-03-03T05:00:00Z", "outcome": "write-proven", "client": "192.0.2.66"}],
    "doors": [{"path": "c:/inetpub/x.aspx", "presence": "present", "planted": "2021-03-03T05:01:00Z"}]}]})";

struct Ran {
  int status;
  std::string out;
  std::string err;
};

class SituationCommandTest : public testing::Test {
 protected:
  SituationCommandTest() {
    std::string name = testing::TempDir() + "/situation-command-XXXXXX";
    folder_ = mkdtemp(name.data());
    place_ = store::new_place(folder_ / "country.db");
  }
  ~SituationCommandTest() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name) << content;
    return folder_ / name;
  }
  static Ran run_with(const std::vector<std::string>& arguments) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = run(arguments, out, err);
    return {status, out.str(), err.str()};
  }
  Ran situation(std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), {"situation", "--store", place_});
    return run_with(arguments);
  }

  // Three servers, of which two are patched two days later, and a hunt of the third.
  void fill() {
    std::string lines;
    for (const int day : {5, 7}) {
      for (int server = 1; server <= 3; ++server)
        lines += fmt::format(
            R"({{"time":"2021-03-{:02}T10:00:00Z","address":"127.1.0.{}","port":443,"product":"exchange-self-hosted","builds":["15.1.2176.2"],"exposure":"{}","confidence":"confirmed","country":"{}","sector":"nace:Q"}})"
            "\n",
            day, server, day == 7 && server < 3 ? "patched" : "unpatched", server == 1 ? "FR" : "DE");
    }
    ASSERT_EQ(run_with({"store", "import", write("scan.jsonl", lines), "--store", place_}).status, kSuccess);
    const Ran hunted = run_with(
        {"store", "import", write("report.json", kReport), "--server", "127.1.0.3", "--store", place_});
    ASSERT_EQ(hunted.status, kSuccess) << hunted.err;
  }

  // What the JSON says of a stage.
  static boost::json::object stage(const Ran& ran, std::string_view name) {
    const auto picture = boost::json::parse(ran.out).as_object();
    for (const auto& step : picture.at("funnel").as_array())
      if (step.as_object().at("id").as_string() == name) return step.as_object();
    ADD_FAILURE() << "no stage " << name;
    return {};
  }
  static std::int64_t servers(const Ran& ran, std::string_view name) {
    return stage(ran, name).at("servers").as_object().at("value").to_number<std::int64_t>();
  }

  std::filesystem::path folder_;
  std::string place_;
};

TEST_F(SituationCommandTest, JsonHasTheFunnelOfWhatWasImported) {
  fill();
  const Ran ran = situation({"--format", "json"});
  ASSERT_EQ(ran.status, kSuccess) << ran.err;
  EXPECT_EQ(servers(ran, "exposed"), 3);
  EXPECT_EQ(servers(ran, "unpatched"), 3);
  EXPECT_EQ(servers(ran, "patched"), 2);
  EXPECT_EQ(servers(ran, "backdoored"), 1);
  EXPECT_EQ(servers(ran, "re-entered"), 0);
  EXPECT_EQ(servers(ran, "notified"), 0);
}

TEST_F(SituationCommandTest, CountryAndDayNarrowIt) {
  fill();
  EXPECT_EQ(servers(situation({"--format", "json", "--country", "DE"}), "exposed"), 2);
  const Ran earlier = situation({"--format", "json", "--as-of", "2021-03-05"});
  EXPECT_EQ(servers(earlier, "unpatched"), 3);
  EXPECT_EQ(servers(earlier, "patched"), 0);
}

TEST_F(SituationCommandTest, TextMarkdownAndCsvTellTheSameCounts) {
  fill();
  const Ran text = situation();
  ASSERT_EQ(text.status, kSuccess) << text.err;
  EXPECT_THAT(text.out, HasSubstr("backdoored"));
  EXPECT_THAT(situation({"--format", "markdown"}).out, HasSubstr("|"));
  const Ran csv = situation({"--format", "csv"});
  EXPECT_THAT(csv.out, HasSubstr("backdoored"));
  EXPECT_THAT(csv.out, HasSubstr("nace:Q"));
  EXPECT_EQ(situation().out, text.out) << "twice is the same";
}

TEST_F(SituationCommandTest, SavedClustersChangeNothingElse) {
  fill();
  const Ran before = situation({"--format", "json"});
  const Ran saved = situation({"--format", "json", "--save-clusters"});
  EXPECT_EQ(saved.status, kSuccess) << saved.err;
  EXPECT_EQ(servers(saved, "backdoored"), servers(before, "backdoored"));
}

TEST_F(SituationCommandTest, AnOldHuntMakesItOfTodayUnlessItWasReceivedThen) {
  const auto take = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {
        "store", "import", write("report.json", kReport), "--server", "127.1.0.3", "--store", place_};
    words.insert(words.end(), more.begin(), more.end());
    return run_with(words);
  };
  const Ran then = take({"--received", "2021-03-09T08:00:00Z"});
  ASSERT_EQ(then.status, kSuccess) << then.err;
  EXPECT_EQ(then.err, "");
  const Ran text = situation();
  EXPECT_THAT(text.out, StartsWith("Situation as of 2021-03-09"));
  EXPECT_THAT(text.out, HasSubstr("0 of 1 back-doored servers that were hunted, 0 %\n(95 %: 0 % to"));
  EXPECT_EQ(servers(situation({"--format", "json", "--as-of", "2021-03-08"}), "backdoored"), 0);

  place_ = store::new_place(folder_ / "another.db");
  const Ran today = take({});
  ASSERT_EQ(today.status, kSuccess) << today.err;
  EXPECT_THAT(today.err, HasSubstr("--received DATE"));
  EXPECT_THAT(situation().out, Not(HasSubstr("as of 2021")));
}

TEST_F(SituationCommandTest, AnEmptyStoreSaysSoAndWhatToDo) {
  ASSERT_TRUE(store::Store::open(place_));
  const Ran ran = situation();
  EXPECT_EQ(ran.status, kCannotRun);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("no server is known yet"));
  EXPECT_THAT(ran.err, HasSubstr("store rebuild"));
}

TEST_F(SituationCommandTest, AStoreThatIsNotThereIsNotMade) {
  const std::string none = folder_ / "none.db";
  const Ran ran = run_with({"situation", "--store", none});
  EXPECT_EQ(ran.status, kCannotRun);
  EXPECT_THAT(ran.err, HasSubstr("there is no store"));
  EXPECT_FALSE(std::filesystem::exists(none));
}

TEST_F(SituationCommandTest, WhatIsNoStoreIsAClearError) {
  const Ran file = run_with({"situation", "--store", write("letter.txt", std::string(5000, 'x'))});
  EXPECT_EQ(file.status, kCannotRun);
  EXPECT_THAT(file.err, HasSubstr("letter.txt"));
  const Ran server = run_with({"situation", "--store", "postgresql://anna:geheim@127.0.0.1:1/none"});
  EXPECT_EQ(server.status, kCannotRun);
  EXPECT_THAT(server.err, HasSubstr("anna@127.0.0.1:1"));
  EXPECT_THAT(server.err, Not(HasSubstr("geheim")));
}

TEST_F(SituationCommandTest, WrongArgumentsAreRefusedBeforeAnythingIsRead) {
  fill();
  const Ran day = situation({"--as-of", "yesterday"});
  EXPECT_EQ(day.status, kCannotRun);
  EXPECT_THAT(day.err, HasSubstr("2021-03-20"));
  EXPECT_EQ(situation({"--format", "xml"}).status, kCannotRun);
  EXPECT_EQ(run_with({"situation"}).status, kCannotRun);
}

}  // namespace
}  // namespace afterpatch::app
