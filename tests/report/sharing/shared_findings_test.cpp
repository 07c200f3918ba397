// The promise of docs/outputs.md: what is meant for sharing names no victim unless asked. A report with names
// in every field that can hold one is written in each format, and each is searched.
#include "report/sharing/shared_findings.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "report/evidence_timeline.h"
#include "report/misp.h"
#include "report/navigator.h"
#include "report/sample_report.h"
#include "report/stix.h"
#include "report/timesketch.h"

namespace afterpatch::report {
namespace {

using testing::HasSubstr;
using testing::Not;

// Parts of the names below, in lower case; none stands in anything else.
constexpr std::string_view kSecrets[] = {"fjordbank", "kx7",           "nordmann", "s-1-5-21",  "10.11.12.13",
                                         "fd00::17",  "198.51.100.77", "oslo-hq",  "kundemappe"};

constexpr const char* kEverything =
    "KX7 kx7.fjordbank.example FJORDBANK\\kari.nordmann kari.nordmann@fjordbank.example S-1-5-21-7-7-7-1105 "
    "10.11.12.13 fd00::17 198.51.100.77 oslo-hq kundemappe";

void name_in(detect::Detection& detection) {
  detection.raw = kEverything;
  detection.place.artefact = "kundemappe/" + detection.place.artefact;
  detection.fields.insert(detection.fields.end(),
                          {{"user", "FJORDBANK\\kari.nordmann"},
                           {"claimed-user", "oslo-hq\\kari.nordmann"},
                           {"host", "198.51.100.77"},
                           {"anchor", "ServerInfo~a]@kx7.fjordbank.example:444/x.xml"},
                           {"computer", "KX7.fjordbank.example"},
                           {"peer", "10.11.12.13"},
                           {"command-line", kEverything}});
}

void name_in(assess::Door& door) {
  door.path = "kundemappe/kx7.fjordbank.example/" + door.path;
  door.reasons.emplace_back(kEverything);
  door.planted_by += kEverything;
  for (auto& visitor : door.visitors) visitor.user_agents.emplace_back("Agent for kx7.fjordbank.example");
  door.visitors.push_back(door.visitors.front());
  door.visitors.back().client = "10.11.12.13";
}

void name_in(assess::Run& run) {
  run.hosts = {"kx7.fjordbank.example", "198.51.100.77"};
  run.user_agents.emplace_back("ours (kari.nordmann@fjordbank.example, 10.11.12.13)");
  run.cluster_mark = kEverything;
  run.written_by = kEverything;
  run.cves.emplace_back(kEverything);
}

void name_in(assess::ServerReport& server) {
  server.names = {"KX7", "kx7.fjordbank.example"};
  for (auto& answer : server.answers) answer.text += kEverything;
  for (auto& action : server.actions) action.commands.emplace_back(kEverything);
  for (auto& run : server.runs) name_in(run);
  server.runs.push_back(server.runs.front());
  server.runs.back().client = "fd00::17";
  for (auto& door : server.doors) name_in(door);
  server.mailboxes.resize(3, server.mailboxes.front());
  server.mailboxes[0].mailbox = "kari.nordmann@fjordbank.example";
  server.mailboxes[1].mailbox = "S-1-5-21-7-7-7-1105";
  server.mailboxes[2].mailbox = "/o=Fjordbank/ou=oslo-hq/cn=Recipients/cn=kari.nordmann";
  for (auto& mailbox : server.mailboxes) mailbox.how += " on kx7.fjordbank.example";
  for (auto& event : server.server_events) {
    event.account = "FJORDBANK\\kari.nordmann";
    event.command = kEverything;
  }
  for (auto& event : server.timeline) event.what += kEverything;
  for (auto& pivot : server.pivots) pivot.value += kEverything;
  for (auto& line : server.coverage) line.note += kEverything;
  for (auto& detection : server.detections) name_in(detection);
  server.notes.emplace_back(kEverything);
}

assess::HuntReport report_full_of_names() {
  assess::HuntReport hunt = reentered_report();
  for (auto& server : hunt.servers) name_in(server);
  for (auto& source : hunt.sources) source += "/kundemappe/fjordbank";
  for (auto& problem : hunt.problems) problem.what += kEverything;
  return hunt;
}

TEST(Sharing, NamesNoVictimUnlessAsked) {
  const assess::HuntReport hunt = report_full_of_names();
  for (const std::string& output : {stix_bundle(hunt, Share::without_victims),
                                    misp_event(hunt, Share::without_victims), navigator_layer(hunt)}) {
    ASSERT_GT(output.size(), 500U);
    const std::string lower = to_lower_ascii(output);
    for (const std::string_view secret : kSecrets) EXPECT_THAT(lower, Not(HasSubstr(secret)));
  }
}

TEST(Sharing, KeepsWhatHelpsOthersAllTheSame) {
  const assess::HuntReport hunt = report_full_of_names();
  for (const std::string& output :
       {stix_bundle(hunt, Share::without_victims), misp_event(hunt, Share::without_victims)}) {
    EXPECT_THAT(output, HasSubstr("203.0.113.45"));
    EXPECT_THAT(output, HasSubstr("/aspnet_client/Rt5kQw2z.aspx"));
    EXPECT_THAT(output, HasSubstr("CVE-2021-26855"));
    EXPECT_THAT(output, HasSubstr("victim-server-1.case-"));
    EXPECT_THAT(output, HasSubstr("victim-mailbox-3.case-"));
  }
}

TEST(Sharing, NamesVictimsWhenAsked) {
  const assess::HuntReport hunt = report_full_of_names();
  for (const std::string& output :
       {stix_bundle(hunt, Share::with_victims), misp_event(hunt, Share::with_victims)}) {
    EXPECT_THAT(output, HasSubstr("KX7"));
    EXPECT_THAT(output, HasSubstr("kari.nordmann@fjordbank.example"));
    EXPECT_THAT(output, HasSubstr("10.11.12.13"));
    EXPECT_THAT(output, Not(HasSubstr("kundemappe")));  // paths of the evidence help nobody
  }
}

TEST(Sharing, LeavesTheFilesForTheHouseWhole) {
  const assess::HuntReport hunt = report_full_of_names();
  for (const std::string& output : {evidence_timeline(hunt), timesketch_csv(hunt), timesketch_jsonl(hunt)}) {
    for (const std::string_view secret : kSecrets) EXPECT_THAT(to_lower_ascii(output), HasSubstr(secret));
  }
}

TEST(SharedFindings, TellCasesApartByTheirEvidenceNotByItsPlace) {
  assess::HuntReport hunt = reentered_report();
  const std::string id = share_findings(hunt, Share::without_victims).case_id;
  EXPECT_EQ(id.size(), 12U);
  hunt.sources = {"/elsewhere", "b"};
  EXPECT_EQ(share_findings(hunt, Share::without_victims).case_id, id);
  hunt.servers[0].detections[0].raw += " ";
  EXPECT_NE(share_findings(hunt, Share::without_victims).case_id, id);
}

TEST(SharedFindings, TellCleanServersApartByTheirLogs) {
  assess::HuntReport hunt = clean_report();
  const std::string id = share_findings(hunt, Share::without_victims).case_id;
  ++hunt.servers[0].coverage[0].rows;
  EXPECT_NE(share_findings(hunt, Share::without_victims).case_id, id);
}

TEST(SharedFindings, TakeOnlyCvesAndTechniquesThatAreSome) {
  assess::HuntReport hunt = reentered_report();
  hunt.servers[0].detections[0].cves = {"CVE-2021-26855", "CVE-21-1", "cve-2021-26857", "CVE-2021-0012345",
                                        "x"};
  hunt.servers[0].detections[0].techniques = {"T1190", "initial access"};
  const SharedServer server = share_findings(hunt, Share::without_victims).servers.at(0);
  EXPECT_THAT(server.cves, testing::ElementsAre("CVE-2021-26855", "CVE-2021-27065"));
  for (const SharedTechnique& technique : server.techniques) EXPECT_NE(technique.id, "initial access");
}

TEST(ParseShare, KnowsItsTwoWords) {
  EXPECT_EQ(parse_share("with-victims"), Share::with_victims);
  EXPECT_EQ(parse_share("without-victims"), Share::without_victims);
  EXPECT_EQ(parse_share("yes"), std::nullopt);
}

}  // namespace
}  // namespace afterpatch::report
