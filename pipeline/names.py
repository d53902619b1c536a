"""The rules that turn any spelling of a model's name into its one canonical `author/model` id."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from hashlib import sha256

from pipeline import reference

# OpenRouter's variants: these are products with prices and limits of their own; the others only choose a route.
OWN_VARIANT = re.compile(r":(?:free|batch|thinking|extended)$")
ROUTE = re.compile(r":(?:nitro|floor|online|exacto|beta)$")

# What only some logs write after a name, in the order it is cut off.
BEDROCK_MINOR = re.compile(r":\d+$")
BEDROCK_VERSION = re.compile(r"-v\d+$")
DATE = re.compile(r"[-@]20\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])$")
FLOATING = re.compile(r"@(?:default|latest|\d{3})$|-latest$|-maas$")

# And what they write in front of it.
PUBLISHER = re.compile(r"^(?:.*/)?publishers/([^/]+)/models/")
RESOURCE = re.compile(r"^(?:arn:aws[^/]*/(?:.*/)?|accounts/fireworks/models/|models/|converse/|[a-z]{2}-[a-z]+-\d/)")
BEDROCK_REGION = re.compile(r"^(?:us-gov|us|eu|apac|jp|au|ca|global|regional)\.(?=[a-z0-9-]+\.)")

HYPHENATED_VERSION = re.compile(r"(?<=\d)-(?=\d{1,2}(?:-|$))")  # claude-haiku-4-5
FIREWORKS_VERSION = re.compile(r"(?<=\d)p(?=\d)")  # kimi-k2p5

# A person or a key in a name; sql/macros/sources.sql has the same for raw names. A version (`@20250929`) is neither.
PRIVATE = re.compile(r"[^@\s/]@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}|\bsk-[\w-]{20,}", re.IGNORECASE)

MAX_LENGTH = 200

Aliases = dict[tuple[str, str | None], str]


@dataclass(frozen=True)
class Catalogue:
    """Everything a name is looked up in."""

    model_ids: frozenset[str]
    by_slug: dict[str, list[str]]
    siblings: dict[str, tuple[str, ...]]
    aliases: tuple[Aliases, ...]
    provider_author: dict[str, str]
    provider_prefixes: dict[str, tuple[str, ...]]
    prefixes: frozenset[str]
    answers: dict[tuple[str | None, str | None], str] = field(default_factory=dict, init=False)


def catalogue() -> Catalogue:
    """The shipped catalogue under the user's own models, authors, aliases and providers."""
    return _catalogue(reference.fingerprint())


@lru_cache(maxsize=2)
def _catalogue(_fingerprint: str) -> Catalogue:
    ids = [str(row["model_id"]).casefold() for row in reference.rows("models")]
    by_slug: dict[str, list[str]] = {}
    for listed in ids:
        by_slug.setdefault(listed.split("/", 1)[1], []).append(listed)
    providers = reference.rows("providers")
    prefixes = {str(row["provider_name"]): words(row["model_prefixes"]) for row in providers}
    return Catalogue(
        model_ids=frozenset(ids),
        by_slug=by_slug,
        siblings=_siblings(),
        aliases=(_aliases(reference.user_rows("aliases")), _aliases(reference.rows("aliases"))),
        provider_author={str(row["provider_name"]): str(row["author"]) for row in providers if row["author"]},
        provider_prefixes=prefixes,
        prefixes=frozenset(prefix for several in prefixes.values() for prefix in several),
    )


def fingerprint() -> str:
    """Changes when a name may be understood otherwise; not with a price, a benchmark figure or a comment."""
    return _fingerprint(reference.fingerprint())


@lru_cache(maxsize=2)
def _fingerprint(_of_everything: str) -> str:
    told = [(reference.user_rows("aliases"), *map(reference.rows, ("models", "authors", "aliases", "providers")))]
    return sha256(repr(told).encode()).hexdigest()[:16]


