"""A copy of the tree in which mutants are built and tested, for tools/mutants.

The working tree is only read. What a copy compiles it compiles as the tree's own build would, but
for line tables, which cost time and hide that two mutants have the same machine code.
"""

import hashlib, os, re, resource, shutil, signal, subprocess, sys, tempfile, time

FOLDERS = ("collector/fleet", "collector/view", "agent/core", "schema/wire")

# In a copy, all tests of the pure core are one program more, which is built and linked fast.
CORE_TESTS = re.compile(r"tests/((simulation|%s)/(?!.*allocation_test).*\.cc)$" % "|".join(FOLDERS))
CORE_PROGRAM = """test_programs += {'core_test': {'sources': files(%s),
  'cpp_args': '-DFLATLINE_CAPNP="@0@"'.format(capnp.full_path()),
  'dependencies': [agent_core_dep, collector_core_dep, sim_dep]}}
"""
# Who survives it meets these programs, without the test files that are named here: core_test has
# them, or they take long because they run whole programs or wait for disks that fail.
COLLECTOR = {"collector_test": "*/fleet/*,*/view/*,*/journal/kill_test.cc,"
                               "*/journal/disk_trouble_test.cc,*/journal/registry_retries_test.cc,"
                               "*/journal/disk_faults_test.cc,"
                               "*/journal/restart_without_disk_test.cc,"
                               "*/journal/registry_damage_test.cc"}
AGENT = {"agent_test": "*/agent_*_test.cc", "tools_test": "*/flatline_*"}
WIDER_PROGRAMS = {
    "agent": {"agent_core_test": ""} | AGENT,
    "collector": {"allocation_test": ""} | COLLECTOR,
    "schema": {"schema_test": "*/wire/*"} | AGENT | COLLECTOR,
}


def programs_for(file):
    """The test programs that a mutant of the file meets, and what each leaves out."""
    return {"core_test": ""} | WIDER_PROGRAMS[file.split("/")[0]]


def content_of(path):
    with open(path, "rb") as file:
        return file.read()


def digest_of(path):
    return hashlib.sha1(content_of(path)).digest()


def with_core_test(files):
    """tests/meson.build with the program core_test and without line tables."""
    text = files["tests/meson.build"].decode().replace("'-g1', ", "")
    tests = ", ".join(repr(match[1]) for match in map(CORE_TESTS.match, files) if match)
    head, mark, foot = text.partition("foreach name, program : test_programs\n")
    if not mark:
        sys.exit("mutants: tests/meson.build has no line `foreach name, program : test_programs`, "
                 "before which core_test would stand; mend with_core_test()")
    return (head + CORE_PROGRAM % tests + mark + foot).encode()


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


