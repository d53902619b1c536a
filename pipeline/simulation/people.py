"""The simulated company: its teams, keys, applications and what requests are for. All assumptions."""

from dataclasses import dataclass
from hashlib import sha256

ORGANISATION = "org-acme"
TEAMS = (
    "Platform", "Payments", "Search", "Support", "Data Science", "Mobile", "Growth", "Security", "Research",
    "Operations", "Finance", "Legal",
)  # fmt: skip
TEAM_WEIGHTS = (20, 15, 12, 11, 10, 8, 7, 5, 4, 4, 2, 2)
KEYS_PER_TEAM = 3


@dataclass(frozen=True)
class App:
    """An application: which workload its requests are, its weight inside that workload, and how it says hello."""

    name: str
    workload: int
    weight: float
    host: str
    agent: str
    environment: str
    tags: tuple[str, ...]


APPS = (
    App("Claude Code", 0, 44, "claude.ai", "claude-cli", "dev", ("feature:coding", "env:dev")),
    App("Kilo Code", 0, 16, "kilocode.ai", "kilo-code", "dev", ("feature:coding", "env:dev")),
    App("Cline", 0, 12, "cline.bot", "cline", "dev", ("feature:coding", "env:dev")),
    App("Hermes Agent", 0, 9, "agents.acme.example", "openai-python", "prod", ("feature:agent", "env:prod")),
    App("Review Bot", 0, 8, "ci.acme.example", "openai-node", "prod", ("feature:review", "env:prod")),
    App("pi", 0, 6, "pi.acme.example", "pi", "dev", ("feature:coding", "env:dev")),
    App("Incident Agent", 0, 5, "ops.acme.example", "anthropic-python", "prod", ("feature:agent", "env:prod")),
    App("Acme Chat", 1, 30, "chat.acme.example", "openai-node", "prod", ("feature:chat", "env:prod")),
    App("Support Desk", 1, 24, "support.acme.example", "openai-python", "prod", ("feature:rag", "env:prod")),
    App("Wiki Search", 1, 16, "wiki.acme.example", "openai-python", "prod", ("feature:rag", "env:prod")),
    App("Sales Notes", 1, 10, "crm.acme.example", "openai-node", "prod", ("feature:summary", "env:prod")),
    App("Notebook Helper", 1, 9, "notebooks.acme.example", "openai-python", "dev", ("feature:data", "env:dev")),
    App("Translate", 1, 6, "translate.acme.example", "openai-node", "prod", ("feature:translate", "env:prod")),
    App("Playground", 1, 5, "play.acme.example", "browser", "staging", ("feature:chat", "env:staging")),
    App("Invoice Reader", 2, 60, "finance.acme.example", "openai-python", "prod", ("feature:extract", "env:prod")),
    App("Log Tagger", 2, 40, "logs.acme.example", "litellm-python", "prod", ("feature:extract", "env:prod")),
    App("Report Writer", 3, 65, "reports.acme.example", "openai-python", "prod", ("feature:write", "env:prod")),
    App("Test Data Maker", 3, 35, "qa.acme.example", "openai-python", "staging", ("feature:write", "env:staging")),
)

CATEGORIES = ("programming", "question answering", "summarisation", "translation", "data analysis", "writing",
              "customer support", "extraction")  # fmt: skip
CATEGORY_WEIGHTS = (
    (88, 3, 1, 0, 6, 0, 2, 0),
    (14, 26, 16, 8, 10, 8, 18, 0),
    (0, 0, 4, 0, 16, 0, 0, 80),
    (10, 0, 0, 6, 0, 84, 0, 0),
)


def user_name(index: int) -> str:
    """What a gateway would log for the user; synthetic, nobody's."""
    return f"simulated-{index:04d}"


def user_pseudonym(index: int) -> str:
    """In the form of real pseudonyms; no key is needed, there is no person behind it."""
    return "u_" + sha256(user_name(index).encode()).hexdigest()[:32]


def team_id(name: str) -> str:
    """A team's id: its name in small letters."""
    return "t-" + name.lower().replace(" ", "-")


def key_hash(team: int, key: int) -> str:
    """The gateway's hash of a virtual key."""
    return sha256(f"simulated key {team} {key}".encode()).hexdigest()


def key_alias(team: int, key: int) -> str:
    """A key's name: team and number."""
    return f"{team_id(TEAMS[team])[2:]}-{key + 1}"
