"""Reads bundles with the code of the real runtimes, and prints what they read.

Usage: python3 read-with-runtimes.py <fleet-deepagents-export checkout> <deepagents checkout> < cases.json > readings.json

`cases.json` is {case: {path: text}}. Only the modules that read bundles are run; what they import and do not need to read
(LangChain, MCP clients) is replaced by empty modules. Needs Python 3.11 or newer and PyYAML.
"""

import ast
import asyncio
import json
import logging
import sys
import tempfile
import tomllib
import types
import zipfile
from pathlib import Path, PurePosixPath
from unittest.mock import MagicMock

logging.disable(logging.CRITICAL)
exporter, deepagents = (Path(argument) for argument in sys.argv[1:3])


def stub(name, **members):
    module = types.ModuleType(name)
    module.__path__ = []
    module.__getattr__ = lambda member: MagicMock()
    for member, value in members.items():
        setattr(module, member, value)
    sys.modules[name] = module


class Generic:
    def __class_getitem__(cls, _item):
        return cls

    def __init_subclass__(cls, **_options):
        pass


class LsResult:
    def __init__(self, entries):
        self.entries, self.error = entries, None


for name in ("langchain", "langchain.agents", "langchain.agents.middleware", "langgraph", "langgraph.runtime", "httpx"):
    stub(name)
for name in ("langchain_core", "langchain_core.tools", "langchain_mcp_adapters", "langchain_mcp_adapters.client"):
    stub(name)
stub("langchain.agents.middleware.types", AgentMiddleware=Generic, AgentState=Generic, PrivateStateAttr=object())
stub("dotenv", load_dotenv=lambda dotenv_path: None)
stub("deepagents", SubAgent=dict)
stub("deepagents.middleware")
stub("deepagents.middleware._utils")
stub("deepagents.backends")
stub("deepagents.backends.utils", create_file_data=lambda content: {"content": content}, to_posix_path=lambda path: path)
stub("deepagents.backends.protocol", FILE_NOT_FOUND="file_not_found", LsResult=LsResult)
stub("deepagents_talon")
stub("deepagents_talon.runtime", INTERRUPT_ON_TOOLS_ENV_KEY="INTERRUPT")


def load(name, path, package=None):
    module = types.ModuleType(name)
    module.__file__, module.__package__ = str(path), package or name.rpartition(".")[0]
    sys.modules[name] = module
    exec(compile(path.read_text(), str(path), "exec"), module.__dict__)
    return module


def load_functions(path, names, scope):
    """Runs only some functions and constants of a module."""
    tree = ast.parse(path.read_text())
    wanted = [
        node
        for node in tree.body
        if (isinstance(node, ast.FunctionDef) and node.name in names)
        or (isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in names)
    ]
    future = ast.ImportFrom("__future__", [ast.alias("annotations")], 0)
    exec(compile(ast.fix_missing_locations(ast.Module([future, *wanted], [])), str(path), "exec"), scope)
    return types.SimpleNamespace(**{name: scope[name] for name in names})


skills_middleware = load("deepagents.middleware.skills", deepagents / "libs/deepagents/deepagents/middleware/skills.py")
source = exporter / "src/fleet_deepagents_export"
stub("fleet_deepagents_export")
load("fleet_deepagents_export.parsers", source / "parsers.py")
load("fleet_deepagents_export.tools", source / "tools.py")
builder = load("fleet_deepagents_export.builder", source / "builder.py")
exporter_skills = load("fleet_deepagents_export.skills", source / "skills.py")
fleet_import = load("deepagents_talon.fleet_import", deepagents / "libs/talon/deepagents_talon/fleet_import.py")
talon = load_functions(
    deepagents / "libs/talon/deepagents_talon/runtime.py",
    [
        "_LOCAL_SUBAGENT_NAME_PATTERN",
        "_load_local_subagents",
        "_local_subagents_dir",
        "_valid_local_subagent_name",
        "_parse_local_subagent_prompt",
        "_frontmatter_value",
        "_default_subagent_description",
    ],
    {"re": __import__("re"), "logger": logging.getLogger("talon")},
)


