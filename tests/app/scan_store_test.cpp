// `afterpatch scan import` and `afterpatch scan report`, from the command line on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "app/bounded_lines.h"
#include "app/command_line.h"
#include "app/exit_status.h"
#include "app/scan_report.h"
#include "store/any_place.h"

namespace afterpatch::app {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Ran {
  int status;
  std::string out;
  std::string err;
};

class ScanStore : public testing::Test {
 protected:
  ScanStore() {
    std::string name = testing::TempDir() + "/scan-store-XXXXXX";
    folder_ = mkdtemp(name.data());
    place_ = store::new_place(folder_ / "country.db");
  }
  ~ScanStore() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name) << content;
    return folder_ / name;
  }
  const std::string& store() const { return place_; }

  Ran run_with(const std::vector<std::string>& arguments) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = run(arguments, out, err);
    return {status, out.str(), err.str()};
  }
  Ran import(const std::string& file) { return run_with({"scan", "import", file, "--store", store()}); }
  Ran report(const std::string& format = "text") {
    return run_with({"scan", "report", "--store", store(), "--format", format});
  }

  std::filesystem::path folder_;
  std::string place_;
};

std::string line(int day, int server, const std::string& exposure, const std::string& country = "DE") {
  return fmt::format(
      R"({{"time":"2021-03-{:02}T10:00:00Z","address":"127.1.0.{}","port":443,"name":null,"reached":true,"tls":null,"product":"exchange-self-hosted","builds":["15.1.2176.2"],"status":{{"CVE-2021-26855":"{}"}},"exposure":"{}","confidence":"confirmed","evidence":[],"country":"{}","network":"AS{}","sector":null,"errors":[]}})"
      "\n",
      day, server, exposure, exposure, country, server % 5);
}

// Two hundred servers; one in twenty is patched a day, from the fifth of March on.
std::string day_of(int day) {
  std::string out;
  for (int server = 0; server < 200; ++server)
    out += line(day, server, server % 20 <= day - 5 ? "patched" : "unpatched", server % 4 == 0 ? "AT" : "DE");
  return out;
}

TEST_F(ScanStore, TheSameFileTwiceChangesNothing) {
  const std::string file = write("one.jsonl", day_of(5));
  EXPECT_THAT(import(file).out, HasSubstr("200 records: 200 new or changed"));
  const std::string before = report("json").out;
  EXPECT_THAT(import(file).out, HasSubstr("is in the store already"));
  const std::string copy = write("two.jsonl", day_of(5) + "\n");  // other bytes, the same records
  EXPECT_THAT(import(copy).out, HasSubstr("0 new or changed, 200 as before"));
  EXPECT_EQ(report("json").out, before);
}

TEST_F(ScanStore, LinesThatCanNotBeReadAreShownAndTheRestGoesOn) {
  const Ran ran = import(
      write("bad.jsonl", line(5, 1, "patched") + "{\"time\":7}\n" + "\x1b[31mno\n" + line(5, 2, "patched")));
  EXPECT_EQ(ran.status, kSuccess);
  EXPECT_THAT(ran.out, HasSubstr("2 records: 2 new or changed, 0 as before; 2 lines could not be read"));
  EXPECT_THAT(ran.err, HasSubstr("bad.jsonl:2"));
  EXPECT_THAT(ran.err, Not(HasSubstr("\x1b")));
}

TEST_F(ScanStore, MissingFilesAndStoresAreClearErrors) {
  EXPECT_EQ(import(folder_ / "none.jsonl").status, kCannotRun);
  EXPECT_EQ(run_with({"scan", "report", "--store", folder_ / "none.db"}).status, kCannotRun);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "none.db"));
  EXPECT_EQ(run_with({"scan", "import", "x"}).status, kCannotRun);
  const Ran table = import(write("other.csv", "a,b,c\n1,2,3\n"));
  EXPECT_EQ(table.status, kCannotRun);
  EXPECT_THAT(table.err, HasSubstr("timestamp"));
}

TEST_F(ScanStore, ReportsFitOnTwoScreensWhateverTheNumberOfDays) {
  for (int day = 1; day <= 31; ++day) ASSERT_EQ(import(write("day.jsonl", day_of(day))).status, kSuccess);
  const std::string text = report().out;
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 50);
  EXPECT_THAT(text, HasSubstr("31 days with a scan"));
  EXPECT_THAT(text, HasSubstr("2021-03-31"));
}

TEST_F(ScanStore, TheReportSaysTheHalfLifeOfAKnownCurve) {
  for (int day = 5; day <= 24; ++day) ASSERT_EQ(import(write("day.jsonl", day_of(day))).status, kSuccess);
  const std::string text = report().out;
  // Ten in 200 a day: half of the 190 that were open on the first day are patched between the 9th and the
  // 10th day.
  EXPECT_THAT(text, HasSubstr("Half-life of the unpatched: 9.5 days"));
  EXPECT_THAT(text, HasSubstr("Kaplan-Meier"));
  EXPECT_THAT(text, HasSubstr("100 %"));
}

