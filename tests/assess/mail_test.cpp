// Requests for mail, as the front end, the back end and the server's own log write them down.
#include "assess/mail.h"

#include <gtest/gtest.h>

#include <numeric>

#include "assess/hand_made.h"
#include "assess/incident.h"

namespace afterpatch::assess {
namespace {

using detect::Step;
using hand_made::Evidence;
using hand_made::kIntruder;
using hand_made::kSecondIntruder;

constexpr std::string_view kMailbox = "one@example.org";
constexpr std::string_view kServerItself = "10.20.30.11";

struct WebRow {
  std::string_view log = "iis-w3c";
  std::string_view time = "2021-03-04 02:00:00";
  std::string_view client = kServerItself;
  std::string_view mailbox = kMailbox;
  std::string_view request_id = "";
};

// HttpProxy names the forged target as well, and so is believed before IIS.
void add(Evidence& evidence, const WebRow& row) {
  const bool front_end = row.log == "http-proxy";
  evidence.row(row.log, Step::mail_access, row.time, row.client,
               {{"method", "POST"},
                {"path", "/ews/exchange.asmx"},
                {"status", "200"},
                {"mailbox", std::string(row.mailbox)},
                {"request-id", std::string(row.request_id)},
                {"anchor", front_end ? "ServerInfo~a]@mail01.example.org:444/ews/exchange.asmx?#" : ""}});
}

// How many requests are told when the intruder's, seen by the front end, stands beside another row.
std::uint64_t requests_beside(const WebRow& other, std::string_view front_client = kIntruder) {
  Evidence evidence;
  add(evidence, {.log = "http-proxy", .time = "2021-03-04 02:00:00.400", .client = front_client});
  add(evidence, other);
  const Incident incident(evidence.findings, *hand_made::loaded().campaign, *hand_made::loaded().product);
  const auto accesses = mailbox_accesses(incident);
  return std::accumulate(
      accesses.begin(), accesses.end(), std::uint64_t{0},
      [](std::uint64_t sum, const MailboxAccess& access) { return sum + access.requests; });
}

TEST(OwnHop, TheBackEndsRowOfTheSameSecondIsTheSameRequest) {
  EXPECT_EQ(requests_beside({}), 1U);
}

TEST(OwnHop, ABackEndRowThatNamesNoMailboxIsTheSameRequest) {
  EXPECT_EQ(requests_beside({.mailbox = "unknown"}), 1U);
}

TEST(OwnHop, AnotherMailboxIsAnotherRequest) {
  EXPECT_EQ(requests_beside({.mailbox = "two@example.org"}), 2U);
}

TEST(OwnHop, AnotherSecondIsAnotherRequest) {
  EXPECT_EQ(requests_beside({.time = "2021-03-04 02:00:01"}), 2U);
}

TEST(OwnHop, AnotherClientFromOutsideIsAnotherRequest) {
  EXPECT_EQ(requests_beside({.client = kSecondIntruder}), 2U);
}

TEST(OwnHop, WhereTheFrontEndSeesOnlyInsideAddressesNothingIsTakenForItsOwnHop) {
  EXPECT_EQ(requests_beside({}, "10.20.30.5"), 2U);
}

TEST(OwnHop, RowsWithDifferentRequestIdsAreDifferentRequests) {
  Evidence evidence;
  add(evidence,
      {.log = "http-proxy", .client = kIntruder, .request_id = "61d2c86f-f9bb-456d-88c0-3529172510ac"});
  add(evidence, {.request_id = "11111111-f9bb-456d-88c0-3529172510ac"});
  const Incident incident(evidence.findings, *hand_made::loaded().campaign, *hand_made::loaded().product);
  EXPECT_EQ(mailbox_accesses(incident).size(), 2U);
}

}  // namespace
}  // namespace afterpatch::assess
