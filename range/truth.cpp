#include "range/truth.h"

#include <fmt/format.h>

namespace afterpatch::range {
namespace {

std::string text(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}
std::string text(Timestamp time) {
  return text(to_iso8601(time));
}
std::string text(bool value) {
  return value ? "true" : "false";
}
std::string text(std::uint64_t value) {
  return std::to_string(value);
}
template <typename T>
std::string text(const std::optional<T>& value) {
  return value ? text(*value) : "null";
}

// Members of one object, in the order given.
class Object {
 public:
  template <typename T>
  Object& add(std::string_view name, const T& value) {
    return add_raw(name, text(value));
  }
  Object& add_raw(std::string_view name, std::string_view json) {
    members_ += fmt::format("{}{}: {}", members_.empty() ? "" : ", ", text(name), json);
    return *this;
  }
  std::string done() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

template <typename T, typename Write>
std::string list(const std::vector<T>& items, Write write) {
  std::string out;
  for (const T& item : items) out += (out.empty() ? "\n    " : ",\n    ") + write(item);
  return "[" + out + "]";
}

std::string strings(const std::vector<std::string>& items) {
  return list(items, [](const std::string& item) { return text(item); });
}

std::string build_json(const BuildSpan& span) {
  return Object().add("build", span.build).add("first", span.first).add("last", span.last).done();
}

std::string exposure_json(const Truth& truth) {
  return Object()
      .add("status", truth.exposure)
      .add_raw("builds", list(truth.builds, build_json))
      .add("patched_at", truth.patched_at)
      .done();
}

std::string run_json(const RunTruth& run) {
  return Object()
      .add("start", run.start)
      .add("end", run.end)
      .add("client", run.client)
      .add("outcome", run.outcome)
      .add("requests", run.requests)
      .done();
}

std::string visitor_json(const VisitorTruth& visitor) {
  return Object()
      .add("client", visitor.client)
      .add("requests", visitor.requests)
      .add("answered", visitor.answered)
      .add("effective", visitor.effective)
      .done();
}

std::string door_json(const DoorTruth& door) {
  return Object()
      .add("url", door.url)
      .add("path", door.path)
      .add("tree_path", door.tree_path)
      .add("planted", door.planted)
      .add("planted_client", door.planted_client)
      .add("presence", std::string_view(door.present ? "present" : "removed"))
      .add("removed_at", door.removed_at)
      .add("time_stomped", door.time_stomped)
      .add("re_entered", door.re_entered)
      .add("removed_by", door.removed_by)
      .add_raw("visitors", list(door.visitors, visitor_json))
      .add("planted_again", door.planted_again)
      .add("seen_gone", door.seen_gone)
      .done();
}

std::string mailbox_json(const MailboxTruth& mailbox) {
  return Object()
      .add("mailbox", mailbox.mailbox)
      .add("client", mailbox.client)
      .add("requests", mailbox.requests)
      .add("first", mailbox.first)
      .add("last", mailbox.last)
      .done();
}

std::string gap_json(const Gap& gap) {
  return Object().add("log", gap.log).add("first", gap.first).add("last", gap.last).done();
}

std::string clock_json(const ClockTruth& clock) {
  return Object().add("log", clock.log).add_raw("ahead_s", std::to_string(clock.ahead_s)).done();
}

std::string file_json(const FileTruth& file) {
  return Object()
      .add("tree_path", file.tree_path)
      .add("kind", file.kind)
      .add("modified", file.modified)
      .done();
}

std::string cmdlet_json(const CmdletTruth& cmdlet) {
  return Object()
      .add("time", cmdlet.time)
      .add("account", cmdlet.account)
      .add("cmdlet", cmdlet.cmdlet)
      .add("worked", cmdlet.worked)
      .add_raw("channels", strings(cmdlet.channels))
      .done();
}

std::string process_json(const ProcessTruth& process) {
  return Object()
      .add("time", process.time)
      .add("command_line", process.command_line)
      .add("pool", process.pool)
      .add("client", process.client)
      .add("purpose", process.purpose)
      .add_raw("channels", strings(process.channels))
      .done();
}

std::string dump_json(const DumpTruth& dump) {
  return Object().add("time", dump.time).add("process", dump.process).add("path", dump.path).done();
}

std::string account_json(const AccountTruth& account) {
  return Object()
      .add("time", account.time)
      .add("name", account.name)
      .add("administrator", account.administrator)
      .add_raw("channels", strings(account.channels))
      .done();
}

std::string cleared_json(const ClearedTruth& cleared) {
  return Object().add("time", cleared.time).add("channel", cleared.channel).done();
}

std::string export_json(const ExportTruth& exported) {
  return Object()
      .add("time", exported.time)
      .add("mailbox", exported.mailbox)
      .add("path", exported.path)
      .done();
}

std::string events_json(const EventTruth& events) {
  return Object()
      .add("process_auditing", events.process_auditing)
      .add("sysmon", events.sysmon)
      .add("begin", events.begin)
      .add_raw("plantings", list(events.plantings, cmdlet_json))
      .add_raw("processes", list(events.processes, process_json))
      .add_raw("dumps", list(events.dumps, dump_json))
      .add_raw("accounts", list(events.accounts, account_json))
      .add_raw("cleared", list(events.cleared, cleared_json))
      .add_raw("exports", list(events.exports, export_json))
      .add_raw("unified_messaging_errors",
               list(events.unified_messaging_errors, [](Timestamp time) { return text(time); }))
      .done();
}

}  // namespace

std::string to_json(const Truth& truth) {
  std::string out;
  const auto line = [&](std::string_view name, const std::string& json) {
    out += fmt::format("{}  \"{}\": {}", out.empty() ? "" : ",\n", name, json);
  };
  line("campaign", text(truth.campaign));
  line("scenario", text(truth.scenario));
  line("seed", text(truth.seed));
  line("server", text(truth.server));
  line("product", text(truth.product));
  line("period", Object().add("first", truth.first).add("last", truth.last).done());
  line("exposure", exposure_json(truth));
  line("compromise", text(truth.compromise));
  line("happened", text(truth.happened));
  line("compromise_confidence_min", text(truth.compromise_confidence_min));
  line("mail_accessed", text(truth.mail_accessed));
  line("credentials_exposed", text(truth.credentials_exposed));
  line("first_exploited", text(truth.first_exploited));
  line("before_patch_released", text(truth.before_patch_released));
  line("before_disclosure", text(truth.before_disclosure));
  line("runs", list(truth.runs, run_json));
  line("doors", list(truth.doors, door_json));
  line("mailboxes", list(truth.mailboxes, mailbox_json));
  line("gaps", list(truth.gaps, gap_json));
  line("clocks", list(truth.clocks, clock_json));
  line("coverage_sufficient", text(truth.coverage_sufficient));
  line("files", list(truth.files, file_json));
  line("events", events_json(truth.events));
  line("sweepers", strings(truth.sweepers));
  line("noise", strings(truth.noise));
  line("earlier", list(truth.earlier, to_json));
  return "{\n" + out + "\n}" + "\n";
}

}  // namespace afterpatch::range
