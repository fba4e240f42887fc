# SPDX-License-Identifier: MIT
"""CPython's argparse as a bridge: answers a case of the protocol in this very process."""

import argparse
import contextlib
import io
import os
import sys
import warnings

import protocol

FORMATTERS = {
    name: getattr(argparse, name)
    for name in (
        "HelpFormatter",
        "RawDescriptionHelpFormatter",
        "RawTextHelpFormatter",
        "ArgumentDefaultsHelpFormatter",
        "MetavarTypeHelpFormatter",
    )
}


def int64(text):
    number = int(text)
    if not -(2**63) <= number < 2**63:
        raise ValueError(text)
    return number


int64.__name__ = "int"
TYPES = {"int": int64, "float": float, "str": str, None: None}


def real(v):
    """A value of the protocol as Python's argparse takes it."""
    if v is protocol.SUPPRESS:
        return argparse.SUPPRESS
    if isinstance(v, list):
        return [real(item) for item in v]
    return v


def told(v):
    """A value of a namespace as the protocol tells it."""
    if v is argparse.SUPPRESS:
        return protocol.SUPPRESS
    if isinstance(v, (list, tuple)):
        return [told(item) for item in v]
    return v


class Case:
    """The objects that the lines of one case declare."""

    def __init__(self):
        self.objects = {}
        self.namespace = argparse.Namespace()
        self.home = os.getcwd()

    def keys(self, fields, i):
        found = {}
        while i < len(fields):
            name = fields[i]
            found[name], i = protocol.read_value(fields, i + 1)
        return found

    def parser(self, fields):
        name, set_name = fields[1], fields[2]
        of_set = set_name in self.objects
        kwargs = {key: real(v) for key, v in self.keys(fields, 4 if of_set else 3).items()}
        if "parents" in kwargs:
            kwargs["parents"] = [self.objects[parent] for parent in kwargs["parents"]]
        if "formatter_class" in kwargs:
            kwargs["formatter_class"] = FORMATTERS[kwargs["formatter_class"]]
        if of_set:
            self.objects[name] = self.objects[set_name].add_parser(fields[3], **kwargs)
        else:
            self.objects[name] = argparse.ArgumentParser(**kwargs)

    def group(self, fields):
        kwargs = {key: real(v) for key, v in self.keys(fields, 3).items()}
        self.objects[fields[1]] = self.objects[fields[2]].add_argument_group(**kwargs)

    def mutex(self, fields):
        kwargs = self.keys(fields, 3)
        self.objects[fields[1]] = self.objects[fields[2]].add_mutually_exclusive_group(**kwargs)

    def arg(self, fields):
        kwargs = {key: real(v) for key, v in self.keys(fields, 2).items()}
        names = kwargs.pop("names", [])
        if "type" in kwargs:
            kwargs["type"] = TYPES[kwargs["type"]]
        if kwargs.get("action") == "BooleanOptionalAction":
            kwargs["action"] = argparse.BooleanOptionalAction
        if isinstance(kwargs.get("metavar"), list):
            kwargs["metavar"] = tuple(kwargs["metavar"])
        self.objects[fields[1]].add_argument(*names, **kwargs)

    def subparsers(self, fields):
        kwargs = {key: real(v) for key, v in self.keys(fields, 3).items()}
        self.objects[fields[1]] = self.objects[fields[2]].add_subparsers(**kwargs)

    def defaults(self, fields):
        self.objects[fields[1]].set_defaults(**{k: real(v) for k, v in self.keys(fields, 2).items()})

    def preset(self, fields):
        v, _ = protocol.read_value(fields, 2)
        setattr(self.namespace, fields[1], real(v))

    def columns(self, fields):
        os.environ["COLUMNS"] = fields[1]

    def chdir(self, fields):
        os.chdir(fields[1])

    def run(self, fields):
        parser, mode, argv = self.objects["p0"], fields[1], fields[2:]
        if mode.startswith("format_"):
            return [protocol.line(mode.removeprefix("format_"), getattr(parser, mode)())]
        result = getattr(parser, mode)(argv, self.namespace)
        namespace, extras = result if "known" in mode else (result, None)
        reply = ["ok"]
        for dest, v in vars(namespace).items():
            reply.append(protocol.line("ns", dest, *protocol.value(told(v))))
        if extras is not None:
            reply.append(protocol.line("extras", *protocol.value(extras)))
        return reply


def run_lines(lines):
    """The reply to a case, given what SystemExit and other exceptions mean at each point."""
    case, out, err = Case(), io.StringIO(), io.StringIO()
    is_running = False
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            for text in lines:
                fields = [protocol.unescape(field) for field in text.split("\t")]
                if fields[0] in ("case", "end"):
                    continue
                is_running = fields[0] == "run"
                reply = getattr(case, fields[0])(fields)
        return reply
    except SystemExit as end:
        if not is_running:
            return ["spec_error\texit while declaring"]
        reply = [f"exit\t{end.code}"]
        for name, stream in (("stdout", out), ("stderr", err)):
            if stream.getvalue():
                reply.append(protocol.line(name, stream.getvalue()))
        return reply
    except argparse.ArgumentError as error:
        return [protocol.line("error", str(error)) if is_running else "spec_error\t"]
    except (Exception, RecursionError):  # whatever Python raises is a declaration that it refuses
        return ["spec_error\t"]
    finally:
        os.chdir(case.home)


class Oracle:
    def answer(self, case):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return run_lines(case)

    def close(self):
        return 0


def is_reference():
    """Is this interpreter's argparse the one whose words the parser speaks?"""
    return sys.version_info[:2] == (3, 11)
