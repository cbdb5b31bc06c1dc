"""A small file system of its own for a run, to be filled up."""

import subprocess


class SmallDisk:
    def __init__(self, folder):
        folder.mkdir()
        self.folder = folder

    def mount(self, size):
        """Whether this is allowed here."""
        return self._run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.folder)

    def resize(self, size):
        return self._run("mount", "-o", f"remount,size={size}", self.folder)

    def unmount(self):
        self._run("umount", "-l", self.folder)

    @staticmethod
    def _run(*words):
        return subprocess.run([str(word) for word in words], capture_output=True).returncode == 0
