"""What a plugin may not do: a hostile one tries, in its constructor and again in run(), with every grant.

Each row of the table names an attempt (attempts_on_*.c), which half of the sandbox refuses it, and how. The
same attempts without a sandbox must succeed, and with one half alone the other half's rows must stay open:
so a row that refuses by accident is seen.

SPDX-License-Identifier: MIT
"""

import ctypes
import fcntl
import os
import pathlib
import pty
import shutil
import signal
import socket
import subprocess
import tempfile
import termios
import unittest

from plughtest import BUILD, DEADLINE, PLUGH, PlughTest, main

HOSTILE = BUILD / "tests" / "hostile"
HALF = BUILD / "tests" / "hostile-half"
SOMEBODY = 65534  # nobody: the other user, when root runs the test
ORDINARY = 12345  # the user that root becomes


class Scene:
    """All that the attempts are aimed at, for a user."""

    def __init__(self, uid):
        self.uid = uid
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="plugh-hostile-"))
        self.home = self.dir / "home"
        self.sockets = []
        self.victim = 0
        (self.home / ".ssh").mkdir(parents=True)
        (self.home / ".ssh" / "id_rsa").write_text("secret key\n")
        (self.home / ".ssh" / "id_rsa").chmod(0o600)
        self.stdin = self.dir / "stdin"
        self.stdin.write_text("input\n")
        self.inherited = self.dir / "inherited"
        self.inherited.write_text("inherited\n")
        for stage in ("constructor", "run"):
            self.prepare(self.dir / stage)
        self.give(self.dir)
        for stage in ("constructor", "run"):
            other = self.dir / stage / "other"
            other.write_text("of somebody else\n")
            if os.getuid() == 0:
                os.chown(other, SOMEBODY, SOMEBODY)
        self.abstract = self.dir.name
        self.listen(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + self.abstract)
        self.tcp = self.listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)).getsockname()[1]
        self.other = self.listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)).getsockname()[1]
        self.udp = self.listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)).getsockname()[1]
        self.start_victim()

    def prepare(self, folder):
        """The files of one stage."""
        folder.mkdir()
        for name in ("secret", "victim", "to-remove", "to-rename", "attributed"):
            (folder / name).write_text(f"{name}\n")
        (folder / "secret").chmod(0o600)
        (folder / "folder").mkdir()
        (folder / "folder" / "inner").write_text("inner\n")
        (folder / "empty").mkdir()
        (folder / "link").symlink_to("secret")
        for name in ("user.one", "user.two", "user.three"):
            os.setxattr(folder / "attributed", name, b"x")
        for kind, name in ((socket.SOCK_STREAM, "stream"), (socket.SOCK_DGRAM, "datagram")):
            self.listen(socket.AF_UNIX, kind, str(folder / name))

    def give(self, folder):
        if os.getuid() != self.uid:
            for path, folders, files in os.walk(folder):
                for name in (path, *(os.path.join(path, name) for name in folders + files)):
                    os.chown(name, self.uid, self.uid, follow_symlinks=False)

    def listen(self, family, kind, address):
        one = socket.socket(family, kind)
        one.bind(address)
        if kind == socket.SOCK_STREAM:
            one.listen(64)
        self.sockets.append(one)
        return one

    def start_victim(self):
        """A process with a known byte in its memory, which waits for its end."""
        memory = ctypes.create_string_buffer(b"victim")
        self.address = ctypes.addressof(memory)
        ready, tell = os.pipe()
        self.victim = os.fork()
        if self.victim == 0:
            os.dup2(os.open(self.stdin, os.O_RDONLY), 0)
            if os.getuid() != self.uid:
                os.setgroups([])
                os.setgid(self.uid)
                os.setuid(self.uid)
                # A change of user makes a process undumpable, which no other process may look into.
                ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
            os.write(tell, b"x")
            while True:
                signal.pause()
        os.close(tell)
        os.read(ready, 1)
        os.close(ready)

    def environment(self, descriptor):
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "SECRET_TOKEN": "hunter2",
            "PLUGH_HOSTILE_DIR": str(self.dir),
            "PLUGH_HOSTILE_ABSTRACT": self.abstract,
            "PLUGH_HOSTILE_TCP_PORT": str(self.tcp),
            "PLUGH_HOSTILE_OTHER_PORT": str(self.other),
            "PLUGH_HOSTILE_UDP_PORT": str(self.udp),
            "PLUGH_HOSTILE_VICTIM": str(self.victim),
            "PLUGH_HOSTILE_ADDRESS": str(self.address),
            "PLUGH_HOSTILE_DESCRIPTOR": str(descriptor),
            "PLUGH_HOSTILE_USER": str(SOMEBODY),
        }

    def run(self, command, env=None):
        """Run it in a session of its own, with a terminal as standard error. Returns status, out, err."""
        terminal, slave = pty.openpty()
        inherited = os.open(self.inherited, os.O_RDONLY)

        def before():
            os.setsid()
            fcntl.ioctl(2, termios.TIOCSCTTY, 0)
            if os.getuid() != self.uid:
                os.setgroups([])
                os.setgid(self.uid)
                os.setuid(self.uid)

        with open(self.stdin, "rb") as stdin:
            process = subprocess.Popen(
                [os.fspath(word) for word in command], stdin=stdin, stdout=subprocess.PIPE, stderr=slave,
                env={**self.environment(inherited), **(env or {})}, cwd=self.dir,
                pass_fds=[inherited], preexec_fn=before)
            os.close(slave)
            out, _ = process.communicate(timeout=DEADLINE)
        os.close(inherited)
        said = b""
        while True:
            try:
                some = os.read(terminal, 65536)
            except OSError:
                break
            if not some:
                break
            said += some
        os.close(terminal)
        return process.returncode, out.decode(), said.decode("utf-8", "replace")

    def close(self):
        if self.victim:
            os.kill(self.victim, signal.SIGKILL)
            os.waitpid(self.victim, 0)
        for one in self.sockets:
            one.close()
        shutil.rmtree(self.dir, ignore_errors=True)


