// The intruder of ProxyLogon with one tool, acting on a Story. Only the traces are made: log rows, command
// lines and harmless files. The order of steps, the times between them and the shapes of rows follow
// published incidents (docs/range.md names them).
#pragma once

#include <string>

#include "range/attack_run.h"

namespace afterpatch::range {

// What tells one attack tool from another in logs.
struct Tool {
  std::string anchor_prefix;   // "a]@"
  std::string tail;            // "#" or "a=": how it cuts off what the front end appends
  std::string page;            // "/ecp/y.js"
  std::string first_agent;     // user agent of the first request
  std::string agent;           // of the others
  std::string url_prefix;      // "http://f/": stands before the script in ExternalUrl
  std::string parameter;       // the script's request parameter
  std::string target_version;  // TargetServerVersion that its cookie produces
};
Tool make_tool(Random& random);

// How far a run gets.
enum class Depth { probe, session, objects, attempt };

class Intruder : public AttackRun {
 public:
  Intruder(Story& story, std::string client, Tool tool, Random random)
      : AttackRun(story, std::move(client), random), tool_(std::move(tool)) {}

  // Only asks for autodiscover, or for a page of the server itself by name "localhost". `refused`: the server
  // is patched.
  void probe(Timestamp start, bool refused);
  // A run that leaves no back door.
  void run(Timestamp start, Depth depth);
  // A run that writes a back door and looks whether it answers. Returns the door's index.
  int plant(Timestamp start);
  // The same tool again over another host name: writes the same door once more.
  void plant_again(Timestamp start, int door);
  // Reads mail by forged EWS requests.
  void read_mail(Timestamp start, int requests);

 private:
  Request step(const std::string& target, int status);
  std::string target(const std::string& path, const std::string& query) const;
  void begin(Timestamp start);
  void open_session();
  void look_at_directory();
  void set_external_url(bool works);
  void reset_directory();
  void command(std::int64_t after_ms, const std::string& text, const std::string& call,
               const std::string& exception = "");
  void cmdlet(std::int64_t after_ms, const std::string& name, const std::string& parameters,
              const std::string& exception = "");
  void write_door(int door);

  Tool tool_;
  std::string canary_;
  std::string session_;
  std::string directory_;  // GUID of the OAB virtual directory
  bool proxy_rows_lost_ = false;
  bool commands_lost_ = false;
};

}  // namespace afterpatch::range
