// security.txt, fetched by the real program: by TLS, from the names and the port of the real web, through a
// proxy on loopback that is that web.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "app/response_store.h"
#include "constituency/small_tls_proxy.h"

namespace afterpatch::app {
namespace {

namespace json = boost::json;
using constituency::SmallTlsProxy;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kFile =
    "Contact: mailto:help@responder.example\n"
    "Contact: https://a.example/report\n"
    "Expires: 2099-01-01T00:00:00Z\n";

std::string page(const std::string& text) {
  return fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n"
      "Connection: close\r\n\r\n{}",
      text.size(), text);
}

constexpr const char* kNothing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

// The web: a.example has its file in the right place, b.example only where it was once, c.example has none.
std::string answer(const std::string& place, const std::string& target) {
  const bool has = place == "a.example:443"   ? target == "/.well-known/security.txt"
                   : place == "b.example:443" ? target == "/security.txt"
                                              : false;
  return has ? page(kFile) : kNothing;
}

class SecurityTxtProgram : public ResponseStore {
 protected:
  // The real program; what it said in `out`.
  Ran program(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), AFTERPATCH_PROGRAM);
    arguments.insert(arguments.end(), {"--store", store()});
    const std::string said = folder_ / "said";
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, said.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    pid_t child = 0;
    EXPECT_EQ(posix_spawn(&child, AFTERPATCH_PROGRAM, &actions, nullptr, pointers.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read("said"), ""};
  }

  std::vector<std::string> asking() const {
    return {"constituency",        "contacts", "--security-txt", "--contact",
            "csirt@csirt.example", "--proxy",  web_.url()};
  }

  SmallTlsProxy web_{{"a.example", "b.example", "c.example"}, answer};
};

TEST_F(SecurityTxtProgram, FetchesItByTlsKeepsItAndPlansWithIt) {
  fill(
      "id,name,domains,country\na,Klinikum A,a.example,DE\nb,Praxis B,b.example,DE\nc,Kanzlei "
      "C,c.example,DE\n",
      seen("203.0.113.9", "mail.a.example") + seen("203.0.113.10", "mail.b.example") +
          seen("203.0.113.11", "mail.c.example"));
  std::vector<std::string> ask = asking();
  ask.insert(ask.end(), {"--ca-file", write("proxy.pem", web_.certificate_pem())});
  const Ran ran = program(ask);
  ASSERT_EQ(ran.status, kSuccess) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("2 answers of registries and web servers with 4 contacts; 1 gave none"));
  EXPECT_THAT(ran.out, HasSubstr("HTTP status 404"));
  EXPECT_THAT(web_.asked(),
              ElementsAre("a.example:443/.well-known/security.txt", "b.example:443/.well-known/security.txt",
                          "b.example:443/security.txt", "c.example:443/.well-known/security.txt",
                          "c.example:443/security.txt"));

  const Ran planned = program({"notify", "plan", "--dry-run", "--format", "json"});
  ASSERT_EQ(planned.status, kSuccess) << planned.out;
  const json::value plan = json::parse(planned.out);
  const json::object& first = plan.at("cases").at(0).as_object();
  EXPECT_EQ(first.at("notice").at("recipient").as_string(), "help@responder.example");
  EXPECT_THAT(std::string(first.at("why").as_string()), HasSubstr("security-txt contact of "));
}

TEST_F(SecurityTxtProgram, TrustsNobodyWhoseCertificateItDoesNotKnow) {
  fill("id,name,domains,country\na,Klinikum A,a.example,DE\n", seen("203.0.113.9", "mail.a.example"));
  const Ran ran = program(asking());
  ASSERT_EQ(ran.status, kSuccess) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("0 answers of registries and web servers with 0 contacts; 1 gave none"));
  EXPECT_THAT(ran.out, HasSubstr("certificate"));
  EXPECT_TRUE(web_.asked().empty());
}

}  // namespace
}  // namespace afterpatch::app
