"""A Slurm of the test's own: munged, slurmctld and slurmd on this machine, as this user, on loopback.

Everything lives in one folder: key, socket, configuration, spool, logs. No file of an installed Slurm is
read, and its daemons are not asked. Whatever was started is ended when the cluster is, jobs included.

SPDX-License-Identifier: MIT
"""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import threading

DEADLINE = 60  # seconds, for anything that is waited for
BINARIES = ("munged", "slurmctld", "slurmd", "sbatch")
PR_SET_CHILD_SUBREAPER = 36

# No cgroup, no accounting, no task plugin: what one user may do on any machine.
CONFIGURATION = """\
ClusterName=plugh-test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
PlugStackConfig={folder}/plugstack.conf
MailProg=/bin/true
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=test Nodes={host} Default=YES MaxTime=5 State=UP
"""


class ClusterError(Exception):
    """The cluster could not be brought up, or a daemon went away; the text holds the daemon's last words."""


class Daemon:
    """A daemon in the foreground, in a session of its own; a thread takes what it logs."""

    def __init__(self, command, env):
        self.name = command[0]
        self.log = b""
        self.has_ended = False
        self.changed = threading.Condition()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, env=env, start_new_session=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            with self.changed:
                self.log += line
                self.changed.notify_all()
        with self.changed:
            self.has_ended = True
            self.changed.notify_all()

    def wait_for(self, word):
        """Until the log has it."""
        with self.changed:
            self.changed.wait_for(lambda: word in self.log or self.has_ended, DEADLINE)
            if word not in self.log:
                how = "ended at its start" if self.has_ended else f"did not say '{word.decode()}' in {DEADLINE} s"
                raise ClusterError(f"{self.name} {how}:\n{self.last_words()}")

    def last_words(self):
        return self.log.decode(errors="replace")[-4000:]

    def end(self):
        """SIGTERM; what does not end by that is killed."""
        self.process.terminate()
        try:
            self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def release(self):
        """After all that may hold the pipe has ended."""
        self.reader.join(DEADLINE)
        self.process.stdout.close()


class Cluster:
    """folder: an empty one; everybody may enter it and its parents, as munged wants it of its socket
    env: of what is started; PATH and SLURM_CONF are added to"""

    def __init__(self, folder, env):
        self.folder = folder
        self.daemons = []
        self.reserved = []
        self.env = env | {"PATH": f"{env['PATH']}:/usr/sbin:/sbin", "SLURM_CONF": str(folder / "slurm.conf")}

    def reserve_port(self):
        """A free port. It stays bound, so that nobody else is given it: with SO_REUSEADDR on both sides, as
        Slurm has it, a second socket may bind as long as the first does not listen."""
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("127.0.0.1", 0))
        self.reserved.append(one)
        return one.getsockname()[1]

    def write_configuration(self):
        for name in ("munge", "state", "spool"):
            (self.folder / name).mkdir()
            (self.folder / name).chmod(0o755)
        (self.folder / "plugstack.conf").touch()
        key = self.folder / "munge" / "key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(128))
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            folder=self.folder, host=socket.gethostname().split(".")[0], user=pwd.getpwuid(os.geteuid()).pw_name,
            controller_port=self.reserve_port(), node_port=self.reserve_port()))

    def start(self):
        """Bring it up: it takes jobs when this returns."""
        missing = [name for name in BINARIES if shutil.which(name, path=self.env["PATH"]) is None]
        if missing:
            raise ClusterError(f"not installed: {' '.join(missing)} (packaging/install-deps.sh cluster)")
        become_subreaper(True)
        self.write_configuration()
        munge = self.folder / "munge"
        self.launch(b"work threads", "munged", "--foreground", f"--key-file={munge}/key", f"--socket={munge}/socket",
                    f"--pid-file={munge}/pid", f"--log-file={munge}/log", f"--seed-file={munge}/seed")
        self.launch(b"Running as primary controller", "slurmctld", "-D", "-f", self.env["SLURM_CONF"])
        self.launch(b" started on ", "slurmd", "-D", "-f", self.env["SLURM_CONF"])

    def launch(self, word, *command):
        """Start a daemon, which is up when its log has the word."""
        daemon = Daemon(command, self.env)
        self.daemons.append(daemon)
        daemon.wait_for(word)

    def run(self, command, cwd, timeout):
        """Run a client to its end; returns the finished process. What goes on too long ends with an error that
        holds what the daemons said last."""
        try:
            return subprocess.run(command, cwd=cwd, env=self.env, stdin=subprocess.DEVNULL, capture_output=True,
                                  timeout=timeout, text=True)
        except subprocess.TimeoutExpired:
            words = "".join(f"\n== {daemon.name}\n{daemon.last_words()}" for daemon in self.daemons)
            raise ClusterError(f"{command} did not end in {timeout} s{words}") from None

    def stop(self):
        """End the daemons, then what they left: job steps leave their daemon's session and process group."""
        for daemon in reversed(self.daemons):
            daemon.end()
        while left := children():
            for process in left:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
        for daemon in self.daemons:
            daemon.release()
        for one in self.reserved:
            one.close()
        become_subreaper(False)

    def processes(self):
        """Those that run for this cluster, by their environment."""
        word = os.fsencode(f"SLURM_CONF={self.env['SLURM_CONF']}\0")
        found = []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{entry}/environ", "rb") as environment:
                    if word in environment.read():
                        found.append(int(entry))
            except OSError:
                pass  # ended meanwhile, or somebody else's
        return found


def become_subreaper(on):
    """What a daemon leaves behind becomes a child of this process, which ends it then."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0) != 0:
        raise ClusterError(f"prctl: {os.strerror(ctypes.get_errno())}")


def children():
    """Of this process, what has ended but was not waited for included."""
    found = []
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/children") as listed:
            found += map(int, listed.read().split())
    return found
