#include "web/sandbox.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include <fmt/format.h>

namespace afterpatch::web {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBubblewrap = "/usr/bin/bwrap";
constexpr std::chrono::milliseconds kLookEvery{200};

// Everything by which a program could reach the network, other processes, or the kernel's less tried parts.
constexpr int kRefused[] = {SCMP_SYS(socket),
                            SCMP_SYS(connect),
                            SCMP_SYS(bind),
                            SCMP_SYS(listen),
                            SCMP_SYS(accept),
                            SCMP_SYS(accept4),
                            SCMP_SYS(ptrace),
                            SCMP_SYS(process_vm_readv),
                            SCMP_SYS(process_vm_writev),
                            SCMP_SYS(mount),
                            SCMP_SYS(umount2),
                            SCMP_SYS(pivot_root),
                            SCMP_SYS(chroot),
                            SCMP_SYS(unshare),
                            SCMP_SYS(setns),
                            SCMP_SYS(bpf),
                            SCMP_SYS(perf_event_open),
                            SCMP_SYS(userfaultfd),
                            SCMP_SYS(io_uring_setup),
                            SCMP_SYS(init_module),
                            SCMP_SYS(finit_module),
                            SCMP_SYS(delete_module),
                            SCMP_SYS(kexec_load),
                            SCMP_SYS(kexec_file_load),
                            SCMP_SYS(open_by_handle_at),
                            SCMP_SYS(add_key),
                            SCMP_SYS(request_key),
                            SCMP_SYS(keyctl),
                            SCMP_SYS(reboot),
                            SCMP_SYS(swapon),
                            SCMP_SYS(swapoff),
                            SCMP_SYS(acct),
                            SCMP_SYS(settimeofday),
                            SCMP_SYS(clock_settime)};

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

std::unexpected<Error> system_failure(const std::string& what) {
  return fail(fmt::format("{}: {}", what, std::strerror(errno)));
}

// The filter as a program of classic BPF in a file in memory: made before fork(), since the child of a
// process with threads may not allocate.
Result<Descriptor> make_filter() {
  Descriptor file(::memfd_create("filter", 0));
  if (file.get() < 0) return system_failure("no memory for the sandbox's filter");
  scmp_filter_ctx context = seccomp_init(SCMP_ACT_ALLOW);
  if (context == nullptr) return fail("the sandbox's filter can't be made");
  int wrong = 0;
  for (const int call : kRefused) wrong |= seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), call, 0);
  wrong |= seccomp_export_bpf(context, file.get());
  seccomp_release(context);
  if (wrong != 0) return fail("the sandbox's filter can't be made");
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

Result<std::vector<sock_filter>> read_filter(const Descriptor& file) {
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  std::vector<sock_filter> program(static_cast<std::size_t>(size) / sizeof(sock_filter));
  const ssize_t got = ::pread(file.get(), program.data(), program.size() * sizeof(sock_filter), 0);
  ::lseek(file.get(), 0, SEEK_SET);
  if (got != size) return system_failure("the sandbox's filter can't be read");
  return program;
}

std::vector<std::string> wrapped(const SandboxJob& job, int filter) {
  std::vector<std::string> words = {kBubblewrap,
                                    "--unshare-all",
                                    "--die-with-parent",
                                    "--new-session",
                                    "--cap-drop",
                                    "ALL",
                                    "--clearenv",
                                    "--setenv",
                                    "PATH",
                                    "/usr/bin:/bin",
                                    "--setenv",
                                    "LANG",
                                    "C.UTF-8",
                                    "--ro-bind",
                                    "/usr",
                                    "/usr",
                                    "--symlink",
                                    "usr/bin",
                                    "/bin",
                                    "--symlink",
                                    "usr/lib",
                                    "/lib",
                                    "--symlink",
                                    "usr/lib64",
                                    "/lib64",
                                    "--ro-bind-try",
                                    "/etc/ld.so.cache",
                                    "/etc/ld.so.cache",
                                    "--proc",
                                    "/proc",
                                    "--dev",
                                    "/dev",
                                    "--tmpfs",
                                    "/tmp",
                                    "--chdir",
                                    "/"};
  const auto add = [&](std::initializer_list<std::string> more) { words.insert(words.end(), more); };
  for (const fs::path& path : job.readable) add({"--ro-bind", path.string(), path.string()});
  if (!job.writable.empty()) add({"--bind", job.writable.string(), job.writable.string()});
  add({"--seccomp", std::to_string(filter), "--"});
  words.insert(words.end(), job.command.begin(), job.command.end());
  return words;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

struct Limit {
  decltype(RLIMIT_AS) what;
  rlim_t value;
};

// From here to the end of become(): only what signal-safety(7) allows.
void set_limit(const Limit& limit) {
  const rlimit both{limit.value, limit.value};
  ::setrlimit(limit.what, &both);
}

[[noreturn]] void become(char* const* words, char* const* environment, const Limit* limits, std::size_t count,
                         int input, int output, int kept, const sock_fprog* filter) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  for (int fd = STDERR_FILENO + 1; fd < 65536; ++fd)
    if (fd != kept) ::close(fd);
  for (std::size_t i = 0; i < count; ++i) set_limit(limits[i]);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (filter != nullptr && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter) != 0) ::_exit(126);
  ::execve(words[0], words, environment);
  ::_exit(127);
}

