// Web files made to break whoever looks at them. Each is bounded in time and memory and named where it was
// not read whole, what can be seen in it is still said, and the files beside it are read.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <ctime>
#include <fstream>

#include "app/hunt.h"
#include "detect/files/fixtures.h"

namespace afterpatch::app {
namespace {

using detect::files::fixtures::from_base64;
using detect::files::fixtures::kEvaluatingPage;
using detect::files::fixtures::to_utf16le;

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Resident memory at its highest since the last call, in MB (proc(5): "clear_refs").
std::size_t take_peak_memory() {
  std::size_t kilobytes = 0;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) kilobytes = std::stoul(line.substr(6));
  }
  std::ofstream("/proc/self/clear_refs") << "5";
  return kilobytes / 1000;
}

class BadWebFiles : public testing::Test {
 protected:
  // Generous: a busy machine and a build with sanitizers are slow, what is not bounded is slower by far.
  static constexpr double kMostSeconds = 60;
  static constexpr std::size_t kMostMegabytes = 900;

  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              ("afterpatch_bad_web_" + std::to_string(::getpid()) +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    add("known.aspx", from_base64(kEvaluatingPage));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path path_of(const std::string& name) const {
    return folder_ / "C/inetpub/wwwroot/aspnet_client" / name;
  }
  std::filesystem::path add(const std::string& name, std::string_view content) const {
    const auto path = path_of(name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  // Whatever else lies there, the ordinary door beside it is found, within bounds.
  assess::HuntReport hunted() const {
    Progress progress;
    HuntOptions options;
    options.sources = {folder_.string()};
    options.threads = 1;
    take_peak_memory();
    const double start = processor_seconds();
    const auto report = hunt(options, progress);
    EXPECT_LT(processor_seconds() - start, kMostSeconds);
    EXPECT_LT(take_peak_memory(), kMostMegabytes);
    EXPECT_TRUE(report) << (report ? "" : to_string(report.error()));
    if (!report) return {};
    EXPECT_TRUE(finds(*report, "known.aspx"));
    return *report;
  }
  static bool finds(const assess::HuntReport& report, const std::string& name) {
    return std::any_of(report.servers.begin(), report.servers.end(), [&](const auto& server) {
      return std::any_of(server.detections.begin(), server.detections.end(), [&](const auto& detection) {
        return detection.place.artefact.ends_with(name) && detection.rule_id.starts_with("web-content-");
      });
    });
  }
  static bool names(const assess::HuntReport& report, const std::string& name) {
    return std::any_of(report.problems.begin(), report.problems.end(),
                       [&](const auto& problem) { return problem.artefact.ends_with(name); });
  }

  std::filesystem::path folder_;
};

TEST_F(BadWebFiles, PictureWithScriptUnderAScriptsNameIsAPage) {
  add("picture.aspx", "GIF89a\x01\x01" + std::string(64, '\0') + from_base64(kEvaluatingPage));
  add("photo.aspx", std::string("\xff\xd8\xff\xe0\0\x10JFIF", 10) + from_base64(kEvaluatingPage));
  const auto report = hunted();
  EXPECT_TRUE(finds(report, "picture.aspx"));
  EXPECT_TRUE(finds(report, "photo.aspx"));
}

TEST_F(BadWebFiles, ScriptOf200MegabytesIsReadInPartAndNamed) {
  std::filesystem::resize_file(add("huge.aspx", from_base64(kEvaluatingPage)), 200'000'000);  // sparse
  const auto report = hunted();
  EXPECT_TRUE(finds(report, "huge.aspx"));
  EXPECT_TRUE(names(report, "huge.aspx"));
}

TEST_F(BadWebFiles, OneLineOf50MegabytesIsReadInPartAndNamed) {
  std::string page = from_base64(kEvaluatingPage) + "<% x = ";
  while (page.size() < 50'000'000) page += "\"a\" + x.y(";
  add("line.aspx", page);
  const auto report = hunted();
  EXPECT_TRUE(finds(report, "line.aspx"));
  EXPECT_TRUE(names(report, "line.aspx"));
}

TEST_F(BadWebFiles, DeepNestingEndsNeitherStackNorTime) {
  const std::string page = from_base64(kEvaluatingPage);
  const auto repeated = [](std::string_view piece) {
    std::string text;
    while (text.size() < 1'500'000) text += piece;
    return text;
  };
  for (const char* piece :
       {"(", "{", "[", "<%", "if(a){", "f(g[", "\"{", "<!--", "// ?\n", "/*", "${", "@{"}) {
    static int number = 0;
    add("deep" + std::to_string(number) + ".aspx", page + "<% " + repeated(piece));
    add("deep" + std::to_string(number) + ".php", "<?php " + repeated(piece));
    add("deep" + std::to_string(number++) + ".cshtml", "@{ " + repeated(piece));
  }
  add("web.config", "<configuration>" + repeated("<a>"));
  add("task.xml", repeated("<service>"));
  EXPECT_TRUE(finds(hunted(), "deep0.aspx"));
}

TEST_F(BadWebFiles, EncodingDeclaredWronglyHidesNothing) {
  const std::string page = from_base64(kEvaluatingPage);
  add("utf7.aspx", "<%@ Page CodePage=\"65000\" %>" + page);
  add("utf16.aspx", "<?xml encoding=\"utf-8\" ?>" + page);
  add("wide.aspx", to_utf16le("<%@ Page ResponseEncoding=\"utf-8\" %>" + page) + "x");
  add("odd.aspx", "\xff\xfe" + page + "\n");
  add("bytes.aspx", page + "\xc3\x28\xff\xfe\x80");
  const auto report = hunted();
  for (const char* name : {"utf7.aspx", "utf16.aspx", "wide.aspx", "bytes.aspx"})
    EXPECT_TRUE(finds(report, name)) << name;
}

// A block of zeros that ends at a byte's edge, over and over, and the empty block that ends the stream (RFC
// 1951): made in no time.
std::string deflated_zeros(std::size_t bytes) {
  constexpr std::size_t kBlock = 16U << 20U;
  std::string zeros(kBlock, '\0');
  std::string block(kBlock / 100, '\0');
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(zeros.data());
  stream.avail_in = static_cast<uInt>(zeros.size());
  stream.next_out = reinterpret_cast<Bytef*>(block.data());
  stream.avail_out = static_cast<uInt>(block.size());
  deflate(&stream, Z_FULL_FLUSH);
  block.resize(stream.total_out);
  deflateEnd(&stream);
  std::string out;
  for (std::size_t made = 0; made < bytes; made += kBlock) out += block;
  return out + std::string("\x03\0", 2);
}

// One file in a ZIP archive (PKWARE's APPNOTE, 4.3.7 and 4.3.12), as Office's documents are.
std::string zip(const std::string& name, const std::string& packed, std::uint32_t method,
                std::uint32_t size) {
  const auto number = [](std::uint32_t value, int bytes) {
    std::string text;
    for (; bytes > 0; --bytes, value >>= 8U) text.push_back(static_cast<char>(value & 0xffU));
    return text;
  };
  const std::string common = number(20, 2) + number(0, 2) + number(method, 2) + number(0, 8) +
                             number(static_cast<std::uint32_t>(packed.size()), 4) + number(size, 4) +
                             number(static_cast<std::uint32_t>(name.size()), 2) + number(0, 2);
  const std::string local = number(0x04034b50, 4) + common + name + packed;
  const std::string central = number(0x02014b50, 4) + number(20, 2) + common + number(0, 14) + name;
  return local + central + number(0x06054b50, 4) + number(0, 4) + number(1, 2) + number(1, 2) +
         number(static_cast<std::uint32_t>(central.size()), 4) +
         number(static_cast<std::uint32_t>(local.size()), 4) + number(0, 2);
}

TEST_F(BadWebFiles, ArchiveThatUnpacksToAGigabyteInADocumentIsNotUnpacked) {
  const std::string inner = zip("word/document.xml", deflated_zeros(1U << 30U), Z_DEFLATED, 1U << 30U);
  const std::string nested =
      zip("word/embeddings/inner.docx", inner, 0, static_cast<std::uint32_t>(inner.size()));
  add("report.docx", nested);
  add("report.aspx", nested + from_base64(kEvaluatingPage));
  EXPECT_TRUE(finds(hunted(), "report.aspx"));
}

// Root may read every file, so the hunt is done as nobody then.
class AsNobody {
 public:
  AsNobody() : root_(geteuid() == 0) {
    if (root_ && seteuid(65534) != 0) root_ = false;
  }
  ~AsNobody() {
    if (root_ && seteuid(0) != 0) std::abort();
  }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;

 private:
  bool root_;
};

TEST_F(BadWebFiles, FileThatMayNotBeReadIsNamed) {
  const auto secret = add("secret.aspx", from_base64(kEvaluatingPage));
  ASSERT_EQ(::chmod(secret.c_str(), 0), 0);
  const AsNobody reader;
  if (::eaccess(AFTERPATCH_SOURCE_DIR "/knowledge/products", R_OK | X_OK) != 0 || geteuid() == 0)
    GTEST_SKIP() << "no user at hand who may read the program's own files and not this one";
  EXPECT_TRUE(names(hunted(), "secret.aspx"));
}

}  // namespace
}  // namespace afterpatch::app
