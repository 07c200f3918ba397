#include "app/serve_demo.h"

#include <unistd.h>

#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "app/usual_campaign.h"
#include "notify/case_book.h"
#include "store/store.h"
#include "web/clock.h"
#include "web/secret.h"

namespace afterpatch::app {
namespace {

namespace fs = std::filesystem;

constexpr int kServers = 180;
constexpr int kDays = 20;
constexpr std::array<const char*, 6> kSectors = {"nace:Q", "nace:O", "nace:C", "nace:P", "nace:K", "nace:G"};
constexpr std::array<const char*, 6> kNames = {"Hospital", "Town of", "Works", "School", "Bank", "Trade"};
constexpr std::array<const char*, 4> kCountries = {"DE", "FR", "AT", "ES"};
constexpr std::array<const char*, 4> kLanguages = {"de", "fr", "de", "es"};

std::string address_of(int server) {
  constexpr std::array<const char*, 3> kNets = {"192.0.2", "198.51.100", "203.0.113"};
  return fmt::format("{}.{}", kNets[static_cast<std::size_t>(server / 60)], server % 60 + 10);
}
std::string organisation_of(int server) {
  return fmt::format("org-{:03}", server / 2);
}
std::string case_of(int server) {
  return fmt::format("AP-2021-{:06}", server / 2 + 1);
}
Timestamp day(int number, int hours = 6) {
  return *parse_time("2021-03-04T00:00:00Z") + std::chrono::hours(24 * number + hours);
}

// The day from which on it is seen patched; never: kDays.
int patched_on(int server) {
  return server % 5 == 0 ? kDays : (server * 7) % kDays;
}
bool is_hit(int server) {
  return server % 6 < 2;
}

std::string scan_line(int server, int number) {
  const bool patched = number >= patched_on(server);
  const std::string builds = patched ? "15.1.2176.9" : "15.1.2176.2";
  return fmt::format(
      R"({{"time":"{}","address":"{}","port":443,"name":"mail.{}.example","reached":true,"product":"exchange-self-hosted","builds":["{}"],"exposure":"{}","confidence":"confirmed","country":"{}","network":"AS{}","sector":"{}"}})",
      to_iso8601(day(number)), address_of(server), organisation_of(server), builds,
      server % 11 == 0 ? "build-ambiguous"
      : patched        ? "patched"
                       : "unpatched",
      kCountries[static_cast<std::size_t>(server) / 2 % 4], 64500 + server % 7,
      kSectors[static_cast<std::size_t>(server) / 2 % 6]);
}

Result<void> scan(store::Store& store) {
  auto writer = store.write("scan", store::kDefaultLongestGap);
  if (!writer) return std::unexpected(writer.error());
  for (int number = 0; number < kDays; ++number) {
    for (int server = 0; server < kServers; ++server) {
      const auto observation = store::read_scan_line(scan_line(server, number), "demo");
      if (!observation) return std::unexpected(observation.error());
      if (auto added = (*writer)->add(*observation); !added) return added;
    }
  }
  return (*writer)->commit();
}

Result<void> list_organisations(store::Store& store) {
  std::vector<store::OrganisationRow> rows;
  std::vector<store::OwnerRow> owners;
  for (int server = 0; server < kServers; ++server) {
    const auto place = static_cast<std::size_t>(server) / 2;
    const std::string id = organisation_of(server);
    owners.push_back({address_of(server), 443, id, "certificate-name", "likely", "[]"});
    if (server % 2 != 0) continue;
    rows.push_back(
        {id, fmt::format("{} {}", kNames[place % 6], place + 1), kCountries[place % 4], "",
         kSectors[place % 6],
         fmt::format(
             R"({{"id":"{0}","name":"{0}","domains":["{0}.example"],"contacts":[{{"rung":"register","channel":"email","value":"it@{0}.example","language":"{1}","provenance":"made up"}}]}})",
             id, kLanguages[place % 4])});
  }
  auto done = store.directory().put_organisations(rows);
  return done ? store.directory().put_owners(owners) : done;
}

std::string hunted(int server) {
  const bool second = server % 4 == 0;
  const bool again = server % 12 == 0;
  return fmt::format(
      R"({{"campaign":"{}","compromise":"{}","confidence":"confirmed","exploited":"{}","backdoored":{},"reentered":{},"patched":null,"door_present":{},"mail_accessed":{},"credentials_exposed":false,"build":"15.1.2176.2","marks":[{{"kind":"door-path","value":"/aspnet_client/{}.aspx"}},{{"kind":"address","value":"203.0.113.{}"}}]}})",
      kUsualCampaign,
      again    ? "re-entered"
      : second ? "backdoored"
               : "exploited",
      to_iso8601(day(server % 9 - 4, server % 24)),
      second || again ? fmt::format("\"{}\"", to_iso8601(day(server % 9 - 4, server % 24 + 1))) : "null",
      again ? fmt::format("\"{}\"", to_iso8601(day(server % 9 + 3))) : "null", second, again,
      second ? "supp0rt" : "discover", second ? 7 : 8);
}

store::Statement say(Timestamp time, const char* source, const char* kind, const char* subject_kind,
                     const std::string& subject, std::string content) {
  return {time, time, source, kind, subject_kind, subject, "", std::move(content)};
}

Result<void> hunt(store::Store& store) {
  std::vector<store::Statement> statements;
  std::vector<store::ClusterMember> members;
  for (int server = 0; server < kServers; ++server) {
    if (!is_hit(server)) continue;
    statements.push_back(say(day(server % 15 + 2), "hunt", "hunted", "server",
                             store::server_subject(address_of(server), 443), hunted(server)));
    members.push_back({server % 4 == 0 ? "C-0001" : "C-0002", address_of(server), 443});
  }
  const auto added = store.ledger().add(statements);
  if (!added) return std::unexpected(added.error());
  return store.servers().put_clusters(members);
}

std::string opened(int server) {
  return fmt::format(
      R"({{"organisation":"{}","campaign":"{}","reason":"{}","servers":[{{"address":"{}","port":443}}],"held_until":null}})",
      organisation_of(server), kUsualCampaign, server % 12 == 0 ? "reentered" : "backdoored",
      address_of(server));
}

std::string planned(int server) {
  const auto place = static_cast<std::size_t>(server) / 2;
  return fmt::format(
      R"({{"channel":"email","recipient":"it@{0}.example","language":"{1}","text":"backdoored","why":"the organisation's own list"}})",
      organisation_of(server), kLanguages[place % 4]);
}

// Every fourth server's organisation gets a case; how far each has come differs.
Result<void> open_cases(store::Store& store) {
  std::vector<store::Statement> statements;
  for (int server = 0; server < kServers; server += 4) {
    if (!is_hit(server)) continue;
    const std::string number = case_of(server);
    const std::string notice = number + ".1";
    statements.push_back(say(day(8), "notify", "case-opened", "case", number, opened(server)));
    statements.push_back(say(day(8, 7), "notify", "notice-planned", "notice", notice, planned(server)));
    const int stage = server / 4 % 5;
    if (stage > 0)
      statements.push_back(
          say(day(9), "operator:operator", "notice-approved", "notice", notice, R"({"by":"operator"})"));
    if (stage > 1) {
      statements.push_back(say(day(9, 8), "notify", "notice-sending", "notice", notice,
                               R"({"message_id":"<demo@afterpatch.example>","attempt":1})"));
      statements.push_back(
          say(day(9, 9), "smtp", "notice-sent", "notice", notice, R"({"reply":"250 2.0.0 Ok"})"));
    }
    if (stage > 2) statements.push_back(say(day(10), "victim", "page-opened", "case", number, "{}"));
    if (stage > 3) statements.push_back(say(day(11), "victim", "acknowledged", "case", number, "{}"));
  }
  return notify::record(store, statements);
}

Result<void> add_accounts(store::Store& store, const std::string& password) {
  const auto hash = web::hash_password(password);
  if (!hash) return std::unexpected(hash.error());
  for (const char* name : {"viewer", "analyst", "operator", "admin"}) {
    auto done = store.accounts().put_account({name, *store::parse_role(name), *hash, day(0), false});
    if (!done) return done;
  }
  return {};
}

Result<void> fill(store::Store& store, const Demo& demo) {
  auto done = list_organisations(store);
  if (done) done = scan(store);
  if (done) done = hunt(store);
  if (done) done = store.servers().refresh();
  if (done) done = open_cases(store);
  if (done) done = store.servers().refresh();
  if (done) done = add_accounts(store, demo.password);
  const Timestamp now = web::current_time();
  if (done)
    done = store.cases().put_token(
        {web::digest_of(demo.victim_token), case_of(0), now, now + std::chrono::hours(24), false});
  return done;
}

}  // namespace

Result<Demo> make_demo() {
  std::string folder = (fs::temp_directory_path() / "afterpatch-demo-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return fail("no temporary folder can be made", folder);
  Demo demo{folder + "/demo.db", folder, web::new_token().substr(0, 16), web::new_token()};
  auto store = store::Store::open(demo.store);
  if (!store) return std::unexpected(store.error());
  if (auto filled = fill(**store, demo); !filled) {
    remove_demo(demo);
    return std::unexpected(filled.error());
  }
  return demo;
}

void remove_demo(const Demo& demo) {
  std::error_code ignored;
  fs::remove_all(demo.folder, ignored);
}

}  // namespace afterpatch::app
