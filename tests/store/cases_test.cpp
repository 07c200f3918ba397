#include "store/cases.h"

#include "store/each_store.h"

namespace afterpatch::store {
namespace {

class CasesTest : public EachStore {};
AFTERPATCH_EACH_STORE(CasesTest);

CaseRow a_case(const std::string& number, const std::string& organisation = "de-1") {
  CaseRow row;
  row.number = number;
  row.organisation = organisation;
  row.campaign = "exchange-2021-proxylogon";
  row.reason = "unpatched";
  row.state = "planned";
  row.state_since = at(1);
  row.opened = at(0);
  return row;
}

NoticeRow a_notice(const std::string& id, const std::string& state,
                   std::optional<Timestamp> not_before = {}) {
  NoticeRow row;
  row.id = id;
  row.case_number = id.substr(0, id.find('.'));
  row.channel = "email";
  row.state = state;
  row.planned = at(0);
  row.not_before = not_before;
  return row;
}

std::vector<std::string> numbers_of(const Result<CasePage>& page) {
  std::vector<std::string> numbers;
  if (page) {
    for (const CaseRow& row : page->rows) numbers.push_back(row.number);
  }
  return numbers;
}

std::vector<std::string> ids_of(const Result<std::vector<NoticeRow>>& rows) {
  std::vector<std::string> ids;
  if (rows) {
    for (const NoticeRow& row : *rows) ids.push_back(row.id);
  }
  return ids;
}

TEST_P(CasesTest, GivesBackEveryFieldOfACase) {
  const auto store = open();
  CaseRow row = a_case("AP-2021-000001");
  row.held_until = at(1), row.notified = at(2), row.reached = at(3), row.acknowledged = at(4),
  row.patched = at(5);
  row.hunted = at(6), row.clean = at(7), row.recheck_due = at(37);
  row.channel = "letter", row.text = "unpatched/de";
  ASSERT_TRUE(store->cases().put_cases({row}));
  const auto read = store->cases().victim_case("AP-2021-000001");
  ASSERT_TRUE(read) << to_string(read.error());
  ASSERT_TRUE(*read);
  const CaseRow& got = **read;
  EXPECT_EQ(
      std::tie(got.number, got.organisation, got.campaign, got.reason, got.state, got.channel, got.text),
      std::tie(row.number, row.organisation, row.campaign, row.reason, row.state, row.channel, row.text));
  EXPECT_EQ(
      std::tie(got.state_since, got.opened, got.held_until, got.notified, got.reached, got.acknowledged),
      std::tie(row.state_since, row.opened, row.held_until, row.notified, row.reached, row.acknowledged));
  EXPECT_EQ(std::tie(got.patched, got.hunted, got.clean, got.recheck_due),
            std::tie(row.patched, row.hunted, row.clean, row.recheck_due));
}

TEST_P(CasesTest, AbsentMomentsStayAbsentAlsoBesideKnownOnes) {
  const auto store = open();
  CaseRow known = a_case("AP-2021-000001");
  known.patched = at(5);
  ASSERT_TRUE(store->cases().put_cases({known, a_case("AP-2021-000002")}));
  const auto page = store->cases().find({});
  ASSERT_TRUE(page) << to_string(page.error());
  ASSERT_EQ(page->rows.size(), 2U);
  EXPECT_EQ(page->rows[0].patched, at(5));
  EXPECT_FALSE(page->rows[1].patched);
}

TEST_P(CasesTest, ReplacesACaseOfTheSameNumber) {
  const auto store = open();
  ASSERT_TRUE(store->cases().put_cases({a_case("AP-2021-000001")}));
  CaseRow later = a_case("AP-2021-000001");
  later.state = "sent";
  ASSERT_TRUE(store->cases().put_cases({later}));
  EXPECT_EQ(store->cases().find({})->total, 1U);
  EXPECT_EQ((*store->cases().victim_case("AP-2021-000001"))->state, "sent");
}

TEST_P(CasesTest, FindsByWhatIsAskedAndPages) {
  const auto store = open();
  std::vector<CaseRow> rows;
  for (int i = 1; i <= 5; ++i)
    rows.push_back(a_case(fmt::format("AP-2021-{:06}", i), i < 4 ? "de-1" : "de-2"));
  ASSERT_TRUE(store->cases().put_cases(rows));
  CaseQuery query;
  query.organisation = "de-1";
  query.offset = 1;
  query.limit = 1;
  const auto page = store->cases().find(query);
  EXPECT_EQ(numbers_of(page), (std::vector<std::string>{"AP-2021-000002"}));
  EXPECT_EQ(page->total, 3U);
}

TEST_P(CasesTest, SearchesNumberAndNameOfOrganisationInAnyCaseAndTakesWildcardsAsText) {
  const auto store = open();
  ASSERT_TRUE(store->cases().put_cases({a_case("AP-2021-000001", "de-1"), a_case("AP-2021-000002", "de-2")}));
  ASSERT_TRUE(store->directory().put_organisations({{"de-2", "Rathaus 100%", "DE", "", "", "{}"}}));
  const auto found = [&](const std::string& search) {
    CaseQuery query;
    query.search = search;
    return numbers_of(store->cases().find(query));
  };
  EXPECT_EQ(found("RATHAUS"), (std::vector<std::string>{"AP-2021-000002"}));
  EXPECT_EQ(found("100%"), (std::vector<std::string>{"AP-2021-000002"}));
  EXPECT_EQ(found("ap-2021-000001"), (std::vector<std::string>{"AP-2021-000001"}));
  EXPECT_EQ(found("%1%"), std::vector<std::string>());
  EXPECT_EQ(found("' OR ''='"), std::vector<std::string>());
}

TEST_P(CasesTest, SortsByAnyColumnWithUnknownMomentsLast) {
  const auto store = open();
  CaseRow first = a_case("AP-2021-000001");
  CaseRow second = a_case("AP-2021-000002");
  CaseRow third = a_case("AP-2021-000003");
  second.notified = at(3);
  third.notified = at(2);
  ASSERT_TRUE(store->cases().put_cases({first, second, third}));
  CaseQuery query;
  query.sort = "notified";
  EXPECT_EQ(numbers_of(store->cases().find(query)),
            (std::vector<std::string>{"AP-2021-000003", "AP-2021-000002", "AP-2021-000001"}));
  query.descending = true;
  EXPECT_EQ(numbers_of(store->cases().find(query)),
            (std::vector<std::string>{"AP-2021-000002", "AP-2021-000003", "AP-2021-000001"}));
}

TEST_P(CasesTest, RefusesToSortByWhatIsNoColumn) {
  CaseQuery query;
  query.sort = "number; DROP TABLE notice";
  const auto page = open()->cases().find(query);
  ASSERT_FALSE(page);
  EXPECT_NE(page.error().next.find("state_since"), std::string::npos);
}

TEST_P(CasesTest, KeepsTheServersOfACaseOnce) {
  const auto store = open();
  const std::vector<CaseServer> rows = {{"AP-2021-000001", "127.0.0.2", 443},
                                        {"AP-2021-000001", "127.0.0.1", 8443},
                                        {"AP-2021-000002", "127.0.0.9", 443}};
  ASSERT_TRUE(store->cases().put_case_servers(rows));
  ASSERT_TRUE(store->cases().put_case_servers(rows));
  const auto servers = store->cases().servers_of("AP-2021-000001");
  ASSERT_TRUE(servers) << to_string(servers.error());
  ASSERT_EQ(servers->size(), 2U);
  EXPECT_EQ((*servers)[0].address, "127.0.0.1");
  EXPECT_EQ((*servers)[0].port, 8443);
}

TEST_P(CasesTest, FindsTheCasesOfAServer) {
  const auto store = open();
  ASSERT_TRUE(store->cases().put_case_servers({{"AP-2021-000002", "127.0.0.2", 443},
                                               {"AP-2021-000001", "127.0.0.2", 443},
                                               {"AP-2021-000003", "127.0.0.2", 444},
                                               {"AP-2021-000004", "2001:db8::1", 443}}));
  EXPECT_EQ(*store->cases().cases_of("127.0.0.2:443"),
            (std::vector<std::string>{"AP-2021-000001", "AP-2021-000002"}));
  EXPECT_EQ(*store->cases().cases_of("[2001:db8::1]:443"), (std::vector<std::string>{"AP-2021-000004"}));
  EXPECT_EQ(*store->cases().cases_of("nonsense"), std::vector<std::string>());
}

TEST_P(CasesTest, GivesBackEveryFieldOfANotice) {
  const auto store = open();
  NoticeRow row = a_notice("AP-2021-000001.1", "sent", at(1));
  row.recipient = "security@example.org", row.language = "de", row.text = "unpatched",
  row.why = "own register";
  row.message_id = "<AP-2021-000001.1@example.org>", row.last_error = "450 4.2.0",
  row.content = R"({"servers":[]})";
  row.approved = at(1), row.sending = at(2), row.sent = at(3), row.ended = at(4), row.attempts = 2;
  ASSERT_TRUE(store->cases().put_notices({row}));
  const auto read = store->cases().notice("AP-2021-000001.1");
  ASSERT_TRUE(read && *read);
  const NoticeRow& got = **read;
  EXPECT_EQ(std::tie(got.id, got.case_number, got.channel, got.recipient, got.language, got.text, got.state,
                     got.why),
            std::tie(row.id, row.case_number, row.channel, row.recipient, row.language, row.text, row.state,
                     row.why));
  EXPECT_EQ(
      std::tie(got.message_id, got.planned, got.approved, got.not_before, got.sending, got.sent, got.ended),
      std::tie(row.message_id, row.planned, row.approved, row.not_before, row.sending, row.sent, row.ended));
  EXPECT_EQ(std::tie(got.attempts, got.last_error, got.content),
            std::tie(row.attempts, row.last_error, row.content));
}

TEST_P(CasesTest, NumbersNoticesAsPeopleCount) {
  const auto store = open();
  std::vector<NoticeRow> rows;
  for (const int i : {10, 9, 1}) rows.push_back(a_notice(fmt::format("AP-2021-000001.{}", i), "planned"));
  ASSERT_TRUE(store->cases().put_notices(rows));
  EXPECT_EQ(ids_of(store->cases().notices_of("AP-2021-000001")),
            (std::vector<std::string>{"AP-2021-000001.1", "AP-2021-000001.9", "AP-2021-000001.10"}));
}

TEST_P(CasesTest, DueAreThoseOfTheStateWhoseTimeHasComeOldestFirst) {
  const auto store = open();
  ASSERT_TRUE(store->cases().put_notices(
      {a_notice("AP-2021-000001.1", "approved", at(3)), a_notice("AP-2021-000002.1", "approved", at(2)),
       a_notice("AP-2021-000003.1", "approved", at(5)), a_notice("AP-2021-000004.1", "planned", at(1)),
       a_notice("AP-2021-000005.1", "approved")}));
  EXPECT_EQ(ids_of(store->cases().due("approved", at(3), 10)),
            (std::vector<std::string>{"AP-2021-000005.1", "AP-2021-000002.1", "AP-2021-000001.1"}));
  EXPECT_EQ(ids_of(store->cases().due("approved", at(3), 1)).size(), 1U);
}

TEST_P(CasesTest, TokensAreFoundByDigestAndOutliveARebuild) {
  const auto store = open();
  ASSERT_TRUE(store->cases().put_cases({a_case("AP-2021-000001")}));
  ASSERT_TRUE(store->cases().put_token({"ab12", "AP-2021-000001", at(0), at(90), false}));
  ASSERT_TRUE(store->cases().put_token({"ab12", "AP-2021-000001", at(0), at(90), true}));
  ASSERT_TRUE(store->cases().clear());
  EXPECT_FALSE(*store->cases().victim_case("AP-2021-000001"));
  const auto token = store->cases().token("ab12");
  ASSERT_TRUE(token && *token);
  EXPECT_TRUE((*token)->revoked);
  EXPECT_EQ((*token)->expires, at(90));
  EXPECT_FALSE(*store->cases().token("ab1"));
}

TEST_P(CasesTest, OneHolderHasALeaseUntilItEndsOrIsGivenBack) {
  const auto store = open();
  Cases& cases = store->cases();
  EXPECT_TRUE(*cases.take_lease("sender", "a", at(0), at(1)));
  EXPECT_FALSE(*cases.take_lease("sender", "b", at(0, 11), at(1)));
  EXPECT_TRUE(*cases.take_lease("sender", "a", at(0, 12), at(2)));  // renewed
  EXPECT_FALSE(*cases.take_lease("sender", "b", at(1, 11), at(3)));
  EXPECT_TRUE(*cases.take_lease("planner", "b", at(1, 11), at(3)));
  EXPECT_TRUE(*cases.take_lease("sender", "b", at(2), at(3)));
  ASSERT_TRUE(cases.give_back_lease("sender", "a"));  // not its own
  EXPECT_FALSE(*cases.take_lease("sender", "a", at(2, 11), at(3)));
  ASSERT_TRUE(cases.give_back_lease("sender", "b"));
  EXPECT_TRUE(*cases.take_lease("sender", "a", at(2, 11), at(3)));
}

TEST_P(CasesTest, NothingStaysOfWhatFailedTogether) {
  const auto store = open();
  const auto done = store->together([&]() -> Result<void> {
    if (auto put = store->cases().put_cases({a_case("AP-2021-000001")}); !put) return put;
    return fail("changed my mind");
  });
  EXPECT_FALSE(done);
  EXPECT_EQ(store->cases().find({})->total, 0U);
}

}  // namespace
}  // namespace afterpatch::store
