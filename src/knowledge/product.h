// An attacked software, read from knowledge/products/<id>/. All of it is data with its source; adding a build
// or a fix needs no code.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "knowledge/build.h"
#include "knowledge/known_good.h"

namespace afterpatch::knowledge {

struct BuildInfo {
  Build build;
  std::string product;  // "Exchange2016"
  std::string cu;       // "CU19"
  std::string su;       // "Mar21SU"; empty for the cumulative update itself
  std::string kb;       // "KB5000871" or empty
  std::optional<Timestamp> released;
  std::string name() const;  // "Exchange 2016 CU19 Mar21SU"
};

// How a build stands towards one CVE.
enum class FixState {
  not_affected,  // the product line never had the flaw
  fixed,
  vulnerable,  // a fix for this cumulative update exists and this build is older
  no_fix,      // no fix was ever made for this cumulative update
  unknown,     // the build, or its branch, is not in the tables
};

struct FixStatus {
  FixState state = FixState::unknown;
  std::optional<Build> first_fixed;  // of the same branch, where one exists
};

// A web-served folder of the product and the URL it is served under.
struct WebFolder {
  std::string folder;  // lower-case end of a Windows path: "\frontend\httpproxy\owa"
  std::string url;     // "/owa"
  bool recursive = true;
  bool scripts_never = false;  // nothing that a server would run belongs here, whoever put it there
  std::string why;             // shown with a finding
};

// A log that a hunt needs, where it lies by default, and what its absence hides.
struct LogNeed {
  std::string log;  // "iis-w3c", "http-proxy", "ecp-server", ...: kind or log type as in evidence/artefact.h
  std::string title;                 // "Exchange HttpProxy logs"
  std::vector<std::string> folders;  // default places, for people
  std::string retention;             // "about 30 days by default"
  std::string hides;                 // what can't be known without it
  bool decisive = false;             // without it no 'no evidence' can be said
  bool sparse = false;               // days without an entry are ordinary
};

class Product {
 public:
  // Reads knowledge/products/<id>/. Fails with file, line and what was expected.
  static Result<std::shared_ptr<const Product>> load(const std::filesystem::path& folder);

  std::string id;                      // "exchange"
  std::string title;                   // "Microsoft Exchange Server"
  std::vector<BuildInfo> builds;       // sorted by build
  std::vector<WebFolder> web_folders;  // longest folder first
  std::vector<LogNeed> logs;
  // Lower-case ends of Windows paths of programs whose file version is the build: "\bin\exsetup.exe".
  std::vector<std::string> version_files;
  // Lower-case parts of Windows paths behind which folders are named after builds: "\owa\auth\".
  std::vector<std::string> version_folders;
  // Keys of the SOFTWARE hive, below its root: whose subkeys name updates that are installed
  // ("Microsoft\Updates\Exchange 2016"), and where the set-up notes its version.
  std::vector<std::string> update_keys;
  std::vector<std::string> set_up_keys;
  // Rules for what intruders do once they are in, whichever campaign brought them; empty if there are none.
  std::filesystem::path sigma_folder;  // rules/sigma
  std::filesystem::path yara_folder;   // rules/yara
  std::vector<std::string>
      web_extensions;  // lower case with dot, that a server would run: ".aspx", ".ashx", ...

  // How IIS is set up on a clean server (iis.csv; empty if the product has none): images of native modules
  // and physical paths of virtual directories, lower case, from a leading '\' on, without drive and, for what
  // the product installed, below its install folder ("\clientaccess\owa").
  std::vector<std::string> iis_modules;
  std::vector<std::string> iis_folders;

  const BuildInfo* find(const Build& build) const;
  // Nearest known build below it in the same branch, for naming builds that the table lacks.
  const BuildInfo* nearest(const Build& build) const;
  // Four integers, inside the branch. A cumulative update that came out after the fix is `fixed`; a build of
  // a known branch needs no row of its own in builds.csv. fixes.csv alone decides which product lines have a
  // flaw, also where the attacked part is missing (Exchange 2019 has no Unified Messaging but Microsoft lists
  // it for CVE-2021-26857).
  FixStatus fix_status(const Build& build, std::string_view cve) const;
  bool knows_cve(std::string_view cve) const;
  // When the maker stopped (or stops) making updates for the build's product line; nullopt if that is not
  // known.
  std::optional<Timestamp> support_ends(const Build& build) const;

  // `windows_path` as in evidence::Artefact, below any install folder; see known_good.h.
  KnownGoodAnswer known_good(std::string_view windows_path, std::string_view sha256) const;
  // The folder rule that fits best, or null.
  const WebFolder* web_folder(std::string_view windows_path) const;
  // URL path under which the file would be served; empty if unknown.
  std::string url_of(std::string_view windows_path) const;

 private:
  // Fixes are compared inside one branch only: a cumulative update ("15.1.2176") or, for a product line whose
  // product.yaml says so, a service pack ("14.3": a rollup of Exchange 2010 changes the third number).
  std::string branch_of(const Build& build) const;

  struct Fix {
    std::optional<Build> first_fixed;  // none: no fix was ever made for this branch
    bool whole_branch = false;         // the branch began with the fix in it
  };
  friend class ProductLoader;
  std::map<std::pair<std::string, std::string>, Fix> fixes_;           // (cve, branch) -> fix
  std::map<std::string, std::vector<std::string>> affected_products_;  // cve -> product lines named in fixes
  std::map<std::string, std::string> branch_products_;                 // branch -> product line
  std::map<std::string, Timestamp> support_ends_;                      // product line -> day
  std::vector<std::string> short_branches_;                            // "14.3": branches of two numbers
  KnownGoodFiles known_good_;
};

}  // namespace afterpatch::knowledge
