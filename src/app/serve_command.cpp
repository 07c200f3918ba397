#include "app/serve_command.h"

#include <filesystem>
#include <mutex>
#include <optional>
#include <ostream>
#include <thread>

#include <fmt/format.h>

#include "app/give_up.h"
#include "app/interrupt.h"
#include "app/serve_account.h"
#include "app/serve_demo.h"
#include "app/serve_notices.h"
#include "app/version.h"
#include "base/digits.h"
#include "knowledge/catalogue.h"
#include "web/hunt_queue.h"
#include "web/server.h"
#include "web/store_watch.h"

namespace afterpatch::app {
namespace {

constexpr std::string_view kStopping =
    "\nafterpatch: stopping; open answers are finished. Press Ctrl-C again to end at once.\n";

// "127.0.0.1:8443", "[::1]:8443", "8443".
Result<void> read_listen(const std::string& listen, web::Settings& settings) {
  const std::size_t colon = listen.rfind(':');
  const std::string port = colon == std::string::npos ? listen : listen.substr(colon + 1);
  std::string address = colon == std::string::npos ? "127.0.0.1" : listen.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  const auto number = web::parse_count(port);
  if (!number || *number > 65535) return fail("this is no port", listen, "for example 127.0.0.1:8443");
  settings.address = address;
  settings.port = static_cast<std::uint16_t>(*number);
  return {};
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

// Passwords and victims' data never cross a network in the clear.
Result<void> check_secrecy(const web::Settings& settings) {
  if (settings.certificate.empty() != settings.key.empty())
    return fail("a certificate and its key belong together", "", "give --tls-cert and --tls-key");
  if (!settings.certificate.empty() || is_loopback(settings.address) || !settings.trusted_proxies.empty())
    return {};
  return fail("without TLS it listens on loopback only", settings.address,
              "give --tls-cert and --tls-key, or --behind-proxy with the address of a proxy that has TLS");
}

std::string shown_address(const web::Settings& settings, std::uint16_t port) {
  const bool six = settings.address.find(':') != std::string::npos;
  return fmt::format("{}://{}:{}", settings.certificate.empty() ? "http" : "https",
                     six ? "[" + settings.address + "]" : settings.address, port);
}

// What was not said, but is needed.
Result<void> complete(web::Settings& settings) {
  const auto knowledge = knowledge::find_knowledge(
      settings.knowledge.empty() ? std::nullopt : std::optional<std::filesystem::path>(settings.knowledge));
  if (!knowledge) return std::unexpected(knowledge.error());
  std::error_code error;
  settings.knowledge = std::filesystem::canonical(*knowledge, error);
  settings.program = std::filesystem::read_symlink("/proc/self/exe", error);
  settings.version = kVersion;
  if (!settings.uploads.empty()) settings.uploads = std::filesystem::absolute(settings.uploads, error);
  return {};
}

void show_start(const web::Settings& settings, const std::string& address, const std::optional<Demo>& demo,
                std::ostream& err) {
  err << fmt::format("afterpatch: the console is at {}/\n", address);
  if (settings.uploads.empty()) err << "afterpatch: victims can't upload anything: no --uploads FOLDER\n";
  if (!demo) return;
  err << fmt::format(
      "afterpatch: made-up data. Sign in as viewer, analyst, operator or admin with the password {}\n"
      "afterpatch: a victim's page is {}/v/{}\n",
      demo->password, address, demo->victim_token);
}

class Log {
 public:
  explicit Log(std::ostream& err) : err_(err) {}
  void write(const std::string& line) {
    const std::lock_guard lock(mutex_);
    err_ << "afterpatch: " << escape_terminal(line) << std::endl;
  }

 private:
  std::mutex mutex_;
  std::ostream& err_;
};

// A victim's page names the sender of its notice, unless the command line says otherwise.
void take_over(web::Agency& agency, const web::Agency& of_notices) {
  if (agency.name.empty()) agency.name = of_notices.name;
  if (agency.verify_url.empty()) agency.verify_url = of_notices.verify_url;
  if (agency.phone.empty()) agency.phone = of_notices.phone;
  if (agency.email.empty()) agency.email = of_notices.email;
}

Result<std::unique_ptr<ServeNotices>> open_notices(const std::string& file, web::Settings& settings) {
  if (file.empty()) return nullptr;
  auto notices = ServeNotices::make(file, settings);
  if (notices) take_over(settings.agency, (*notices)->agency());
  return notices;
}

Result<void> serve(web::Settings settings, const std::string& notices_file, const std::optional<Demo>& demo,
                   std::ostream& err) {
  if (settings.public_url.empty()) settings.public_url = shown_address(settings, settings.port);
  auto opened = open_notices(notices_file, settings);
  if (!opened) return std::unexpected(opened.error());
  Log log(err);
  web::Shared shared(settings);
  shared.log = [&log](const std::string& line) { log.write(line); };
  const web::Application application(shared, web::all_routes());
  const std::unique_ptr<ServeNotices> notices = std::move(*opened);  // ends before `shared`, which it uses
  if (notices) notices->add_jobs(shared.jobs);
  auto watch = web::StoreWatch::start(shared);
  if (!watch) return std::unexpected(watch.error());
  std::unique_ptr<web::HuntQueue> hunts;
  if (!settings.uploads.empty()) {
    auto started = web::HuntQueue::start(shared);
    if (!started) return std::unexpected(started.error());
    hunts = std::move(*started);
  }
  Progress progress;
  const InterruptGuard guard(progress, kStopping);
  auto server = web::Server::start(shared, application);
  if (!server) return std::unexpected(server.error());
  show_start(settings, shown_address(settings, (*server)->port()), demo, err);
  err << std::flush;
  while (!progress.cancelled) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  (*server)->stop();
  shared.wake_hunts = {};
  return {};
}

}  // namespace

int run_serve(const ServeCommand& command, std::ostream& out, std::ostream& err) {
  if (!command.add_account.empty()) return run_add_account(command, out, err);
  web::Settings settings = command.web;
  auto ready = read_listen(command.listen, settings);
  if (ready) ready = complete(settings);
  std::optional<Demo> demo;
  if (ready && settings.demo) {
    if (!is_loopback(settings.address))
      return give_up({"--demo listens on loopback only", settings.address, ""}, err);
    auto made = make_demo(settings.knowledge);
    if (!made) return give_up(made.error(), err);
    demo = std::move(*made);
    settings.store = demo->store;
    if (settings.uploads.empty()) settings.uploads = demo->folder + "/uploads";
    if (settings.agency.name.empty())
      settings.agency = {"CERT Example", "https://csirt.example/verify", "+999 1 234567",
                         "help@csirt.example"};
  }
  if (ready && settings.store.empty()) ready = fail("which store?", "", "give --store PLACE, or --demo");
  if (ready) ready = check_secrecy(settings);
  if (ready) ready = serve(std::move(settings), demo ? demo->notices : command.notices, demo, err);
  if (demo) remove_demo(*demo);
  return ready ? kSuccess : give_up(ready.error(), err);
}

}  // namespace afterpatch::app
