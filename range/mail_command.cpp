#include "range/mail_command.h"

#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "range/mail/mail_server.h"
#include "range/mail/other_channels.h"

namespace afterpatch::range {
namespace {

struct MailArguments {
  std::string folder;
  std::string contacts;
  std::string operator_domain = "csirt.example";
  std::uint16_t port = 0;
  std::string until;
  std::string told;
};

int complain(const Error& error) {
  fmt::print(stderr, "afterpatch-range: {}\n", to_string(error));
  return 2;
}

Result<PostOffice> open_office(const MailArguments& arguments) {
  auto contacts = read_contacts(arguments.contacts);
  if (!contacts) return std::unexpected(contacts.error());
  return PostOffice::open(arguments.folder, std::move(*contacts), arguments.operator_domain);
}

int serve(const MailArguments& arguments) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  auto office = open_office(arguments);
  if (!office) return complain(office.error());
  const auto server = MailServer::start(arguments.port, *office);
  if (!server) return complain(server.error());
  fmt::print("mail on port {}\n", (*server)->port());
  std::fflush(stdout);
  int ignored = 0;
  sigwait(&signals, &ignored);
  return 0;
}

int answer(const MailArguments& arguments) {
  const auto until = parse_time(arguments.until);
  if (!until)
    return complain({"'" + arguments.until + "' is no time", "--until", "write 2021-03-10T00:00:00Z"});
  auto office = open_office(arguments);
  if (!office) return complain(office.error());
  const auto count = office->let_contacts_answer(*until);
  if (!count) return complain(count.error());
  std::size_t others = 0;
  if (!arguments.told.empty()) {
    const auto reacted =
        react_to_letters_and_calls(arguments.told, arguments.contacts, *until,
                                   std::filesystem::path(arguments.folder) / "actions.jsonl");
    if (!reacted) return complain(reacted.error());
    others = *reacted;
  }
  fmt::print("{} contacts did something\n", *count + others);
  return 0;
}

void add_common(CLI::App& command, MailArguments& arguments) {
  command.add_option("--folder", arguments.folder, "where the mail lies")->required();
  command.add_option("--contacts", arguments.contacts, "answers.csv of the country")->required();
  command.add_option("--operator", arguments.operator_domain, "domain of who sends the notices")
      ->capture_default_str();
}

}  // namespace

void add_mail(CLI::App& program, std::function<int()>& job) {
  auto arguments = std::make_shared<MailArguments>();
  auto* mail = program.add_subcommand("mail", "the country's mail server, on 127.0.0.1");
  add_common(*mail, *arguments);
  mail->add_option("--port", arguments->port, "0: any free one")->capture_default_str();
  mail->callback([arguments, &job] { job = [arguments] { return serve(*arguments); }; });
  auto* answers = program.add_subcommand("answers", "what contacts do with their mail until a time");
  add_common(*answers, *arguments);
  answers->add_option("--until", arguments->until, "simulated time")->required();
  answers->add_option("--told", arguments->told, "letters and calls that went out, JSON lines");
  answers->callback([arguments, &job] { job = [arguments] { return answer(*arguments); }; });
}

}  // namespace afterpatch::range
