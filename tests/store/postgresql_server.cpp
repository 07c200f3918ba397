#include "store/postgresql_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace afterpatch::store {
namespace {

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin";
constexpr std::chrono::seconds kPatience{30};

const passwd* server_user() {
  return geteuid() == 0 ? getpwnam("postgres") : getpwuid(geteuid());
}

// In the child: becomes the server's user, and dies with the test program.
void become(const passwd& user) {
  if (geteuid() == 0 &&
      (initgroups(user.pw_name, user.pw_gid) != 0 || setgid(user.pw_gid) != 0 || setuid(user.pw_uid) != 0))
    _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
}

// Runs a program in `folder` with its output in the file "log" there.
pid_t spawn(const std::filesystem::path& folder, const std::vector<std::string>& words) {
  const passwd* user = server_user();
  const pid_t child = fork();
  if (child != 0) return child;
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  become(*user);
  const int log = open((folder / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (log < 0 || chdir(folder.c_str()) != 0) _exit(126);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  execv(arguments[0], arguments.data());
  _exit(127);
}

bool ended_well(pid_t process) {
  int status = 0;
  return waitpid(process, &status, 0) == process && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = bind(socket, generic, length) == 0 && getsockname(socket, generic, &length) == 0;
  close(socket);
  return bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

// SOCI takes no URI.
std::string for_soci(std::uint16_t port) {
  return fmt::format("host=127.0.0.1 port={} user=postgres dbname=postgres", port);
}

bool answers(std::uint16_t port) {
  try {
    const soci::session session(soci::postgresql, for_soci(port));
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

PostgresqlServer* PostgresqlServer::shared() {
  static const std::unique_ptr<PostgresqlServer> server = start();
  return server.get();
}

std::unique_ptr<PostgresqlServer> PostgresqlServer::start() {
  if (!std::filesystem::exists(std::string(kPrograms) + "/postgres") || server_user() == nullptr)
    return nullptr;
  std::unique_ptr<PostgresqlServer> server(new PostgresqlServer);
  if (!server->make_folder() || !server->run()) return nullptr;
  return server;
}

PostgresqlServer::~PostgresqlServer() {
  stop_at_once();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

bool PostgresqlServer::make_folder() {
  std::string name = fmt::format("{}/afterpatch-postgresql-{}-XXXXXX",
                                 std::filesystem::temp_directory_path().string(), getpid());
  if (mkdtemp(name.data()) == nullptr) return false;
  folder_ = name;
  const passwd* user = server_user();
  if (chown(name.c_str(), user->pw_uid, user->pw_gid) != 0) return false;
  return ended_well(
      spawn(folder_, {std::string(kPrograms) + "/initdb", "-D", name + "/data", "-U", "postgres", "-A",
                      "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"}));
}

bool PostgresqlServer::run() {
  port_ = free_port();
  std::vector<std::string> words = {std::string(kPrograms) + "/postgres",
                                    "-D",
                                    folder_ / "data",
                                    "-p",
                                    std::to_string(port_),
                                    "-k",
                                    folder_,
                                    "-c",
                                    "listen_addresses=127.0.0.1"};
  std::istringstream settings(settings_);
  for (std::string setting; settings >> setting;) words.insert(words.end(), {"-c", setting});
  process_ = spawn(folder_, words);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    if (answers(port_)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

void PostgresqlServer::stop_at_once() {
  if (process_ <= 0) return;
  kill(process_, SIGQUIT);
  waitpid(process_, nullptr, 0);
  process_ = 0;
}

std::string PostgresqlServer::new_database() {
  const std::string name = fmt::format("test_{}", ++databases_);
  soci::session session(soci::postgresql, for_soci(port_));
  session << "CREATE DATABASE " + name;
  return fmt::format("postgresql://postgres@127.0.0.1:{}/{}", port_, name);
}

}  // namespace afterpatch::store
