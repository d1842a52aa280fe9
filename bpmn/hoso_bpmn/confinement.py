"""Confinement of a process to what it has open, for good.

It opens nothing by a name any more, and reaches no other process. Three walls stand behind one another, since none is
everywhere: a user who owns nothing, where the caller is root; Landlock, where the kernel has it (5.13); a filter of system
calls, where their numbers are known here.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator

#: Owns nothing: the number that Linux gives to whoever is nobody here.
NOBODY = 65534
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
#: How the kernel names this machine's calls, and the place of its numbers in `_FORBIDDEN`.
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1), "riscv64": (0xC00000F3, 1)}
#: Calls by which something is opened, made, changed or removed by its name, a network or another process is reached, or a program
#: started. Their numbers on x86-64 and on newer machines, which have none of some.
_FORBIDDEN: dict[str, tuple[int, int | None]] = {
    "open": (2, None),
    "creat": (85, None),
    "openat": (257, 56),
    "openat2": (437, 437),
    "open_by_handle_at": (304, 265),
    "name_to_handle_at": (303, 264),
    "open_tree": (428, 428),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "rmdir": (84, None),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "truncate": (76, 45),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "utimensat": (280, 88),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "io_uring_setup": (425, 425),
    "kill": (62, 129),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "setpriority": (141, 140),
    "sched_setscheduler": (144, 119),
    "sched_setparam": (142, 118),
    "sched_setattr": (314, 274),
    "sched_setaffinity": (203, 122),
    "execve": (59, 221),
    "execveat": (322, 281),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "chroot": (161, 51),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
}
#: Allowed where their first argument is this process: it may end itself, and look at its limits.
_TGKILL, _PRLIMIT = (234, 131), (302, 261)
#: Calls of x86-64 in their 32-bit clothing start here.
_X32 = 0x40000000
#: What a program of the kernel's filter does: load a word, compare, answer.
_LOAD, _EQUAL, _AT_LEAST, _ANSWER = 0x20, 0x15, 0x35, 0x06
_NUMBER, _MACHINE, _FIRST = 0, 4, 16
_ANSWERS = {"allow": 0x7FFF0000, "deny": 0x00050000 | errno.EACCES, "end": 0x80000000}


def become_nobody() -> None:
    """Become a user who owns nothing, where the caller is root."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def close_memory() -> None:
    """Close this process's memory to others of the same user."""
    if sys.platform == "linux":
        _prctl(_PR_SET_DUMPABLE, 0)


def win_no_rights() -> None:
    """Forbid rights that a program of another's would give. Raises OSError where the kernel refuses."""
    if sys.platform == "linux":
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def landlock() -> int:
    """The version of Landlock that the kernel has; 0 for none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(_libc().syscall(_CREATE_RULESET, None, 0, 1)))


def close_paths() -> bool:
    """Open no file by its name any more, and signal nobody, by Landlock. False where the kernel has none.

    It holds for the thread that calls it, and for what that starts. Raises OSError where the kernel refuses.
    """
    version = landlock()
    if not version:
        return False
    rights = 13 if version == 1 else 14 if version == 2 else 15 if version < 5 else 16
    asked = struct.pack("QQQ", (1 << rights) - 1, 0b11 * (version >= 4), 0b11 * (version >= 6))
    size = 8 if version < 4 else 16 if version < 6 else 24
    libc = _libc()
    rules = libc.syscall(_CREATE_RULESET, asked, size, 0)
    if rules < 0 or libc.syscall(_RESTRICT_SELF, rules, 0) != 0:
        raise OSError(ctypes.get_errno(), "Landlock was refused")
    os.close(rules)
    return True


def filters() -> bool:
    """True where the numbers of this machine's system calls are known here."""
    return sys.platform == "linux" and platform.machine() in _MACHINES


def forbid_calls() -> None:
    """Answer EACCES to `_FORBIDDEN` calls, in every thread.

    Calls by the numbers of another machine end the process. Raises OSError where the kernel refuses.
    """
    if not filters():
        return
    machine, column = _MACHINES[platform.machine()]
    code = ctypes.create_string_buffer(_assembled(_rules(machine, column)))
    program = ctypes.create_string_buffer(struct.pack("HP", len(code) // 8, ctypes.addressof(code)))
    seccomp, mode_filter, every_thread = (317, 277)[column], 1, 1
    if _libc().syscall(seccomp, mode_filter, every_thread, program) != 0:
        raise OSError(ctypes.get_errno(), "the filter of system calls was refused")


#: A step of the filter: what it does, with which value, and how many steps behind it follow where it holds and where not.
_Rule = tuple[int, int, int | str, int | str]


def _rules(machine: int, column: int) -> Iterator[_Rule]:
    """The filter. Steps by a name lead to one of its answers."""
    yield (_LOAD, _MACHINE, 0, 0)
    yield (_EQUAL, machine, 0, "end")
    yield (_LOAD, _NUMBER, 0, 0)
    yield (_AT_LEAST, _X32, "deny", 0)
    for numbers in _FORBIDDEN.values():
        if (number := numbers[column]) is not None:
            yield (_EQUAL, number, "deny", 0)
    for number, own in ((_TGKILL[column], os.getpid()), (_PRLIMIT[column], 0)):
        yield (_EQUAL, number, 0, 2)
        yield (_LOAD, _FIRST, 0, 0)
        yield (_EQUAL, own, "allow", "deny")


def _assembled(rules: Iterator[_Rule]) -> bytes:
    """The filter as the kernel reads it, with its answers behind it."""
    steps = list(rules)
    answers = {name: len(steps) + place for place, name in enumerate(_ANSWERS)}
    made = b"".join(
        struct.pack(
            "HBBI",
            operation,
            *(answers[each] - place - 1 if isinstance(each, str) else each for each in follow),
            value,
        )
        for place, (operation, value, *follow) in enumerate(steps)
    )
    return made + b"".join(struct.pack("HBBI", _ANSWER, 0, 0, value) for value in _ANSWERS.values())


def _prctl(option: int, value: int) -> None:
    if _libc().prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option} was refused")


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