TEST_F(ScanStore, AllFormatsTellTheSame) {
  for (int day = 5; day <= 7; ++day) ASSERT_EQ(import(write("day.jsonl", day_of(day))).status, kSuccess);
  const auto json = boost::json::parse(report("json").out).as_object();
  const auto& last = json.at("days").as_array().back().as_object();
  EXPECT_EQ(last.at("day").as_string(), "2021-03-07");
  EXPECT_EQ(last.at("patched").as_int64(), 30);
  EXPECT_EQ(last.at("unpatched").as_int64(), 170);
  EXPECT_EQ(json.at("countries").as_array().size(), 2U);
  const std::string csv = report("csv").out;
  EXPECT_THAT(csv, HasSubstr("2021-03-07,170,0,0,0,30,0,0.1500,0.1500,0.1500,0,0,0\n"));
  EXPECT_THAT(report().out, HasSubstr("15 %"));
}

// Rows as Shadowserver's public examples have them; addresses and names are made up.
TEST_F(ScanStore, ShadowserverVersionsGoThroughOurOwnTables) {
  const std::string file = write(
      "2021-05-14-scan_exchange.csv",
      "\"timestamp\",\"ip\",\"port\",\"hostname\",\"tag\",\"asn\",\"geo\",\"region\",\"city\",\"naics\","
      "\"sic\","
      "\"sector\",\"version\",\"servername\",\"url\"\n"
      "\"2021-05-14 "
      "00:11:30\",\"192.0.2.1\",443,\"mail.example.com\",\"exchange;cve-2021-26855\",64500,\"US\","
      "\"OHIO\",\"X\",517311,,\"Communications, Service Provider, and Hosting "
      "Service\",\"15.2.721\",\"EX1\",\n"
      "\"2021-05-14 "
      "00:11:31\",\"192.0.2.2\",443,,\"exchange;cve-2021-26855\",64500,\"US\",\"OHIO\",\"X\",517311,,,"
      "\"15.1.845\",\"EX2\",\n"
      "\"2021-05-14 00:11:32\",\"192.0.2.3\",443,,\"exchange\",64501,\"DE\",,,,,,\"15.1.2176.9\",\"EX3\",\n"
      "\"2021-05-14 "
      "00:11:33\",\"192.0.2.4\",443,,\"exchange;cve-2021-26855\",64501,\"DE\",,,,,,\"15.1.2176.2\",\"EX4\",\n"
      "\"2021-05-14 00:11:34\",\"2001:db8::4\",443,,\"exchange;cve-2021-26855\",64501,\"DE\",,,,,,,\"EX5\",\n"
      "\"2021-05-14 00:11:35\",\"192.0.2.400\",443,,\"exchange\",64501,\"DE\",,,,,,,\"EX6\",\n");
  const Ran ran = import(file);
  EXPECT_THAT(ran.out, HasSubstr("5 records: 5 new or changed"));
  EXPECT_THAT(ran.out, HasSubstr("1 line could not be read"));
  const auto json = boost::json::parse(report("json").out).as_object();
  EXPECT_EQ(json.at("sources").as_array().at(0).as_string(), "shadowserver");
  const auto& day = json.at("days").as_array().at(0).as_object();
  for (const auto& [standing, count] : std::map<std::string, int>{
           {"build-ambiguous", 1}, {"unsupported", 1}, {"patched", 1}, {"unpatched", 1}, {"unknown", 1}})
    EXPECT_EQ(day.at(standing).as_int64(), count) << standing;
  EXPECT_EQ(json.at("countries").as_array().size(), 2U);
  EXPECT_THAT(boost::json::serialize(json.at("sectors")), HasSubstr("NAICS 517311"));
  EXPECT_THAT(boost::json::serialize(json.at("networks")), HasSubstr("AS64501"));
}

TEST_F(ScanStore, HelpHasExamplesAndCompletionKnowsBoth) {
  for (const char* action : {"import", "report"}) {
    const Ran help = run_with({"scan", action, "--help"});
    EXPECT_EQ(help.status, kSuccess);
    EXPECT_THAT(help.out, HasSubstr("Examples:"));
    EXPECT_THAT(run_with({"completion", "bash"}).out, HasSubstr(fmt::format("\"scan {}\")", action)));
  }
}

TEST(BoundedLines, GivesLinesWithoutEndsAndOnlyTheBeginningOfLongOnes) {
  std::istringstream input("one\r\n\n" + std::string(50, 'x') + "\nlast");
  BoundedLines lines(input, 10);
  std::string line;
  std::vector<std::string> got;
  std::vector<bool> long_ones;
  while (lines.next(line)) {
    got.push_back(line);
    long_ones.push_back(lines.too_long());
  }
  EXPECT_EQ(got, (std::vector<std::string>{"one", "", "xxxxxxxxxx", "last"}));
  EXPECT_EQ(long_ones, (std::vector<bool>{false, false, true, false}));
  EXPECT_EQ(lines.number(), 4U);
}

}  // namespace
}  // namespace afterpatch::app
