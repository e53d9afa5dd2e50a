"""A program in a terminal of our own, whose screen a test can read.

The program runs as a job of a small shell, which is the terminal's session leader, as a shell of a
person is: so it can be stopped by Ctrl-Z and go on, and the shell tells what became of it. pyte
makes a screen of the bytes that the program writes.
"""

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

import pyte

PATIENCE = 60  # Seconds, for whatever must come.
MARK = b"\x1b]9;read-all\a"  # Shown by no terminal.


class Wrong(Exception):
    pass


class PseudoTerminal:
    def __init__(self, command, columns, rows, environment):
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.written = b""  # All that the program has written.
        self.told, tell = os.pipe()
        master, slave = pty.openpty()
        self.file = master
        self._set_size(columns, rows)
        self.modes_before = termios.tcgetattr(slave)
        self.shell = os.fork()
        if self.shell == 0:
            with contextlib.suppress(BaseException):
                os.close(master)
                _be_shell(slave, tell, command, environment)
            os._exit(1)
        os.close(tell)
        self.slave = slave  # Held open, so that the modes can be read when the program is gone.
        self.news = b""
        self.job = int(self._read_news().split()[1])

    def close(self):
        for process in (self.job, self.shell):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        os.waitpid(self.shell, 0)
        for file in (self.file, self.slave, self.told):
            os.close(file)

    def _set_size(self, columns, rows):
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns, rows):
        self.screen.resize(rows, columns)
        self._set_size(columns, rows)  # This sends SIGWINCH.

    def type(self, text):
        os.write(self.file, text.encode())

    def signal(self, number):
        os.kill(self.job, number)

    def modes(self):
        return termios.tcgetattr(self.slave)

    def text(self):
        return "".join(line.rstrip() + "\n" for line in self.screen.display)

    def read(self, deadline):
        """Takes what the program writes next. Returns False where nothing came in time."""
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.file], [], [], left)[0]:
            return False
        some = os.read(self.file, 65536)
        self.written += some
        self.stream.feed(some)
        return True

    def read_all(self):
        """Takes all that is written by now: the kernel hands it on later, and in turn, so it stands before a
        mark of ours. The program has shown a round when it begins the next."""
        while self.read(time.monotonic() + 0.01):
            pass
        os.write(self.slave, MARK)
        deadline = time.monotonic() + PATIENCE
        while MARK not in self.written:
            if not self.read(deadline):
                raise Wrong(f"the terminal hands on nothing:\n{self.text()}")
        self.written = self.written.replace(MARK, b"")

    def await_screen(self, what, is_there):
        """Waits until the screen's text is as `is_there` wants it."""
        deadline = time.monotonic() + PATIENCE
        while not is_there(self.text()):
            if not self.read(deadline):
                raise Wrong(f"the screen never shows {what}:\n{self.text()}")
        return self.text()

    def await_words(self, *words):
        return self.await_screen(" and ".join(words), lambda text: all(w in text for w in words))

    def await_golden(self, path):
        """Waits until the screen is the file's text; or writes the file, once it is quiet."""
        if os.environ.get("FLATLINE_REGENERATE") == "1":
            while self.read(time.monotonic() + 1):
                pass
            path.write_text(self.text())
        wanted = path.read_text()
        self.await_screen(f"{path.name}, which is\n{wanted}\nbut", lambda text: text == wanted)

    def _read_news(self):
        deadline = time.monotonic() + PATIENCE
        while b"\n" not in self.news:
            left = max(0, deadline - time.monotonic())
            ready = select.select([self.told, self.file], [], [], left)[0]
            if not ready:
                raise Wrong(f"the program goes on:\n{self.text()}")
            if self.file in ready:
                self.read(deadline)
            if self.told in ready:
                self.news += os.read(self.told, 4096)
        line, _, self.news = self.news.partition(b"\n")
        return line.decode()

    def await_news(self, news):
        """Waits until the shell says this of the program; `ended 0`, `stopped`, `went on`."""
        came = self._read_news()
        self.read_all()  # What it wrote before that.
        if came != news:
            raise Wrong(f"the program {came}, and not {news}:\n{self.text()}")


def _be_shell(slave, tell, command, environment):
    """Runs the command as the foreground job of a session of its own, and tells what becomes of it."""
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for number in range(3):
        os.dup2(slave, number)
    # The test's sockets are not ours: one that we held would go on listening when it is closed.
    os.closerange(3, tell)
    os.closerange(tell + 1, 1024)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpid())
        # Also where whoever runs the tests ignores them, as nohup does, and a shell for what it runs behind.
        for number in (signal.SIGTTOU, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        os.close(tell)
        os.execve(command[0], command, environment)
    os.write(tell, f"is {job}\n".encode())
    while True:
        _, status = os.waitpid(job, os.WUNTRACED | os.WCONTINUED)
        if os.WIFSTOPPED(status):
            os.write(tell, b"stopped\n")
        elif os.WIFCONTINUED(status):
            os.write(tell, b"went on\n")
        else:
            os.write(tell, f"ended {os.waitstatus_to_exitcode(status)}\n".encode())
            break
    signal.pause()  # The terminal stays as the program left it, until the test has looked.
