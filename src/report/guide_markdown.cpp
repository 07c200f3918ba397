#include "report/guide_markdown.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/escape.h"
#include "base/text.h"
#include "report/words.h"

namespace afterpatch::report {
namespace {

// Characters that begin markup inside a paragraph. The guide's own backticks stay.
std::string plain(std::string_view words) {
  std::string text;
  for (const char c : escape_terminal(words)) {
    if (std::string_view("\\*_<>[]#|").find(c) != std::string_view::npos) text.push_back('\\');
    text.push_back(c);
  }
  return text;
}

// One more backtick than any run in the text, so that nothing in it ends the block (CommonMark, 4.5).
std::string fence_for(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return std::string(std::max<std::size_t>(3, longest + 1), '`');
}

// A command keeps its line ends; every other control character is made visible.
std::string command_lines(std::string_view command) {
  std::string lines;
  for (const auto line : split(command, '\n')) lines += escape_terminal(line) + "\n";
  return lines;
}

std::string commands(const assess::Action& action) {
  std::string text;
  for (const std::string& command : action.commands) {
    const std::string fence = fence_for(command);
    text += fmt::format("\n{}powershell\n{}{}\n", fence, command_lines(command), fence);
  }
  return text;
}

std::string step(const assess::Action& action, std::size_t number) {
  std::string text = fmt::format("\n## {}. {}{}\n\n- [ ] done\n\n{}\n", number, plain(action.title),
                                 action.now ? " (now)" : "", plain(action.text));
  if (!action.points.empty()) text += "\n";
  for (const std::string& point : action.points) text += fmt::format("- {}\n", plain(point));
  if (!action.who.empty()) text += fmt::format("\nWho may do it: {}\n", plain(action.who));
  text += commands(action);
  if (!action.check.empty()) text += fmt::format("\nHow to see that it worked: {}\n", plain(action.check));
  return text;
}

std::string server_guide(const HuntReport& hunt, const ServerReport& server) {
  std::string text =
      fmt::format("# What to do: {}\n\n{}. {}\n\nCoverage: {}.\n", plain(server_name(server)),
                  plain(campaign_name(hunt)), plain(headline(server.verdict)), plain(coverage_words(server)));
  std::size_t number = 0;
  for (const assess::Action& action : server.actions) text += step(action, ++number);
  return text;
}

}  // namespace

std::string guide_markdown(const HuntReport& hunt) {
  std::string text;
  for (const ServerReport& server : hunt.servers)
    text += (text.empty() ? "" : "\n") + server_guide(hunt, server);
  return text;
}

}  // namespace afterpatch::report
