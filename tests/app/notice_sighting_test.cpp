// A notice names how its server came to be known, and no other way.
#include <regex>

#include "app/response_store.h"

namespace afterpatch::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kList =
    "id,name,networks,country,sector,email,phone,letter\n"
    "s,Town hall,192.0.2.1,IE,nace:O,it@townhall.example,,\n";

class NoticeSighting : public ResponseStore {
 protected:
  // What the one notice of the one organisation says, with `files` imported after the list.
  std::string notice(const std::vector<std::string>& files) const {
    done({"constituency", "import", write("list.csv", kList)});
    for (const std::string& file : files)
      done({"store", "import", file, "--campaign", "exchange-2021-proxylogon"});
    done({"constituency", "attribute"});
    done({"notify", "plan", "--config", config()});
    return one_line(done({"notify", "preview", "--all", "--config", config()}));
  }
  // Texts are wrapped for mail.
  static std::string one_line(const std::string& text) {
    return std::regex_replace(text, std::regex("\\s+"), " ");
  }
  std::string scanned() const { return write("scan.jsonl", seen("192.0.2.1", "EX01")); }
  std::string shell_reported() const {
    return write("special.csv",
                 "timestamp,ip,port,hostname,tag,asn,url\n"
                 "2021-03-12 10:00:00,192.0.2.1,443,mail.townhall.example,exchange;webshell,64500,"
                 "https://192.0.2.1/aspnet_client/x.aspx\n");
  }
  std::string hunted() const {
    return write("hunts.jsonl",
                 R"({"time":"2021-03-14T09:30:00Z","source":"hunt","kind":"hunted","subject_kind":"server",)"
                 R"("subject":"192.0.2.1:443","key":"k","content":{"campaign":"exchange-2021-proxylogon",)"
                 R"("compromise":"backdoored","confidence":"confirmed","door_present":true,)"
                 R"("marks":[{"kind":"door-path","value":"/owa/auth/y.aspx"}]}})"
                 "\n");
  }
};

TEST_F(NoticeSighting, OurScanIsAnOrdinaryRequest) {
  EXPECT_THAT(notice({scanned()}),
              HasSubstr("seen 2021-03-08 10:00 UTC, from the internet, by an ordinary request"));
}

TEST_F(NoticeSighting, AScanOfOthersIsTheirReport) {
  const std::string theirs = write(
      "2021-03-12-scan_exchange.csv",
      "timestamp,ip,port,hostname,tag,asn,geo,version,servername\n"
      "2021-03-12 "
      "10:00:00,192.0.2.1,443,mail.townhall.example,exchange;cve-2021-26855,64500,IE,15.0.847.32,EX01\n");
  EXPECT_THAT(notice({theirs}),
              AllOf(HasSubstr("seen 2021-03-12 10:00 UTC, as reported to us by another body"),
                    Not(HasSubstr("ordinary request"))));
}

TEST_F(NoticeSighting, ADoorThatOthersSawIsTheirReportWithItsPlaceAndTime) {
  EXPECT_THAT(notice({scanned(), shell_reported()}),
              AllOf(HasSubstr("seen 2021-03-12 10:00 UTC, as reported to us by another body"),
                    HasSubstr("back door: https://192.0.2.1/aspnet_client/x.aspx, seen 2021-03-12 10:00 UTC"),
                    Not(HasSubstr("own logs"))));
}

TEST_F(NoticeSighting, AHuntSpeaksOfTheServersOwnLogsAndItsTime) {
  EXPECT_THAT(notice({scanned(), shell_reported(), hunted()}),
              AllOf(HasSubstr("seen 2021-03-14 09:30 UTC, in the server's own logs"),
                    HasSubstr("back door: /owa/auth/y.aspx"), HasSubstr("aspnet_client/x.aspx")));
}

TEST_F(NoticeSighting, AHuntThatFoundNothingIsNoSourceOfABreakIn) {
  const std::string nothing =
      write("clean.jsonl",
            R"({"time":"2021-03-14T09:30:00Z","source":"hunt","kind":"hunted","subject_kind":"server",)"
            R"("subject":"192.0.2.1:443","key":"k","content":{"campaign":"exchange-2021-proxylogon",)"
            R"("compromise":"no-evidence","confidence":"possible","door_present":false,"marks":[]}})"
            "\n");
  EXPECT_THAT(notice({scanned(), shell_reported(), nothing}),
              AllOf(HasSubstr("as reported to us by another body"), Not(HasSubstr("own logs"))));
}

}  // namespace
}  // namespace afterpatch::app