std::uint64_t bytes_in(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;
    const bool file = entry->is_regular_file(gone) && !entry->is_symlink(gone);
    // Each name costs something too, so that a million empty files are no way around the limit.
    bytes += 4096 + (file ? entry->file_size(gone) : 0);
  }
  return bytes;
}

SandboxOutcome ended(int status) {
  if (WIFEXITED(status)) return {SandboxEnd::exited, WEXITSTATUS(status)};
  return {SandboxEnd::killed, WTERMSIG(status)};
}

SandboxOutcome kill_all(pid_t child, SandboxEnd why) {
  ::kill(-child, SIGKILL);
  ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return {why, 0};
}

bool wrote_too_much(const SandboxJob& job) {
  return job.most_bytes > 0 && bytes_in(job.writable) > job.most_bytes;
}

SandboxOutcome wait_for(pid_t child, const SandboxJob& job, const std::atomic<bool>& stop) {
  const auto until = std::chrono::steady_clock::now() + job.limits.time;
  for (;;) {
    int status = 0;
    // Who is quick may have written all of it between two looks.
    if (::waitpid(child, &status, WNOHANG) == child)
      return wrote_too_much(job) ? SandboxOutcome{SandboxEnd::too_much, 0} : ended(status);
    if (stop) return kill_all(child, SandboxEnd::stopped);
    if (std::chrono::steady_clock::now() > until) return kill_all(child, SandboxEnd::too_long);
    if (wrote_too_much(job)) return kill_all(child, SandboxEnd::too_much);
    std::this_thread::sleep_for(kLookEvery);
  }
}

}  // namespace

Result<SandboxOutcome> run_confined(const SandboxJob& job, Confinement confinement,
                                    const std::atomic<bool>& stop) {
  auto filter_file = make_filter();
  if (!filter_file) return std::unexpected(filter_file.error());
  auto filter = read_filter(*filter_file);
  if (!filter) return std::unexpected(filter.error());
  const sock_fprog program{static_cast<unsigned short>(filter->size()), filter->data()};
  const bool wrap = confinement == Confinement::bubblewrap;
  std::vector<std::string> words = wrap ? wrapped(job, filter_file->get()) : job.command;
  std::vector<std::string> variables = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8"};
  const std::vector<char*> arguments = pointers(words);
  const std::vector<char*> environment = pointers(variables);
  const Limit limits[] = {{RLIMIT_AS, job.limits.memory_bytes},
                          {RLIMIT_CPU, static_cast<rlim_t>(job.limits.processor_time.count())},
                          {RLIMIT_FSIZE, job.limits.file_bytes},
                          {RLIMIT_NOFILE, job.limits.open_files},
                          {RLIMIT_CORE, 0}};
  const Descriptor input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Descriptor output(::open(job.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (output.get() < 0) return system_failure("the sandbox's output can't be written");
  const pid_t child = ::fork();
  if (child < 0) return system_failure("no process for the sandbox");
  if (child == 0)
    become(arguments.data(), environment.data(), limits, std::size(limits), input.get(), output.get(),
           wrap ? filter_file->get() : -1, wrap ? nullptr : &program);
  return wait_for(child, job, stop);
}

Confinement best_confinement() {
  static const Confinement kBest = [] {
    if (::access(kBubblewrap, X_OK) != 0) return Confinement::filter;
    SandboxJob job;
    job.command = {"/usr/bin/true"};
    job.output = "/dev/null";
    job.limits.time = std::chrono::seconds(10);
    const std::atomic<bool> stop = false;
    const auto tried = run_confined(job, Confinement::bubblewrap, stop);
    const bool works = tried && tried->end == SandboxEnd::exited && tried->status == 0;
    return works ? Confinement::bubblewrap : Confinement::filter;
  }();
  return kBest;
}

}  // namespace afterpatch::web
