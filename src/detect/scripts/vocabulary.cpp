#include "detect/scripts/vocabulary.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "detect/scripts/name_filter.h"

namespace afterpatch::detect::scripts {
namespace {

constexpr std::uint8_t kPhp = mask(Language::php);
constexpr std::uint8_t kAsp = mask(Language::vbscript) | mask(Language::jscript) | mask(Language::vbnet);
constexpr std::uint8_t kNet = mask(Language::csharp) | mask(Language::jscript) | mask(Language::vbnet);
constexpr std::uint8_t kWin = kAsp | kNet;
constexpr std::uint8_t kJava = mask(Language::java);

constexpr Word kWords[] = {
    // Code.
    {"eval", "", Act::run_code, kPhp | kWin},
    {"assert", "", Act::run_code, kPhp},
    {"expect_popen", "", Act::run_command, kPhp},
    {"create_function", "", Act::run_code, kPhp},
    {"execute", "", Act::run_code, mask(Language::vbscript)},
    {"executeglobal", "", Act::run_code, mask(Language::vbscript) | mask(Language::vbnet)},
    {"addcode", "*", Act::run_code, kWin},
    {"executestatement", "*", Act::run_code, kWin},
    {"eval", "scriptcontrol", Act::run_code, kWin},
    {"eval", "*", Act::run_code, kJava},
    {"evaluate", "*", Act::run_code, kJava},
    {"parseexpression", "*", Act::run_code, kJava},
    {"createvalueexpression", "*", Act::run_code, kJava},
    {"getvalue", "elprocessor", Act::run_code, kJava},
    {"setvalue", "elprocessor", Act::run_code, kJava},
    {"getvalue", "ognl", Act::run_code, kJava},
    {"expression", "*", Act::run_code, kJava},
    {"statement", "*", Act::run_code, kJava},
    {"exec", "pythoninterpreter", Act::run_code, kJava},
    {"parseclass", "*", Act::run_code, kJava},
    {"run", "getsystemjavacompiler", Act::run_code, kJava},
    {"gettask", "*", Act::run_code, kJava},
    {"compileassemblyfromsource", "*", Act::run_code, kNet},
    {"compileassemblyfromsourcebatch", "*", Act::run_code, kNet},
    {"addscript", "*", Act::run_code, kNet},
    {"evaluateasync", "csharpscript", Act::run_code, kNet},
    {"parsecontrol", "*", Act::run_code, kNet, 0},
    // Compiled code.
    {"load", "assembly", Act::load_code, kNet},
    {"unsafeloadfrom", "assembly", Act::load_code, kNet},
    {"loadfrom", "assembly", Act::load_code, kNet},
    {"loadfile", "assembly", Act::load_code, kNet},
    {"defineclass", "*", Act::load_code, kJava},
    {"defineclass0", "*", Act::load_code, kJava},
    {"defineclass1", "*", Act::load_code, kJava},
    {"defineanonymousclass", "*", Act::load_code, kJava},
    {"defineclassfrombytes", "*", Act::load_code, kJava},
    {"urlclassloader", "*", Act::load_code, kJava},
    {"readobject", "*", Act::load_code, kJava},
    {"load", "system", Act::load_code, kJava},
    {"load", "getruntime", Act::load_code, kJava},
    {"setdatasourcename", "*", Act::load_code, kJava},
    {"dolookup", "initialcontext", Act::load_code, kJava},
    {"deserialize", "binaryformatter", Act::load_code, kNet},
    {"deserialize", "losformatter", Act::load_code, kNet},
    {"deserialize", "objectstateformatter", Act::load_code, kNet},
    {"lookup", "initialcontext", Act::load_code, kJava},
    // Commands.
    {"system", "", Act::run_command, kPhp},
    {"exec", "", Act::run_command, kPhp},
    {"shell_exec", "", Act::run_command, kPhp},
    {"passthru", "", Act::run_command, kPhp},
    {"popen", "", Act::run_command, kPhp},
    {"proc_open", "", Act::run_command, kPhp},
    {"pcntl_exec", "", Act::run_command, kPhp},
    {"win_shell_execute", "", Act::run_command, kPhp},
    {"win32_create_service", "", Act::run_command, kPhp},
    {"exec", "wscript.shell", Act::run_command, 0xff},
    {"run", "wscript.shell", Act::run_command, 0xff},
    {"exec", "wshshell", Act::run_command, kWin},
    {"run", "wshshell", Act::run_command, kWin},
    {"shellexecute", "*", Act::run_command, kWin | kPhp},
    {"exec", "com", Act::run_command, kPhp},
    {"run", "com", Act::run_command, kPhp},
    {"shell", "", Act::run_command, mask(Language::vbnet)},
    {"shell", "interaction", Act::run_command, kNet},
    {"create", "win32_process", Act::run_command, kWin},
    {"start", "process", Act::run_command, kNet},
    {"processstartinfo", "*", Act::run_command, kNet},
    {"filename", "processstartinfo", Act::run_command, kNet, -1, -1, true},
    {"arguments", "processstartinfo", Act::run_command, kNet, -1, -1, true},
    {"filename", "startinfo", Act::run_command, kNet, -1, -1, true},
    {"arguments", "startinfo", Act::run_command, kNet, -1, -1, true},
    {"createprocess", "*", Act::run_command, kNet},
    {"createprocessa", "*", Act::run_command, kNet},
    {"createprocesswithlogonw", "*", Act::run_command, kNet},
    {"winexec", "*", Act::run_command, kNet},
    {"exec", "runtime", Act::run_command, kJava},
    {"exec", "getruntime", Act::run_command, kJava},
    {"processbuilder", "*", Act::run_command, kJava},
    {"command", "processbuilder", Act::run_command, kJava},
    {"start", "processimpl", Act::run_command, kJava},
    {"start", "processbuilder", Act::run_command, kJava},
    {"forkandexec", "*", Act::run_command, kJava},
    {"xp_cmdshell", "*", Act::run_command, 0xff},
    {"write", "standardinput", Act::run_command, kNet},
    {"writeline", "standardinput", Act::run_command, kNet},
    // Machine code.
    {"virtualalloc", "*", Act::run_machine_code, kNet},
    {"virtualprotect", "*", Act::run_machine_code, kNet},
    {"createthread", "*", Act::run_machine_code, kNet},
    {"getdelegateforfunctionpointer", "*", Act::run_machine_code, kNet},
    // Files run as pages.
    {"include", "", Act::include_file, kPhp},
    {"include_once", "", Act::include_file, kPhp},
    {"require", "", Act::include_file, kPhp},
    {"require_once", "", Act::include_file, kPhp},
    {"execute", "server", Act::include_file, kWin},
    {"transfer", "server", Act::include_file, kWin},
    // Written files.
    {"file_put_contents", "", Act::write_file, kPhp, 0, 1},
    {"fwrite", "", Act::write_file, kPhp, 0, 1},
    {"fputs", "", Act::write_file, kPhp, 0, 1},
    {"gzwrite", "", Act::write_file, kPhp, 0, 1},
    {"fputcsv", "", Act::write_file, kPhp, 0, 1},
    {"error_log", "", Act::write_file, kPhp, 2, 0},
    {"move_uploaded_file", "", Act::save_upload, kPhp, 1, 0},
    {"copy", "", Act::move_file, kPhp, 1, 0},
    {"rename", "", Act::move_file, kPhp, 1, 0},
    {"symlink", "", Act::move_file, kPhp, 1, 0},
    {"touch", "", Act::set_file_time, kPhp},
    {"registerphpfunctions", "*", Act::run_code, kPhp, 0},
    {"wp_create_user", "", Act::create_account, kPhp},
    {"wp_insert_user", "", Act::create_account, kPhp},
    {"set_role", "*", Act::give_rights, kPhp, 0},
    {"create", "shell.users", Act::create_account, kPhp | kWin},
    {"dl", "", Act::load_code, kPhp},
    {"eval", "perl", Act::run_code, kPhp},
    {"system", "perl", Act::run_command, kPhp},
    {"cdef", "ffi", Act::run_command, kPhp},
    {"putenv", "", Act::set_environment, kPhp, 0},
    {"com", "", Act::read_registry, kPhp, 0},
    {"processform", "mswc", Act::write_file, kWin, 0, 1},
    {"processform", "tools", Act::write_file, kWin, 0, 1},
    {"createtextfile", "*", Act::write_file, kWin, 0},
    {"opentextfile", "*", Act::read_file, kWin, 0},
    {"savetofile", "*", Act::write_file, kWin, 0},
    {"saveas", "*", Act::save_upload, kWin, 0},
    {"savetodisk", "*", Act::save_upload, kWin, 0},
    {"writealltext", "file", Act::write_file, kNet, 0, 1},
    {"writeallbytes", "file", Act::write_file, kNet, 0, 1},
    {"writealllines", "file", Act::write_file, kNet, 0, 1},
    {"appendalltext", "file", Act::write_file, kNet, 0, 1},
    {"create", "file", Act::write_file, kNet, 0},
    {"createtext", "file", Act::write_file, kNet, 0},
    {"appendtext", "file", Act::write_file, kNet, 0},
    {"openwrite", "file", Act::write_file, kNet, 0},
    {"streamwriter", "*", Act::write_file, kNet, 0},
    {"fileoutputstream", "*", Act::write_file, kJava, 0},
    {"filewriter", "*", Act::write_file, kJava, 0},
    {"randomaccessfile", "*", Act::write_file, kJava, 0},
    {"write", "files", Act::write_file, kJava, 0, 1},
    {"transferto", "*", Act::save_upload, kJava, 0},
    {"copy", "files", Act::write_file, kJava, 1, 0},
    {"copy", "fileutils", Act::write_file, kJava, 1, 0},
    {"copyinputstreamtofile", "*", Act::write_file, kJava, 1, 0},
    {"copyurltofile", "*", Act::write_file, kJava, 1, 0},
    {"writestringtofile", "*", Act::write_file, kJava, 0, 1},
    {"writebytearraytofile", "*", Act::write_file, kJava, 0, 1},
    {"writestring", "files", Act::write_file, kJava, 0, 1},
    {"write", "fileitem", Act::save_upload, kJava, 0},
    {"write", "diskfileitem", Act::save_upload, kJava, 0},
    {"write", "part", Act::save_upload, kJava, 0},
    {"write", "parserequest", Act::save_upload, kJava, 0},
    {"write", "getpart", Act::save_upload, kJava, 0},
    {"createtext", "fileinfo", Act::write_file, kNet, kReceiver},
    {"create", "fileinfo", Act::write_file, kNet, kReceiver},
    {"delete", "fileinfo", Act::delete_file, kNet, kReceiver},
    {"delete", "directoryinfo", Act::delete_file, kNet, kReceiver},
    {"moveto", "fileinfo", Act::move_file, kNet, 0, kReceiver},
    {"copyto", "fileinfo", Act::move_file, kNet, 0, kReceiver},
    {"write", "streamwriter", Act::write_file, kNet, kReceiver, 0},
    {"writeline", "streamwriter", Act::write_file, kNet, kReceiver, 0},
    {"write", "createtext", Act::write_file, kNet, kReceiver, 0},
    {"writeline", "createtext", Act::write_file, kNet, kReceiver, 0},
    {"write", "appendtext", Act::write_file, kNet, kReceiver, 0},
    {"writeline", "appendtext", Act::write_file, kNet, kReceiver, 0},
    {"write", "filestream", Act::write_file, kNet, kReceiver, 0},
    {"writeline", "filestream", Act::write_file, kNet, kReceiver, 0},
    {"write", "openwrite", Act::write_file, kNet, kReceiver, 0},
    {"writeline", "openwrite", Act::write_file, kNet, kReceiver, 0},
    {"write", "createtextfile", Act::write_file, kWin, kReceiver, 0},
    {"writeline", "createtextfile", Act::write_file, kWin, kReceiver, 0},
    {"write", "opentextfile", Act::write_file, kWin, kReceiver, 0},
    {"writeline", "opentextfile", Act::write_file, kWin, kReceiver, 0},
    {"write", "create", Act::write_file, kNet, kReceiver, 0},
    {"writeline", "create", Act::write_file, kNet, kReceiver, 0},
    {"write", "binarywriter", Act::write_file, kNet, kReceiver, 0},
    {"writeline", "binarywriter", Act::write_file, kNet, kReceiver, 0},
    // Read files.
    {"file_get_contents", "", Act::read_file, kPhp, 0},
    {"readfile", "", Act::read_file, kPhp, 0},
    {"fopen", "", Act::read_file, kPhp, 0},
    {"file", "", Act::read_file, kPhp, 0},
    {"readgzfile", "", Act::read_file, kPhp, 0},
    {"gzopen", "", Act::read_file, kPhp, 0},
    {"gzfile", "", Act::read_file, kPhp, 0},
    {"parse_ini_file", "", Act::read_file, kPhp, 0},
    {"php_strip_whitespace", "", Act::read_file, kPhp, 0},
    {"show_source", "", Act::read_file, kPhp, 0},
    {"highlight_file", "", Act::read_file, kPhp, 0},
    {"loadfromfile", "*", Act::read_file, kWin, 0},
    {"readalltext", "file", Act::read_file, kNet, 0},
    {"readallbytes", "file", Act::read_file, kNet, 0},
    {"opentext", "file", Act::read_file, kNet, 0},
    {"openread", "file", Act::read_file, kNet, 0},
    {"streamreader", "*", Act::read_file, kNet, 0},
    {"transmitfile", "*", Act::read_file, kNet, 0},
    {"fileinputstream", "*", Act::read_file, kJava, 0},
    {"filereader", "*", Act::read_file, kJava, 0},
    {"readallbytes", "files", Act::read_file, kJava, 0},
    {"readalllines", "files", Act::read_file, kJava, 0},
    {"lines", "files", Act::read_file, kJava, 0},
    {"newinputstream", "files", Act::read_file, kJava, 0},
    {"newbufferedreader", "files", Act::read_file, kJava, 0},
    {"readfiletostring", "*", Act::read_file, kJava, 0},
    {"readfiletobytearray", "*", Act::read_file, kJava, 0},
    // Deleted and moved files.
    {"unlink", "", Act::delete_file, kPhp, 0},
    {"rmdir", "", Act::delete_file, kPhp, 0},
    {"deletefile", "*", Act::delete_file, kWin, 0},
    {"deletefolder", "*", Act::delete_file, kWin, 0},
    {"delete", "file", Act::delete_file, kNet | kJava, 0},
    {"delete", "files", Act::delete_file, kJava, 0},
    {"deleteifexists", "files", Act::delete_file, kJava, 0},
    {"deletedirectory", "fileutils", Act::delete_file, kJava, 0},
    {"deletequietly", "fileutils", Act::delete_file, kJava, 0},
    {"forcedelete", "fileutils", Act::delete_file, kJava, 0},
    {"move", "files", Act::move_file, kJava, 1, 0},
    {"delete", "directory", Act::delete_file, kNet, 0},
    {"movefile", "*", Act::move_file, kWin, 1, 0},
    {"copyfile", "*", Act::move_file, kWin, 1, 0},
    {"movefolder", "*", Act::move_file, kWin, 1, 0},
    {"copyfolder", "*", Act::move_file, kWin, 1, 0},
    {"move", "file", Act::move_file, kNet, 1, 0},
    {"copy", "file", Act::move_file, kNet, 1, 0},
    {"move", "directory", Act::move_file, kNet, 1, 0},
    {"renameto", "*", Act::move_file, kJava, 0},
    {"modifydate", "*", Act::set_file_time, kWin, -1, -1, true},
    {"setlastmodified", "*", Act::set_file_time, kJava},
    {"setlastwritetime", "*", Act::set_file_time, kNet},
    {"setcreationtime", "*", Act::set_file_time, kNet},
    {"chmod", "", Act::set_file_time, kPhp},
    // Listed folders.
    {"opendir", "", Act::list_folder, kPhp, 0},
    {"scandir", "", Act::list_folder, kPhp, 0},
    {"glob", "", Act::list_folder, kPhp, 0},
    {"dir", "", Act::list_folder, kPhp, 0},
    {"chdir", "", Act::list_folder, kPhp, 0},
    {"directoryiterator", "*", Act::list_folder, kPhp, 0},
    {"recursivedirectoryiterator", "*", Act::list_folder, kPhp, 0},
    {"getfolder", "*", Act::list_folder, kWin, 0},
    {"getdirectories", "*", Act::list_folder, kNet, 0},
    {"getfiles", "*", Act::list_folder, kNet, 0},
    {"directoryinfo", "*", Act::list_folder, kNet, 0},
    {"listfiles", "*", Act::list_folder, kJava},
    {"list", "file", Act::list_folder, kJava},
    {"list", "files", Act::list_folder, kJava, 0},
    {"walk", "files", Act::list_folder, kJava, 0},
    {"newdirectorystream", "files", Act::list_folder, kJava, 0},
    // Databases.
    {"mysql_connect", "", Act::connect_database, kPhp},
    {"mysql_pconnect", "", Act::connect_database, kPhp},
    {"mysqli_connect", "", Act::connect_database, kPhp},
    {"mysqli_real_connect", "", Act::connect_database, kPhp},
    {"sqlsrv_connect", "", Act::connect_database, kPhp},
    {"sqlite_open", "", Act::connect_database, kPhp},
    {"ocilogon", "", Act::connect_database, kPhp},
    {"oci_connect", "", Act::connect_database, kPhp},
    {"mssql_connect", "", Act::connect_database, kPhp},
    {"pg_connect", "", Act::connect_database, kPhp},
    {"odbc_connect", "", Act::connect_database, kPhp},
    {"pdo", "*", Act::connect_database, kPhp},
    {"mysqli", "*", Act::connect_database, kPhp},
    {"open", "adodb.connection", Act::connect_database, kWin},
    {"connectionstring", "*", Act::connect_database, kWin, -1, -1, true},
    {"sqlconnection", "*", Act::connect_database, kNet},
    {"oledbconnection", "*", Act::connect_database, kNet},
    {"getconnection", "drivermanager", Act::connect_database, kJava},
    {"mysql_query", "", Act::query_database, kPhp},
    {"mysqli_query", "", Act::query_database, kPhp},
    {"mysql_db_query", "", Act::query_database, kPhp},
    {"mysql_unbuffered_query", "", Act::query_database, kPhp},
    {"mssql_query", "", Act::query_database, kPhp},
    {"sqlsrv_query", "", Act::query_database, kPhp},
    {"pg_query", "", Act::query_database, kPhp},
    {"pg_exec", "", Act::query_database, kPhp},
    {"odbc_exec", "", Act::query_database, kPhp},
    {"sqlite_query", "", Act::query_database, kPhp},
    {"query", "mysqli", Act::query_database, kPhp},
    {"query", "pdo", Act::query_database, kPhp},
    {"exec", "pdo", Act::query_database, kPhp},
    {"execute", "adodb.connection", Act::query_database, kWin},
    {"open", "adodb.recordset", Act::query_database, kWin},
    {"sqlcommand", "*", Act::query_database, kNet},
    {"oledbcommand", "*", Act::query_database, kNet},
    {"executequery", "*", Act::query_database, kJava},
    {"execute", "createstatement", Act::query_database, kJava},
    {"execute", "statement", Act::query_database, kJava},
    {"preparestatement", "*", Act::query_database, kJava},
    {"preparecall", "*", Act::query_database, kJava},
    {"gettables", "*", Act::query_database, kJava},
    {"executeupdate", "*", Act::query_database, kJava},
    // Network, system.
    {"fsockopen", "", Act::open_socket, kPhp},
    {"pfsockopen", "", Act::open_socket, kPhp},
    {"socket_connect", "", Act::open_socket, kPhp},
    {"stream_socket_client", "", Act::open_socket, kPhp},
    {"stream_socket_server", "", Act::open_socket, kPhp},
    {"open", "xmlhttp", Act::open_socket, kWin},
    {"open", "serverxmlhttp", Act::open_socket, kWin},
    {"open", "winhttprequest", Act::open_socket, kWin},
    {"iocontrol", "*", Act::open_socket, kNet},
    {"tcpclient", "*", Act::open_socket, kNet},
    {"connect", "socket", Act::open_socket, kNet | kJava},
    {"connect", "socketchannel", Act::open_socket, kJava},
    {"connect", "asynchronoussocketchannel", Act::open_socket, kJava},
    {"wsaconnect", "*", Act::open_socket, kNet},
    {"socket", "*", Act::open_socket, kJava},
    {"serversocket", "*", Act::open_socket, kJava},
    {"socketchannel", "*", Act::open_socket, kJava},
    {"regread", "*", Act::read_registry, kWin},
    {"regwrite", "*", Act::read_registry, kWin},
    {"opensubkey", "*", Act::read_registry, kNet},
    {"getprocesses", "process", Act::list_processes, kNet},
};

// Those that take the function first stand first.
constexpr std::ptrdiff_t kFirst = 13;
constexpr std::array<std::string_view, 44> kCallbacks = {"call_user_func",
                                                         "call_user_func_array",
                                                         "array_map",
                                                         "register_shutdown_function",
                                                         "register_tick_function",
                                                         "forward_static_call",
                                                         "forward_static_call_array",
                                                         "ob_start",
                                                         "set_error_handler",
                                                         "set_exception_handler",
                                                         "header_register_callback",
                                                         "spl_autoload_register",
                                                         "reflectionfunction",
                                                         "array_filter",
                                                         "array_walk",
                                                         "array_walk_recursive",
                                                         "array_reduce",
                                                         "usort",
                                                         "uasort",
                                                         "uksort",
                                                         "preg_replace_callback",
                                                         "array_diff_ukey",
                                                         "array_udiff",
                                                         "array_uintersect",
                                                         "array_udiff_assoc",
                                                         "array_udiff_uassoc",
                                                         "array_uintersect_assoc",
                                                         "array_uintersect_uassoc",
                                                         "array_diff_uassoc",
                                                         "array_intersect_uassoc",
                                                         "array_intersect_ukey",
                                                         "iterator_apply",
                                                         "filter_var",
                                                         "filter_var_array",
                                                         "mb_ereg_replace_callback",
                                                         "sqlite_create_function",
                                                         "createfunction",
                                                         "apcu_entry",
                                                         "callbackfilteriterator",
                                                         "yaml_parse",
                                                         "session_set_save_handler",
                                                         "assert_options",
                                                         "readline_completion_function",
                                                         "mb_output_handler_"};

struct Index {
  std::unordered_multimap<std::string_view, const Word*> words;
  NameFilter names;
};
const Index& index_of_words() {
  static const Index index = [] {
    Index built;
    for (const Word& word : kWords) {
      built.words.emplace(word.name, &word);
      built.names.add(word.name);
    }
    return built;
  }();
  return index;
}

bool has(const Names& names, std::string_view name) {
  return names.contains(name);
}

bool owner_fits(std::string_view owner, std::string_view path) {
  if (owner == "*") return true;
  if (owner.empty()) return path.find('.') == std::string_view::npos;
  return owned_by(path, owner);
}

}  // namespace

std::span<const Word> vocabulary() {
  return kWords;
}

bool owned_by(std::string_view path, std::string_view part) {
  for (auto at = path.find(part); at != std::string_view::npos; at = path.find(part, at + 1)) {
    const std::size_t end = at + part.size();
    if ((at == 0 || path[at - 1] == '.') && end < path.size() && path[end] == '.') return true;
  }
  return false;
}

const Word* find_word(std::string_view path, Language language, bool assigned) {
  const Index& index = index_of_words();
  const std::string_view name = last_part(path);
  if (!index.names.may_hold(name)) return nullptr;
  const auto [first, last] = index.words.equal_range(name);
  for (auto at = first; at != last; ++at) {
    const Word& word = *at->second;
    if (word.assigned == assigned && (word.languages & mask(language)) != 0 && owner_fits(word.owner, path))
      return &word;
  }
  return nullptr;
}

bool names_request(std::string_view path, Language language) {
  if (language == Language::php) return false;
  // The one name that VBScript has for it; other names are set, and followed.
  if (language == Language::vbscript) return last_part(path) == "request";
  static const Names kNames = {"request",
                               "getrequest",
                               "httpservletrequest",
                               "servletrequest",
                               "httprequest",
                               "httprequestbase",
                               "req",
                               "getservletrequest",
                               "httpservletrequestwrapper",
                               "servletrequestwrapper",
                               "multiparthttpservletrequest",
                               "httprequestwrapper",
                               "multipartrequest"};
  return has(kNames, last_part(path));
}

bool is_request_member(std::string_view name, Language language) {
  static const Names kDotNet = {"form",
                                "querystring",
                                "item",
                                "params",
                                "cookies",
                                "headers",
                                "files",
                                "inputstream",
                                "rawurl",
                                "binaryread",
                                "totalbytes",
                                "useragent",
                                "pathinfo",
                                "contentstream",
                                "unvalidated",
                                "body",
                                "query",
                                "getbufferlessinputstream",
                                "getbufferedinputstream",
                                "servervariables"};
  static const Names kJava = {"getparameter",
                              "getparametervalues",
                              "getparametermap",
                              "getparameternames",
                              "getheader",
                              "getheaders",
                              "getinputstream",
                              "getreader",
                              "getcookies",
                              "getquerystring",
                              "getpart",
                              "getparts",
                              "getpathinfo",
                              "getrequesturi",
                              "getheadernames",
                              "parserequest",
                              "getrequesturl",
                              "getremoteuser",
                              "getrequestedsessionid",
                              "getcontenttype"};
  return language == Language::java ? has(kJava, name) : has(kDotNet, name);
}

bool is_visitor_member(std::string_view path, Language language) {
  const std::string_view name = last_part(path);
  if (language == Language::java) {
    return name == "getparameter" || name == "getparametervalues" ||
           (path.starts_with("param.") || path.starts_with("paramvalues.") || path.starts_with("header."));
  }
  static const Names kHeld = {"text",      "value",    "selectedvalue", "selecteditem", "postedfile",
                              "filebytes", "filename", "filecontent",   "innertext"};
  if (!has(kHeld, name)) return false;
  for (const std::string_view control :
       {"control", "textbox", "htmlinputtext", "htmlinputfile", "htmltextarea", "fileupload", "dropdownlist",
        "htmlinputhidden", "hiddenfield"}) {
    if (owned_by(path, control)) return true;
  }
  return false;
}

bool is_superglobal(std::string_view name) {
  static const Names kNames = {
      "_GET",          "_POST",          "_REQUEST",         "_COOKIE",         "_FILES",
      "HTTP_GET_VARS", "HTTP_POST_VARS", "HTTP_COOKIE_VARS", "HTTP_POST_FILES", "HTTP_RAW_POST_DATA"};
  return has(kNames, name);
}

bool is_sent_server_key(std::string_view key) {
  // Whoever sends another host reaches another site; applications put it into their own addresses.
  if (key == "HTTP_HOST") return false;
  return key.starts_with("HTTP_") || key == "QUERY_STRING" || key == "REQUEST_URI" || key == "PATH_INFO" ||
         key.starts_with("PHP_AUTH_") || key == "http_x" || key.starts_with("http_") || key == "query_string";
}

bool gives_no_text(std::string_view name) {
  static const Names kNames = {"isset",
                               "empty",
                               "strlen",
                               "count",
                               "sizeof",
                               "in_array",
                               "is_numeric",
                               "is_array",
                               "is_string",
                               "intval",
                               "floatval",
                               "md5",
                               "sha1",
                               "crc32",
                               "hash",
                               "strcmp",
                               "strcasecmp",
                               "strpos",
                               "stripos",
                               "strrpos",
                               "preg_match",
                               "preg_match_all",
                               "ereg",
                               "eregi",
                               "is_file",
                               "is_dir",
                               "file_exists",
                               "is_writable",
                               "is_readable",
                               "is_null",
                               "is_int",
                               "is_callable",
                               "function_exists",
                               "method_exists",
                               "class_exists",
                               "array_key_exists",
                               "filesize",
                               "filemtime",
                               "checkdate",
                               "len",
                               "lenb",
                               "instr",
                               "instrrev",
                               "isnumeric",
                               "isnull",
                               "isempty",
                               "cint",
                               "clng",
                               "cdbl",
                               "cbool",
                               "isdate",
                               "ubound",
                               "lbound",
                               "strcomp",
                               "isarray",
                               "isobject",
                               "length",
                               "indexof",
                               "lastindexof",
                               "contains",
                               "startswith",
                               "endswith",
                               "equals",
                               "equalsignorecase",
                               "compareto",
                               "size",
                               "isempty",
                               "hashcode",
                               "parseint",
                               "parsefloat",
                               "toint32",
                               "toint16",
                               "toint64",
                               "toboolean",
                               "tryparse",
                               "exists",
                               "isnullorempty",
                               "isnullorwhitespace",
                               "parsedouble",
                               "parselong",
                               "computehash",
                               "createhash",
                               "password_verify",
                               "hash_equals",
                               "ctype_digit",
                               "ctype_alnum",
                               "time",
                               "date",
                               "rand",
                               "mt_rand",
                               "wp_verify_nonce",
                               "check_admin_referer",
                               "current_user_can",
                               "absint",
                               "abs",
                               "floor",
                               "round",
                               "number_format",
                               "checked",
                               "selected",
                               "print",
                               "echo",
                               "header",
                               "setcookie",
                               "die",
                               "exit",
                               "boolean",
                               "typeof",
                               "gettype",
                               "now"};
  return has(kNames, name);
}

bool quotes(std::string_view name) {
  static const Names kNames = {"escapeshellarg",
                               "escapeshellcmd",
                               "sanitize_file_name",
                               "sanitize_key",
                               "sanitize_text_field",
                               "preg_quote",
                               "htmlspecialchars",
                               "htmlentities",
                               "urlencode",
                               "rawurlencode",
                               "htmlencode",
                               "urlencode",
                               "encode",
                               "uuid",
                               "absint",
                               "base64_encode",
                               "json_encode",
                               "bin2hex",
                               "sha256",
                               "escapeuristring",
                               "escapedatastring"};
  return has(kNames, name);
}

bool cuts_to_name(std::string_view name) {
  static const Names kNames = {"basename", "getfilename", "getfilenamewithoutextension"};
  return has(kNames, name);
}

bool fetches(std::string_view name) {
  static const Names kNames = {"curl_exec",           "fsockopen",     "pfsockopen",
                               "downloadstring",      "downloaddata",  "openstream",
                               "getresponsestream",   "responsetext",  "responsebody",
                               "socket_read",         "socket_accept", "stream_socket_accept",
                               "stream_socket_client"};
  return has(kNames, name);
}

bool keeps(std::string_view name) {
  static const Names kNames = {"append",       "write",      "writetext", "add",       "put",
                               "push",         "insert",     "set",       "addall",    "setproperty",
                               "appendformat", "appendline", "enqueue",   "offer",     "addelement",
                               "writebytes",   "writeline",  "putall",    "addheader", "setvalue"};
  return has(kNames, name);
}

bool tells_own_place(std::string_view name) {
  static const Names kNames = {
      "mappath",      "getrealpath",       "getcwd",          "physicalapplicationpath",
      "physicalpath", "getservletcontext", "appdomainapppath"};
  return has(kNames, name);
}

bool calls_back(std::string_view name) {
  static const Names known(kCallbacks.begin(), kCallbacks.end());
  return has(known, name);
}

std::span<const std::string_view> callback_names() {
  return kCallbacks;
}

bool takes_function_first(std::string_view name) {
  return std::find(kCallbacks.begin(), kCallbacks.begin() + kFirst, name) != kCallbacks.begin() + kFirst;
}

}  // namespace afterpatch::detect::scripts