# Which half refuses (L Landlock, S seccomp, LS either), how it is refused, and whether an ordinary user could
# do it without a sandbox. EACCES is Landlock's answer for files and ports, EPERM for all else, and seccomp's.
def row(by, refusal=None, user=True):
    return by, refusal or ("EACCES" if by == "L" else "EPERM"), user


TABLE = {
    "read-ssh-key": row("L"),
    "read-own-file": row("L"),
    "read-through-link": row("L"),
    "read-of-other-user": row("L"),
    "read-shadow": row("L", user=False),
    "read-passwd": row("L"),
    "read-by-openat2": row("L"),
    "read-by-handle": row("LS", user=False),
    "read-by-reopening": row("L"),
    "list-home": row("L"),
    "list-root": row("L"),
    "list-processes": row("L"),
    "inotify": row("S"),
    "fanotify": row("S", user=False),
    "write": row("L"),
    "append": row("L"),
    "truncate": row("L"),
    "open-truncate": row("L"),
    "open-truncate-reading": row("L"),
    "create": row("L"),
    "create-unnamed": row("L"),
    "create-in-tmp": row("L"),
    "create-shared-memory": row("L"),
    "mkdir": row("L"),
    "rmdir": row("L"),
    "unlink": row("L"),
    "rename": row("L"),
    "rename-exchange": row("L"),
    "link": row("L"),
    "symlink": row("L"),
    "mkfifo": row("L"),
    "mknod-device": row("L", user=False),
    "mknod-socket": row("L"),
    "chmod": row("S"),
    "fchmodat": row("S"),
    "fchmodat2": row("S"),
    "fchmod": row("S"),
    "chown": row("S"),
    "lchown": row("S"),
    "fchownat": row("S"),
    "fchown": row("S"),
    "utime": row("S"),
    "utimes": row("S"),
    "utimensat": row("S"),
    "futimens": row("S"),
    "setxattr": row("S"),
    "fsetxattr": row("S"),
    "setxattrat": row("S", "ENOSYS"),
    "removexattr": row("S"),
    "removexattrat": row("S", "ENOSYS"),
    "setflags": row("S"),
    "setflags-high-bits": row("S"),
    "fssetxattr": row("S"),
    "file_setattr": row("S", "ENOSYS"),
    "lease": row("S"),
    "tcp-connect": row("LS"),
    "tcp-connect-elsewhere": row("LS"),
    "tcp-bind": row("LS"),
    "listen-unbound": row("S"),
    "fast-open": row("S"),
    "fast-open-message": row("S"),
    "fast-open-connect": row("S"),
    "setsockopt-high-bits": row("S"),
    "packet-filter": row("S", user=False),
    "bind-to-device": row("S"),
    "upper-protocol": row("LS"),
    "any-family": row("S"),
    "any-protocol": row("S"),
    "udp-send": row("S"),
    "udp-bind": row("S"),
    "inet6": row("S"),
    "socket-high-bits": row("S"),
    "mptcp": row("S"),
    "udplite": row("S"),
    "sctp": row("S"),
    "raw": row("S", user=False),
    "packet": row("S", user=False),
    "netlink": row("S"),
    "netlink-high-bits": row("S"),
    "vsock": row("S"),
    "alg": row("S"),
    "unix-connect": row("S"),
    "unix-send": row("S"),
    "unix-bind": row("LS"),
    "unix-abstract": row("LS"),
    "socketpair-datagram": row("S"),
    "socketpair-stream": row("S"),
    "exec": row("LS"),
    "execveat": row("LS"),
    "exec-memfd": row("S"),
    "fork-exec": row("LS"),
    "posix-spawn": row("LS"),
    "ptrace-seize": row("LS"),
    "ptrace-traceme": row("S"),
    "process_vm_readv": row("LS"),
    "process_vm_writev": row("LS"),
    "proc-mem": row("L"),
    "proc-maps": row("L"),
    "proc-environ": row("L"),
    "proc-fd": row("L"),
    "pidfd_getfd": row("LS"),
    "process_madvise": row("S", user=False),
    "kcmp": row("LS"),
    "kill": row("L", "EPERM"),
    "tgkill": row("L", "EPERM"),
    "pidfd_send_signal": row("L", "EPERM"),
    "sigqueue": row("L", "EPERM"),
    "fcntl-setown": row("S"),
    "prlimit": row("S"),
    "prlimit-high-bits": row("S"),
    "setaffinity": row("S"),
    "setpriority": row("S"),
    "setscheduler": row("S"),
    "ioprio_set": row("S"),
    "migrate_pages": row("LS"),
    "prctl-set-ptracer": row("S"),
    "io_uring": row("S"),
    "io_setup": row("S"),
    "userfaultfd": row("S"),
    "bpf": row("S", user=False),
    "perf_event_open": row("S"),
    "keyctl": row("S"),
    "add_key": row("S"),
    "unshare-user": row("S"),
    "unshare-net": row("S", user=False),
    "clone-user": row("S"),
    "clone-user-high-bits": row("S"),
    "clone3-user": row("S", "ENOSYS"),
    "setns": row("LS", user=False),
    "mount": row("LS", user=False),
    "chroot": row("S", user=False),
    "open_tree": row("S", user=False),
    "open_tree_attr": row("S", "ENOSYS", user=False),
    "fsopen": row("S", user=False),
    "shmget": row("S"),
    "semget": row("S"),
    "msgget": row("S"),
    "mq_open": row("LS"),
    "clock_settime": row("S", user=False),
    "settimeofday": row("S", user=False),
    "adjtimex": row("S", user=False),
    "personality": row("S"),
    "sethostname": row("S", user=False),
    "setuid": row("S", user=False),
    "syslog": row("S", user=False),
    "TIOCSTI": row("S"),
    "TIOCSTI-high-bits": row("S"),
    "TIOCNOTTY": row("S"),
    "TIOCLINUX": row("S"),
    "reopen-input-writing": row("L"),
    "reopen-input-truncating": row("L"),
    "link-input": row("L"),
    "proc-self-mem": row("L"),
    "proc-self-maps": row("L"),
    "proc-self-environ": row("L"),
    "proc-self-oom": row("L"),
    "proc-sys": row("L"),
    "sys": row("L"),
    "dev-tty": row("L"),
    "dev-ptmx": row("L"),
    "dev-kmsg": row("L", user=False),
    "getxattr": row("S"),
    "llistxattr": row("S"),
    "dnotify": row("LS", "EACCES"),
    "fcntl-setsig": row("S"),
    "fcntl-setown-ex": row("S"),
    "FIOASYNC": row("S"),
    "TIOCSETD": row("S"),
    "TIOCSWINSZ": row("S"),
    "TCFLSH": row("S"),
    "TIOCEXCL": row("S"),
    "setsid": row("S"),
    "prctl-set-tsc": row("S"),
    "reboot": row("S", user=False),
    "swapon": row("S", user=False),
    "swapoff": row("S", user=False),
    "kexec_load": row("S", user=False),
    "init_module": row("S", user=False),
    "delete_module": row("S", user=False),
    "acct": row("S", user=False),
    "pivot_root": row("LS", user=False),
    "memfd_secret": row("S"),
    "process_mrelease": row("S"),
    "move_pages": row("LS"),
    "mount_setattr": row("S", user=False),
    "fspick": row("S", user=False),
    "move_mount": row("S", user=False),
    "listmount": row("S", "ENOSYS"),
    "listns": row("S", "ENOSYS"),
    "lsm_list_modules": row("S", "ENOSYS"),
    "getxattrat": row("S", "ENOSYS"),
    "file_getattr": row("S", "ENOSYS"),
    "quotactl": row("S"),
    "setgroups": row("S", user=False),
    "setgid": row("S", user=False),
    "setresuid": row("S"),
    "setpriority-group": row("S"),
    "sched_setattr": row("S"),
    "iopl": row("S"),
    "ioperm": row("S"),
    "modify_ldt": row("S"),
    "int-0x80": row("S", "SIGSYS"),
    "x32": row("S", "SIGSYS"),
    # Closed and wiped by the host itself, whichever half follows.
    "inherited-descriptor": row("", "EBADF"),
    "environment": row("", "ENOENT"),
    "environment-memory": row("", "ENOENT"),
}

