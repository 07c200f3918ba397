// What happened when: one drawing of the whole campaign, one close-up of what happened on this server, and
// every event in a table, which is also what a reader gets who can't see the drawings.
#include <algorithm>

#include <fmt/format.h>

#include "report/page/parts.h"
#include "report/page/plot.h"
#include "report/page/sections.h"

namespace afterpatch::report {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t kMostEvents = 400;

std::string_view file_name(std::string_view path) {
  return path.substr(path.find_last_of("/\\") + 1);
}

std::string_view door_name(const assess::Door& door) {
  return file_name(door.url.empty() ? door.path : door.url);
}

std::string exposure_mark_label(const assess::ExposureSpan& span) {
  return fmt::format("{}: {}", exposure_label(span.status), span.build);
}

Lane world_lane(const ServerReport& server) {
  Lane lane{"world", "events", {}, true};
  for (const auto& event : server.timeline) {
    if (event.lane == "world")
      lane.marks.push_back({event.time, event.time, event.what, event.what, Tone::none, Shape::point});
  }
  return lane;
}

Lane exposure_lane(const ServerReport& server) {
  Lane lane{"exposure", "builds", {}, false};
  for (const auto& span : server.exposure) {
    const std::string label = exposure_mark_label(span);
    lane.marks.push_back({span.first, span.last, label,
                          fmt::format("{}, {}, {}", label, span.build_name, span_text(span.first, span.last)),
                          tone_of(span.status), Shape::bar});
  }
  return lane;
}

Lane attack_lane(const ServerReport& server) {
  Lane lane{"attack", "runs", {}, true};
  for (const auto& run : server.runs) {
    const std::string label = fmt::format("{} by {}", to_string(run.outcome), run.client);
    lane.marks.push_back({run.start, run.end, label,
                          fmt::format("{}, {}", label, span_text(run.start, run.end)), tone_of(run.outcome),
                          run.outcome == assess::RunOutcome::probe ? Shape::hollow : Shape::point});
  }
  return lane;
}

// From the first sign of a door to the last moment at which it can have been there.
Mark door_mark(const assess::Door& door, Timestamp end_of_plot) {
  const Timestamp first = door.planted ? *door.planted : door.first_answered.value_or(Timestamp{});
  const Timestamp last = door.removed_before ? *door.removed_before : end_of_plot;
  const std::string label = fmt::format("{} ({})", door_name(door), to_string(door.presence));
  return {first,
          last,
          label,
          fmt::format("{} {}", label, span_text(first, last)),
          tone_of(door.presence),
          door.removed_before ? Shape::bar : Shape::open_bar};
}

Lane door_lane(const ServerReport& server, Timestamp end_of_plot) {
  Lane lane{"back door", "back doors", {}, false};
  for (const auto& door : server.doors) lane.marks.push_back(door_mark(door, end_of_plot));
  return lane;
}

Lane visitor_lane(const ServerReport& server) {
  Lane lane{"visitors", "visits", {}, true};
  for (const auto& door : server.doors) {
    for (const auto& visitor : door.visitors) {
      const std::string label = visitor.planter ? visitor.client + " (planter)" : visitor.client;
      lane.marks.push_back({visitor.first, visitor.last, label,
                            fmt::format("{} at {}, {}, {}", label, door_name(door),
                                        count_text(visitor.requests, "request", "requests"),
                                        span_text(visitor.first, visitor.last)),
                            visitor.effective ? Tone::bad : Tone::info,
                            visitor.effective ? Shape::point : Shape::hollow});
    }
  }
  return lane;
}

Lane server_lane(const ServerReport& server) {
  Lane lane{"server", "events", {}, true};
  for (const auto& event : server.server_events) {
    if (!event.time) continue;
    lane.marks.push_back({*event.time, *event.time, event.what, event.what,
                          event.confidence == assess::Confidence::possible ? Tone::info : Tone::bad,
                          event.confidence == assess::Confidence::possible ? Shape::hollow : Shape::point});
  }
  return lane;
}

Lane mail_lane(const ServerReport& server) {
  Lane lane{"mail", "accesses", {}, true};
  for (const auto& access : server.mailboxes) {
    lane.marks.push_back(
        {access.first, access.last, access.mailbox,
         fmt::format("{}, {}, {}", access.mailbox, access.how, span_text(access.first, access.last)),
         Tone::bad, Shape::point});
  }
  return lane;
}

std::vector<DateLine> crucial_dates(const PageContext& page) {
  const HuntReport& hunt = page.hunt;
  return {{hunt.mass_start, "mass exploitation begins"},
          {hunt.patch_released, "patch released"},
          {hunt.disclosed, "disclosed"},
          {page.server.patched_at.value_or(Timestamp{}), "this server patched"}};
}

// From the first to the last thing that happened on this server.
TimeRange own_range(const ServerReport& server) {
  TimeRange range{};
  const auto extend = [&range](Timestamp first, Timestamp last) {
    range.extend(first);
    range.extend(last);
  };
  for (const auto& run : server.runs) extend(run.start, run.end);
  for (const auto& door : server.doors) {
    extend(door.planted.value_or(Timestamp{}), door.removed_before.value_or(Timestamp{}));
    for (const auto& visitor : door.visitors) extend(visitor.first, visitor.last);
  }
  for (const auto& access : server.mailboxes) extend(access.first, access.last);
  for (const auto& event : server.server_events) extend(event.time.value_or(Timestamp{}), Timestamp{});
  return range;
}

TimeRange campaign_range(const PageContext& page) {
  TimeRange range = own_range(page.server);
  range.extend(page.hunt.window_start);
  range.extend(page.hunt.window_end);
  range.extend(page.server.patched_at.value_or(Timestamp{}));
  return range.last > range.first ? range.padded(0.02, hours(1)) : range;
}

Plot make_plot(const PageContext& page, std::string_view name, std::string_view title,
               const TimeRange& range) {
  const ServerReport& server = page.server;
  return {
      .id = page.id(name),
      .title = std::string(title),
      .description =
          "Lanes over time in UTC: events in the world, builds of this server, attack runs, back doors, "
          "their visitors, what was done on the server, "
          "mail. The table of events below holds the same as text.",
      .range = range,
      .dates = crucial_dates(page),
      .lanes = {world_lane(server), exposure_lane(server), attack_lane(server), door_lane(server, range.last),
                visitor_lane(server), server_lane(server), mail_lane(server)}};
}

Html figure(const Plot& plot, std::string_view caption) {
  return element("figure", {element("figcaption", caption), draw(plot)});
}

// A close-up helps only when it is much shorter than the whole.
bool worth_a_close_up(const TimeRange& own, const TimeRange& whole) {
  return !own.empty() && own.length() * 2 < whole.length();
}

Html legend() {
  const auto item = [](Literal shape, std::string_view words) {
    return element(
        "li", {element("span", {{"class", shape.view()}, {"aria-hidden", "true"}}, Html()), text(words)});
  };
  return element("ul", {{"class", "legend"}},
                 {item("key bad", "harm: flaw open, file written, back door in place, effective visit"),
                  item("key warn", "flaw used, or not known"), item("key info", "looked only, or removed"),
                  item("key good", "fixed build"), item("key hollow", "ring: no effect"),
                  item("key open", "dashed: end not known")});
}

Html drawings(const PageContext& page) {
  const TimeRange whole = campaign_range(page);
  if (whole.empty())
    return note(
        "There is nothing to draw: neither the campaign's dates nor events of this server are known.");
  Html html = figure(
      make_plot(page, "plot-campaign", "The whole campaign", whole),
      fmt::format("The whole campaign, {} to {} (UTC)", to_date_text(whole.first), to_date_text(whole.last)));
  TimeRange own = own_range(page.server);
  if (own.first != Timestamp{}) own = own.padded(0.06, minutes(30));
  if (!worth_a_close_up(own, whole)) return html + legend();
  html +=
      figure(make_plot(page, "plot-close", "Close-up of this server", own),
             fmt::format("Close-up of what happened on this server, {} to {} (UTC)",
                         to_minute_text(own.first).substr(0, 16), to_minute_text(own.last).substr(0, 16)));
  return html + legend();
}

Html events_table(const PageContext& page) {
  Table table("Events in order, UTC", {"Time", "Lane", "What"});
  const auto& events = page.server.timeline;
  for (std::size_t i = 0; i < std::min(events.size(), kMostEvents); ++i) {
    const assess::TimelineEvent& event = events[i];
    table.row({time_cell(event.time), text(event.lane), text(event.what)},
              evidence_details(page, event.evidence, 3));
  }
  if (table.empty()) return {};
  Html html =
      element("details",
              {element("summary", fmt::format("All events as a table ({})", events.size())), table.html()});
  if (events.size() > kMostEvents)
    html += note(fmt::format("{} more in report.json.", events.size() - kMostEvents));
  return html;
}

}  // namespace

Html timeline_section(const PageContext& page) {
  return section(page, "timeline", "Timeline", drawings(page) + events_table(page));
}

}  // namespace afterpatch::report
