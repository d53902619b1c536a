"""An s3:// address: folders listed, objects read, and every fault told with its next step.

Credentials are found as every AWS program finds them (variables, profile, the machine's role); none is ever told.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import PurePosixPath

from pyarrow import fs

from pipeline.privacy import PERSON
from pipeline.settings import PodiumError, endpoint_url

BLOCK = 4 << 20  # bytes read at once, and held by each thread
CONNECT_S, SILENT_S = 5, 30
CODE = re.compile(r"AWS Error (\w+)(?: \(HTTP status (\d+)\))?")
AWAY = {"NETWORK_CONNECTION", "REQUEST_TIMEOUT", "SLOW_DOWN", "THROTTLING", "SERVICE_UNAVAILABLE", "500", "502", "503"}
STEPS = (
    (AWAY, "it does not answer; see AWS_ENDPOINT_URL, AWS_REGION and the network, then run it again"),
    ({"NO_SUCH_BUCKET", "404"}, "there is no such bucket; see {setting} and AWS_ENDPOINT_URL"),
    ({"301"}, "the bucket is in another region; set AWS_REGION"),
)
REFUSED = "it refuses these credentials; see AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which need {needed}"
READING = "s3:ListBucket and s3:GetObject"


class Unreadable(Exception):
    """One object can not be had; the others may."""


@dataclass(frozen=True)
class Object:
    """One object as it was listed: bucket and key, bytes, and when it was last written."""

    path: str
    size: int
    written_ns: int

    @property
    def name(self) -> str:
        """The last part of the key."""
        return PurePosixPath(self.path).name

    @property
    def shown(self) -> str:
        """The key, for people to read, without whoever it is named after."""
        return PERSON.sub("***@", self.path)

    @property
    def digest(self) -> bytes:
        """What tells this version of this object from any other."""
        return blake2b(f"{self.path}\0{self.size}\0{self.written_ns}".encode(), digest_size=16).digest()


class Bucket:
    """What lies below an address such as s3://bucket/prefix; nothing is ever written to it or removed."""

    def __init__(self, uri: str) -> None:
        self.root = uri.removeprefix("s3://")
        self._files = connected()

    def listed(self, folder: str, *, whole: bool = False) -> tuple[list[Object], list[str]]:
        """Objects and folders right below a folder, or `whole`, at any depth; one request brings up to a thousand."""
        try:
            found = self._files.get_file_info(fs.FileSelector(folder, recursive=whole))
        except FileNotFoundError:  # asked to allow it, Arrow 26 allows a bucket that is not there too
            return [], []
        except OSError as error:
            raise self._fault(error) from None
        objects = [Object(each.path, each.size, each.mtime_ns) for each in found if each.type is fs.FileType.File]
        return objects, sorted(each.path for each in found if each.type is fs.FileType.Directory)

    def blocks(self, wanted: Object) -> Iterator[bytes]:
        """The bytes of an object, in order; raises Unreadable at the end if it is not what was listed."""
        size = 0
        try:
            with self._files.open_input_stream(wanted.path) as stream:
                etag = stream.metadata()["ETag"]
                while block := stream.read(BLOCK):
                    size += len(block)
                    yield block
            is_same = size <= BLOCK or self._etag(wanted) == etag  # a block is one request, and so of one version
        except OSError as error:
            raise self._unread(error) from None
        if size != wanted.size or not is_same:
            raise Unreadable("it changed while it was read")

    def _etag(self, wanted: Object) -> bytes:
        with self._files.open_input_stream(wanted.path) as stream:
            return stream.metadata()["ETag"]

    def _unread(self, error: OSError) -> PodiumError | Unreadable:
        if isinstance(error, FileNotFoundError):
            return Unreadable("it is gone")
        codes = _codes(error)
        if codes & AWAY:
            return self._fault(error)
        return Unreadable(f"it can not be read ({'/'.join(sorted(codes))}): archived, or not for these credentials")

    def _fault(self, error: OSError) -> PodiumError:
        return PodiumError(told(self.root, _codes(error), "PODIUM_INBOX_URI", READING))


def connected() -> fs.S3FileSystem:
    """Arrow's way to S3; it reads every AWS_* variable but the endpoint's."""
    return fs.S3FileSystem(
        endpoint_override=endpoint_url() or None,
        connect_timeout=CONNECT_S,
        request_timeout=SILENT_S,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=3),
        allow_delayed_open=True,
    )


def told(root: str, codes: set[str], setting: str, needed: str) -> str:
    """The fault of a whole bucket and its next step; what the server says stays out, for it may quote the request."""
    step = next((step for known, step in STEPS if codes & known), REFUSED).format(setting=setting, needed=needed)
    return f"s3://{PERSON.sub('***@', root)}: {step} ({'/'.join(sorted(codes))})"


def codes(error: Exception) -> set[str]:
    """S3's words for what went wrong, as Arrow passes them on; none if it is another fault."""
    found = CODE.search(str(error))
    return {code for code in found.groups() if code} if found else set()


def _codes(error: OSError) -> set[str]:
    return codes(error) or {"no S3 answer"}
