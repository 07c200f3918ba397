#include "report/sharing/victim_names.h"

#include <gmock/gmock.h>

namespace afterpatch::report {
namespace {

using testing::HasSubstr;
using testing::Not;

assess::HuntReport hunt_with(std::vector<std::pair<std::string, std::string>> fields) {
  assess::HuntReport hunt;
  hunt.servers.resize(1);
  hunt.servers[0].names = {"EX01"};
  hunt.servers[0].detections.resize(1);
  hunt.servers[0].detections[0].fields = std::move(fields);
  return hunt;
}

std::string hidden(const std::vector<std::pair<std::string, std::string>>& fields, std::string_view text) {
  return VictimNames(hunt_with(fields)).hidden(text);
}

TEST(VictimNames, HideAServerByEachOfItsNames) {
  assess::HuntReport hunt = hunt_with({});
  hunt.servers[0].names = {"EX01", "ex01.corp.fjordbank.example"};
  const VictimNames names(hunt);
  EXPECT_EQ(names.hidden("on EX01 and Ex01.corp.fjordbank.example."),
            "on victim-server-1 and victim-server-1.");
  EXPECT_THAT(names.hidden("ask hr.corp.fjordbank.example"), Not(HasSubstr("fjordbank")));
}

TEST(VictimNames, HideDomainAndUserOfAnAccount) {
  const std::string text = hidden({{"user", "FJORDBANK\\kari"}}, "kari of Fjordbank, fjordbank.example");
  EXPECT_THAT(text, Not(HasSubstr("kari")));
  EXPECT_THAT(text, Not(testing::ContainsRegex("[Ff]jordbank")));
}

TEST(VictimNames, FindHostsInsideTheAnchorOfAForgedRequest) {
  EXPECT_EQ(hidden({{"anchor", "ServerInfo~a]@dc7.fjordbank.example:444/autodiscover/autodiscover.xml?#"}},
                   "autodiscover.xml of dc7.fjordbank.example"),
            "autodiscover.xml of victim-host-1");
}

TEST(VictimNames, HideAPublicAddressThatWasAskedAsAHost) {
  EXPECT_EQ(hidden({{"host", "198.51.100.20"}}, "to 198.51.100.20 from 203.0.113.45"),
            "to victim-address-1 from 203.0.113.45");
}

TEST(VictimNames, HideUnknownNamesByTheirForm) {
  EXPECT_EQ(hidden({}, "ola@ukjent.example, S-1-5-21-9-9-9-1001 and 10.9.8.7"),
            "victim-mailbox, victim-sid and victim-address");
}

// He chooses what is logged as a user.
TEST(VictimNames, CantBeUsedByAnIntruderToHideHisTraces) {
  EXPECT_EQ(hidden({{"user", "aspx"}, {"claimed-user", "/owa/auth"}, {"host", "owa"}}, "/owa/auth/x.aspx"),
            "victim-account-1/x.aspx");
  EXPECT_EQ(hidden({{"user", "aspx"}, {"user", "auth"}, {"host", "owa"}}, "/owa/auth/x.aspx"),
            "/owa/auth/x.aspx");
}

TEST(VictimNames, LookForShortNamesAsWholeWordsOnly) {
  EXPECT_EQ(hidden({{"user", "art"}}, "start of art"), "start of victim-account-1");
}

TEST(VictimNames, NumberAMailboxWhateverItIsCalled) {
  assess::HuntReport hunt = hunt_with({});
  hunt.servers[0].mailboxes.resize(2);
  hunt.servers[0].mailboxes[0].mailbox = "administrator";
  hunt.servers[0].mailboxes[1].mailbox = std::string(5000, 'x');
  const VictimNames names(hunt);
  EXPECT_EQ(names.mailbox("administrator"), "victim-mailbox-1");
  EXPECT_EQ(names.mailbox(std::string(5000, 'x')), "victim-mailbox-2");
}

TEST(VictimNames, HideEveryPartOfAnX500Name) {
  assess::HuntReport hunt = hunt_with({});
  hunt.servers[0].mailboxes.resize(1);
  hunt.servers[0].mailboxes[0].mailbox = "/o=Fjordbank/ou=Oslo Office/cn=Recipients/cn=karinordmann";
  EXPECT_THAT(VictimNames(hunt).hidden("karinordmann@x Fjordbank"),
              Not(testing::ContainsRegex("kari|Fjord")));
}

}  // namespace
}  // namespace afterpatch::report
