#include "app/completion.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

namespace afterpatch::app {
namespace {

std::string long_options(const CLI::App& command) {
  std::string words;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) words += " --" + name;
  }
  return words;
}

std::string subcommand_names(const CLI::App& program) {
  std::string words;
  for (const CLI::App* command : program.get_subcommands({})) words += " " + command->get_name();
  return words;
}

std::string bash_cases(const CLI::App& program) {
  std::string cases;
  for (const CLI::App* command : program.get_subcommands({})) {
    for (const CLI::App* action : command->get_subcommands({})) {
      cases += fmt::format("    \"{} {}\") words=\"{}\" ;;\n", command->get_name(), action->get_name(),
                           long_options(*action));
    }
    cases += fmt::format("    \"{} \"*) words=\"{}{}\" ;;\n", command->get_name(), long_options(*command),
                         subcommand_names(*command));
  }
  return cases;
}

std::string bash_script(const CLI::App& program) {
  return fmt::format(
      "_afterpatch() {{\n"
      "  local words current=${{COMP_WORDS[COMP_CWORD]}}\n"
      "  case \"${{COMP_WORDS[1]}} ${{COMP_WORDS[2]}}\" in\n{}"
      "    *) words=\"{} --help --version\" ;;\n"
      "  esac\n"
      "  [[ $COMP_CWORD -eq 1 ]] && words=\"{} --help --version\"\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "}}\n"
      "complete -o default -F _afterpatch afterpatch\n",
      bash_cases(program), subcommand_names(program), subcommand_names(program));
}

// Options of one command, offered once all of `seen` were typed.
std::string fish_options(const CLI::App& command, const std::string& seen) {
  std::string lines;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames())
      lines += fmt::format("complete -c afterpatch -n '{}' -l {}\n", seen, name);
  }
  return lines;
}

std::string fish_script(const CLI::App& program) {
  std::string lines =
      "complete -c afterpatch -n __fish_use_subcommand -f -a '" + subcommand_names(program) + "'\n";
  for (const CLI::App* command : program.get_subcommands({})) {
    const std::string seen = "__fish_seen_subcommand_from " + command->get_name();
    const std::string actions = subcommand_names(*command);
    if (!actions.empty()) {
      lines +=
          fmt::format("complete -c afterpatch -n '{}; and not __fish_seen_subcommand_from{}' -f -a '{}'\n",
                      seen, actions, actions);
    }
    lines += fish_options(*command, seen);
    for (const CLI::App* action : command->get_subcommands({}))
      lines += fish_options(*action,
                            fmt::format("{}; and __fish_seen_subcommand_from {}", seen, action->get_name()));
  }
  return lines;
}

}  // namespace

std::string completion_script(const CLI::App& program, const std::string& shell) {
  if (shell == "fish") return fish_script(program);
  if (shell == "zsh") return "autoload -U +X bashcompinit && bashcompinit\n" + bash_script(program);
  return bash_script(program);
}

}  // namespace afterpatch::app
