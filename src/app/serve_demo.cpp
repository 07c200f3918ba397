#include "app/serve_demo.h"

#include <unistd.h>

#include <filesystem>
#include <functional>
#include <sstream>
#include <tuple>

#include <fmt/format.h>

#include "app/constituency_attribute.h"
#include "app/constituency_import.h"
#include "app/exit_status.h"
#include "app/scan_import.h"
#include "app/store_import.h"
#include "base/file.h"
#include "notify/follow.h"
#include "situation/situation.h"
#include "store/store.h"
#include "web/clock.h"
#include "web/secret.h"
#include "web/static_files.h"

namespace afterpatch::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNotices =
    "agency:\n"
    "  name: CERT Example\n"
    "  phone: \"+999 1 234567\"\n"
    "  verify_page: https://csirt.example/verify\n"
    "  mail: notices@csirt.example\n"
    "  postal: [CERT Example, Street 1, 12345 Town]\n"
    "link_base: https://csirt.example/v/\n"
    "secret_file: notify.secret\n"
    "smtp: {host: 127.0.0.1, port: 9, tls: none}\n"  // RFC 863: discard; the demo never connects to it
    "returns: {address: returns@csirt.example, maildir: mail}\n"
    "archive: {address: archive@csirt.example, maildir: mail}\n";

// What a command would have printed is shown only if it fails.
Result<void> run(const std::string& name, const std::function<int(std::ostream&)>& command) {
  std::ostringstream said;
  if (command(said) == kSuccess) return {};
  return fail("the demo's data can't be made: " + name + " failed: " + said.str());
}

Result<void> unpack(const fs::path& folder) {
  if (web::demo_files().empty()) return fail("this program was built without the demo's data");
  for (const web::StaticFile& file : web::demo_files()) {
    auto written = write_file(folder / file.path.substr(1), web::content_of(file));
    if (!written) return written;
  }
  return {};
}

Result<void> import_all(const Demo& demo, const fs::path& knowledge) {
  auto done = run("constituency import", [&](std::ostream& said) {
    ConstituencyImport organisations;
    organisations.files = {demo.folder + "/constituency.csv"};
    organisations.store = demo.store;
    return run_constituency_import(organisations, said, said);
  });
  if (!done) return done;
  done = run("scan import", [&](std::ostream& said) {
    ScanImport scans;
    scans.files = {demo.folder + "/scans.jsonl"};
    scans.store = demo.store;
    scans.knowledge = knowledge;
    return run_scan_import(scans, said, said);
  });
  if (!done) return done;
  done = run("store import", [&](std::ostream& said) {
    StoreImport statements;
    statements.files = {demo.folder + "/statements.jsonl"};
    statements.store = demo.store;
    statements.kind = "statements";
    statements.knowledge = knowledge;
    return run_store_import(statements, said, said);
  });
  if (!done) return done;
  return run("constituency attribute", [&](std::ostream& said) {
    ConstituencyAttribute owners;
    owners.store = demo.store;
    return run_constituency_attribute(owners, said, said);
  });
}

Result<Timestamp> last_day(store::Store& store) {
  const auto days = store.active_days("");
  if (!days) return std::unexpected(days.error());
  if (days->empty()) return fail("the demo's data has no scan");
  return Timestamp(std::chrono::days(days->back() + 1));
}

// Cases hear of patches and hunts, as they do when notices are planned.
Result<void> tell_cases(store::Store& store) {
  const auto end = last_day(store);
  if (!end) return std::unexpected(end.error());
  if (const auto followed = notify::follow(store, *end); !followed) return std::unexpected(followed.error());
  return store.servers().refresh();
}

Result<void> add_accounts(store::Store& store, const std::string& password) {
  const auto hash = web::hash_password(password);
  if (!hash) return std::unexpected(hash.error());
  for (const char* name : {"viewer", "analyst", "operator", "admin"}) {
    auto done =
        store.accounts().put_account({name, *store::parse_role(name), *hash, web::current_time(), false});
    if (!done) return done;
  }
  return {};
}

// One with a single server that somebody came back to, and with work left: most is to be seen there.
Result<std::string> case_to_show(store::Store& store) {
  std::string best;
  int best_rank = -1;
  const auto look = [&](const store::CaseRow& row) {
    const int rank = (row.reason == "reentered"    ? 2
                      : row.reason == "backdoored" ? 1
                                                   : 0) +
                     (row.notified && !row.clean ? 3 : 0);
    if (rank > best_rank) std::tie(best, best_rank) = std::pair(row.number, rank);
  };
  if (const auto read = store.cases().for_each(look); !read) return std::unexpected(read.error());
  return best;
}

Result<void> add_link(store::Store& store, const std::string& token) {
  const auto number = case_to_show(store);
  if (!number) return std::unexpected(number.error());
  const Timestamp now = web::current_time();
  return store.cases().put_token({web::digest_of(token), *number, now, now + std::chrono::hours(24), false});
}

Result<void> fill(const Demo& demo, const fs::path& knowledge) {
  auto done = unpack(demo.folder);
  if (done) done = write_file(demo.notices, kNotices);
  if (done) done = write_file(fs::path(demo.folder) / "notify.secret", web::new_token());
  if (done) done = import_all(demo, knowledge);
  if (!done) return done;
  const auto store = store::Store::open(demo.store);
  if (!store) return std::unexpected(store.error());
  done = tell_cases(**store);
  if (done) done = add_accounts(**store, demo.password);
  return done ? add_link(**store, demo.victim_token) : done;
}

}  // namespace

Result<Demo> make_demo(const fs::path& knowledge) {
  std::string folder = (fs::temp_directory_path() / "afterpatch-demo-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return fail("no temporary folder can be made", folder);
  Demo demo{folder + "/demo.db", folder, folder + "/notify.yaml", web::new_token().substr(0, 16),
            web::new_token()};
  if (auto filled = fill(demo, knowledge); !filled) {
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
