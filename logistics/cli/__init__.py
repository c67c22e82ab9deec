"""The command line: one file a group of commands; nothing heavy is imported before a command needs it."""

from logistics.cli.app import main

__all__ = ["main"]
