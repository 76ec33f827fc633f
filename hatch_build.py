"""The build hook of the package: it compiles the native engine where there is a C compiler.

It never fails an install. Without a compiler the package runs on its numpy engine. For a release,
FRAMING_PLATFORM names the platform of the wheel: see PLATFORMS in framing/hits/native/build.py.
"""

import os
import runpy
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NATIVE = Path("framing", "hits", "native")


class NativeEngineHook(BuildHookInterface):  # type: ignore[type-arg]
    """Build the native engine into the source tree, and take it into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the engine; in an editable install it stays beside its sources."""
        named = os.environ.get("FRAMING_PLATFORM", "")
        if named:
            self._release(named, build_data)
            return
        try:
            script = runpy.run_path(str(Path(self.root) / NATIVE / "build.py"))
            reason = script["build_engine"]()
            library = script["LIBRARY"]
        except Exception as error:
            reason, library = repr(error), None
        if reason or library is None:
            self.app.display_warning(
                f"The native engine was not built: {reason}. The package runs on its numpy engine, "
                "which finds the same hits, more slowly."
            )
            return
        build_data["artifacts"].append((NATIVE / library.name).as_posix())
        build_data["pure_python"] = False
        # It is loaded through ctypes, so one wheel serves all versions of Python.
        platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"py3-none-{platform}"

    def _release(self, platform: str, build_data: dict[str, Any]) -> None:
        """Put the engine of another platform into the wheel; here a failure ends the build."""
        script = runpy.run_path(str(Path(self.root) / NATIVE / "build.py"))
        library = script["cross_build"](platform, Path(tempfile.mkdtemp()))
        build_data["force_include"][str(library)] = (NATIVE / library.name).as_posix()
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
