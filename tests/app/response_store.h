// A store in a folder of its own, filled by commands, for tests of `constituency` and `notify`.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "app/command_line.h"
#include "app/exit_status.h"

namespace afterpatch::app {

class ResponseStore : public testing::Test {
 protected:
  struct Ran {
    int status;
    std::string out;
    std::string err;
  };

  ResponseStore() {
    std::string name = testing::TempDir() + "/response-XXXXXX";
    folder_ = mkdtemp(name.data());
    write("secret", "sixteen bytes or more\n");
    write("notify.yaml", R"(agency:
  name: CERT Example
  phone: "+49 30 1234567"
  verify_page: https://agency.example/verify
  mail: notices@agency.example
  postal: [CERT Example, Street 1, 12345 Town]
link_base: https://agency.example/v/
secret_file: secret
smtp:
  host: mail.agency.example
returns:
  address: returns@agency.example
  maildir: returns
archive:
  address: archive@agency.example
  maildir: archive
)");
  }
  ~ResponseStore() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }
  std::string read(const std::string& name) const {
    std::ostringstream content;
    content << std::ifstream(folder_ / name, std::ios::binary).rdbuf();
    return content.str();
  }
  std::string store() const { return folder_ / "country.db"; }
  std::string config() const { return folder_ / "notify.yaml"; }

  Ran ran(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--store", store()});
    std::ostringstream out;
    std::ostringstream err;
    const int status = run(arguments, out, err);
    return {status, out.str(), err.str()};
  }
  // The same, for what must succeed.
  std::string done(std::vector<std::string> arguments) const {
    const Ran result = ran(arguments);
    EXPECT_EQ(result.status, kSuccess) << result.err;
    return result.out;
  }

  // One server seen unpatched, by the names on its certificate.
  static std::string seen(const std::string& address, const std::string& certificate,
                          const std::string& network = "", const std::string& exposure = "unpatched",
                          const std::string& day = "2021-03-08") {
    return fmt::format(
        R"({{"time":"{}T10:00:00Z","address":"{}","port":443,"name":null,"reached":true,"tls":{{"version":"TLSv1.2","names":["{}"],"sha256":""}},"product":"exchange-self-hosted","builds":["15.1.2176.2"],"status":{{}},"exposure":"{}","confidence":"confirmed","evidence":[],"country":null,"network":{},"sector":null,"errors":[]}})"
        "\n",
        day, address, certificate, exposure, network.empty() ? "null" : "\"" + network + "\"");
  }
  void fill(const std::string& list, const std::string& scan) {
    done({"scan", "import", write("scan.jsonl", scan)});
    done({"constituency", "import", write("list.csv", list)});
    done({"constituency", "attribute"});
  }

  std::filesystem::path folder_;
};

}  // namespace afterpatch::app
