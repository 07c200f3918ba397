// What an intruder's deeds leave in Windows' event logs, and the truth about it. Everything here draws from
// streams of its own, so that the web logs of a story do not depend on it.
#pragma once

#include <string>
#include <string_view>

#include "range/story.h"

namespace afterpatch::range {

// Whether the server records processes, from the story's seed.
void choose_event_habits(Story& story);

// A cmdlet that the intruder had run in the control panel, as the administrator whose session was forged.
// Part of planting when it carries script.
void record_intruder_cmdlet(Story& story, Timestamp time, const std::string& name,
                            const std::string& parameters, const std::string& exception = "");

// The same cmdlets by the administrator himself.
void record_administrator_cmdlet(Story& story, Timestamp time, const std::string& name,
                                 const std::string& parameters);

// A cmdlet that remote PowerShell ran as the administrator, in the logs of remote PowerShell and in the event
// log. `session` as ShellCmdlet::session.
void record_shell_cmdlet(Story& story, Timestamp time, const std::string& session, const std::string& name,
                         const std::string& parameters);

// A cmdlet recorded at that time planted a back door.
void note_planting(Story& story, Timestamp time, const std::string& cmdlet);

// A worker process starts something without a back door: the flaw itself runs it.
void run_by_worker(Story& story, const std::string& pool, const std::string& client, Timestamp when);

// CVE-2020-0688: the control panel could not read the state of a page that it was sent.
void fail_view_state(Story& story, Timestamp when, const std::string& address, const std::string& user);

// CVE-2021-42321: the settings of a user's add-ins could not be read; the error and the failed cmdlet.
void fail_add_ins(Story& story, Timestamp when, const User& user);

// The script of a door runs a command that deletes the door's own file.
void delete_by_command(Story& story, int door, const std::string& client, Timestamp when);

// Requests to back doors that had an effect start processes. Called by settle(), when it is known which had.
void record_door_use(Story& story);

// Memory of the logon service is written to a file, by way of a back door. `tree_path` as in FileTruth.
void dump_credentials(Story& story, int door, const std::string& client, Timestamp when,
                      std::string_view tree_path);
void pack_archive(Story& story, int door, const std::string& client, Timestamp when,
                  std::string_view tree_path);
void add_administrator(Story& story, int door, const std::string& client, Timestamp when);
// Security always, MSExchange Management sometimes.
void clear_logs(Story& story, int door, const std::string& client, Timestamp when);

// CVE-2021-26857: the voice mail service fails to read what it was sent.
void fail_unified_messaging(Story& story, Timestamp when);

// A mailbox is exported to a file on the server.
void export_mailbox(Story& story, const std::string& mailbox, Timestamp when);

// The virus scanner takes the back door away when the story removes it.
void remove_by_scanner(Story& story, int door);

}  // namespace afterpatch::range