class Backend:
    """What FilesystemBackend gives SkillsMiddleware."""

    def ls(self, path):
        entries = sorted(Path(path).iterdir()) if Path(path).is_dir() else []
        return LsResult([{"path": f"{entry}/" if entry.is_dir() else str(entry), "is_dir": entry.is_dir()} for entry in entries])

    def download_files(self, paths):
        return [self.download(Path(path)) for path in paths]

    def download(self, path):
        error = None if path.is_file() else "is_directory" if path.is_dir() else "file_not_found"
        return types.SimpleNamespace(error=error, content=path.read_bytes() if error is None else None)


def skill(metadata, root):
    path = str(PurePosixPath("skills") / PurePosixPath(metadata["path"]).relative_to(root))
    return {"path": path, "name": metadata["name"], "description": metadata["description"]}


def subagent(spec):
    return {"name": spec["name"], "description": spec["description"], "prompt": spec["system_prompt"]} | (
        {"model": spec["model"]} if "model" in spec else {}
    )


async def no_tools(*_arguments):
    return []


builder.fetch_tools = no_tools


def read_exporter(folder):
    model = builder._load_model_id(folder)
    (folder / "AGENTS.md").read_text(encoding="utf-8")
    _config, entries = builder._load_all_tool_entries(folder)
    for entry in entries:
        (entry.get("mcp_server_url") or "").rstrip("/")
    subagents = asyncio.run(builder._load_subagents(folder, None, {}))
    skills = exporter_skills._scan([(folder / "skills", "/skills")] if (folder / "skills").is_dir() else [])[1]
    return {
        "model": model,
        "subagents": [subagent(spec) for spec in subagents],
        "skills": sorted((skill(metadata, "/skills") for metadata in skills), key=lambda item: item["path"]),
    }


def read_talon(folder, files):
    archive, target = folder / "bundle.zip", folder / "target"
    with zipfile.ZipFile(archive, "w") as file:
        for path, text in files.items():
            file.writestr(path, text.encode())
    fleet_import.import_fleet_zip(archive, target_dir=target)
    config = target / ".mcp.json"
    servers = json.loads(config.read_text())["mcpServers"].values() if config.is_file() else []
    by_name = {}
    for metadata in skills_middleware._list_skills(Backend(), str(target / "skills")):
        by_name[metadata["name"]] = metadata
    return {
        "subagents": [subagent(spec) for spec in talon._load_local_subagents(target)],
        "skills": sorted((skill(metadata, target / "skills") for metadata in by_name.values()), key=lambda item: item["path"]),
        "servers": sorted(server["url"] for server in servers),
    }


def attempt(read, *arguments):
    try:
        return read(*arguments)
    except Exception as error:
        return {"error": type(error).__name__}


readings = {}
for name, files in json.load(sys.stdin).items():
    with tempfile.TemporaryDirectory() as raw:
        agent = Path(raw) / "agent"
        for path, text in files.items():
            (agent / path).parent.mkdir(parents=True, exist_ok=True)
            (agent / path).write_bytes(text.encode())
        readings[name] = {
            "fleet-deepagents-export": attempt(read_exporter, agent),
            "deepagents-talon": attempt(read_talon, Path(raw), files),
        }


def version(path):
    return tomllib.loads(path.read_text())["project"]["version"]


versions = {
    "fleet-deepagents-export": version(exporter / "pyproject.toml"),
    "deepagents": version(deepagents / "libs/deepagents/pyproject.toml"),
    "deepagents-talon": version(deepagents / "libs/talon/pyproject.toml"),
    "PyYAML": skills_middleware.yaml.__version__,
    "Python": sys.version.split()[0],
}
json.dump({"versions": versions, "readings": readings}, sys.stdout, ensure_ascii=True, indent=1)