class TreeCopy:
    """One thread uses each."""

    running = set()  # The children of all copies, by process group.
    stopped = False

    @classmethod
    def stop_all(cls):
        cls.stopped = True
        for group in list(cls.running):
            end_group(group)

    def __init__(self, number, files, jobs):
        """Copies `files`, which are names with contents. What is there already stays as it is, so
        that it is not built again. The copy builds with so many `jobs`."""
        self.root = os.path.abspath(f"build/mutants/{number}")
        self.jobs = jobs
        for folder, _, names in os.walk(self.root):
            for path in (os.path.join(folder, name) for name in names):
                inside = os.path.relpath(path, self.root)
                if inside not in files and not inside.startswith("build/"):
                    os.remove(path)
        for file, content in (files | {"tests/meson.build": with_core_test(files)}).items():
            path = os.path.join(self.root, file)
            if not os.path.isfile(path) or content_of(path) != content:
                os.makedirs(os.path.dirname(path), exist_ok=True)
                self.write(file, content)
                shutil.copymode(file, path)

    def prepare(self, programs):
        """Builds the tree as it is and remembers the machine code."""
        if not os.path.exists(os.path.join(self.root, "build/build.ninja")):
            linkers = [name for name in ("lld", "gold", "bfd") if shutil.which(f"ld.{name}")]
            must_pass("meson", self.run(["env", f"CXX_LD={linkers[0]}", "meson", "setup", "build",
                                         "-Doptimization=1", "-Ddebug=false", "-Db_pch=false",
                                         "-Dbenchmarks=false"]))
        must_pass("the build", self.build(programs))
        self.code = {path: digest_of(path) for path in self.objects_since(0)}

    def measure(self, program, left_out):
        """Runs a test program on the tree as it is. Returns the filters and the deadlines, in
        seconds of the processor and of the clock, with which mutants meet it."""
        filters = [f"--source-file-exclude={left_out}"]
        busy, begun = seconds_of_children(), time.monotonic()
        must_pass(program, self.run([f"build/tests/{program}", *filters]))
        return (filters, 2 * (seconds_of_children() - busy) + 3,
                5 * (time.monotonic() - begun) + 30)

    def judge(self, mutant, content, tests):
        """Returns the mutant's verdict and the test that killed it. `content` is its file's, `tests`
        are what measure() returned for each program."""
        lines = content.decode().split("\n")
        lines[mutant.line - 1] = mutant.after
        begun = time.time_ns()
        self.write(mutant.file, "\n".join(lines).encode())
        try:
            differs = False
            for program in programs_for(mutant.file):
                if self.build([program])[0] != 0:
                    return "uncompiled", ""
                if all(digest_of(path) == self.code[path] for path in self.objects_since(begun)):
                    continue
                differs = True
                killer = self.killer(program, mutant.file, *tests[program])
                if killer:
                    return "killed", killer
            return ("survived" if differs else "equivalent"), ""
        finally:
            self.write(mutant.file, content)

    def killer(self, program, file, filters, *deadlines):
        """The test case that fails, or what else does, or nothing."""
        def first_failure(filters):
            code, output = self.run([f"build/tests/{program}", "--abort-after=1", *filters],
                                    *deadlines)
            case = re.search(r"^TEST CASE:  (.*)$", output, re.MULTILINE)
            if code is None:
                return f"{program}'s deadline"
            return "" if code == 0 else case[1] if case else f"{program} exits with {code}"

        if program == "core_test":  # The tests of the file come first, and then those of its folder.
            folder, name = os.path.split(os.path.splitext(file)[0])
            return (first_failure([f"--source-file=*/{name}_test.cc"]) or
                    first_failure([f"--source-file=*/tests/{folder}/*"]) or
                    first_failure([f"--source-file-exclude=*/tests/{folder}/*"]))
        # The others wait for a machine that may be busy, so one failure proves nothing.
        return first_failure(filters) and first_failure(filters)

    def build(self, programs):
        return self.run(["ninja", "-C", "build", "-j", str(self.jobs),
                         *(f"tests/{program}" for program in programs)])

    def objects_since(self, time_ns):
        """The object files that were made since then."""
        paths = [os.path.join(folder, name)
                 for folder, _, names in os.walk(os.path.join(self.root, "build"))
                 for name in names if name.endswith(".o")]
        return [path for path in paths if os.stat(path).st_mtime_ns >= time_ns]

    def write(self, file, content):
        with open(os.path.join(self.root, file), "wb") as out:
            out.write(content)

    def run(self, command, processor_seconds=7200, seconds=7200):
        """Runs a child until its deadline, and ends whatever it started. Returns its exit code, or
        None if it came to the deadline, and what it printed."""
        limits = f'ulimit -c 0 -v 16000000 -t {processor_seconds:.0f}; exec "$@"'
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # No test waits for a disk.
        with (tempfile.TemporaryFile() as output,
              tempfile.TemporaryDirectory(prefix="flatline-mutants-", dir=memory) as temporary):
            settings = {"TMPDIR": temporary, "CCACHE_NOHASHDIR": "1", "CCACHE_DEPEND": "1"}
            child = subprocess.Popen(["sh", "-c", limits, "sh", *command], cwd=self.root,
                                     env=os.environ | settings, stdin=subprocess.DEVNULL,
                                     stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
            TreeCopy.running.add(child.pid)
            code = None
            while code is None and seconds > 0 and not TreeCopy.stopped:
                try:  # Second by second, so that time for which all of this is suspended counts once.
                    code = child.wait(1)
                except subprocess.TimeoutExpired:
                    seconds -= 1
            end_group(child.pid)
            child.wait()
            TreeCopy.running.remove(child.pid)
            if TreeCopy.stopped:
                raise Stopped
            output.seek(0)
            text = output.read().decode(errors="replace")
        return None if code in (-signal.SIGXCPU, -signal.SIGKILL) else code, text


def end_group(group):
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def seconds_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def must_pass(what, result):
    if result[0] != 0:
        sys.exit(f"{result[1][-3000:]}\nmutants: {what} fails before anything is broken, see above")