if os.uname().machine != "x86_64":
    for name in ("int-0x80", "x32", "exec-memfd", "iopl", "ioperm", "modify_ldt"):
        del TABLE[name]

# What opens by a grant.
BY_NET = {"udp-send", "udp-bind", "inet6", "socket-high-bits", "socketpair-stream", "tcp-connect"}
# A command that takes no port can be held to none; one that names its port may wait for connections.
BY_NET_ALONE = BY_NET | {"tcp-connect-elsewhere"}
BY_PORT = BY_NET | {"listen-unbound"}
REFUSED_BY_PORT = {"tcp-connect-elsewhere": "EACCES", "tcp-bind": "EACCES"}
READING = {"read-own-file", "read-through-link", "read-by-openat2", "read-by-reopening"}

# A kernel that says this without a sandbox cannot do it at all: the row is listed, and only refusal is checked.
CANNOT = {"ENOSYS", "EAFNOSUPPORT", "EPROTONOSUPPORT", "ENOTTY", "ENODEV", "EOPNOTSUPP"}
# Without Yama; without TLS in the kernel.
CANNOT_ROWS = {"prctl-set-ptracer": "EINVAL", "upper-protocol": "ENOENT"}


def cannot(name, result):
    return result in CANNOT or CANNOT_ROWS.get(name) == result


