// What a page can be seen to do that matters, and on whose word.
#pragma once

#include <cstdint>
#include <string_view>

namespace afterpatch::detect::scripts {

enum class Act : std::uint8_t {
  run_code,          // evaluates text as a program
  load_code,         // loads a compiled class or assembly from bytes
  run_command,       // starts a program or shell
  run_machine_code,  // makes memory executable and jumps there
  include_file,      // runs a file as a page
  write_file,
  save_upload,
  read_file,
  delete_file,
  move_file,
  list_folder,
  connect_database,
  query_database,
  open_socket,
  read_registry,
  list_processes,
  set_file_time,
  create_account,
  give_rights,
  set_environment,
};
inline constexpr std::size_t kActs = 20;

// Who decides what is done.
enum class Driver : std::uint8_t {
  nobody,   // nothing known: it is there
  page,     // constants of the page
  built,    // something the page puts together so that a reader can't see it
  hidden,   // text that the page carries encoded
  fetched,  // what another machine answers
  request,  // the visitor
};

// JScript .NET's eval with "unsafe", which gives what it runs all rights of the page.
inline constexpr std::string_view kUnsafeEval = "eval with \"unsafe\"";

// A class is made whose name the visitor sends: code that is there already, not his own.
inline constexpr std::string_view kClassOfRequest = "the name of a class";

struct Finding {
  Act act = Act::run_code;
  Driver driver = Driver::nobody;
  bool path_of_request = false;    // of a written or uploaded file
  bool path_of_upload = false;     // the name that the upload came with
  bool upload_name_alone = false;  // ... is the whole path
  bool content_of_request = false;
  bool content_fetched = false;
  bool part_of_content = false;  // the visitor's part stands inside a larger text
  bool writes_script = false;    // the path or the content is a constant that a server would run
  bool writes_door = false;      // the content is a page of PHP that runs what it is sent
  bool part_of_path = false;     // the visitor's part of the path or command does not begin it
  bool holds_program = false;    // what is written is a program for another interpreter or the processor
  bool starts_shell = false;     // a command that is a shell itself
  bool beside_page = false;      // in the page's own folder or below the web root
  bool bounded_path = false;     // the visitor names a file only, in a folder that the page chose
  bool carried = false;          // hidden: the page itself holds the encoded text
  std::uint64_t argument = 0;    // the variable that is handed on
  std::uint8_t depth = 0;        // layers of evaluated text around it
  std::uint32_t at = 0;          // in the page's text
  std::uint32_t source = 0;      // where the visitor's data comes in
  std::string_view target = {};  // the file or command where constant, or its constant end
  std::string_view word = {};    // the function or class; in the analysis' arena or static
  std::string_view text = {};    // a constant argument: the program that is started; in the analysis' arena
};

}  // namespace afterpatch::detect::scripts
