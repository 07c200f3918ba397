#include "knowledge/scratch_knowledge.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <fstream>
#include <sstream>

#include "knowledge/catalogue.h"

namespace afterpatch::knowledge {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCampaign = R"(id: wave
title: A wave
product: mailer
summary: Something happened.
flaws:
  - cve: CVE-2021-0001
    title: a flaw
    allows: everything
    entry: true
window:
  start: 2021-01-03
  end: 2021-04-30
  why: so it was
mass_start: 2021-02-27
patch_released: 2021-03-02
disclosed: 2021-03-02
timeline:
  - date: 2021-01-03
    what: first
    source: somebody
  - date: 2021-03-03T06:44Z
    what: second
    source: somebody
needed_logs: [iis-w3c]
references: [https://example.org/]
name: Wave
)";

constexpr const char* kGuide = R"(steps:
  - id: isolate
    title: Isolate
    when: [exploited]
    text: Take {server} away.
    commands: ["Remove {door_paths} | ForEach-Object { $_ }"]
    check: It is gone.
)";

constexpr const char* kProduct = R"(id: mailer
title: Mailer
product_lines:
  - name: Mailer1
web_folders:
  - folder: '\www'
    url: /
    why: served
web_extensions: [.aspx]
logs:
  - log: iis-w3c
    title: IIS logs
    folders: ['C:\logs']
    retention: for ever
    hides: all
    decisive: true
)";

std::string indicators() {
  return "type,value,cluster,source,first_seen,strength,note\nipv4,192.0.2.1,,somebody,,weak,"
         "shared\nsha256," +
         std::string(64, 'a') + ",,somebody,,strong,\n";
}

}  // namespace

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())), '\0');
  std::string copy = text;
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

ScratchKnowledge::ScratchKnowledge() {
  std::string name = (fs::temp_directory_path() / "afterpatch-knowledge-XXXXXX").string();
  folder_ = ::mkdtemp(name.data());
  write(kCampaignYaml, kCampaign);
  write(kGuideYaml, kGuide);
  write(kIndicatorsCsv, indicators());
  write(kProductYaml, kProduct);
  write(kBuildsCsv,
        "product,cu,su,build,release_date,kb,sources,note\nMailer1,CU1,,1.0.10.1,2021-01-01,,x,\nMailer1,CU1,"
        "SU1,1.0.10.4,,,x,\n");
  write(kFixesCsv,
        "cve,product,cu,first_fixed_build,fixed_by,source_note\nCVE-2021-0001,Mailer1,CU1,1.0.10.4,SU1,x\n");
  write(kKnownGood, gzip("sha256,path,builds\n" + std::string(64, 'a') + ",\\www\\a.aspx,1.0.10.1\n"));
  fs::create_directories(folder_ / "campaigns/wave/rules/sigma");
  fs::create_directories(folder_ / "campaigns/wave/rules/yara");
}

ScratchKnowledge::~ScratchKnowledge() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void ScratchKnowledge::write(const std::string& file, const std::string& content) {
  fs::create_directories((folder_ / file).parent_path());
  std::ofstream(folder_ / file, std::ios::binary) << content;
}

void ScratchKnowledge::replace(const std::string& file, const std::string& old, const std::string& now) {
  std::ostringstream content;
  content << std::ifstream(folder_ / file, std::ios::binary).rdbuf();
  std::string text = content.str();
  const std::size_t at = text.find(old);
  ASSERT_NE(at, std::string::npos) << old;
  write(file, text.replace(at, old.size(), now));
}

void ScratchKnowledge::remove(const std::string& file) {
  fs::remove_all(folder_ / file);
}

std::vector<std::string> ScratchKnowledge::check() const {
  std::vector<std::string> shown;
  for (Error fault : check_campaign(folder_, "wave")) {
    if (fault.where.starts_with(folder_.string() + "/")) fault.where.erase(0, folder_.string().size() + 1);
    shown.push_back(to_string(fault));
  }
  return shown;
}

}  // namespace afterpatch::knowledge