def known_by_now(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """(`unknown/<raw>`, provider) as rows landed -> the same and the model's id, for names that are known by now."""
    known = catalogue()
    for landed, provider in pairs:
        found = model_id(known, landed.removeprefix("unknown/"), provider)
        if not found.startswith("unknown/"):
            yield landed, provider, found


def nearest(known: Catalogue, name: str, most: int = 3) -> list[str]:
    """The catalogue's ids that look most like a name that no rule understands: to choose from, never to take."""
    base, _ = split_variant(clean(name))
    *_, bare = without_prefixes(known, base)
    *_, loosest = _spellings(bare)
    slugs = get_close_matches(loosest.rpartition("/")[2], known.by_slug, most)
    return [listed for slug in slugs for listed in sorted(known.by_slug[slug])][:most]


def words(cell: object) -> tuple[str, ...]:
    """The words of a cell that holds several, separated by spaces."""
    return tuple(str(cell or "").split())


def model_id(known: Catalogue, raw: str | None, provider: str | None) -> str:
    """The canonical name of one raw model name as one provider's log has it, `unknown/<raw>` if none is known
    (`unknown/redacted` where that holds an e-mail or a key).

    An alias (the user's before ours, the provider's before any) wins over the rules, which try ever looser spellings
    against the catalogue and never make up an id that it does not list.
    """
    key = (raw, provider)
    if key not in known.answers:
        known.answers[key] = _model_id(known, clean(raw), provider)
    return known.answers[key]


def _model_id(known: Catalogue, name: str, provider: str | None) -> str:
    base, variant = split_variant(name)
    for bare in without_prefixes(known, base):
        if found := _alias(known, bare + variant, provider) or _lookup(known, bare, variant, provider):
            return found
    if PRIVATE.search(name):
        return "unknown/redacted"
    return f"unknown/{_without_own_prefix(known, name, provider)}"[:MAX_LENGTH]


def clean(raw: str | None) -> str:
    """NFC, lower case, without control, format and direction characters, at most 200 characters."""
    normal = unicodedata.normalize("NFC", raw or "")
    printable = "".join(character for character in normal if unicodedata.category(character)[0] != "C")
    return " ".join(printable.casefold().split())[:MAX_LENGTH] or "unnamed"


def split_variant(name: str) -> tuple[str, str]:
    """`qwen/qwen3-coder:free` -> (`qwen/qwen3-coder`, `:free`); a mere route such as `:nitro` is dropped."""
    name = ROUTE.sub("", name)
    variant = OWN_VARIANT.search(name)
    return (name[: variant.start()], variant.group()) if variant else (name, "")


def without_prefixes(known: Catalogue, name: str) -> Iterator[str]:
    """The name as it is, then without each known provider prefix, resource path or region in front of it."""
    yield name
    bare = BEDROCK_REGION.sub("", RESOURCE.sub("", PUBLISHER.sub(r"\1/", name)))
    if bare and bare != name:
        yield from without_prefixes(known, bare)
        return
    prefix, _, rest = name.partition("/")
    if rest and prefix in known.prefixes:
        yield from without_prefixes(known, rest)


def _siblings() -> dict[str, tuple[str, ...]]:
    """Every namespace of an author (and the author's own name) -> all of them: meta-llama, meta."""
    groups = [(str(row["author"]), words(row["namespaces"])) for row in reference.rows("authors")]
    return {name: namespaces for author, namespaces in groups for name in (author, *namespaces)}


def _aliases(rows: list[reference.Row]) -> Aliases:
    keys = [(clean(str(row["raw_name"])), row["provider_name"]) for row in rows]
    ids = [str(row["model_id"]).casefold() for row in rows]
    return {(name, str(provider) if provider else None): to for (name, provider), to in zip(keys, ids, strict=True)}


def _without_own_prefix(known: Catalogue, name: str, provider: str | None) -> str:
    """One unknown model under one name: `acme/m` and `hosted_vllm/acme/m`; and no account number of an ARN."""
    name = RESOURCE.sub("", name) or name
    prefix, _, rest = name.partition("/")
    return rest if rest and prefix in known.provider_prefixes.get(provider or "", ()) else name


def _alias(known: Catalogue, name: str, provider: str | None) -> str | None:
    places = ((aliases, whose) for aliases in known.aliases for whose in (provider, None))
    return next((aliases[name, whose] for aliases, whose in places if (name, whose) in aliases), None)


def _lookup(known: Catalogue, name: str, variant: str, provider: str | None) -> str | None:
    for spelling in _spellings(name):
        for listed in _qualified(known, spelling, provider):
            if listed in known.model_ids or listed + variant in known.model_ids:
                return listed + variant
        if alias := _alias(known, spelling, provider):
            return alias + variant
    return None


def _qualified(known: Catalogue, name: str, provider: str | None) -> list[str]:
    """The ids a spelling may stand for: under its author's namespaces, else the provider's, else any that has it."""
    namespace, slash, slug = name.partition("/")
    if not slash and name.partition(".")[0] in known.siblings:
        namespace, slash, slug = name.partition(".")  # Bedrock: anthropic.claude-...
    if slash:
        return [f"{sibling}/{slug}" for sibling in known.siblings.get(namespace, (namespace,))]
    own = [f"{sibling}/{name}" for sibling in known.siblings.get(known.provider_author.get(provider or "", ""), ())]
    same_slug = known.by_slug.get(name, [])
    return own + (same_slug if len(same_slug) == 1 else [])


def _spellings(name: str) -> Iterator[str]:
    """The name, then ever less of what only some logs write, each also with the version's dots."""
    seen: dict[str, None] = {}
    for cut in (None, BEDROCK_MINOR, BEDROCK_VERSION, DATE, FLOATING):
        name = cut.sub("", name) if cut else name
        for spelling in (name, HYPHENATED_VERSION.sub(".", name), FIREWORKS_VERSION.sub(".", name)):
            seen.setdefault(spelling)
    yield from seen
