"""Interactive shells in terminals of their own, whose screens are read.

Each has read what `flatline completion` prints for it, where its users would put that. zsh and fish are
Debian's, unpacked and not installed: they are told where their modules and functions are.
"""

import fcntl
import os
import pathlib
import pty
import select
import signal
import struct
import subprocess
import termios
import time

import pyte

PATIENCE = 60  # Seconds, for what must come.
AGAIN_S = 2  # How soon keys are pressed again.
WIDTH, HEIGHT = 160, 60
PROMPT = "$ "
FETCH = pathlib.Path(__file__).parents[3] / "harness/fetch-debian"


class Wrong(Exception):
    """What is not as it must be."""


class Shell:
    """An interactive shell whose home is `home`."""

    def __init__(self, stack, home, command, environment):
        self.name = pathlib.Path(command[0]).name
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.ByteStream(self.screen)
        child, self._terminal = pty.fork()
        if child == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
            os.chdir(home)
            os.execve(command[0], command, {**environment, "HOME": str(home), "TERM": "xterm"})
        stack.callback(os.close, self._terminal)
        stack.callback(os.waitpid, child, 0)
        stack.callback(os.kill, child, signal.SIGKILL)
        self._await(lambda: self._stands_at(PROMPT), "its prompt")
        self.clear()

    def _stands_at(self, line):
        """The cursor is behind this line, so what the shell says of it is said."""
        cursor = self.screen.cursor
        return cursor.x == len(line) and self.screen.display[cursor.y].rstrip() == line.rstrip()

    def _comes(self, holds, patience):
        """Reads what comes until the screen is as it must be, or the time is over."""
        deadline = time.monotonic() + patience
        while not holds():
            if not select.select([self._terminal], [], [], max(0, deadline - time.monotonic()))[0]:
                return False
            self._stream.feed(os.read(self._terminal, 65536))
        return True

    def _await(self, holds, what):
        if not self._comes(holds, PATIENCE):
            self._give_up(what)

    def _give_up(self, what):
        shown = "\n".join(line.rstrip() for line in self.screen.display if line.strip())
        raise Wrong(f"{self.name}: never came to {what}; the screen is\n{shown}\n"
                    f"with the cursor in column {self.screen.cursor.x}")

    def _try(self, typed, holds, what):
        """On a busy machine a collector may take longer than anybody who pressed Tab waits for it, who
        then types it again."""
        deadline = time.monotonic() + PATIENCE
        self.keys(typed)
        while not self._comes(holds, AGAIN_S):
            if time.monotonic() > deadline:
                self._give_up(what)
            self.clear()
            self.keys(typed)

    def keys(self, text):
        os.write(self._terminal, text.encode())

    def completes(self, typed, wanted):
        """`typed` and a Tab become `wanted`: the space behind a whole word, too."""
        self._try(typed + "\t", lambda: self._stands_at(PROMPT + wanted), f"{wanted!r} by {typed!r}")
        self.clear()

    def lists(self, typed, words):
        """`typed` and Tabs show these words, and perhaps others."""

        def holds():
            said = " ".join(self.screen.display).split()
            return self._stands_at(PROMPT + typed) and set(words) <= set(said)

        self._try(typed + "\t" * self.TABS, holds, f"{words} by {typed!r}")
        self.clear()

    def runs(self, command):
        self.keys(command + "\n")
        self._await(lambda: self._stands_at(PROMPT) and self.screen.cursor.y > 0, f"the end of {command}")
        self.clear()

    def runs_what_completes(self, typed, part):
        """`typed` and a Tab become a command with this part, which is run."""
        self._try(typed + "\t", lambda: part in self.screen.display[0], f"{part} by {typed!r}")
        self.runs("")

    def runs_with_tab(self, typed, rest):
        """`typed`, a Tab and the rest of the line are run, whatever the Tab brings."""
        self.runs(typed + "\t" + rest)

    def clear(self):
        self.keys("\x15\x0c")  # Ctrl-U and Ctrl-L: an empty line on an empty screen.
        self._await(lambda: self._stands_at(PROMPT) and self.screen.cursor.y == 0 and
                    not any(line.strip() for line in self.screen.display[1:]), "an empty screen")


class Bash(Shell):
    TABS = 2  # The second one lists.

    def __init__(self, stack, home, flatline, _, environment):
        del flatline
        (home / ".bashrc").write_text(f"PS1='{PROMPT}'\nsource <(flatline completion bash)\n")
        super().__init__(stack, home, ["/bin/bash", "--rcfile", home / ".bashrc", "-i"], environment)


class Zsh(Shell):
    TABS = 1

    def __init__(self, stack, home, flatline, debian, environment):
        functions = home / "functions"
        functions.mkdir()
        write_script(flatline, "zsh", functions / "_flatline")
        modules, = debian.glob("usr/lib/*/zsh/*/zsh")
        shipped = debian / "usr/share/zsh/functions"
        (home / ".zshenv").write_text(f"module_path=({modules.parent})\nfpath=({functions} "
                                      f"{shipped}/Completion{{,/Base,/Unix,/Zsh}})\n")
        (home / ".zshrc").write_text(f"PS1='{PROMPT}'\nPS2='> '\nautoload -Uz compinit\ncompinit -D -u\n")
        super().__init__(stack, home, [debian / "bin/zsh", "-d", "-i"], environment)


class Fish(Shell):
    TABS = 1

    def __init__(self, stack, home, flatline, debian, environment):
        for folder in (".config/fish/completions", ".local/share/fish/generated_completions"):
            (home / folder).mkdir(parents=True)  # It makes the last one of all manual pages else.
        write_script(flatline, "fish", home / ".config/fish/completions/flatline.fish")
        # What it knows of earlier lines would be mixed with what comes by Tab.
        (home / ".config/fish/config.fish").write_text(
            "set -g fish_autosuggestion_enabled 0\nset -g fish_greeting\n"
            f"function fish_prompt; echo -n '{PROMPT}'; end\n")
        library, = debian.glob("usr/lib/*/libpcre2-32.so.0")
        super().__init__(stack, home, [debian / "usr/bin/fish", "-i"],
                         {**environment, "LD_LIBRARY_PATH": str(library.parent)})


def write_script(flatline, shell, file):
    with file.open("w") as script:
        subprocess.run([flatline, "completion", shell], check=True, stdout=script)


def fetched(build):
    """The folder that zsh and fish are unpacked in."""
    return pathlib.Path(subprocess.run([FETCH, build, "shells"], check=True, stdout=subprocess.PIPE,
                                       text=True).stdout.strip())