def parse(out):
    """{stage: {name: result}}"""
    stages = {}
    for line in out.splitlines():
        stage, name, result = line.split()
        stages.setdefault(stage, {})[name] = result
    return stages


class Hostile(PlughTest):
    uid = os.getuid()

    def scene(self):
        scene = Scene(self.uid)
        self.addCleanup(scene.close)
        return scene

    def hostile(self, scene, variant, *args, env=None, status=0):
        """Run the plugin; returns {stage: {name: result}} and what it said."""
        done = scene.run([PLUGH, "--plugin-path", HOSTILE / variant, "hostile", *args], env)
        self.assertEqual(done[0], status, done)
        return parse(done[1]), done[2]

    def assert_refused(self, results, opened=(), other=None):
        """All rows as the table has them, but for those that are granted."""
        expected = {name: refusal for name, (_, refusal, _) in TABLE.items()}
        expected.update(other or {})
        expected.update({name: "ok" for name in opened})
        actual = {name: "ok" if name in opened and cannot(name, result) else result
                  for name, result in results.items()}
        self.assertEqual(actual, expected)

    def assert_both_stages(self, stages, opened=(), other=None):
        for stage in ("constructor", "run"):
            with self.subTest(stage=stage):
                self.assert_refused(stages[stage], opened, other)

    def test_no_code_runs_for_help_listings_and_usage_errors(self):
        scene = self.scene()
        for args, status in ((("hostile", "--help"), 0), (("hostile", "--nope"), 2), (("hostile", "--version"), 0),
                             (("help", "hostile"), 0), (("man", "hostile"), 0), (("plugin", "list"), 0),
                             (("plugin", "info", "hostile"), 0), (("config", "check"), 0)):
            code, out, err = scene.run([PLUGH, "--plugin-path", HOSTILE / "none", *args])
            self.assertEqual(code, status, (args, out, err))
            self.assertNotRegex(out + err, r"(?m)^(constructor|run) \S+ \S+$", args)
            self.assertEqual(args[0] == "config", "hostile" not in out + err, args)

    def test_without_a_need_all_is_refused(self):
        stages, _ = self.hostile(self.scene(), "none")
        self.assert_both_stages(stages)

    def test_required_it_is_the_same(self):
        stages, _ = self.hostile(self.scene(), "none", env={"PLUGH_SANDBOX": "require"})
        self.assert_both_stages(stages)

    def test_the_needs_read_and_write_open_nothing_by_themselves(self):
        stages, _ = self.hostile(self.scene(), "files")
        self.assert_both_stages(stages)

    def assert_all_succeeds(self, stages):
        """But for what the kernel cannot do, and what it lets nobody but root do."""
        for stage in ("constructor", "run"):
            self.assertEqual(stages[stage].keys(), TABLE.keys())
            untried = {name: result for name, result in stages[stage].items() if cannot(name, result)}
            print(f"not possible on this kernel: {untried}")
            failed = {name: result for name, result in stages[stage].items()
                      if result != "ok" and name not in untried}
            denied = {name for name, (_, _, user) in TABLE.items()
                      if not user and self.uid != 0 and name not in untried}
            self.assertEqual(failed.keys(), denied, failed)

    def test_without_a_sandbox_all_succeeds(self):
        stages, _ = self.hostile(self.scene(), "none", env={"PLUGH_SANDBOX": "off"})
        self.assert_all_succeeds(stages)

    def test_net_opens_sockets_and_no_more(self):
        stages, _ = self.hostile(self.scene(), "net")
        self.assert_both_stages(stages, BY_NET_ALONE, {"tcp-bind": "EACCES"})

    def test_a_named_port_opens_that_port(self):
        scene = self.scene()
        stages, _ = self.hostile(scene, "net-port", "--port", str(scene.tcp))
        self.assert_both_stages(stages, BY_PORT, REFUSED_BY_PORT)

    def test_a_port_option_that_is_not_given_opens_none(self):
        stages, _ = self.hostile(self.scene(), "net-port")
        self.assert_both_stages(stages, BY_NET - {"tcp-connect"},
                                {**REFUSED_BY_PORT, "tcp-connect": "EACCES", "upper-protocol": "EACCES"})

    def test_port_0_opens_what_the_kernel_picks(self):
        stages, _ = self.hostile(self.scene(), "net-port", "--port", "0")
        self.assert_both_stages(stages, BY_PORT - {"tcp-connect"} | {"tcp-bind"},
                                {**REFUSED_BY_PORT, "tcp-connect": "EACCES", "upper-protocol": "EACCES"})

    def test_a_named_file_can_be_read_and_no_other(self):
        scene = self.scene()
        stages, _ = self.hostile(scene, "none", "--read", scene.dir / "run/secret")
        self.assert_refused(stages["constructor"])
        self.assert_refused(stages["run"], READING)
        self.assertEqual(stages["granted"], {"read": "ok"})

    def test_a_named_folder_can_be_read_with_all_in_it(self):
        scene = self.scene()
        stages, _ = self.hostile(scene, "none", "--read", scene.home)
        self.assert_both_stages(stages, {"read-ssh-key", "list-home"})

    def test_an_output_opens_nothing_elsewhere(self):
        scene = self.scene()
        (scene.dir / "out").mkdir()
        scene.give(scene.dir)
        stages, _ = self.hostile(scene, "none", "-o", scene.dir / "out/new")
        self.assert_both_stages(stages)
        self.assertEqual(stages["granted"], {"write": "ok"})
        self.assertEqual((scene.dir / "out/new").read_text(), "done\n")
        self.assertEqual(os.listdir(scene.dir / "out"), ["new"])

    def test_policies_open_paths(self):
        scene = self.scene()
        ini = scene.dir / "policy.ini"
        ini.write_text(f"[policy:hostile]\nallow-read = {scene.home}\nallow-write = {scene.dir}/run\n")
        stages, _ = self.hostile(scene, "none", env={"PLUGH_CONFIG": str(ini)})
        self.assert_refused(stages["constructor"], {"read-ssh-key", "list-home"})
        written = {"write", "append", "truncate", "open-truncate", "create", "mkdir", "rmdir", "unlink", "rename",
                   "rename-exchange", "link", "symlink", "mkfifo", "mknod-socket"}
        self.assert_refused(stages["run"], {"read-ssh-key", "list-home"} | written, {"link-input": "EXDEV"})

    def test_what_is_denied_is_refused_at_once(self):
        scene = self.scene()
        ini = scene.dir / "policy.ini"
        ini.write_text("[policy:hostile]\ndeny = net\n")
        stages, said = self.hostile(scene, "net", env={"PLUGH_CONFIG": str(ini)}, status=126)
        self.assertEqual(stages, {})
        self.assertIn("needs 'net', which is denied", said)

    def test_exec_and_ptrace_must_be_granted_and_end_the_sandbox(self):
        for need in ("exec", "ptrace"):
            scene = self.scene()
            stages, said = self.hostile(scene, need, status=126)
            self.assertEqual(stages, {})
            self.assertIn(f"needs '{need}', which ends confinement", said)
            ini = scene.dir / "policy.ini"
            ini.write_text(f"[policy:hostile]\nallow = {need}\n")
            stages, _ = self.hostile(scene, need, env={"PLUGH_CONFIG": str(ini)})
            self.assert_all_succeeds(stages)

    def half(self, which):
        status, out, err = self.scene().run([HALF, which])
        self.assertEqual(status, 0, err)
        return parse(out)["run"]

    def test_each_half_alone_leaves_the_other_half_open(self):
        for half, letter in (("landlock", "L"), ("seccomp", "S")):
            results = self.half(half)
            expected = {name for name, (by, _, user) in TABLE.items()
                        if by and letter not in by and (user or self.uid == 0)
                        and not cannot(name, results[name])}
            self.assertGreater(len(expected), 30)
            self.assertEqual({name for name, result in results.items() if result == "ok"}, expected, half)

    def test_both_halves_are_what_the_host_puts_in_force(self):
        self.assert_refused(self.half("both"))


@unittest.skipIf(os.getuid() != 0, "only root can be somebody else")
class HostileOrdinaryUser(Hostile):
    uid = ORDINARY


if __name__ == "__main__":
    main()
